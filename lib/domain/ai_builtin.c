/* The builtin provider: a greeting, the best passages of the knowledge base, or that it does not know. */
#include "../core/settings.h"
#include "ai.h"
#include "passage.h"
#include "question.h"
#include <string.h>

enum { QUESTIONS_MAX = 3 };

struct reading { /* of all that is asked in this turn */
	const char *questions[QUESTIONS_MAX];
	size_t n;
	bool human, greeted, thanked, files;
};

static void read_pending(struct ctx *c, const struct ai_turn *t, struct reading *r)
{
	const struct message *m = t->messages.items;
	size_t seen = 0;

	for (size_t i = t->messages.n; i-- > 0 && seen < t->pending;) {
		if (m[i].sender_type != SENDER_USER)
			continue;
		seen++;
		const char *words = ai_words(c, &m[i]);
		if (*words == '\0' && m[i].type != MSG_TEXT) {
			r->files = true;
			continue;
		}
		enum intent what = question_intent(words);
		r->human = r->human || what == INTENT_HUMAN || (what == INTENT_YES && t->unsure > 0);
		r->greeted = r->greeted || what == INTENT_GREET;
		r->thanked = r->thanked || what == INTENT_THANK || what == INTENT_YES;
		if (what == INTENT_ASK && r->n < QUESTIONS_MAX)
			r->questions[r->n++] = words;
	}
}

bool ai_person_wanted(struct ctx *c, const struct ai_turn *t)
{
	struct reading r = { 0 };

	read_pending(c, t, &r);
	return r.human;
}

static bool spoke_before(const struct ai_turn *t)
{
	const struct message *m = t->messages.items;

	for (size_t i = 0; i < t->messages.n; i++)
		if (m[i].sender_type == SENDER_AI)
			return true;
	return false;
}

static const char *text_of(struct ctx *c, const struct ai_turn *t, const char *key)
{
	return catalog_text(c->texts, t->lang, key);
}

static const char *intro(struct ctx *c, const struct ai_turn *t)
{
	const char *text = text_of(c, t, "ai.intro");

	return strcmp(t->lang, "en") == 0 ? arena_printf(c->mem, "%s ", text) : text;
}

static const char *told(struct ctx *c, const struct ai_turn *t, const struct passage *p)
{
	const char *about = catalog_fill(c->mem, text_of(c, t, "ai.about"), &p->title, 1);

	return arena_printf(c->mem, "%s\n%s", about, passage_plain(c->mem, p));
}

static bool among(const int64_t *ids, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

static void add_source(struct list *to, const struct passage *p)
{
	struct ai_source *s = to->items;

	for (size_t i = 0; i < to->n; i++)
		if (s[i].id == p->article_id)
			return;
	s[to->n++] = (struct ai_source){ p->article_id, p->title };
}

/* One passage a question, none twice; NULL text when nothing is known about any. */
static bool look_up(struct ctx *c, const struct ai_turn *t, const struct reading *r, const char **text, struct list *sources)
{
	int64_t ids[QUESTIONS_MAX];
	size_t n = 0;

	*text = NULL;
	*sources = (struct list){ arena_alloc(c->mem, QUESTIONS_MAX * sizeof(struct ai_source)), 0 };
	for (size_t i = r->n; i-- > 0;) { /* oldest question first */
		struct list found;
		if (!passage_search(c, r->questions[i], question_lang(r->questions[i], t->lang), 1, &found))
			return false;
		const struct passage *p = found.items;
		if (found.n == 0 || p->score < PASSAGE_SURE || among(ids, n, p->id))
			continue;
		ids[n++] = p->id;
		add_source(sources, p);
		const char *said = told(c, t, p);
		*text = *text == NULL ? said : arena_printf(c->mem, "%s\n\n%s", *text, said);
	}
	return true;
}

bool ai_answer_builtin(struct ctx *c, const struct ai_turn *t, struct ai_answer *out)
{
	struct reading r = { 0 };
	const char *text = NULL;

	read_pending(c, t, &r);
	*out = (struct ai_answer){ .kind = AI_HANDS_OVER, .why = HANDED_ASKED };
	if (r.human)
		return true;
	out->kind = AI_SURE;
	if (r.n == 0) {
		out->text = text_of(c, t,
				    r.greeted   ? "ai.greeting"
				    : r.thanked ? "ai.welcome"
				    : r.files   ? "ai.file"
						: "ai.greeting");
		return true;
	}
	if (!look_up(c, t, &r, &text, &out->sources))
		return false;
	if (text == NULL) {
		*out = t->unsure > 0 ? (struct ai_answer){ .kind = AI_HANDS_OVER, .why = HANDED_UNSURE }
				     : (struct ai_answer){ .kind = AI_UNSURE, .text = text_of(c, t, "ai.unsure") };
		return true;
	}
	if (!spoke_before(t))
		text = arena_printf(c->mem, "%s%s\n\n%s", intro(c, t), text, text_of(c, t, "ai.hint"));
	out->text = text;
	return true;
}
