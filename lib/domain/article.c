#include "article.h"
#include "article_row.h"
#include "question.h"
#include "sql_tables.h"
#include "terms.h"
#include <stdlib.h>
#include <string.h>

enum { CANDIDATES = 20, WORD_WEIGHT = 2, UNITS_MAX = 64 };
static const double IN_TITLE = 1.0, IN_TEXT = 0.75;

const struct col article_cols[] = {
	{ COL_INT, offsetof(struct article, id) },         { COL_STR, offsetof(struct article, title) },
	{ COL_STR, offsetof(struct article, content) },    { COL_STR, offsetof(struct article, locale) },
	{ COL_BOOL, offsetof(struct article, published) }, { COL_STR, offsetof(struct article, terms) },
	{ COL_INT, offsetof(struct article, created_at) }, { COL_INT, offsetof(struct article, updated_at) },
	{ COL_REAL, offsetof(struct article, relevance) },
};
_Static_assert(COUNT(article_cols) == ARTICLE_COLUMNS, "the count in article_row.h");

enum { SEARCH, ADD, CHANGE, BY_ID, TOTAL, SQL__MAX };
const struct stmt article_sql[] = {
	[SEARCH] = { "SELECT " ARTICLE_COLS
		     ", MATCH (terms) AGAINST (? IN BOOLEAN MODE) AS relevance FROM articles WHERE published = 1 "
		     "AND (? IS NULL OR locale = ?) AND MATCH (terms) AGAINST (? IN BOOLEAN MODE) ORDER BY relevance DESC, id "
		     "LIMIT ?",
		     ARTICLE_ROW },
	[ADD] = { "INSERT INTO articles (title, content, locale, published, terms, created_at, updated_at) VALUES (?, ?, ?, ?, ?, "
		  "?, ?)" },
	[CHANGE] = { "UPDATE articles SET title = ?, content = ?, locale = ?, published = ?, terms = ?, updated_at = ? WHERE id = "
		     "?" },
	[BY_ID] = { "SELECT " ARTICLE_COLS ", 0.0 FROM articles WHERE id = ?", ARTICLE_ROW },
	[TOTAL] = { "SELECT COUNT(*) FROM articles", ROW(number, number_cols) },
};
const size_t article_sql_n = SQL__MAX;

/* What is asked, as units: a word counts as two characters. */
struct wanted {
	double weight[UNITS_MAX], found[UNITS_MAX];
	size_t n;
};

/* The token, or a word that begins with its stem, in a text of tokens. */
static bool has_term(const char *tokens, const struct term *t)
{
	size_t stem = term_stem(t->text);

	for (const char *at = tokens; (at = strstr(at, t->text)) != NULL; at++)
		if (at == tokens || at[-1] == ' ')
			return true;
	if (!t->word || stem < 5)
		return false;
	for (const char *at = tokens; *at != '\0'; at += strcspn(at, " "), at += *at == ' ')
		if (strncmp(at, t->text, stem) == 0)
			return true;
	return false;
}

static void note_found(struct wanted *w, const struct term *t, double worth)
{
	for (size_t i = t->unit; i < t->unit + t->units; i++)
		if (w->found[i] < worth)
			w->found[i] = worth;
}

static double coverage(const char *question, const char *title_tokens, const char *text_tokens)
{
	struct wanted w = { 0 };
	struct terms t;
	struct term term;
	double found = 0, all = 0;

	terms_begin(&t, question, strlen(question));
	while (terms_next(&t, &term) && term.unit + term.units <= UNITS_MAX) {
		for (size_t i = term.unit; i < term.unit + term.units; i++)
			w.weight[i] = term.word ? WORD_WEIGHT : 1;
		w.n = term.unit + term.units > w.n ? term.unit + term.units : w.n;
		if (has_term(title_tokens, &term))
			note_found(&w, &term, IN_TITLE);
		else if (has_term(text_tokens, &term))
			note_found(&w, &term, IN_TEXT);
	}
	for (size_t i = 0; i < w.n; i++) {
		found += w.weight[i] * w.found[i];
		all += w.weight[i];
	}
	return all > 0 ? found / all : 0;
}

static const char *encoded(struct arena *mem, const char *text)
{
	struct buf b = { 0 };

	terms_encode(&b, text, strlen(text));
	const char *out = arena_strndup(mem, b.data != NULL ? b.data : "", b.len);
	buf_free(&b);
	return out;
}

/* What every question says is left out, unless that is all there is. */
static const char *core_of(struct arena *mem, const char *text)
{
	const char *core = question_core(mem, text);

	return *encoded(mem, core) != '\0' ? core : text;
}

double article_coverage(struct arena *mem, const char *question, const char *title, const char *passage)
{
	return coverage(core_of(mem, question), encoded(mem, title), encoded(mem, passage));
}

static int by_score(const void *a, const void *b)
{
	const struct article *x = a, *y = b;

	if (x->score != y->score)
		return x->score < y->score ? 1 : -1;
	if (x->relevance != y->relevance)
		return x->relevance < y->relevance ? 1 : -1;
	return x->id > y->id ? 1 : -1;
}

const char *article_terms(struct arena *mem, const char *text, const char **core)
{
	struct buf query = { 0 };

	*core = core_of(mem, text);
	terms_query(&query, *core, strlen(*core), TERMS_ANY);
	const char *against = arena_strndup(mem, query.data != NULL ? query.data : "", query.len);
	buf_free(&query);
	return against;
}

bool article_search(struct ctx *c, const char *text, const char *locale, int64_t limit, struct list *out)
{
	const char *core, *against = article_terms(c->mem, text, &core);

	*out = (struct list){ 0 };
	if (*against == '\0')
		return true;
	if (!db_list(c, &article_sql[SEARCH], out, ARGS(STR(against), STR(locale), STR(locale), STR(against), INT(CANDIDATES))))
		return false;
	struct article *a = out->items;
	for (size_t i = 0; i < out->n; i++)
		a[i].score = coverage(core, encoded(c->mem, a[i].title), a[i].terms);
	if (out->n > 1)
		qsort(a, out->n, sizeof(*a), by_score);
	if (out->n > (size_t)limit)
		out->n = (size_t)limit;
	return true;
}

/* -- passages -- */

/* This paragraph, and those behind it that still fit. */
static char *join_after(struct arena *mem, const char *from, size_t max)
{
	size_t n = strcspn(from, "\n");

	while (from[n] == '\n') {
		size_t next = n + strspn(from + n, "\n"), end = next + strcspn(from + next, "\n");
		if (end > max)
			break;
		n = end;
	}
	return arena_strndup(mem, from, n);
}

char *article_passage(struct arena *mem, const struct article *a, const char *question, size_t max)
{
	const char *best = a->content;
	double top = -1;

	if (strlen(a->content) <= max)
		return arena_strdup(mem, a->content);
	for (const char *p = a->content; *p != '\0'; p += strcspn(p, "\n"), p += strspn(p, "\n")) {
		double score = article_coverage(mem, question, "", arena_strndup(mem, p, strcspn(p, "\n")));
		if (score > top) {
			top = score;
			best = p;
		}
	}
	return join_after(mem, best, max);
}

/* -- writing -- */

static bool check(struct ctx *c, const struct article_write_in *in)
{
	if (in->title == NULL || *in->title == '\0')
		return fail_field(c, "title", "input.missing");
	if (in->content == NULL || *in->content == '\0')
		return fail_field(c, "content", "input.missing");
	return true;
}

bool article_write(struct ctx *c, const void *vin, void *out)
{
	const struct article_write_in *in = vin;
	int64_t id = in->id;

	if (!check(c, in))
		return false;
	const char *terms = encoded(c->mem, arena_printf(c->mem, "%s\n%s", in->title, in->content));
	bool written = id == 0 ? db_exec(c, &article_sql[ADD], &id,
					 ARGS(STR(in->title), STR(in->content), STR(in->locale), INT(in->published), STR(terms),
					      INT(c->now), INT(c->now)))
			       : db_exec(c, &article_sql[CHANGE], NULL,
					 ARGS(STR(in->title), STR(in->content), STR(in->locale), INT(in->published), STR(terms),
					      INT(c->now), INT(id)));
	return written && (out == NULL || db_one(c, &article_sql[BY_ID], out, "article.missing", ARGS(INT(id))));
}

bool article_count(struct ctx *c, int64_t *n)
{
	struct number total;

	if (!db_one(c, &article_sql[TOTAL], &total, "db.failed", NOARGS))
		return false;
	*n = total.n;
	return true;
}
