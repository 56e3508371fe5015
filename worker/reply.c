#include "reply.h"
#include "../lib/core/log.h"
#include "../lib/core/text.h"
#include "../lib/domain/ai_figures.h"
#include "../lib/domain/event.h"
#include "pieces.h"
#include "spoken.h"
#include <string.h>

enum {
	LOOK_MS = 1000,
	WAIT_LOOK_MS = 50,
	TYPING_MS = 5000,
	CALLS_MAX = 3,
	CHARS_MAX = MESSAGE_MAX_CHARS - 1000 /* titles come below */
};

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
	if (r->at == 0 && n > 0)
		r->use.word_at = c->now;
	e->text = n > 0 ? arena_strndup(c->mem, r->text + r->at, n) : "";
	r->at += n;
	e->full_text = r->at > 0 ? arena_strndup(c->mem, r->text, r->at) : "";
	e->number = r->chunk++;
	e->flag = complete;
	e->id = message_id;
}

bool reply_hush(struct ctx *c, void *arg)
{
	struct reply *r = arg;

	tell_typing(c, r, false);
	if (r->chunk > 0)
		tell_piece(c, r, 0, true, 0);
	return true;
}

void reply_tell_end(struct ctx *c, struct reply *r, const struct message *m)
{
	bool said = r->answer.kind == AI_SURE || r->answer.kind == AI_UNSURE;

	tell_typing(c, r, false);
	if (r->chunk > 0)
		tell_piece(c, r, 0, true, said ? m->id : 0);
}

/* -- who answers -- */

static bool ask_builtin(struct ctx *c, struct reply *r)
{
	if (!ai_answer_builtin(c, &r->turn, &r->answer))
		return false;
	if (r->answer.kind == AI_SURE || r->answer.kind == AI_UNSURE) {
		r->text = r->answer.text;
		r->n = strlen(r->text);
	}
	r->whole = true;
	return true;
}

/* A person who is asked for by name need not wait for a provider to say so. */
static bool ask_provider(struct ctx *c, struct reply *r)
{
	if (ai_person_wanted(c, &r->turn)) {
		reply_settle(r, AI_HANDS_OVER, HANDED_ASKED);
		return true;
	}
	if (r->turn.setup.spent) {
		reply_settle(r, AI_SPENT, HANDED_LIMIT);
		return true;
	}
	r->waits = true;
	return ai_prompt(c, &r->turn, &r->prompt);
}

/* It was turned off since the conversation began. */
static bool ask_nobody(struct ctx *c, struct reply *r)
{
	(void)c;
	reply_settle(r, AI_HANDS_OVER, HANDED_LIMIT);
	return true;
}

static bool compose(struct ctx *c, void *arg)
{
	static bool (*const ask[])(struct ctx *, struct reply *) = {
		[AI_BUILTIN] = ask_builtin, [AI_OPENAI] = ask_provider, [AI_OFF] = ask_nobody
	};
	struct reply *r = arg;

	return ask[r->turn.setup.provider](c, r);
}

/* What a stream took: on the day's account at once, whatever becomes of it; in the figures with the turn that it answers, or as one
   that nobody wanted any more. */
static bool spend(struct ctx *c, void *arg)
{
	const struct reply *r = arg;
	struct ai_use use = { 0 };

	return !stream_usage(r->stream, &use.usage) ||
	       (ai_setup_spend(c, &r->turn.setup, &use.usage) && (r->heard || ai_count(c, &r->turn, &use, AI_OUT_DROPPED)));
}

static void add_usage(struct reply *r)
{
	struct ai_usage u = { 0 };

	r->heard = true;
	if (!stream_usage(r->stream, &u))
		return;
	r->use.usage.tokens_in += u.tokens_in;
	r->use.usage.tokens_out += u.tokens_out;
	r->use.usage.estimated = r->use.usage.estimated || u.estimated;
}

void reply_let_go(struct worker *w, struct reply *r)
{
	if (r->stream == NULL)
		return;
	job_run(w, spend, r, true);
	stream_close(w, r->stream);
	r->stream = NULL;
}

static bool begin(struct ctx *c, void *arg)
{
	struct reply *r = arg;

	if (r->chunk > 0)
		tell_piece(c, r, 0, true, 0); /* what it said to the question before */
	r->stream_id = random_id(c->mem, "stream_", 12);
	r->text = "";
	r->n = r->at = 0;
	r->chunk = 0;
	r->use.word_at = 0;
	tell_typing(c, r, true);
	return true;
}

void reply_settle(struct reply *r, enum ai_kind kind, enum handover why)
{
	r->answer = (struct ai_answer){ .kind = kind, .text = "", .why = why };
	r->n = r->at;
	r->waits = false;
	r->whole = true;
	r->piece_at = 0;
}

bool reply_begin(struct worker *w, struct reply *r)
{
	r->waits = r->whole = false;
	r->calls = 0;
	job_run_in(w, &r->mem, begin, r, false);
	reply_let_go(w, r);
	r->due = r->asked_at = r->typed_at = mono_ms();
	r->piece_at = 0;
	if (job_run_in(w, &r->mem, compose, r, false))
		return true;
	if (w->err.code == E_UNAVAILABLE)
		return false;
	reply_settle(r, AI_FAILS, HANDED_FAILED);
	return true;
}

/* -- going on -- */

static void give_up(struct reply *r, enum handover kind, const char *why)
{
	log_warn(NULL, "ai.failed", "conversation %lld: %s", (long long)r->id, why);
	reply_settle(r, AI_FAILS, kind);
}

static void open_or_wait(struct worker *w, struct reply *r, int64_t now)
{
	enum provider_state state = provider_state(w, &r->turn.setup);

	if (state == PROVIDER_READY) {
		r->stream = stream_open(w, &r->turn.setup, &r->prompt);
		r->heard = false;
		r->waits = false;
		r->calls++;
	} else if (state == PROVIDER_FAILING) {
		give_up(r, HANDED_FAILED, "the provider fails, and is left alone");
	} else if (state == PROVIDER_RESTS && provider_rests_until(w, &r->turn.setup) - r->asked_at >= r->turn.setup.wait_ms) {
		give_up(r, HANDED_LIMIT, "the provider wants to be left alone for longer than anybody waits");
	} else if (now - r->asked_at >= r->turn.setup.wait_ms) {
		give_up(r, HANDED_LIMIT, "too many answers at a time");
	}
}

struct citing {
	struct reply *reply;
	struct spoken said;
};

static bool cite(struct ctx *c, void *arg)
{
	struct citing *x = arg;
	struct reply *r = x->reply;

	r->answer = (struct ai_answer){ .kind = x->said.kind };
	ai_cite(c, &r->prompt, x->said.text, x->said.n, &r->answer);
	r->text = r->answer.text;
	r->n = strlen(r->text);
	r->whole = true;
	return true;
}

/* All that can be said is there: an answer, or a reason to call a person. */
static void conclude(struct worker *w, struct reply *r, const struct spoken *said)
{
	struct citing x = { r, *said };

	if (said->n == 0)
		give_up(r, HANDED_FAILED, "the provider said nothing");
	else if (!job_run_in(w, &r->mem, cite, &x, false))
		reply_settle(r, AI_FAILS, HANDED_FAILED);
}

/* It was busy and said until when: the question is put to it again. */
static bool ask_later(struct worker *w, struct reply *r)
{
	if (r->stream->retry_ms == 0 || r->at > 0 || r->calls == CALLS_MAX)
		return false;
	r->text = "";
	reply_let_go(w, r);
	r->waits = true;
	return true;
}

static void hear(struct worker *w, struct reply *r, int64_t now)
{
	enum stream_state state = stream_look(w, r->stream, now);
	struct spoken s = spoken_of(buf_text(&r->stream->answer.text), r->stream->answer.text.len, state == STREAM_ENDED);
	size_t most = utf8_cut(s.text, s.n, CHARS_MAX);

	r->text = s.text;
	if (state == STREAM_FAILED && ask_later(w, r))
		return;
	if (state == STREAM_FAILED) {
		give_up(r, r->stream->timed_out ? HANDED_TIMEOUT : HANDED_FAILED, r->stream->answer.error);
	} else if (s.kind == AI_HANDS_OVER || (s.kind == AI_UNSURE && r->turn.unsure > 0)) {
		stream_halt(w, r->stream);
		reply_settle(r, AI_HANDS_OVER, s.kind == AI_UNSURE ? HANDED_UNSURE : HANDED_ASKED);
	} else if (state == STREAM_ENDED || most < s.n) {
		stream_halt(w, r->stream);
		s.n = most;
		conclude(w, r, &s);
	} else {
		r->n = s.n;
		return;
	}
	add_usage(r);
}

static bool speak(struct ctx *c, void *arg)
{
	struct reply *r = arg;
	const char *rest = r->text + r->at;
	bool slowly = r->stream == NULL && c->cfg->ai_word_ms > 0; /* what comes from here is there at once */

	tell_piece(c, r, slowly ? piece_bytes(rest) : r->n - r->at, false, 0);
	return true;
}

/* Clients forget a typing that is not said again. */
static bool type_on(struct ctx *c, void *arg)
{
	tell_typing(c, arg, true);
	return true;
}

enum reply_state reply_step(struct worker *w, struct reply *r, int64_t now)
{
	if (r->waits)
		open_or_wait(w, r, now);
	else if (!r->whole)
		hear(w, r, now);
	r->due = now + (r->waits ? WAIT_LOOK_MS : LOOK_MS);
	if (r->at < r->n && now >= r->piece_at) {
		job_run(w, speak, r, false);
		r->piece_at = now + w->cfg.ai_word_ms;
	} else if (r->at == 0 && !r->whole && now - r->typed_at >= TYPING_MS) {
		job_run(w, type_on, r, false);
		r->typed_at = now;
	}
	return r->whole && r->at == r->n && now >= r->piece_at ? REPLY_SAID : REPLY_GOES_ON;
}

int64_t reply_next(const struct reply *r)
{
	bool ready = r->at < r->n || r->whole || (r->stream != NULL && r->stream->fresh);

	return ready && r->piece_at < r->due ? r->piece_at : r->due;
}
