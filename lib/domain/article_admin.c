/* The knowledge base: list, write, delete, and trying out what the AI makes of it. */
#include "article_admin.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "../db/query.h"
#include "ai_prompt.h"
#include "article_row.h"
#include "audit.h"
#include "question.h"
#include "setting.h"
#include "sql_tables.h"
#include "user_row.h"
#include <string.h>

enum { SOURCES = 5, PASSAGE_BYTES = 1200 };
const char *const answer_kind_names[] = { "answer", "unsure", "handover", "limit", "failed", NULL };

static const struct query_row article_row = { article_cols, ARTICLE_COLUMNS, sizeof(struct article) };

enum { BY_ID, LOCK, DELETE, SQL__MAX };
const struct stmt article_admin_sql[SQL__MAX] = {
	[BY_ID] = { "SELECT " ARTICLE_COLS ", 0.0 FROM articles WHERE id = ?", ARTICLE_ROW },
	[LOCK] = { "SELECT " ARTICLE_COLS ", 0.0 FROM articles WHERE id = ? FOR UPDATE", ARTICLE_ROW },
	[DELETE] = { "DELETE FROM articles WHERE id = ?" },
};
const size_t article_admin_sql_n = SQL__MAX;

static bool known_locale(struct ctx *c, const char *locale)
{
	return locale == NULL || strcmp(locale, "zh") == 0 || strcmp(locale, "en") == 0 ||
	       fail_field(c, "locale", "input.unknown_value");
}

static bool sees_drafts(const struct ctx *c)
{
	return (c->who.permissions & MAY_SETTINGS_READ) != 0;
}

/* -- list -- */

struct search {
	const char *against, *like; /* one of them, or neither */
};

/* The index knows pairs of characters: one alone is looked for in the titles. */
static struct search read_search(struct ctx *c, const char *text)
{
	const char *core;

	if (text == NULL || *text == '\0')
		return (struct search){ NULL, NULL };
	if (utf8_count(text, strlen(text)) == 1)
		return (struct search){ NULL, text_like(c->mem, text, true) };
	return (struct search){ article_terms(c->mem, text, &core), NULL };
}

static void filter(struct ctx *c, struct query *q, const struct article_list_in *in, const struct search *s)
{
	if (s->against != NULL)
		query_where(q, "MATCH (terms) AGAINST (? IN BOOLEAN MODE)", ARGS(STR(s->against)));
	if (s->like != NULL)
		query_where(q, "title LIKE ?", ARGS(STR(s->like)));
	if (in->locale != NULL)
		query_where(q, "locale = ?", ARGS(STR(in->locale)));
	if (in->has & ARTICLE_HAS_PUBLISHED)
		query_where(q, "published = ?", ARGS(INT(in->published)));
	if (!sees_drafts(c))
		query_where(q, "published = 1", NOARGS);
}

/* The page's ids by an index alone, then their rows, which are wide. */
static bool page_of(struct ctx *c, const struct article_list_in *in, const struct search *s, struct list *out)
{
	struct query q = query_new(c, "SELECT " ARTICLE_COLS ", p.relevance FROM (SELECT id AS at");

	if (s->against != NULL)
		query_add(&q, ", MATCH (terms) AGAINST (? IN BOOLEAN MODE) AS relevance FROM articles", ARGS(STR(s->against)));
	else
		query_add(&q, ", 0.0 AS relevance FROM articles", NOARGS);
	filter(c, &q, in, s);
	query_add(&q, s->against != NULL ? " ORDER BY relevance DESC, id" : " ORDER BY updated_at DESC, id DESC", NOARGS);
	query_add(&q, " LIMIT ? OFFSET ?) p JOIN articles ON id = p.at ORDER BY ",
		  ARGS(INT(in->page.size), INT(page_offset(&in->page))));
	query_add(&q, s->against != NULL ? "p.relevance DESC, id" : "updated_at DESC, id DESC", NOARGS);
	return query_list(c, &q, out, article_row);
}

bool article_list(struct ctx *c, const void *vin, void *vout)
{
	const struct article_list_in *in = vin;
	struct article_list_out *out = vout;
	struct search s = read_search(c, in->search);
	struct query count = query_new(c, "SELECT COUNT(*) FROM (SELECT id FROM articles");
	struct number total;

	if (!known_locale(c, in->locale))
		return false;
	filter(c, &count, in, &s);
	query_add(&count, " LIMIT ?) counted", ARGS(INT(s.against != NULL ? ARTICLE_REACH : INT32_MAX)));
	if (!page_of(c, in, &s, &out->articles) || !query_one(c, &count, &total, ROW_OF(number, number_cols)))
		return false;
	out->meta = page_meta(&in->page, total.n);
	return true;
}

bool article_get(struct ctx *c, const void *vin, void *vout)
{
	const struct article_id_in *in = vin;
	struct article *out = vout;

	return db_one(c, &article_admin_sql[BY_ID], out, "article.missing", ARGS(INT(in->id))) &&
	       (out->published || sees_drafts(c) || fail(c, E_NOT_FOUND, "article.missing"));
}

/* -- writing -- */

bool article_create(struct ctx *c, const void *vin, void *vout)
{
	const struct article_edit_in *in = vin;
	struct article *out = vout;
	struct site_settings site;

	if (!known_locale(c, in->locale) || !site_settings_read(c, &site))
		return false;
	const struct article_write_in draft = { .title = in->title,
						.content = in->content,
						.locale = in->locale != NULL ? in->locale : locale_names[site.default_locale],
						.published = in->has & ARTICLE_HAS_PUBLISHED ? in->published : true };
	return article_write(c, &draft, out) && audit(c, "article:create", out->id, audit_named(c, "title", out->title));
}

bool article_update(struct ctx *c, const void *vin, void *vout)
{
	const struct article_edit_in *in = vin;
	struct article before, *out = vout;

	if (!known_locale(c, in->locale) || !db_one(c, &article_admin_sql[LOCK], &before, "article.missing", ARGS(INT(in->id))))
		return false;
	const struct article_write_in whole = { .id = in->id,
						.title = in->title != NULL ? in->title : before.title,
						.content = in->content != NULL ? in->content : before.content,
						.locale = in->locale != NULL ? in->locale : before.locale,
						.published = in->has & ARTICLE_HAS_PUBLISHED ? in->published : before.published };
	return article_write(c, &whole, out) && audit(c, "article:update", in->id, audit_named(c, "title", out->title));
}

bool article_delete(struct ctx *c, const void *vin, void *out)
{
	const struct article_id_in *in = vin;
	struct article before;

	(void)out;
	return db_one(c, &article_admin_sql[LOCK], &before, "article.missing", ARGS(INT(in->id))) &&
	       db_exec(c, &article_admin_sql[DELETE], NULL, ARGS(INT(in->id))) &&
	       audit(c, "article:delete", in->id, audit_named(c, "title", before.title));
}

/* -- trying out -- */

static bool sources(struct ctx *c, const char *question, const char *lang, bool answered, struct list *out)
{
	struct list found;

	if (!article_search(c, question, question_lang(question, lang), SOURCES, &found))
		return false;
	const struct article *a = found.items;
	struct article_source *s = arena_alloc(c->mem, (found.n + 1) * sizeof(*s));
	for (size_t i = 0; i < found.n; i++)
		s[i] = (struct article_source){ a[i].id, a[i].title, a[i].score, answered && i == 0 && a[i].score >= ARTICLE_SURE,
						article_passage(c->mem, &a[i], question, PASSAGE_BYTES) };
	*out = (struct list){ s, found.n };
	return true;
}

/* A conversation of its own costs a provider money: what it would be told is shown, not its answer. */
static bool prompt_of(struct ctx *c, const struct ai_turn *t, const char **out)
{
	struct ai_prompt prompt;

	*out = NULL;
	if (strcmp(c->cfg->ai_provider, "openai") != 0)
		return true;
	if (!ai_prompt(c, t, &prompt))
		return false;
	*out = prompt.system;
	return true;
}

bool article_ask(struct ctx *c, const void *vin, void *vout)
{
	const struct article_ask_in *in = vin;
	struct article_ask_out *out = vout;
	struct site_settings site;
	struct message said = { .sender_type = SENDER_USER, .content = in->question };
	struct ai_answer answer;

	if (!known_locale(c, in->locale) || !site_settings_read(c, &site))
		return false;
	const char *lang = question_lang(in->question, in->locale != NULL ? in->locale : locale_names[site.default_locale]);
	const struct ai_turn turn = { .lang = lang, .messages = { &said, 1 }, .pending = 1 };
	if (!ai_answer_builtin(c, &turn, &answer) || !prompt_of(c, &turn, &out->prompt))
		return false;
	bool asks = question_intent(in->question) == INTENT_ASK;
	out->kind = (int)answer.kind;
	out->sure = answer.kind == AI_SURE;
	out->answer = answer.text != NULL ? answer.text : catalog_text(c->texts, lang, "ai.queued");
	return !asks || sources(c, in->question, lang, out->sure, &out->articles);
}
