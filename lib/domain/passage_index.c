/* Keeping the passages of an article, and by what they are found. */
#include "../core/buf.h"
#include "markdown.h"
#include "passage.h"
#include "passage_cut.h"
#include "passage_terms.h"
#include "sql_tables.h"
#include <stdlib.h>
#include <string.h>

/* Of one article: its terms, which are rows of the index by the language and the term. */
#define ITS_WORDS                                                                                                                  \
	"(SELECT t.locale, t.term, COUNT(*) AS n FROM article_passages p STRAIGHT_JOIN passage_terms t ON t.passage_id = p.id "    \
	"WHERE p.article_id = ? GROUP BY t.locale, t.term) x STRAIGHT_JOIN passage_words w ON w.locale = x.locale AND w.term = "   \
	"x.term"
#define PAIRS "JSON_TABLE(?, '$[*]' COLUMNS (term VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin PATH '$[0]', "

enum { ADD, ADD_TERMS, ADD_WORDS, TAKE_WORDS, DROP_WORDS, DROP_TERMS, DROP, ORPHANS, COUNT_ANEW, DROP_UNSAID, SQL__MAX };
const struct stmt passage_index_sql[SQL__MAX] = {
	[ADD] = { "INSERT INTO article_passages (article_id, ord, heading, text) VALUES (?, ?, ?, ?)" },
	[ADD_TERMS] = { "INSERT INTO passage_terms (locale, term, passage_id, weight) SELECT ?, term, ?, weight FROM " PAIRS
			"weight DOUBLE PATH '$[1]')) j" },
	[ADD_WORDS] = { "INSERT INTO passage_words (locale, term, passages) SELECT ?, term, n FROM " PAIRS
			"n BIGINT PATH '$[1]')) j ON DUPLICATE KEY UPDATE passages = passages + VALUES(passages)" },
	[TAKE_WORDS] = { "UPDATE " ITS_WORDS " SET w.passages = w.passages - x.n" },
	[DROP_WORDS] = { "DELETE w FROM " ITS_WORDS " WHERE w.passages <= 0" },
	[DROP_TERMS] = { "DELETE t FROM article_passages p STRAIGHT_JOIN passage_terms t ON t.passage_id = p.id WHERE p.article_id "
			 "= ?" },
	[DROP] = { "DELETE FROM article_passages WHERE article_id = ?" },
	[ORPHANS] = { "SELECT DISTINCT p.article_id FROM article_passages p LEFT JOIN articles a ON a.id = p.article_id WHERE "
		      "a.id IS NULL LIMIT ?",
		      ROW(number, number_cols) },
	[COUNT_ANEW] = { "INSERT INTO passage_words (locale, term, passages) SELECT locale, term, COUNT(*) FROM passage_terms "
			 "GROUP BY locale, term ON DUPLICATE KEY UPDATE passages = VALUES(passages)" },
	[DROP_UNSAID] = { "DELETE w FROM passage_words w LEFT JOIN passage_terms t ON t.locale = w.locale AND t.term = w.term "
			  "WHERE t.term IS NULL" },
};
const size_t passage_index_sql_n = SQL__MAX;

static const char *plain(struct arena *mem, const char *markdown)
{
	struct buf b = { 0 };

	markdown_plain(&b, markdown, strlen(markdown));
	const char *out = arena_strndup(mem, b.data != NULL ? b.data : "", b.len);
	buf_free(&b);
	return out;
}

const char *passage_plain(struct arena *mem, const struct passage *p)
{
	return plain(mem, p->text);
}

/* Many articles begin with their title once more. */
static const char *heading_of(struct arena *mem, const struct article *a, const struct passage_piece *p)
{
	static const char between[] = " › ";
	const char *heading = plain(mem, p->heading);
	size_t n = strlen(a->title);

	if (strncmp(heading, a->title, n) != 0)
		return heading;
	if (heading[n] == '\0')
		return "";
	return strncmp(heading + n, between, strlen(between)) == 0 ? heading + n + strlen(between) : heading;
}

/* -- dropping -- */

bool passage_drop(struct ctx *c, int64_t article_id)
{
	static const int steps[] = { TAKE_WORDS, DROP_WORDS, DROP_TERMS, DROP };

	for (size_t i = 0; i < COUNT(steps); i++)
		if (!db_exec(c, &passage_index_sql[steps[i]], NULL, ARGS(INT(article_id))))
			return false;
	return true;
}

bool passage_drop_orphans(struct ctx *c, int64_t limit, int64_t *n)
{
	struct list ids = { 0 };

	if (!db_list(c, &passage_index_sql[ORPHANS], &ids, ARGS(INT(limit))))
		return false;
	const struct number *id = ids.items;
	for (size_t i = 0; i < ids.n; i++)
		if (!passage_drop(c, id[i].n))
			return false;
	*n = (int64_t)ids.n;
	return true;
}

bool passage_count_anew(struct ctx *c)
{
	return db_exec(c, &passage_index_sql[COUNT_ANEW], NULL, NOARGS) &&
	       db_exec(c, &passage_index_sql[DROP_UNSAID], NULL, NOARGS);
}

/* -- putting -- */

/* What all passages of an article are found by. */
struct said {
	const char **keys;
	size_t n, cap;
};

static void remember(struct ctx *c, struct said *s, const char *key)
{
	if (s->n == s->cap) {
		size_t cap = s->cap > 0 ? 2 * s->cap : 256;
		s->keys = arena_grow(c->mem, s->keys, s->cap * sizeof(*s->keys), cap * sizeof(*s->keys));
		s->cap = cap;
	}
	s->keys[s->n++] = key;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* In the order of the index, so that two who write wait for each other, and not in a ring. */
static bool put_words(struct ctx *c, const struct article *a, struct said *s)
{
	struct buf b = { 0 };

	if (s->n == 0)
		return true;
	qsort(s->keys, s->n, sizeof(*s->keys), by_text);
	for (size_t i = 0, n; i < s->n; i += n) {
		for (n = 1; i + n < s->n && strcmp(s->keys[i], s->keys[i + n]) == 0;)
			n++;
		buf_printf(&b, "%s[\"%s\",%zu]", i > 0 ? "," : "[", s->keys[i], n);
	}
	buf_chr(&b, ']');
	bool put = db_exec(c, &passage_index_sql[ADD_WORDS], NULL, ARGS(STR(a->locale), BYTES(b.data, b.len)));
	buf_free(&b);
	return put;
}

static bool put_terms(struct ctx *c, const struct article *a, int64_t id, const struct list *terms, struct said *s)
{
	const struct passage_term *t = terms->items;
	struct buf b = { 0 };

	buf_str(&b, "[[\"\",0]");
	remember(c, s, "");
	for (size_t i = 0; i < terms->n; i++) {
		buf_printf(&b, ",[\"%s\",%.4g]", t[i].key, t[i].weight);
		remember(c, s, t[i].key);
	}
	buf_chr(&b, ']');
	bool put = db_exec(c, &passage_index_sql[ADD_TERMS], NULL, ARGS(STR(a->locale), INT(id), BYTES(b.data, b.len)));
	buf_free(&b);
	return put;
}

static bool put_one(struct ctx *c, const struct article *a, int64_t ord, const struct passage_piece *p, struct said *s)
{
	const char *heading = heading_of(c->mem, a, p), *text = arena_strndup(c->mem, p->text, p->n);
	int64_t id;

	if (!db_exec(c, &passage_index_sql[ADD], &id, ARGS(INT(a->id), INT(ord), STR(heading), STR(text))))
		return false;
	struct list terms = passage_weigh(c->mem, arena_printf(c->mem, "%s\n%s", a->title, heading), plain(c->mem, text));
	return put_terms(c, a, id, &terms, s);
}

bool passage_put(struct ctx *c, const struct article *a)
{
	struct passage_cutter cutter;
	struct passage_piece p;
	struct said s = { 0 };
	int64_t ord = 0;

	if (!passage_drop(c, a->id))
		return false;
	passage_begin(&cutter, a->content, strlen(a->content));
	while (a->published && passage_next(&cutter, &p))
		if (!put_one(c, a, ord++, &p, &s))
			return false;
	return put_words(c, a, &s);
}
