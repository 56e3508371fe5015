/* What staff asked the AI for (lib/domain/assist.h), a few at a time, beside the answers to visitors. */
#include "assist.h"
#include "../lib/core/log.h"
#include "../lib/core/text.h"
#include "../lib/domain/ai_figures.h"
#include "../lib/domain/assist.h"
#include "provider.h"
#include "spoken.h"
#include <stdlib.h>

enum { ASSISTS_MAX = 20, LOOK_MS = 50, TEXT_CHARS = MESSAGE_MAX_CHARS };

struct assisting {
	struct assisting *next;
	struct arena mem;
	int64_t id;
	struct assist asked;
	struct ai_setup setup;
	struct ai_prompt prompt;
	struct stream *stream;
	bool found;
};

static void drop(struct worker *w, struct assisting *x)
{
	for (struct assisting **at = &w->assists; *at != NULL; at = &(*at)->next)
		if (*at == x) {
			*at = x->next;
			break;
		}
	stream_close(w, x->stream);
	arena_free(&x->mem);
	free(x);
}

static bool take(struct ctx *c, void *arg)
{
	struct assisting *x = arg;

	return assist_take(c, x->id, &x->asked, &x->found) && (!x->found || assist_prompt(c, &x->asked, &x->setup, &x->prompt));
}

static bool tell(struct ctx *c, void *arg)
{
	const struct assisting *x = arg;

	return assist_tell(c, &x->asked);
}

static bool look(struct ctx *c, void *arg)
{
	struct assisting *x = arg;

	return assist_runs(c, x->id, &x->found);
}

/* What it took belongs to the day's figures too. */
static bool count(struct ctx *c, void *arg)
{
	const struct assisting *x = arg;
	struct ai_use use = { 0 };
	const struct ai_turn turn = { .setup = x->setup,
				      .conversation = { .id = x->asked.conversation_id },
				      .asked_at = x->asked.asked_at };

	return !stream_usage(x->stream, &use.usage) ||
	       (ai_setup_spend(c, &x->setup, &use.usage) && ai_count(c, &turn, &use, AI_OUT_DROPPED));
}

static void conclude(struct worker *w, struct assisting *x, const char *text, const char *why)
{
	x->asked.state = *text != '\0' ? ASSIST_DONE : ASSIST_FAILED;
	x->asked.text = text;
	x->asked.error = *text != '\0' ? "" : catalog_text(w->texts, x->asked.lang, "assist.failed");
	if (*text == '\0')
		log_warn(NULL, "assist.failed", "conversation %lld: %s", (long long)x->asked.conversation_id, why);
	job_run(w, tell, x, false);
	drop(w, x);
}

static void start(struct worker *w, int64_t id)
{
	struct assisting *x = calloc(1, sizeof(*x));
	size_t n = 0;

	if (x == NULL)
		abort();
	for (const struct assisting *other = w->assists; other != NULL; other = other->next)
		n++;
	x->id = id;
	x->next = w->assists;
	w->assists = x;
	bool ready = job_run_in(w, &x->mem, take, x, false);
	if (!x->found)
		drop(w, x); /* turned away from, or another worker's */
	else if (!ready)
		conclude(w, x, "", "it cannot be put to a provider");
	else if (n >= ASSISTS_MAX || x->setup.spent || provider_state(w, &x->setup) != PROVIDER_READY)
		conclude(w, x, "", "the provider is busy, left alone, or the day's money is gone");
	else
		x->stream = stream_open(w, &x->setup, &x->prompt);
}

void assists_ask(struct worker *w, int64_t id)
{
	for (struct assisting *x = w->assists; x != NULL; x = x->next)
		if (x->id == id) {
			if (job_run(w, look, x, false) && !x->found)
				drop(w, x);
			return;
		}
	start(w, id);
}

static void finish(struct worker *w, struct assisting *x, bool good)
{
	struct buf *raw = &x->stream->answer.text;
	struct spoken s = spoken_of(buf_text(raw), raw->len, true);

	job_run(w, count, x, true);
	if (good)
		conclude(w, x, arena_strndup(&x->mem, s.text, utf8_cut(s.text, s.n, TEXT_CHARS)), "the provider said nothing");
	else
		conclude(w, x, "", arena_strdup(&x->mem, x->stream->answer.error));
}

void assists_tick(struct worker *w)
{
	int64_t now = mono_ms();

	for (struct assisting *x = w->assists, *next; x != NULL; x = next) {
		next = x->next;
		enum stream_state state = stream_look(w, x->stream, now);
		if (state != STREAM_RUNS)
			finish(w, x, state == STREAM_ENDED);
	}
}

int64_t assists_next(const struct worker *w)
{
	return w->assists != NULL ? mono_ms() + LOOK_MS : INT64_MAX;
}

void assists_stop(struct worker *w)
{
	while (w->assists != NULL)
		drop(w, w->assists);
}
