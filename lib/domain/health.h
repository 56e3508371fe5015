/* health.h: what works just now. */
#ifndef HEALTH_H
#define HEALTH_H
#include "../core/core.h"

struct health {
	bool healthy;                                    /* MySQL answers */
	const char *status;                              /* "healthy" or "unhealthy" */
	const char *mysql, *redis, *websocket, *version; /* connected / disconnected, running / stopped */
	const char *worker, *storage;                    /* running / stopped, available / unavailable; by health_look_further() */
	bool demo;                                       /* demo data is loaded */
	bool setup_needed; /* nobody of the staff was ever there: POST /api/v1/setup makes the first admin */
};
void health_look_further(struct ctx *, struct health *);  /* the worker, and the disk that files go to */
void health_worker_lives(struct ctx *);                   /* said by the worker every few seconds; the caller does bus_go() */
double health_ping_ms(struct ctx *, bool db, bool *up);   /* how long MySQL, or Redis, takes to say that it is there */
bool health_get(struct ctx *, const void *in, void *out); /* never fails */
#endif
