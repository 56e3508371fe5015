#include "../lib/api/realtime/realtime.h"
#include "../lib/core/log.h"
#include "../lib/core/text.h"
#include "worker.h"
#include <poll.h>

enum { TRIES = 5 };

void job_context(struct worker *w, struct ctx *c)
{
	*c = (struct ctx){ .mem = &w->mem,
			   .cfg = &w->cfg,
			   .texts = w->texts,
			   .db = w->db,
			   .bus = w->bus,
			   .now = now_ms(),
			   .lang = "zh",
			   .request_id = "worker",
			   .addr = "",
			   .user_agent = "" };
}

static bool run_once(struct ctx *c, job_fn *job, void *arg, bool writes)
{
	if (!writes)
		return job(c, arg);
	if (!db_begin(c))
		return false;
	if (job(c, arg) && db_commit(c))
		return true;
	db_rollback(c);
	c->events = NULL;
	return false;
}

bool job_run(struct worker *w, job_fn *job, void *arg, bool writes)
{
	struct ctx c;
	bool done = false;

	job_context(w, &c);
	for (int tries = 1; tries <= TRIES && !done; tries++) {
		c.err = (struct err){ 0 };
		done = run_once(&c, job, arg, writes);
		if (!done && !(writes && c.err.code == E_UNAVAILABLE && db_retryable(&c)))
			break;
		if (!done)
			poll(NULL, 0, 5 * tries);
	}
	if (!done)
		log_warn(&c, "job.failed", "%s", c.err.key != NULL ? c.err.key : "?");
	if (c.events != NULL)
		realtime_publish(&c);
	bus_rest(w->bus);
	arena_reset(&w->mem);
	return done;
}
