#include "health.h"
#include "../bus/bus.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "../db/db.h"
#include "ai_health.h"
#include "password.h"
#include "setup.h"
#include "site.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
	out->password_links = password_links(c);
	out->demo = out->healthy && site_has_demo(c);
	struct err before = c->err;
	if (out->healthy && !setup_needed(c, &out->setup_needed))
		c->err = before; /* health tells what it can */
	return true;
}

enum { WORKER_S = 45, SPARE_BYTES = 1 << 20 };

void health_worker_lives(struct ctx *c)
{
	const char *at = arena_printf(c->mem, "%lld", (long long)now_ms());

	bus_set(c, "worker", at, strlen(at), WORKER_S);
}

int64_t health_worker_age(struct ctx *c)
{
	int slot = bus_get(c, "worker");

	bus_go(c);
	int64_t at = bus_int(c, slot, 0), age = now_ms() - at;
	return at == 0 ? -1 : age > 0 ? age : 0;
}

/* In a word: will a question be answered. */
static const char *ai_word(struct ctx *c, bool worker)
{
	struct ai_health h;
	struct list all;

	ai_health_get(c, &h, &all);
	if (strcmp(h.state, "off") == 0)
		return "off";
	return worker && strcmp(h.state, "failing") != 0 && strcmp(h.state, "unknown") != 0 ? "available" : "unavailable";
}

/* Files are written below var, or var is made at the first. */
static const char *storage_dir(struct ctx *c)
{
	const char *files = arena_printf(c->mem, "%s/files", c->cfg->var);

	return access(files, F_OK) == 0 ? files : c->cfg->var;
}

static bool storage_works(struct ctx *c)
{
	const char *dir = storage_dir(c);
	struct statvfs fs;

	return access(dir, W_OK) == 0 && statvfs(dir, &fs) == 0 && (int64_t)fs.f_bavail * (int64_t)fs.f_frsize > SPARE_BYTES;
}

bool health_database_full(struct ctx *c)
{
	int full = bus_exists(c, "db.full");

	return bus_go(c) && bus_int(c, full, 0) > 0;
}

void health_look_further(struct ctx *c, struct health *h)
{
	int worker = bus_exists(c, "worker"), full = bus_exists(c, "db.full");

	bus_go(c);
	bool lives = bus_int(c, worker, 0) > 0;
	h->full = bus_int(c, full, 0) > 0;
	if (h->full && h->healthy)
		h->mysql = "full";
	h->worker = lives ? "running" : "stopped";
	h->ai = ai_word(c, lives);
	h->storage = storage_works(c) ? "available" : "unavailable";
}

/* "MemTotal:       16265428 kB" */
static int64_t memory_line(const char *line, const char *name)
{
	size_t n = strlen(name);

	return strncmp(line, name, n) == 0 ? strtoll(line + n, NULL, 10) * 1024 : 0;
}

static void read_memory(struct machine *m)
{
	FILE *in = fopen("/proc/meminfo", "re");
	char line[128];

	while (in != NULL && fgets(line, sizeof(line), in) != NULL && (m->memory_total == 0 || m->memory_available == 0)) {
		m->memory_total += memory_line(line, "MemTotal:");
		m->memory_available += memory_line(line, "MemAvailable:");
	}
	if (in != NULL)
		fclose(in);
}

void health_machine(struct ctx *c, struct machine *m)
{
	struct statvfs fs;

	*m = (struct machine){ .cpus = sysconf(_SC_NPROCESSORS_ONLN) };
	if (statvfs(storage_dir(c), &fs) == 0) {
		m->disk_total = (int64_t)fs.f_blocks * (int64_t)fs.f_frsize;
		m->disk_free = (int64_t)fs.f_bavail * (int64_t)fs.f_frsize;
	}
	read_memory(m);
	if (getloadavg(&m->load, 1) != 1)
		m->load = 0;
}

const char *health_database_version(struct ctx *c)
{
	return db_version(c);
}

double health_ping_ms(struct ctx *c, bool db, bool *up)
{
	struct timespec a, b;

	clock_gettime(CLOCK_MONOTONIC, &a);
	*up = db ? db_ping(c) : bus_up(c);
	clock_gettime(CLOCK_MONOTONIC, &b);
	return (double)(b.tv_sec - a.tv_sec) * 1000 + (double)(b.tv_nsec - a.tv_nsec) / 1000000;
}
