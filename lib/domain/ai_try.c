#include "ai_try.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "audit.h"
#include "event.h"
#include "inbox.h"
#include "kept.h"
#include "question.h"
#include "setting.h"
#include <string.h>

enum { GIVEN_UP_MS = 60000 };
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
static const struct kept kept_as = { "ai-try", 300, { ROW(ai_try, cols) } };

bool ai_try_take(struct ctx *c, int64_t id, struct ai_try *t, bool *found)
{
	return kept_take(c, &kept_as, id, t, found);
}

bool ai_try_tell(struct ctx *c, const struct ai_try *t)
{
	return kept_put(c, &kept_as, t->id, t);
}

bool ai_try_start(struct ctx *c, const void *vin, void *vout)
{
	const struct ai_try_in *in = vin;
	struct ai_try *t = vout;
	struct ai_setup s;
	struct inbox inbox;

	if ((in->inbox_id != 0 && !inbox_get(c, &(struct inbox_id_in){ in->inbox_id }, &inbox)) ||
	    !ai_setup_read(c, in->inbox_id, &s))
		return false;
	if (s.provider != AI_OPENAI)
		return fail(c, E_CONFLICT, "ai.try_nobody");
	*t = (struct ai_try){ .id = kept_new_id(c),
			      .inbox_id = in->inbox_id,
			      .question = in->question != NULL ? in->question : "",
			      .lang = c->lang,
			      .error = "",
			      .answer = "",
			      .asked_at = c->now };
	if (!kept_put(c, &kept_as, t->id, t))
		return false;
	event_wake(c, "ai_try", t->id);
	return audit(c, "inbox:ai_try", in->inbox_id, NULL);
}

bool ai_try_get(struct ctx *c, const void *vin, void *vout)
{
	const struct ai_try_id_in *in = vin;
	struct ai_try *t = vout;
	bool found;

	if (!kept_get(c, &kept_as, in->id, t, &found))
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
