/* AI replies: taken up, streamed word by word, stored once. Several at a time, one a conversation. */
#include "../lib/core/log.h"
#include "../lib/core/text.h"
#include "../lib/domain/event.h"
#include "pieces.h"
#include "worker.h"
#include <stdlib.h>
#include <string.h>

enum { REPLIES_MAX = 200, LOOK_MAX = 50, AGAIN_MS = 500 };

struct reply {
	struct reply *next;
	struct arena mem; /* everything below lives here */
	int64_t id;       /* the conversation */
	struct ai_turn turn;
	struct ai_answer answer;
	size_t at;          /* bytes of the text that were streamed */
	int64_t chunk, due; /* due: mono ms */
	const char *stream_id;
	bool claimed;
};

/* Who answers. One row a provider; a setting that names none of them fails, and a person takes over. */
static const struct {
	const char *name;
	bool (*answer)(struct ctx *, const struct ai_turn *, struct ai_answer *);
} providers[] = { { "builtin", ai_answer_builtin } };

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
	arena_free(&r->mem);
	free(r);
	w->ai_at = 0; /* there is room for those that wait */
}

/* -- what live clients see of it -- */

static void tell_typing(struct ctx *c, const struct reply *r, bool typing)
{
	struct event *e = event_queue(c, EVENT_TYPING);

	e->conversation = &r->turn.conversation;
	e->sender_type = SENDER_AI;
	e->user_name = catalog_text(c->texts, r->turn.lang, "ai.name");
	e->flag = typing;
}

static void tell_piece(struct ctx *c, struct reply *r, size_t n, bool complete, int64_t message_id)
{
	struct event *e = event_queue(c, EVENT_AI_STREAM);

	e->conversation = &r->turn.conversation;
	e->stream_id = r->stream_id;
	e->text = n > 0 ? arena_strndup(c->mem, r->answer.text + r->at, n) : "";
	r->at += n;
	e->full_text = r->at > 0 ? arena_strndup(c->mem, r->answer.text, r->at) : "";
	e->number = r->chunk++;
	e->flag = complete;
	e->id = message_id;
}

/* It ends without an answer: somebody else has the conversation. */
static bool hush(struct ctx *c, void *arg)
{
	struct reply *r = arg;

	tell_typing(c, r, false);
	if (r->chunk > 0)
		tell_piece(c, r, 0, true, 0);
	return true;
}

static bool release(struct ctx *c, void *arg)
{
	const struct reply *r = arg;

	return ai_release(c, &r->turn);
}

static void give_up(struct worker *w, struct reply *r)
{
	job_run(w, hush, r, false);
	job_run(w, release, r, false);
	drop(w, r);
}

/* -- taking up -- */

static bool claim(struct ctx *c, void *arg)
{
	struct reply *r = arg;

	return ai_claim(c, r->id, r->turn.claim, &r->turn, &r->claimed);
}

static bool compose(struct ctx *c, void *arg)
{
	struct reply *r = arg;

	for (size_t i = 0; i < COUNT(providers); i++)
		if (strcmp(providers[i].name, c->cfg->ai_provider) == 0)
			return providers[i].answer(c, &r->turn, &r->answer);
	return fail(c, E_BUG, "ai.failed");
}

static bool begin(struct ctx *c, void *arg)
{
	struct reply *r = arg;

	r->stream_id = random_id(c->mem, "stream_", 12);
	r->at = 0;
	r->chunk = 0;
	tell_typing(c, r, true);
	return true;
}

/* A claimed question gets its answer. False: the database is away; the reply is gone, its claim lapses, a sweep takes it up again.
 */
static bool answer(struct worker *w, struct reply *r)
{
	job_run_in(w, &r->mem, begin, r, false);
	if (!job_run_in(w, &r->mem, compose, r, false)) {
		if (w->err.code == E_UNAVAILABLE) {
			give_up(w, r);
			return false;
		}
		r->answer = (struct ai_answer){ .kind = AI_FAILS };
	}
	if (r->answer.kind == AI_HANDS_OVER || r->answer.kind == AI_FAILS)
		r->answer.text = ""; /* nothing to stream */
	r->due = mono_ms();
	return true;
}

static void start(struct worker *w, int64_t id)
{
	if (w->replies_n >= REPLIES_MAX)
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

/* The row has moved under a running reply: a newer question is taken into account, a lost claim ends it. */
static void look_again(struct worker *w, struct reply *r)
{
	int64_t seq = r->turn.wanted_seq;
	struct ai_turn before = r->turn;

	if (!job_run_in(w, &r->mem, claim, r, true)) {
		r->turn = before;
		r->due = mono_ms() + AGAIN_MS;
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

	if (strcmp(w->cfg.ai_provider, "off") == 0)
		return;
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

	if (strcmp(w->cfg.ai_provider, "off") == 0 || !job_run(w, look, &l, false))
		return;
	for (size_t i = 0; i < l.n; i++)
		if (find(w, l.ids[i]) == NULL)
			start(w, l.ids[i]);
	if (l.n > 0)
		worker_busy(w);
}

/* -- speaking -- */

static bool speak(struct ctx *c, void *arg)
{
	struct reply *r = arg;
	const char *rest = r->answer.text + r->at;

	tell_piece(c, r, c->cfg->ai_word_ms > 0 ? piece_bytes(rest) : strlen(rest), false, 0);
	return true;
}

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

	if (!ai_store(c, &r->turn, &r->answer, &s->how, m))
		return false;
	if (s->how != AI_STORED)
		return true;
	tell_typing(c, r, false);
	if (*r->answer.text != '\0')
		tell_piece(c, r, 0, true, m->id);
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
	bool away = w->err.code == E_UNAVAILABLE;
	r->due = mono_ms() + AGAIN_MS;
	if (away ? now_ms() > r->turn.claim : r->answer.kind == AI_FAILS) {
		log_error(NULL, "ai.lost", "conversation %lld has no answer yet", (long long)r->id);
		drop(w, r); /* the claim lapses, then it is taken up again */
	} else if (!away) {
		r->answer = (struct ai_answer){ .kind = AI_FAILS, .text = "" };
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
		if (r->due > now || !keep_claim(w, r))
			continue;
		if (r->answer.text[r->at] == '\0') {
			finish(w, r);
			continue;
		}
		job_run(w, speak, r, false);
		r->due = now + w->cfg.ai_word_ms;
	}
}

int64_t ai_next(const struct worker *w)
{
	int64_t next = INT64_MAX;

	for (const struct reply *r = w->replies; r != NULL; r = r->next)
		next = r->due < next ? r->due : next;
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
