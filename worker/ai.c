/* AI replies: which conversation gets one, one at a time each, several at once. How it is made and spoken: reply.c. */
#include "../lib/core/log.h"
#include "../lib/core/text.h"
#include "reply.h"
#include <stdlib.h>
#include <string.h>

enum { REPLIES_MAX = 200, LOOK_MAX = 50, AGAIN_MS = 500 };

static struct reply *find(const struct worker *w, int64_t conversation_id)
{
	for (struct reply *r = w->replies; r != NULL; r = r->next)
		if (r->id == conversation_id)
			return r;
	return NULL;
}

static void drop(struct worker *w, struct reply *r)
{
	for (struct reply **at = &w->replies; *at != NULL; at = &(*at)->next)
		if (*at == r) {
			*at = r->next;
			w->replies_n--;
			break;
		}
	reply_let_go(w, r);
	arena_free(&r->mem);
	free(r);
	w->ai_at = 0; /* there is room for those that wait */
}

static bool release(struct ctx *c, void *arg)
{
	const struct reply *r = arg;

	return ai_release(c, &r->turn);
}

static void give_up(struct worker *w, struct reply *r)
{
	job_run(w, reply_hush, r, false);
	job_run(w, release, r, false);
	drop(w, r);
}

/* -- taking up -- */

static bool claim(struct ctx *c, void *arg)
{
	struct reply *r = arg;

	return ai_claim(c, r->id, r->turn.claim, &r->turn, &r->claimed);
}

/* A claimed question gets its answer. With the database away the reply goes, its claim lapses, a sweep takes it up again. */
static void answer(struct worker *w, struct reply *r)
{
	if (!reply_begin(w, r))
		give_up(w, r);
}

/* Those that wait for a stream are few beside those that have one. */
static bool room(const struct worker *w)
{
	int64_t max = w->cfg.ai_streams * 2;

	return w->replies_n < (max > REPLIES_MAX ? max : REPLIES_MAX);
}

static void start(struct worker *w, int64_t id)
{
	if (!room(w))
		return;
	struct reply *r = calloc(1, sizeof(*r));
	if (r == NULL)
		abort();
	r->id = id;
	r->next = w->replies;
	w->replies = r;
	w->replies_n++;
	if (!job_run_in(w, &r->mem, claim, r, true) || !r->claimed) {
		int64_t at = w->ai_at;
		drop(w, r);
		w->ai_at = at;
		return;
	}
	answer(w, r);
}

static void later(struct reply *r)
{
	r->due = r->piece_at = mono_ms() + AGAIN_MS;
}

/* The row has moved under a running reply: a newer question is taken into account, a lost claim ends it. */
static void look_again(struct worker *w, struct reply *r)
{
	int64_t seq = r->turn.wanted_seq;
	struct ai_turn before = r->turn;

	if (!job_run_in(w, &r->mem, claim, r, true)) {
		r->turn = before;
		later(r);
	} else if (!r->claimed) {
		r->turn = before;
		give_up(w, r);
	} else if (r->turn.wanted_seq != seq) {
		answer(w, r);
	}
}

void ai_asked(struct worker *w, int64_t conversation_id)
{
	struct reply *r = find(w, conversation_id);

	if (r != NULL)
		look_again(w, r);
	else
		start(w, conversation_id);
}

struct due_list {
	int64_t ids[LOOK_MAX];
	size_t n;
};

static bool look(struct ctx *c, void *arg)
{
	struct due_list *l = arg;
	struct list due = { 0 };

	if (!ai_due(c, LOOK_MAX, &due))
		return false;
	l->n = due.n;
	if (due.n > 0)
		memcpy(l->ids, due.items, due.n * sizeof(*l->ids));
	return true;
}

void ai_look(struct worker *w)
{
	struct due_list l = { 0 };

	if (!job_run(w, look, &l, false))
		return;
	for (size_t i = 0; i < l.n; i++)
		if (find(w, l.ids[i]) == NULL)
			start(w, l.ids[i]);
	if (l.n > 0)
		worker_busy(w);
}

/* -- storing -- */

struct storing {
	struct reply *reply;
	enum ai_stored how;
};

/* The stored message, then the last piece that names it: live clients put the message in the place of the streamed text. */
static bool store(struct ctx *c, void *arg)
{
	struct storing *s = arg;
	struct reply *r = s->reply;
	struct message *m = arena_alloc(c->mem, sizeof(*m)); /* the event shows it */

	if (!ai_store(c, &r->turn, &r->answer, &r->use, &s->how, m))
		return false;
	if (s->how != AI_STORED)
		return true;
	reply_tell_end(c, r, m);
	return true;
}

static void finish(struct worker *w, struct reply *r)
{
	struct storing s = { .reply = r };

	if (job_run_in(w, &r->mem, store, &s, true)) {
		if (s.how == AI_STORED)
			drop(w, r);
		else
			look_again(w, r);
		return;
	}
	bool away = failed_for_now(w->err.code);
	later(r);
	if (away ? now_ms() > r->turn.claim : r->answer.kind == AI_FAILS) {
		log_error(NULL, "ai.lost", "conversation %lld has no answer yet", (long long)r->id);
		drop(w, r); /* the claim lapses, then it is taken up again */
	} else if (!away) {
		reply_settle(r, AI_FAILS, HANDED_FAILED);
	}
}

static bool renew(struct ctx *c, void *arg)
{
	struct reply *r = arg;

	return ai_renew(c, &r->turn, &r->claimed);
}

/* Its next step; false when the claim was lost and the reply is gone. */
static bool keep_claim(struct worker *w, struct reply *r)
{
	if (r->turn.claim - now_ms() > AI_CLAIM_MS / 2)
		return true;
	if (!job_run(w, renew, r, false) || r->claimed)
		return true;
	give_up(w, r);
	return false;
}

void ai_tick(struct worker *w)
{
	int64_t now = mono_ms();

	for (struct reply *r = w->replies, *next; r != NULL; r = next) {
		next = r->next;
		if (reply_next(r) <= now && keep_claim(w, r) && reply_step(w, r, now) == REPLY_SAID)
			finish(w, r);
	}
}

int64_t ai_next(const struct worker *w)
{
	int64_t next = INT64_MAX;

	for (const struct reply *r = w->replies; r != NULL; r = r->next) {
		int64_t at = reply_next(r);
		next = at < next ? at : next;
	}
	return next;
}

/* -- stopping -- */

/* A wake may be older than the row: what it says is looked up. */
void ai_cancel(struct worker *w, int64_t conversation_id)
{
	struct reply *r = find(w, conversation_id);

	if (r != NULL)
		look_again(w, r);
}

static bool release_all(struct ctx *c, void *arg)
{
	const struct worker *w = arg;

	for (const struct reply *r = w->replies; r != NULL; r = r->next)
		if (!ai_release(c, &r->turn))
			return false;
	return true;
}

void ai_stop(struct worker *w)
{
	if (w->replies != NULL)
		job_run(w, release_all, w, false);
	while (w->replies != NULL)
		drop(w, w->replies);
}
