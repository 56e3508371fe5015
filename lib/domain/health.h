/* health.h: what works just now. */
#ifndef HEALTH_H
#define HEALTH_H
#include "../core/core.h"

struct health {
	bool healthy;                                    /* MySQL answers */
	const char *status;                              /* "healthy" or "unhealthy" */
	const char *mysql, *redis, *websocket, *version; /* connected / disconnected, running / stopped */
	const char *worker, *storage;                    /* running / stopped, available / unavailable; by health_look_further() */
	const char *ai;                                  /* available / unavailable / off; by the same */
	bool full; /* its disk had no room for something within the last minute; mysql is "full" then, by health_look_further() */
	bool demo; /* demo data is loaded */
	bool password_links; /* POST /api/v1/auth/password/forgotten sends one */
	bool setup_needed;   /* nobody of the staff was ever there: POST /api/v1/setup makes the first admin */
};
void health_look_further(struct ctx *, struct health *);  /* the worker, and the disks */
bool health_database_full(struct ctx *);                  /* a statement found no room within the last minute */
int64_t health_worker_age(struct ctx *);                  /* ms since it last said so; -1 = too long, or Redis is away */
void health_worker_lives(struct ctx *);                   /* said by the worker every few seconds; the caller does bus_go() */
double health_ping_ms(struct ctx *, bool db, bool *up);   /* how long MySQL, or Redis, takes to say that it is there */
bool health_get(struct ctx *, const void *in, void *out); /* never fails */
/* The machine that the api runs on; 0 = not known. */
struct machine {
	int64_t disk_total, disk_free;          /* bytes, of the disk that files and backups go to */
	int64_t memory_total, memory_available; /* bytes */
	double load;                            /* processes that want a CPU, mean of a minute */
	int64_t cpus;
};
void health_machine(struct ctx *, struct machine *);
const char *health_database_version(struct ctx *); /* "" = away */
#endif
