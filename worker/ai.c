/* AI replies: composed, streamed word by word, stored once. Several at a time, one a conversation. */
#include "../lib/core/log.h"
#include "../lib/core/text.h"
#include "../lib/domain/event.h"
#include "worker.h"
#include <stdlib.h>
#include <string.h>

enum { REPLIES_MAX = 200, CJK_PIECE = 2 };

struct reply {
	struct reply *next;
	struct arena mem; /* text and conversation live here */
	struct ai_question question;
	struct conversation conversation;
	struct ai_answer answer;
	size_t at;          /* bytes of the text that were streamed */
	int64_t chunk, due; /* due: mono ms */
	const char *stream_id;
};

/* -- taking up -- */

static const struct reply *find(const struct worker *w, int64_t conversation_id)
{
	for (const struct reply *r = w->replies; r != NULL; r = r->next)
		if (r->question.conversation_id == conversation_id)
			return r;
	return NULL;
}

static const char *keep(struct reply *r, const char *s)
{
	return s != NULL ? arena_strdup(&r->mem, s) : NULL;
}

/* The job's arena goes; what the reply needs later moves into its own. */
static void keep_conversation(struct reply *r, const struct conversation *v)
{
	r->conversation = *v;
	r->conversation.session_id = keep(r, v->session_id);
	r->conversation.uuid = r->conversation.channel = r->conversation.metadata = r->conversation.last_text = NULL;
	r->conversation.rating_comment = NULL;
}

static void tell_typing(struct ctx *c, const struct conversation *v, bool typing)
{
	struct event *e = event_queue(c, EVENT_TYPING);

	e->conversation = v;
	e->sender_type = SENDER_AI;
	e->flag = typing;
}

static bool take_up(struct ctx *c, void *arg)
{
	struct reply *r = arg;
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));
	struct ai_answer a;

	if (!ai_compose(c, &r->question, v, &a))
		return false;
	r->answer = a;
	r->answer.text = keep(r, a.text);
	keep_conversation(r, v);
	r->stream_id = arena_printf(&r->mem, "ai_%lld_%lld", (long long)r->question.conversation_id, (long long)r->question.seq);
	tell_typing(c, v, true);
	return true;
}

static void reply_free(struct reply *r)
{
	arena_free(&r->mem);
	free(r);
}

struct claim {
	struct worker *w;
	const struct ai_question *question;
	bool taken;
};

static bool claim(struct ctx *c, void *arg)
{
	struct claim *k = arg;

	return ai_claim(c, k->question, &k->taken);
}

static void start(struct worker *w, const struct ai_question *q)
{
	struct claim k = { w, q, false };

	if (find(w, q->conversation_id) != NULL || w->replies_n >= REPLIES_MAX || !job_run(w, claim, &k, false) || !k.taken)
		return;
	struct reply *r = calloc(1, sizeof(*r));
	if (r == NULL)
		abort();
	r->question = *q;
	if (!job_run(w, take_up, r, false)) { /* the claim lapses, and the question is taken up again */
		reply_free(r);
		return;
	}
	r->due = mono_ms() + w->cfg.ai_word_ms;
	r->next = w->replies;
	w->replies = r;
	w->replies_n++;
}

struct looking {
	struct ai_question *questions;
	size_t n;
};

static bool look(struct ctx *c, void *arg)
{
	struct looking *l = arg;
	struct list waiting = { 0 };

	if (!ai_waiting(c, &waiting))
		return false;
	l->n = waiting.n;
	l->questions = malloc((waiting.n + 1) * sizeof(*l->questions));
	if (l->questions == NULL)
		abort();
	if (waiting.n > 0)
		memcpy(l->questions, waiting.items, waiting.n * sizeof(*l->questions));
	return true;
}

void ai_look(struct worker *w)
{
	struct looking l = { 0 };

	if (strcmp(w->cfg.ai_provider, "off") == 0)
		return;
	if (job_run(w, look, &l, false))
		for (size_t i = 0; i < l.n; i++)
			start(w, &l.questions[i]);
	free(l.questions);
}

/* -- speaking -- */

/* A word with the space behind it, or two CJK characters. */
static size_t piece(const char *s)
{
	size_t n = 0;

	if ((unsigned char)*s >= 0x80)
		return utf8_cut(s, strlen(s), CJK_PIECE);
	while (s[n] != '\0' && (unsigned char)s[n] < 0x80 && s[n] != ' ' && s[n] != '\n')
		n++;
	while (s[n] == ' ' || s[n] == '\n')
		n++;
	return n;
}

static bool speak(struct ctx *c, void *arg)
{
	struct reply *r = arg;
	size_t n = piece(r->answer.text + r->at);
	struct event *e = event_queue(c, EVENT_AI_STREAM);

	e->conversation = &r->conversation;
	e->stream_id = r->stream_id;
	e->text = arena_strndup(c->mem, r->answer.text + r->at, n);
	r->at += n;
	e->full_text = arena_strndup(c->mem, r->answer.text, r->at);
	e->number = r->chunk++;
	return true;
}

/* The stored message, then the last piece that names it; live clients replace the streamed text by the message. */
static bool finish(struct ctx *c, void *arg)
{
	struct reply *r = arg;
	struct message m;
	bool stored;

	if (!ai_store(c, &r->question, &r->answer, &m, &stored))
		return false;
	tell_typing(c, &r->conversation, false);
	struct event *e = event_queue(c, EVENT_AI_STREAM);
	e->conversation = &r->conversation;
	e->stream_id = r->stream_id;
	e->text = "";
	e->full_text = stored ? r->answer.text : "";
	e->number = r->chunk++;
	e->flag = true;
	e->id = stored ? m.id : 0;
	return true;
}

void ai_tick(struct worker *w)
{
	int64_t now = mono_ms();

	for (struct reply **at = &w->replies, *r; (r = *at) != NULL;) {
		if (r->due > now) {
			at = &r->next;
			continue;
		}
		if (r->answer.text[r->at] != '\0') {
			job_run(w, speak, r, false);
			r->due = now + w->cfg.ai_word_ms;
			at = &r->next;
			continue;
		}
		if (!job_run(w, finish, r, true))
			w->ai_at = now + 500; /* the claim lapses; whoever looks then answers again, once */
		*at = r->next;
		w->replies_n--;
		reply_free(r);
		w->ai_at = now; /* a newer question may have come meanwhile */
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

static bool hush(struct ctx *c, void *arg)
{
	struct reply *r = arg;
	struct event *e = event_queue(c, EVENT_AI_STREAM);

	tell_typing(c, &r->conversation, false);
	e->conversation = &r->conversation;
	e->stream_id = r->stream_id;
	e->text = e->full_text = "";
	e->number = r->chunk++;
	e->flag = true;
	return true;
}

void ai_cancel(struct worker *w, int64_t conversation_id)
{
	for (struct reply **at = &w->replies, *r; (r = *at) != NULL; at = &r->next)
		if (r->question.conversation_id == conversation_id) {
			job_run(w, hush, r, false);
			*at = r->next;
			w->replies_n--;
			reply_free(r);
			return;
		}
}

static bool release(struct ctx *c, void *arg)
{
	const struct reply *r = arg;

	return ai_release_all(c, &r->question, 1);
}

void ai_stop(struct worker *w)
{
	for (struct reply *r = w->replies, *next; r != NULL; r = next) {
		next = r->next;
		job_run(w, release, r, false);
		reply_free(r);
	}
	w->replies = NULL;
	w->replies_n = 0;
}
