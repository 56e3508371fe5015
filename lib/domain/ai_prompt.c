#include "ai_prompt.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "passage.h"
#include "question.h"
#include "setting.h"
#include <string.h>

enum { QUESTIONS_MAX = 3, PASSAGES_MAX = 6, OF_ARTICLE = 3, FOUND_MAX = QUESTIONS_MAX * PASSAGES_SEEN, SAID_BYTES = 8000 };
/* A passage that speaks about less of the question than this would only mislead. */
static const double WORTH_READING = 0.25;

/* -- passages -- */

static void add_passage(struct list *to, const struct passage *new)
{
	struct passage *p = to->items;
	size_t at = to->n;

	for (size_t i = 0; i < to->n; i++)
		if (p[i].id == new->id)
			return;
	while (at > 0 && p[at - 1].score < new->score)
		at--;
	memmove(p + at + 1, p + at, (to->n - at) * sizeof(*p));
	p[at] = *new;
	to->n++;
}

static bool find_all(struct ctx *c, const struct ai_turn *t, struct list *out)
{
	const struct message *m = t->messages.items;
	size_t asked = 0;

	*out = (struct list){ arena_alloc(c->mem, (size_t)FOUND_MAX * sizeof(struct passage)), 0 };
	for (size_t i = t->messages.n; i-- > 0 && asked < QUESTIONS_MAX;) {
		struct list found;
		const char *words = ai_words(c, &m[i]);
		if (m[i].sender_type != SENDER_USER || *words == '\0' || question_intent(words) != INTENT_ASK)
			continue;
		asked++;
		if (!passage_search(c, words, question_lang(words, t->lang), PASSAGES_SEEN, &found))
			return false;
		const struct passage *p = found.items;
		for (size_t k = 0; k < found.n; k++)
			if (p[k].score >= WORTH_READING)
				add_passage(out, &p[k]);
	}
	return true;
}

static size_t how_many_of(const struct list *passages, int64_t article_id)
{
	const struct passage *p = passages->items;
	size_t n = 0;

	for (size_t i = 0; i < passages->n; i++)
		n += p[i].article_id == article_id;
	return n;
}

/* The best ones, but no article takes the place of all others: it has more than so many where nobody else wants them. */
static bool find_passages(struct ctx *c, const struct ai_turn *t, struct list *out)
{
	struct list all;

	*out = (struct list){ arena_alloc(c->mem, PASSAGES_MAX * sizeof(struct passage)), 0 };
	if (!find_all(c, t, &all))
		return false;
	const struct passage *p = all.items;
	for (size_t i = 0; i < all.n && out->n < PASSAGES_MAX; i++)
		if (how_many_of(out, p[i].article_id) < OF_ARTICLE)
			add_passage(out, &p[i]);
	for (size_t i = 0; i < all.n && out->n < PASSAGES_MAX; i++)
		add_passage(out, &p[i]);
	return true;
}

/* Each article once, in the order of its best passage. */
static void find_sources(struct ctx *c, const struct list *passages, struct list *out)
{
	const struct passage *p = passages->items;
	struct ai_source *s = arena_alloc(c->mem, (passages->n + 1) * sizeof(*s));

	*out = (struct list){ s, 0 };
	for (size_t i = 0; i < passages->n; i++) {
		size_t k = 0;
		while (k < out->n && s[k].id != p[i].article_id)
			k++;
		if (k == out->n)
			s[out->n++] = (struct ai_source){ p[i].article_id, p[i].title };
	}
}

/* The passage of this article that comes behind the one numbered so; NULL = none. */
static const struct passage *next_of(const struct list *passages, int64_t article_id, int64_t behind)
{
	const struct passage *p = passages->items, *next = NULL;

	for (size_t i = 0; i < passages->n; i++)
		if (p[i].article_id == article_id && p[i].ord > behind && (next == NULL || p[i].ord < next->ord))
			next = &p[i];
	return next;
}

void ai_put_passages(struct buf *b, const struct ai_prompt *prompt, bool numbered)
{
	const struct ai_source *s = prompt->sources.items;

	for (size_t i = 0; i < prompt->sources.n; i++) {
		buf_str(b, "\n\n");
		if (numbered)
			buf_printf(b, "[%zu] ", i + 1);
		buf_str(b, s[i].title);
		int64_t behind = -1;
		for (const struct passage *p; (p = next_of(&prompt->passages, s[i].id, behind)) != NULL; behind = p->ord) {
			if (behind >= 0 && p->ord > behind + 1)
				buf_str(b, "\n…");
			if (*p->heading != '\0')
				buf_printf(b, "\n(%s)", p->heading);
			buf_printf(b, "\n%s", p->text);
		}
	}
}

/* -- the system's part -- */

static const char *text_of(struct ctx *c, const struct ai_turn *t, const char *key)
{
	return catalog_text(c->texts, t->lang, key);
}

static const char *rules(struct ctx *c, const struct ai_turn *t, const char *site, const struct ai_prompt *prompt)
{
	static const char *const keys[] = { "ai.prompt.passages", "ai.prompt.unsure", "ai.prompt.human", "ai.prompt.data" };
	struct buf b = { 0 };

	const char *who = t->setup.prompt != NULL && *t->setup.prompt != '\0' ? t->setup.prompt : text_of(c, t, "ai.prompt.who");
	buf_str(&b, catalog_fill(c->mem, who, &site, 1));
	if (t->setup.languages.n == 1)
		buf_printf(&b, "\n- %s", text_of(c, t, "ai.prompt.language"));
	for (size_t i = 0; i < COUNT(keys); i++)
		buf_printf(&b, "\n- %s", text_of(c, t, keys[i]));
	buf_printf(&b, "\n\n%s", text_of(c, t, prompt->passages.n > 0 ? "ai.prompt.found" : "ai.prompt.nothing"));
	ai_put_passages(&b, prompt, true);
	const char *out = arena_strndup(c->mem, b.data, b.len);
	buf_free(&b);
	return out;
}

/* -- what was said -- */

static bool is_said(const struct message *m)
{
	return m->sender_type != SENDER_SYSTEM && *m->content != '\0';
}

/* The newest that fit, whoever's. */
static size_t first_said(const struct list *messages)
{
	const struct message *m = messages->items;
	size_t bytes = 0, i = messages->n;

	while (i > 0 && bytes + strlen(m[i - 1].content) <= SAID_BYTES)
		bytes += strlen(m[--i].content);
	return i < messages->n ? i : messages->n - (messages->n > 0);
}

/* Of a file it is said what it is, so that its name is not taken for words. */
static const char *line_text(struct ctx *c, const struct ai_turn *t, const struct message *m)
{
	return *ai_words(c, m) != '\0' ? m->content : catalog_fill(c->mem, text_of(c, t, "ai.prompt.file"), &m->content, 1);
}

static void add_line(struct ctx *c, const struct ai_turn *t, struct list *to, const struct message *m)
{
	struct ai_line *l = to->items;
	bool visitor = m->sender_type == SENDER_USER;
	const char *text = line_text(c, t, m);

	if (to->n == 0 && !visitor)
		return;
	if (to->n > 0 && l[to->n - 1].visitor == visitor)
		l[to->n - 1].text = arena_printf(c->mem, "%s\n%s", l[to->n - 1].text, text);
	else
		l[to->n++] = (struct ai_line){ visitor, text };
}

static void add_lines(struct ctx *c, const struct ai_turn *t, struct list *out)
{
	const struct message *m = t->messages.items;

	*out = (struct list){ arena_alloc(c->mem, (t->messages.n + 1) * sizeof(struct ai_line)), 0 };
	for (size_t i = first_said(&t->messages); i < t->messages.n; i++)
		if (is_said(&m[i]))
			add_line(c, t, out, &m[i]);
	const struct ai_line *l = out->items;
	if (out->n > 0 && !l[out->n - 1].visitor)
		out->n--;
}

bool ai_prompt(struct ctx *c, const struct ai_turn *t, struct ai_prompt *out)
{
	struct site_settings site;

	if (!site_settings_read(c, &site) || !find_passages(c, t, &out->passages))
		return false;
	find_sources(c, &out->passages, &out->sources);
	out->system = rules(c, t, site.site_name, out);
	add_lines(c, t, &out->lines);
	return true;
}

/* -- the answer -- */

static bool names(const char *text, size_t n, size_t number)
{
	char mark[] = { '[', (char)('0' + number), ']' };

	return memmem(text, n, mark, sizeof(mark)) != NULL;
}

void ai_cite(struct ctx *c, const struct ai_prompt *prompt, const char *text, size_t n, struct ai_answer *out)
{
	const struct ai_source *s = prompt->sources.items;
	struct ai_source *sources = arena_alloc(c->mem, (prompt->sources.n + 1) * sizeof(*sources));
	struct buf b = { 0 };

	out->sources = (struct list){ sources, 0 };
	buf_add(&b, text, n);
	for (size_t i = 0; i < prompt->sources.n; i++) {
		if (!names(text, n, i + 1))
			continue;
		buf_printf(&b, "%s[%zu] %s", out->sources.n == 0 ? "\n\n" : "\n", i + 1, s[i].title);
		sources[out->sources.n++] = s[i];
	}
	out->text = arena_strndup(c->mem, b.data != NULL ? b.data : "", b.len);
	buf_free(&b);
}
