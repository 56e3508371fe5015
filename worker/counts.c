/* The numbers beside the console's views: counted here once for everybody, at most once a second, and told to those whose numbers
   are others than before. */
#include "../lib/domain/counts.h"
#include "../lib/core/text.h"
#include "../lib/domain/event.h"
#include "worker.h"
#include <stdlib.h>

enum { EVERY_MS = 1000, ASKED_MAX = 64 };

struct counting {
	struct arena mem[2]; /* the last numbers live in one, the next are counted in the other */
	int spare;
	struct list last;         /* struct live_counts */
	int64_t asked[ASKED_MAX]; /* users who are told in any case: they have just come */
	size_t asked_n;
	bool wanted, everybody;
	int64_t next_at;
};

bool counts_open(struct worker *w)
{
	w->counting = calloc(1, sizeof(*w->counting));
	return w->counting != NULL;
}

void counts_close(struct worker *w)
{
	if (w->counting == NULL)
		return;
	arena_free(&w->counting->mem[0]);
	arena_free(&w->counting->mem[1]);
	free(w->counting);
}

void counts_ask(struct worker *w, int64_t user_id)
{
	struct counting *k = w->counting;

	k->wanted = true;
	if (user_id < 0 || k->asked_n == ASKED_MAX)
		k->everybody = true;
	else if (user_id > 0)
		k->asked[k->asked_n++] = user_id;
}

static bool asked(const struct counting *k, int64_t user_id)
{
	for (size_t i = 0; i < k->asked_n; i++)
		if (k->asked[i] == user_id)
			return true;
	return k->everybody;
}

/* Both lists go by user. NULL: it was told nothing so far. */
static const struct live_counts *told_last(const struct list *last, size_t *at, int64_t user_id)
{
	const struct live_counts *o = last->items;

	while (*at < last->n && o[*at].user_id < user_id)
		++*at;
	return *at < last->n && o[*at].user_id == user_id ? &o[*at] : NULL;
}

static bool count(struct ctx *c, void *arg)
{
	struct counting *k = arg;
	struct list now = { 0 };
	size_t at = 0;

	if (!counts_of_staff(c, &now))
		return false;
	struct live_counts *o = now.items;
	for (size_t i = 0; i < now.n; i++) {
		const struct live_counts *before = told_last(&k->last, &at, o[i].user_id);
		if (asked(k, o[i].user_id))
			before = NULL; /* it may know nothing */
		else if (before != NULL && counts_same(before, &o[i]))
			continue;
		counts_tell_labels(c, &o[i], before);
		struct event *e = event_queue(c, EVENT_COUNTS);
		e->user_id = o[i].user_id;
		e->counts = &o[i];
	}
	k->last = now;
	return true;
}

void counts_tick(struct worker *w)
{
	struct counting *k = w->counting;

	if (!k->wanted || mono_ms() < k->next_at)
		return;
	k->next_at = mono_ms() + EVERY_MS;
	if (!job_run_in(w, &k->mem[k->spare], count, k, false)) {
		arena_reset(&k->mem[k->spare]);
		return;
	}
	k->wanted = k->everybody = false;
	k->asked_n = 0;
	k->spare = 1 - k->spare;
	arena_reset(&k->mem[k->spare]);
}

int64_t counts_next(const struct worker *w)
{
	return w->counting->wanted ? w->counting->next_at : INT64_MAX;
}
