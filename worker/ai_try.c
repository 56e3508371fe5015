#include "ai_try.h"
#include "../lib/core/text.h"
#include "../lib/domain/ai_try.h"
#include "provider.h"
#include "spoken.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRIES_MAX = 8, LOOK_MS = 50, WHOLE_MS = 30000, ANSWER_CHARS = 4000 };

struct
try {
	struct try *next;
	struct arena mem;
	int64_t id, began, word_at;
	struct ai_try told;
	struct ai_setup setup;
	struct ai_prompt prompt;
	struct stream *stream;
	bool found;
};

static void drop(struct worker *w, struct try *t)
{
	for (struct try **at = &w->tries; *at != NULL; at = &(*at)->next)
		if (*at == t) {
			*at = t->next;
			break;
		}
	stream_close(w, t->stream);
	arena_free(&t->mem);
	free(t);
}

static bool take(struct ctx *c, void *arg)
{
	struct try *t = arg;

	if (!ai_try_take(c, t->id, &t->told, &t->found))
		return false;
	if (!t->found)
		return true; /* another worker's */
	c->lang = t->told.lang;
	return ai_try_prompt(c, &t->told, &t->setup, &t->prompt);
}

static bool tell(struct ctx *c, void *arg)
{
	struct try *t = arg;

	return ai_try_tell(c, &t->told);
}

struct spending {
	const struct ai_setup *setup;
	struct ai_usage usage;
};

static bool spend(struct ctx *c, void *arg)
{
	const struct spending *s = arg;

	return ai_setup_spend(c, s->setup, &s->usage);
}

void tries_ask(struct worker *w, int64_t id)
{
	struct try *t = calloc(1, sizeof(*t));
	size_t n = 0;

	if (t == NULL)
		abort();
	for (const struct try *other = w->tries; other != NULL; other = other->next)
		n++;
	t->id = id;
	t->next = w->tries;
	w->tries = t;
	if (n >= TRIES_MAX || !job_run_in(w, &t->mem, take, t, false) || !t->found) {
		drop(w, t); /* whoever asked is told that nobody answered */
		return;
	}
	t->began = mono_ms();
	if (t->setup.timeout_ms > WHOLE_MS)
		t->setup.timeout_ms = WHOLE_MS;
	if (t->setup.wait_ms > WHOLE_MS)
		t->setup.wait_ms = WHOLE_MS;
	t->stream = stream_open(w, &t->setup, &t->prompt);
}

static const char *said(struct try *t)
{
	struct spoken s = spoken_of(buf_text(&t->stream->answer.text), t->stream->answer.text.len, true);

	if (s.kind == AI_HANDS_OVER)
		return "[[HUMAN]]";
	return arena_strndup(&t->mem, s.text, utf8_cut(s.text, s.n, ANSWER_CHARS));
}

static void finish(struct worker *w, struct try *t, bool good)
{
	struct spending s = { &t->setup, { 0 } };

	t->told.answer = good ? said(t) : "";
	if (good && *t->told.answer == '\0')
		completion_fail(&t->stream->answer, "the provider said nothing");
	good = good && *t->told.answer != '\0';
	t->told.state = good ? AI_TRY_GOOD : AI_TRY_FAILED;
	t->told.error = good ? "" : arena_strdup(&t->mem, t->stream->answer.error);
	t->told.ms = mono_ms() - t->began;
	t->told.word_ms = t->word_at != 0 ? t->word_at - t->began : 0;
	if (stream_usage(t->stream, &s.usage)) {
		t->told.tokens_in = s.usage.tokens_in;
		t->told.tokens_out = s.usage.tokens_out;
		t->told.estimated = s.usage.estimated;
		t->told.cost = ai_setup_cost(&t->setup, &s.usage);
		job_run(w, spend, &s, true);
	}
	job_run(w, tell, t, false);
	drop(w, t);
}

void tries_tick(struct worker *w)
{
	int64_t now = mono_ms();

	for (struct try *t = w->tries, *next; t != NULL; t = next) {
		next = t->next;
		enum stream_state state = stream_look(w, t->stream, now);
		if (t->word_at == 0 && t->stream->answer.text.len > 0)
			t->word_at = now;
		if (state != STREAM_RUNS)
			finish(w, t, state == STREAM_ENDED);
	}
}

int64_t tries_next(const struct worker *w)
{
	return w->tries != NULL ? mono_ms() + LOOK_MS : INT64_MAX;
}

void tries_stop(struct worker *w)
{
	while (w->tries != NULL)
		drop(w, w->tries);
}
