#include "article_ask.h"
#include "../core/settings.h"
#include "ai_prompt.h"
#include "inbox.h"
#include "passage.h"
#include "question.h"
#include "setting.h"
#include "user.h"
#include <string.h>

enum { SHOWN = 8 };
const char *const answer_kind_names[] = { "answer", "unsure", "handover", "limit", "failed", NULL };

static bool may_try(struct ctx *c, const struct article_ask_in *in)
{
	struct inbox inbox;

	if (in->locale != NULL && strcmp(in->locale, "zh") != 0 && strcmp(in->locale, "en") != 0)
		return fail_field(c, "locale", "input.unknown_value");
	if (in->inbox_id == 0)
		return true;
	if (!(c->who.permissions & MAY_INBOXES_READ))
		return fail(c, E_FORBIDDEN, "auth.forbidden");
	return inbox_get(c, &(struct inbox_id_in){ in->inbox_id }, &inbox);
}

/* -- who answers: as worker/reply.c does -- */

static void settle(struct ctx *c, const struct ai_turn *t, enum ai_kind kind, const char *key, struct article_ask_out *out)
{
	out->kind = (int)kind;
	out->answer = catalog_text(c->texts, t->lang, key);
}

static bool answer_here(struct ctx *c, const struct ai_turn *t, struct article_ask_out *out)
{
	struct ai_answer answer;

	if (!ai_answer_builtin(c, t, &answer))
		return false;
	settle(c, t, answer.kind, "ai.queued", out);
	if (answer.text != NULL)
		out->answer = answer.text;
	out->sure = answer.kind == AI_SURE;
	return true;
}

static bool answer(struct ctx *c, const struct ai_turn *t, struct ai_prompt *prompt, struct article_ask_out *out)
{
	if (t->setup.provider == AI_OFF)
		settle(c, t, AI_HANDS_OVER, "ai.queued", out);
	else if (t->setup.spent && !ai_person_wanted(c, t))
		settle(c, t, AI_SPENT, "ai.spent", out);
	else if (!answer_here(c, t, out))
		return false;
	if (t->setup.provider != AI_OPENAI)
		return true;
	if (!ai_prompt(c, t, prompt))
		return false;
	out->prompt = prompt->system;
	return true;
}

/* -- from where -- */

static bool told(const struct ai_prompt *prompt, int64_t id)
{
	const struct passage *p = prompt->passages.items;

	for (size_t i = 0; i < prompt->passages.n; i++)
		if (p[i].id == id)
			return true;
	return false;
}

static bool find_passages(struct ctx *c, const char *question, const char *lang, const struct ai_prompt *prompt,
			  struct article_ask_out *out)
{
	struct list found;

	if (!passage_search(c, question, question_lang(question, lang), PASSAGES_SEEN, &found))
		return false;
	const struct passage *p = found.items;
	struct article_ask_passage *s = arena_alloc(c->mem, (found.n + 1) * sizeof(*s));
	size_t n = 0;
	for (size_t i = 0; i < found.n; i++) {
		bool used = out->prompt != NULL ? told(prompt, p[i].id) : out->sure && i == 0 && p[i].score >= PASSAGE_SURE;
		if (n < SHOWN || used)
			s[n++] = (struct article_ask_passage){ p[i].article_id, p[i].title,
							       p[i].heading,    passage_plain(c->mem, &p[i]),
							       p[i].score,      used };
	}
	out->passages = (struct list){ s, n };
	return true;
}

static void find_articles(struct ctx *c, struct article_ask_out *out)
{
	const struct article_ask_passage *p = out->passages.items;
	struct article_source *s = arena_alloc(c->mem, (out->passages.n + 1) * sizeof(*s));
	size_t n = 0;

	for (size_t i = 0; i < out->passages.n; i++) {
		size_t k = 0;
		while (k < n && s[k].id != p[i].article_id)
			k++;
		if (k == n)
			s[n++] = (struct article_source){ p[i].article_id, p[i].title, p[i].score, p[i].used, p[i].text };
		s[k].used = s[k].used || p[i].used;
	}
	out->articles = (struct list){ s, n };
}

bool article_ask(struct ctx *c, const void *vin, void *vout)
{
	const struct article_ask_in *in = vin;
	struct article_ask_out *out = vout;
	struct site_settings site;
	struct message said = { .sender_type = SENDER_USER, .content = in->question };
	struct ai_turn turn = { .messages = { &said, 1 }, .pending = 1 };
	struct ai_prompt prompt = { 0 };

	if (!may_try(c, in) || !site_settings_read(c, &site) || !ai_setup_read(c, in->inbox_id, &turn.setup))
		return false;
	const char *lang = question_lang(in->question, in->locale != NULL ? in->locale : locale_names[site.default_locale]);
	turn.lang = ai_setup_lang(&turn.setup, lang);
	out->provider = turn.setup.provider;
	if (!answer(c, &turn, &prompt, out))
		return false;
	if (question_intent(in->question) == INTENT_ASK && !find_passages(c, in->question, turn.lang, &prompt, out))
		return false;
	find_articles(c, out);
	return true;
}
