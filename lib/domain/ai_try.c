#include "ai_try.h"
#include "../bus/bus.h"
#include "../core/buf.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "audit.h"
#include "event.h"
#include "inbox.h"
#include "question.h"
#include "row_cache.h"
#include "setting.h"
#include <string.h>

enum { KEPT_S = 300, GIVEN_UP_MS = 60000, ID_BITS = 50 };
const char *const ai_try_state_names[] = { "running", "good", "failed", NULL };

static const struct col cols[] = {
	{ COL_INT, offsetof(struct ai_try, id) },         { COL_INT, offsetof(struct ai_try, inbox_id) },
	{ COL_STR, offsetof(struct ai_try, question) },   { COL_STR, offsetof(struct ai_try, lang) },
	{ COL_ENUM, offsetof(struct ai_try, state) },     { COL_STR, offsetof(struct ai_try, error) },
	{ COL_STR, offsetof(struct ai_try, answer) },     { COL_INT, offsetof(struct ai_try, word_ms) },
	{ COL_INT, offsetof(struct ai_try, ms) },         { COL_INT, offsetof(struct ai_try, tokens_in) },
	{ COL_INT, offsetof(struct ai_try, tokens_out) }, { COL_BOOL, offsetof(struct ai_try, estimated) },
	{ COL_REAL, offsetof(struct ai_try, cost) },      { COL_INT, offsetof(struct ai_try, asked_at) },
};
static const struct stmt shape = { .cols = cols, .ncols = COUNT(cols), .rowsz = sizeof(struct ai_try) };

static const char *key_of(struct ctx *c, int64_t id)
{
	return arena_printf(c->mem, "ai-try:%lld", (long long)id);
}

static bool keep(struct ctx *c, const struct ai_try *t)
{
	struct buf b = { 0 };

	row_pack(&b, &shape, t);
	bus_set(c, key_of(c, t->id), arena_strndup(c->mem, b.data, b.len), b.len, KEPT_S);
	buf_free(&b);
	return bus_go(c);
}

bool ai_try_take(struct ctx *c, int64_t id, struct ai_try *t, bool *found)
{
	int slot = bus_get(c, key_of(c, id));
	size_t n = 0;

	*found = false;
	if (!bus_go(c))
		return fail(c, E_UNAVAILABLE, "redis.away");
	const char *text = bus_str(c, slot, &n);
	*t = (struct ai_try){ 0 };
	*found = text != NULL && row_unpack(c->mem, &shape, text, n, t);
	return true;
}

void ai_try_tell(struct ctx *c, const struct ai_try *t)
{
	keep(c, t);
}

bool ai_try_start(struct ctx *c, const void *vin, void *vout)
{
	const struct ai_try_in *in = vin;
	struct ai_try *t = vout;
	struct ai_setup s;
	struct inbox inbox;
	uint64_t id = 0;

	if ((in->inbox_id != 0 && !inbox_get(c, &(struct inbox_id_in){ in->inbox_id }, &inbox)) ||
	    !ai_setup_read(c, in->inbox_id, &s))
		return false;
	if (s.provider != AI_OPENAI)
		return fail(c, E_CONFLICT, "ai.try_nobody");
	for (const char *p = random_id(c->mem, "", 16); *p != '\0'; p++)
		id = id * 61 + (unsigned char)*p;
	*t = (struct ai_try){ .id = (int64_t)(id & ((1ull << ID_BITS) - 1)) + 1,
			      .inbox_id = in->inbox_id,
			      .question = in->question != NULL ? in->question : "",
			      .lang = c->lang,
			      .error = "",
			      .answer = "",
			      .asked_at = c->now };
	if (!keep(c, t))
		return fail(c, E_UNAVAILABLE, "redis.away");
	event_wake(c, "ai_try", t->id);
	return audit(c, "inbox:ai_try", in->inbox_id, NULL);
}

bool ai_try_get(struct ctx *c, const void *vin, void *vout)
{
	const struct ai_try_id_in *in = vin;
	struct ai_try *t = vout;
	bool found;

	if (!ai_try_take(c, in->id, t, &found))
		return false;
	if (!found)
		return fail(c, E_NOT_FOUND, "ai.try_missing");
	if (t->state == AI_TRY_RUNS && c->now - t->asked_at > GIVEN_UP_MS) {
		t->state = AI_TRY_FAILED;
		t->error = catalog_text(c->texts, c->lang, "ai.try_no_worker");
	}
	return true;
}

bool ai_try_prompt(struct ctx *c, const struct ai_try *t, struct ai_setup *s, struct ai_prompt *out)
{
	if (!ai_setup_read(c, t->inbox_id, s))
		return false;
	bool asks = *t->question != '\0';
	struct message *said = arena_alloc(c->mem, sizeof(*said));
	*said = (struct message){ .sender_type = SENDER_USER,
				  .content = asks ? t->question : catalog_text(c->texts, t->lang, "ai.try_hello") };
	struct ai_turn turn = { .setup = *s, .lang = question_lang(said->content, t->lang), .messages = { said, 1 }, .pending = 1 };
	turn.lang = ai_setup_lang(s, turn.lang);
	return ai_prompt(c, &turn, out);
}
