#include "article.h"
#include "sql_tables.h"
#include "terms.h"
#include <stdlib.h>

static const struct col row[] = {
	{ COL_INT, offsetof(struct article, id) },      { COL_STR, offsetof(struct article, title) },
	{ COL_STR, offsetof(struct article, content) }, { COL_STR, offsetof(struct article, locale) },
	{ COL_STR, offsetof(struct article, terms) },   { COL_REAL, offsetof(struct article, score) },
};

enum { ADD, SEARCH, SQL__MAX };
const struct stmt article_sql[] = {
	[ADD] = { "INSERT INTO articles (title, content, locale, terms, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)" },
	[SEARCH] = { "SELECT id, title, content, locale, terms, MATCH(terms) AGAINST(?) AS score FROM articles "
		     "WHERE MATCH(terms) AGAINST(?) AND published = 1 AND locale = ? ORDER BY score DESC LIMIT ?",
		     ROW(article, row) },
};
const size_t article_sql_n = SQL__MAX;

bool article_write(struct ctx *c, const void *vin, void *out)
{
	const struct article_in *in = vin;
	struct buf terms = { 0 };

	terms_put(&terms, in->title);
	buf_chr(&terms, ' ');
	terms_put(&terms, in->content);
	bool done = db_exec(c, &article_sql[ADD], out,
			    ARGS(STR(in->title), STR(in->content), STR(in->locale), BYTES(terms.data, terms.len), INT(c->now),
				 INT(c->now)));
	buf_free(&terms);
	return done;
}

static int by_cover(const void *a, const void *b)
{
	const struct article *x = a, *y = b;

	if (x->cover != y->cover)
		return x->cover < y->cover ? 1 : -1;
	return x->score < y->score ? 1 : x->score > y->score ? -1 : 0;
}

/* The index ranks by rare words; how much of the question an article covers says whether it answers it. A title's word counts
 * double. */
static void measure(const char *question, struct list *l)
{
	struct article *a = l->items;
	size_t asked = terms_count(question);

	for (size_t i = 0; i < l->n && asked > 0; i++) {
		struct buf title = { 0 };
		terms_put(&title, a[i].title);
		size_t shared = terms_shared(question, a[i].terms), in_title = terms_shared(question, buf_text(&title));
		a[i].cover = ((double)shared + (double)in_title) / (2 * (double)asked);
		buf_free(&title);
	}
	if (l->n > 1)
		qsort(a, l->n, sizeof(*a), by_cover);
}

bool article_search(struct ctx *c, const char *question, const char *locale, int64_t limit, struct list *out)
{
	struct buf b = { 0 };

	terms_put(&b, question);
	const char *terms = arena_strdup(c->mem, buf_text(&b));
	buf_free(&b);
	*out = (struct list){ 0 };
	if (*terms == '\0')
		return true;
	if (!db_list(c, &article_sql[SEARCH], out, ARGS(STR(terms), STR(terms), STR(locale), INT(limit))))
		return false;
	measure(terms, out);
	return true;
}
