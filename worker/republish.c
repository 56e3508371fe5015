/* A process may die between COMMIT and PUBLISH. The worker hears all that is published; what was committed and not heard is told
 * again. */
#include "../lib/domain/republish.h"
#include "../lib/core/log.h"
#include "../lib/core/text.h"
#include "worker.h"

enum { WINDOW_MS = 60000, IDS_MAX = 20000, AGAIN_MAX = 100 };

void republish_note(struct worker *w, const char *p, size_t n)
{
	heard_payload(w->heard, p, n);
}

/* The subscription is new: whatever the last minute brought is told again; relays drop what they know. */
static bool begin(struct ctx *c, struct worker *w)
{
	int64_t mark;

	if (!republish_mark(c, c->now - WINDOW_MS, &mark))
		return false;
	heard_forget(w->heard, mark);
	w->deaf = false;
	return true;
}

static bool look(struct ctx *c, void *arg)
{
	struct worker *w = arg;
	struct list ids = { 0 };
	int64_t missing[AGAIN_MAX], before = w->heard->n > 0 ? w->heard->samples[w->heard->n - 1].newest : 0;

	if ((w->deaf && !begin(c, w)) || !republish_ids(c, w->heard->mark, IDS_MAX, &ids))
		return false;
	size_t n = heard_missing(w->heard, ids.items, ids.n, mono_ms(), missing, AGAIN_MAX);
	if (n > 0)
		log_info(c, "republish", "%zu messages had not been heard, from %lld on", n, (long long)missing[0]);
	if (w->heard->samples[w->heard->n - 1].newest > before)
		worker_busy(w);
	return republish_queue(c, missing, n);
}

/* Heard is what comes back over Redis: as long as it is away, so is everybody who could listen. */
void republish_look(struct worker *w)
{
	if (bus_sub_fd(w->sub) >= 0)
		job_run(w, look, w, false);
}
