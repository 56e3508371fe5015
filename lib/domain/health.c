#include "health.h"
#include "../bus/bus.h"
#include "../core/settings.h"
#include "../db/db.h"
#include "setup.h"
#include "site.h"
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

bool health_get(struct ctx *c, const void *in, void *vout)
{
	struct health *out = vout;
	int relays = bus_exists(c, "relays"); /* the relays keep it alive while they run */
	bool redis = bus_go(c);
	bool relay = redis && bus_int(c, relays, 0) > 0;

	(void)in;
	out->healthy = db_ping(c);
	out->status = out->healthy ? "healthy" : "unhealthy";
	out->mysql = out->healthy ? "connected" : "disconnected";
	out->redis = redis ? "connected" : "disconnected";
	out->websocket = relay ? "running" : "stopped";
	out->version = DESKBELL_VERSION;
	out->demo = out->healthy && site_has_demo(c);
	struct err before = c->err;
	if (out->healthy && !setup_needed(c, &out->setup_needed))
		c->err = before; /* health tells what it can */
	return true;
}

enum { WORKER_S = 45, SPARE_BYTES = 1 << 20 };

void health_worker_lives(struct ctx *c)
{
	bus_set(c, "worker", "1", 1, WORKER_S);
}

/* Files are written below var, or var is made at the first. */
static bool storage_works(struct ctx *c)
{
	struct statvfs fs;
	const char *files = arena_printf(c->mem, "%s/files", c->cfg->var);
	const char *dir = access(files, F_OK) == 0 ? files : c->cfg->var;

	return access(dir, W_OK) == 0 && statvfs(dir, &fs) == 0 && (int64_t)fs.f_bavail * (int64_t)fs.f_frsize > SPARE_BYTES;
}

void health_look_further(struct ctx *c, struct health *h)
{
	int worker = bus_exists(c, "worker");

	bus_go(c);
	h->worker = bus_int(c, worker, 0) > 0 ? "running" : "stopped";
	h->storage = storage_works(c) ? "available" : "unavailable";
}

double health_ping_ms(struct ctx *c, bool db, bool *up)
{
	struct timespec a, b;

	clock_gettime(CLOCK_MONOTONIC, &a);
	*up = db ? db_ping(c) : bus_up(c);
	clock_gettime(CLOCK_MONOTONIC, &b);
	return (double)(b.tv_sec - a.tv_sec) * 1000 + (double)(b.tv_nsec - a.tv_nsec) / 1000000;
}
