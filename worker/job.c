#include "../lib/api/realtime/realtime.h"
#include "../lib/core/log.h"
#include "../lib/core/text.h"
#include "../lib/domain/webhook.h"
#include "worker.h"
#include <poll.h>
#include <stdlib.h>

enum { TRIES = 5 };

static void job_context(struct worker *w, struct arena *mem, struct ctx *c)
{
	*c = (struct ctx){ .mem = mem,
			   .cfg = &w->cfg,
			   .texts = w->texts,
			   .keys = w->keys,
			   .db = w->db,
			   .bus = w->bus,
			   .before_commit = webhook_outbox,
			   .perf = w->perf,
			   .now = now_ms(),
			   .lang = w->lang != NULL ? w->lang : "zh",
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

bool job_run_in(struct worker *w, struct arena *mem, job_fn *job, void *arg, bool writes)
{
	struct ctx c;
	bool done = false;

	for (int tries = 1; !done && tries <= TRIES; tries++) {
		job_context(w, mem, &c);
		done = run_once(&c, job, arg, writes);
		if (!done && !(writes && c.err.code == E_UNAVAILABLE && db_retryable(&c)))
			break;
		if (!done)
			poll(NULL, 0, (2 + (int)(random() % 10)) * tries); /* two that collided do not collide again */
	}
	if (!done && !failed_for_now(c.err.code)) /* lib/db has said that the server is away, or full */
		log_warn(&c, "job.failed", "%s", c.err.key != NULL ? c.err.key : "?");
	if (!done && c.err.code == E_FULL)
		bus_note_full(&c);
	w->err = c.err;
	if (c.events != NULL)
		realtime_publish(&c);
	bus_rest(w->bus);
	return done;
}

bool job_run(struct worker *w, job_fn *job, void *arg, bool writes)
{
	bool done = job_run_in(w, &w->mem, job, arg, writes);

	arena_reset(&w->mem);
	return done;
}
