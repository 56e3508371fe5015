#include "article.h"
#include "../core/buf.h"
#include "article_row.h"
#include "passage.h"
#include "passage_cut.h"
#include "sql_tables.h"
#include "terms.h"
#include <string.h>

enum { CUT_AT_ONCE = 20 };

const struct col article_cols[] = {
	{ COL_INT, offsetof(struct article, id) },         { COL_STR, offsetof(struct article, title) },
	{ COL_STR, offsetof(struct article, content) },    { COL_STR, offsetof(struct article, locale) },
	{ COL_BOOL, offsetof(struct article, published) }, { COL_INT, offsetof(struct article, created_at) },
	{ COL_INT, offsetof(struct article, updated_at) },
};
_Static_assert(COUNT(article_cols) == ARTICLE_COLUMNS, "the count in article_row.h");

enum { ADD, CHANGE, BY_ID, TOTAL, WAITING, INDEXED, ALL_WAIT, SQL__MAX };
const struct stmt article_sql[SQL__MAX] = {
	[ADD] = { "INSERT INTO articles (title, content, locale, published, terms, cut, created_at, updated_at) VALUES (?, ?, ?, "
		  "?, ?, ?, ?, ?)" },
	[CHANGE] = { "UPDATE articles SET title = ?, content = ?, locale = ?, published = ?, terms = ?, cut = ?, updated_at = ? "
		     "WHERE id = ?" },
	[BY_ID] = { "SELECT " ARTICLE_COLS " FROM articles WHERE id = ?", ARTICLE_ROW },
	[TOTAL] = { "SELECT COUNT(*) FROM articles", ROW(number, number_cols) },
	[WAITING] = { "SELECT " ARTICLE_COLS " FROM articles WHERE cut < ? ORDER BY cut, id LIMIT ? FOR UPDATE", ARTICLE_ROW },
	[INDEXED] = { "UPDATE articles SET terms = ?, cut = ? WHERE id = ?" },
	[ALL_WAIT] = { "UPDATE articles SET cut = 0" },
};
const size_t article_sql_n = SQL__MAX;

/* -- writing -- */

static bool check(struct ctx *c, const struct article_write_in *in)
{
	if (in->title == NULL || *in->title == '\0')
		return fail_field(c, "title", "input.missing");
	if (in->content == NULL || *in->content == '\0')
		return fail_field(c, "content", "input.missing");
	return true;
}

static const char *terms_of(struct ctx *c, const char *title, const char *content)
{
	struct buf b = { 0 };

	terms_encode(&b, title, strlen(title));
	buf_chr(&b, ' ');
	terms_encode(&b, content, strlen(content));
	const char *out = arena_strndup(c->mem, b.data, b.len);
	buf_free(&b);
	return out;
}

bool article_write(struct ctx *c, const void *vin, void *out)
{
	const struct article_write_in *in = vin;
	struct article *a = out != NULL ? out : arena_alloc(c->mem, sizeof(*a));
	int64_t id = in->id;

	if (!check(c, in))
		return false;
	const char *terms = terms_of(c, in->title, in->content);
	bool written = id == 0 ? db_exec(c, &article_sql[ADD], &id,
					 ARGS(STR(in->title), STR(in->content), STR(in->locale), INT(in->published), STR(terms),
					      INT(PASSAGE_CUT), INT(c->now), INT(c->now)))
			       : db_exec(c, &article_sql[CHANGE], NULL,
					 ARGS(STR(in->title), STR(in->content), STR(in->locale), INT(in->published), STR(terms),
					      INT(PASSAGE_CUT), INT(c->now), INT(id)));
	return written && db_one(c, &article_sql[BY_ID], a, "article.missing", ARGS(INT(id))) && passage_put(c, a);
}

bool article_count(struct ctx *c, int64_t *n)
{
	struct number total;

	if (!db_one(c, &article_sql[TOTAL], &total, "db.failed", NOARGS))
		return false;
	*n = total.n;
	return true;
}

/* -- those that came by another way -- */

bool article_index_waiting(struct ctx *c, int64_t *n)
{
	struct list rows = { 0 };

	if (!db_list(c, &article_sql[WAITING], &rows, ARGS(INT(PASSAGE_CUT), INT(CUT_AT_ONCE))))
		return false;
	const struct article *a = rows.items;
	for (size_t i = 0; i < rows.n; i++)
		if (!passage_put(c, &a[i]) ||
		    !db_exec(c, &article_sql[INDEXED], NULL,
			     ARGS(STR(terms_of(c, a[i].title, a[i].content)), INT(PASSAGE_CUT), INT(a[i].id))))
			return false;
	*n = (int64_t)rows.n;
	return true;
}

bool article_index_anew(struct ctx *c)
{
	return db_exec(c, &article_sql[ALL_WAIT], NULL, NOARGS);
}

bool article_index_orphans(struct ctx *c, int64_t *n)
{
	return passage_drop_orphans(c, CUT_AT_ONCE, n);
}

bool article_index_settle(struct ctx *c)
{
	return passage_count_anew(c);
}
