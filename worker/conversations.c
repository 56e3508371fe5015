/* Behind the conversations: changes of their counts are folded in, what was said becomes searchable, old notifications go. */
#include "../lib/core/log.h"
#include "../lib/core/text.h"
#include "../lib/domain/conversation.h"
#include "../lib/domain/conversation_search.h"
#include "../lib/domain/conversation_tally.h"
#include "../lib/domain/notification.h"
#include "worker.h"

enum {
	FOLD_FULL = 2000,
	REPAIR_FULL = 1000,
	MESSAGES = 200,
	SETTLED_MS = 60000,
	DAY_MS = 86400000,
	AGAIN_MS = 600000,
	REPAIR_S = 600
};

static bool fold(struct ctx *c, void *folded)
{
	return tally_fold(c, folded);
}

static bool repair(struct ctx *c, void *repaired)
{
	return tally_repair(c, repaired);
}

static bool repair_labels(struct ctx *c, void *repaired)
{
	return conversation_labels_repair(c, repaired);
}

static bool forget(struct ctx *c, void *arg)
{
	(void)arg;
	return notifications_forget(c);
}

/* Two walks over the messages. The quick one takes what has just been said; the sure one, a minute behind, remembers where it is:
   by then whatever got a lower number was committed too. Both add the same rows, so what the quick one missed is made good. */
struct walk {
	int64_t cursor, age, done;
};

static bool step(struct ctx *c, void *arg)
{
	struct walk *w = arg;

	return search_index(c, &w->cursor, c->now - w->age + 1, MESSAGES, &w->done);
}

static bool sure_step(struct ctx *c, void *arg)
{
	struct walk *w = arg;

	return step(c, arg) && (w->done == 0 || search_mark_set(c, w->cursor));
}

/* What was said before this worker began, and is not surely known, is for the quick walk as well: else nobody would find it for a
   minute. Of much, the last of it. */
static bool begin(struct ctx *c, void *arg)
{
	struct worker *w = arg;
	int64_t newest;

	if (!search_mark_get(c, &w->terms_sure) || !search_newest(c, &newest))
		return false;
	w->terms_quick = newest - w->terms_sure > MESSAGES ? newest - MESSAGES : w->terms_sure;
	return true;
}

/* True: there is more. A failed step is taken again, from where it began, at the next look. */
static bool walk(struct worker *w, job_fn *job, int64_t *cursor, int64_t age)
{
	struct walk at = { *cursor, age, 0 };

	if (!job_run(w, job, &at, true))
		return false;
	*cursor = at.cursor;
	return at.done == MESSAGES;
}

static bool begun(struct worker *w)
{
	return w->terms_begun || (w->terms_begun = job_run(w, begin, w, false));
}

bool conversations_backlog(struct worker *w)
{
	return begun(w) && walk(w, sure_step, &w->terms_sure, SETTLED_MS);
}

/* Once a day, on a connection that may take longer: at a million conversations a statement goes through all of them, and one that
   was given up would only be asked again. */
static void repair_all(struct worker *w)
{
	struct db *usual = w->db;
	int64_t n = 0;

	w->repair_at = mono_ms() + AGAIN_MS;
	w->db = db_new_within(w->cfg.db_url, REPAIR_S);
	if (job_run(w, repair, &n, true)) {
		w->repair_at = mono_ms() + DAY_MS;
		if (n > 0) {
			log_info(NULL, "tally.repaired", "%lld kinds of conversations were counted anew", (long long)n);
			counts_ask(w, 0);
		}
		for (n = REPAIR_FULL; n >= REPAIR_FULL && job_run(w, repair_labels, &n, true);)
			continue;
		job_run(w, forget, NULL, true);
	}
	db_free(w->db);
	w->db = usual;
}

bool conversations_look(struct worker *w)
{
	int64_t n;

	if (mono_ms() >= w->repair_at)
		repair_all(w);
	for (n = FOLD_FULL; n >= FOLD_FULL && job_run(w, fold, &n, true);)
		continue;
	return begun(w) && walk(w, step, &w->terms_quick, 0);
}
