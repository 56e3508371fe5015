/* The knowledge base: list, write, delete. */
#include "article_admin.h"
#include "../core/buf.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "../db/query.h"
#include "article_row.h"
#include "audit.h"
#include "passage.h"
#include "question.h"
#include "setting.h"
#include "sql_tables.h"
#include "terms.h"
#include "user_row.h"
#include <string.h>

static const struct query_row article_row = { article_cols, ARTICLE_COLUMNS, sizeof(struct article) };

enum { BY_ID, LOCK, DELETE, SQL__MAX };
const struct stmt article_admin_sql[SQL__MAX] = {
	[BY_ID] = { "SELECT " ARTICLE_COLS " FROM articles WHERE id = ?", ARTICLE_ROW },
	[LOCK] = { "SELECT " ARTICLE_COLS " FROM articles WHERE id = ? FOR UPDATE", ARTICLE_ROW },
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

/* What every question says is left out, unless that is all there is; "" = nothing is asked. */
static const char *query_of(struct arena *mem, const char *text)
{
	const char *core = question_core(mem, text);
	struct buf b = { 0 };

	terms_query(&b, core, strlen(core), TERMS_ANY);
	if (b.len == 0)
		terms_query(&b, text, strlen(text), TERMS_ANY);
	const char *against = arena_strndup(mem, b.data != NULL ? b.data : "", b.len);
	buf_free(&b);
	return against;
}

/* The index knows pairs of characters: one alone is looked for in the titles. */
static struct search read_search(struct ctx *c, const char *text)
{
	if (text == NULL || *text == '\0')
		return (struct search){ NULL, NULL };
	if (utf8_count(text, strlen(text)) == 1)
		return (struct search){ NULL, text_like(c->mem, text, true) };
	return (struct search){ query_of(c->mem, text), NULL };
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
	struct query q = query_new(c, "SELECT " ARTICLE_COLS " FROM (SELECT id AS at");

	if (s->against != NULL)
		query_add(&q, ", MATCH (terms) AGAINST (? IN BOOLEAN MODE) AS relevance FROM articles", ARGS(STR(s->against)));
	else
		query_add(&q, " FROM articles", NOARGS);
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
	       db_exec(c, &article_admin_sql[DELETE], NULL, ARGS(INT(in->id))) && passage_drop(c, in->id) &&
	       audit(c, "article:delete", in->id, audit_named(c, "title", before.title));
}
