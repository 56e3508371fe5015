#include "probe.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "../file/blob.h"
#include "health.h"
#include "sql_tables.h"
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>

const char *const probe_state_names[] = { "ok", "warn", "fail", NULL };
enum { DB_S = 1, SKEW_WARN_MS = 1000, SKEW_FAIL_MS = 60000, WRITE = 65536, LOW_MB = 1024, FULL_MB = 64, MB = 1 << 20 };

struct written {
	const char *value;
	int64_t at;
};
static const struct col written_cols[] = {
	{ COL_STR, offsetof(struct written, value) },
	{ COL_INT, offsetof(struct written, at) },
};
enum { PUT, GET, SQL__MAX };
const struct stmt probe_sql[SQL__MAX] = {
	[PUT] = { "INSERT INTO site (name, value) VALUES ('self_test', ?) ON DUPLICATE KEY UPDATE value = VALUES(value)" },
	[GET] = { "SELECT value, CAST(UNIX_TIMESTAMP(SYSDATE(3)) * 1000 AS SIGNED) FROM site WHERE name = 'self_test'",
		  ROW(written, written_cols) },
};
const size_t probe_sql_n = SQL__MAX;

static double mono(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1000000;
}

/* Written, committed and read on a connection of its own: one that waits no longer than a self-test may. */
static struct finding write_and_read(struct ctx *c, struct probing *p)
{
	const char *value = random_id(c->mem, "", 22);
	struct written w = { 0 };
	bool found = false;

	if (!db_ping(c))
		return (struct finding){ PROBE_FAIL, "probe.database_away", { NULL } };
	bool good = db_begin(c) && db_exec(c, &probe_sql[PUT], NULL, ARGS(STR(value))) && db_commit(c);
	int64_t before = now_ms();
	if (!good || !db_find(c, &probe_sql[GET], &w, &found, NOARGS) || !found || strcmp(w.value, value) != 0) {
		db_rollback(c);
		return (struct finding){ PROBE_FAIL,
					 c->err.code == E_FULL ? "probe.database_full" : "probe.database_write",
					 { NULL } };
	}
	int64_t now = now_ms();
	p->database = true;
	p->skew_ms = w.at < before ? w.at - before : w.at > now ? w.at - now : 0; /* the answer's way is no skew */
	if (health_database_full(c))                                              /* so small a row needs no room of its own */
		return (struct finding){ PROBE_FAIL, "probe.database_full", { NULL } };
	return (struct finding){ PROBE_OK, "probe.fine", { NULL } };
}

static struct finding probe_database(struct ctx *c, struct probing *p)
{
	struct ctx own = *c;

	own.err = (struct err){ 0 };
	own.before_commit = NULL;
	own.db = db_new_within(c->cfg->db_url, DB_S);
	struct finding f = write_and_read(&own, p);
	db_free(own.db);
	return f;
}

static struct finding probe_clock(struct ctx *c, struct probing *p)
{
	int64_t off = llabs(p->skew_ms);

	if (!p->database)
		return (struct finding){ PROBE_WARN, "probe.clock_unknown", { NULL } };
	if (off <= SKEW_WARN_MS)
		return (struct finding){ PROBE_OK, "probe.fine", { NULL } };
	return (struct finding){ off > SKEW_FAIL_MS ? PROBE_FAIL : PROBE_WARN,
				 "probe.clock_off",
				 { arena_printf(c->mem, "%.1f", (double)p->skew_ms / 1000) } };
}

/* As an upload is: on disk, hashed, and dropped with the arena. */
static bool store(struct ctx *c, const char *dir)
{
	struct blob *b = blob_begin(c->mem, dir);
	static const char bytes[WRITE];

	return b != NULL && blob_write(b, bytes, sizeof(bytes)) && blob_finish(b);
}

static struct finding probe_storage(struct ctx *c, struct probing *p)
{
	const char *dir = arena_printf(c->mem, "%s/files", c->cfg->var);
	struct statvfs fs;

	(void)p;
	if (!store(c, dir) || statvfs(dir, &fs) != 0)
		return (struct finding){ PROBE_FAIL, "probe.storage_write", { dir } };
	int64_t mb = (int64_t)fs.f_bavail * (int64_t)fs.f_frsize / MB;
	const char *left = arena_printf(c->mem, "%lld", (long long)mb);
	if (mb < LOW_MB)
		return (struct finding){ mb < FULL_MB ? PROBE_FAIL : PROBE_WARN, "probe.storage_low", { left } };
	return (struct finding){ PROBE_OK, "probe.storage_fine", { left } };
}

/* From the outside in. What comes later may need what was found before. */
static const struct {
	const char *name, *title;
	probe_fn *run;
} steps[] = {
	{ "web", "probe.web", probe_web },
	{ "websocket", "probe.websocket", probe_websocket },
	{ "relay", "probe.relay", probe_relay },
	{ "redis", "probe.redis", probe_redis },
	{ "database", "probe.database", probe_database },
	{ "clock", "probe.clock", probe_clock },
	{ "worker", "probe.worker", probe_worker },
	{ "storage", "probe.storage", probe_storage },
	{ "antivirus", "probe.antivirus", probe_antivirus }, /* last: a site without it has no such step */
};

static struct probe_step run_step(struct ctx *c, struct probing *p, size_t i)
{
	double began = mono();
	struct finding f = steps[i].run(c, p);
	double ms = mono() - began;
	size_t n = 0;

	while (n < COUNT(f.holes) && f.holes[n] != NULL)
		n++;
	return (struct probe_step){ steps[i].name, f.state, ms, catalog_text(c->texts, c->lang, steps[i].title),
				    catalog_fill(c->mem, catalog_text(c->texts, c->lang, f.key), f.holes, n) };
}

void probe_run(struct ctx *c, struct probe *out)
{
	struct probe_step *done = arena_alloc(c->mem, COUNT(steps) * sizeof(*done));
	struct probing p = { 0 };
	struct err before = c->err;
	double began = mono();

	*out = (struct probe){ .steps = { done, *c->cfg->clamav != '\0' ? COUNT(steps) : COUNT(steps) - 1 } };
	for (size_t i = 0; i < out->steps.n; i++) {
		done[i] = run_step(c, &p, i);
		out->state = done[i].state > out->state ? done[i].state : out->state;
	}
	out->ms = mono() - began;
	c->err = before;
}
