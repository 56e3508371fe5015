#include "passage.h"
#include "../core/buf.h"
#include "../db/query.h"
#include "passage_terms.h"
#include "question.h"
#include "sql_tables.h"
#include "terms.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* READ: rows of the index that a question may cost. What everybody says adds little to what is rare, and most of the time. */
enum { CANDIDATES = 40, READ = 15000, READ_LONGER = 3000, WORDS = 2000, WORD_WEIGHT = 2, UNITS_MAX = 64 };
static const double IN_HEADING = 1.0, IN_TEXT = 0.75, LONGER_WORD = 0.6;

static const struct col cols[] = {
	{ COL_INT, offsetof(struct passage, id) },         { COL_INT, offsetof(struct passage, article_id) },
	{ COL_INT, offsetof(struct passage, ord) },        { COL_STR, offsetof(struct passage, title) },
	{ COL_STR, offsetof(struct passage, heading) },    { COL_STR, offsetof(struct passage, text) },
	{ COL_REAL, offsetof(struct passage, relevance) },
};
struct word { /* of the index */
	const char *term;
	int64_t passages;
	double worth;
	bool exact; /* not by its beginning alone */
};
static const struct col word_cols[] = { { COL_STR, offsetof(struct word, term) }, { COL_INT, offsetof(struct word, passages) } };

enum { SEARCH, SQL__MAX };
const struct stmt passage_sql[SQL__MAX] = {
	/* Which, by the index; then these rows alone. */
	[SEARCH] = { "SELECT p.id, p.article_id, p.ord, a.title, p.heading, p.text, f.relevance FROM (SELECT t.passage_id AS id, "
		     "SUM(t.weight * j.worth) AS relevance FROM JSON_TABLE(?, '$[*]' COLUMNS (term VARCHAR(40) CHARACTER SET "
		     "ascii COLLATE ascii_bin PATH '$[0]', worth DOUBLE PATH '$[1]')) j STRAIGHT_JOIN passage_terms t ON t.locale "
		     "= ? AND t.term = j.term GROUP BY t.passage_id ORDER BY relevance DESC, t.passage_id LIMIT ?) f JOIN "
		     "article_passages p ON p.id = f.id JOIN articles a ON a.id = p.article_id ORDER BY f.relevance DESC, p.id",
		     ROW(passage, cols) },
};
const size_t passage_sql_n = SQL__MAX;

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

static double coverage(const char *question, const char *heading_tokens, const char *text_tokens)
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
		if (has_term(heading_tokens, &term))
			note_found(&w, &term, IN_HEADING);
		else if (has_term(text_tokens, &term))
			note_found(&w, &term, IN_TEXT);
	}
	for (size_t i = 0; i < w.n; i++) {
		found += w.weight[i] * w.found[i];
		all += w.weight[i];
	}
	return all > 0 ? found / all : 0;
}

static const char *tokens_of(struct arena *mem, const char *text)
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

	return *tokens_of(mem, core) != '\0' ? core : text;
}

double passage_coverage(struct arena *mem, const char *question, const char *headings, const char *text)
{
	return coverage(core_of(mem, question), tokens_of(mem, headings), tokens_of(mem, text));
}

/* -- finding -- */

/* The words of the index that are asked for, and '', which all passages have. */
static bool look_up(struct ctx *c, const struct list *asked, const char *locale, struct list *words)
{
	const struct passage_asked *a = asked->items;
	struct query q = query_new(c, "SELECT term, passages FROM passage_words");

	query_where(&q, "locale = ? AND (term = ''", ARGS(STR(locale)));
	for (size_t i = 0; i < asked->n; i++)
		query_add(&q, " OR (term >= ? AND term < ?)",
			  ARGS(STR(a[i].key), STR(arena_printf(c->mem, "%s%s", a[i].key, a[i].begins ? "~" : "!"))));
	query_add(&q, ") LIMIT ?", ARGS(INT(WORDS)));
	return query_list(c, &q, words, ROW_OF(word, word_cols));
}

static int by_rareness(const void *a, const void *b)
{
	const struct word *x = a, *y = b;

	if (x->passages != y->passages)
		return x->passages > y->passages ? 1 : -1;
	return strcmp(x->term, y->term);
}

/* As BM25 has it; a word that was asked for by its beginning alone is worth less. */
static void value(struct list *words, const struct list *asked)
{
	const struct passage_asked *a = asked->items;
	struct word *w = words->items;
	double all = 1;

	for (size_t i = 0; i < words->n; i++)
		if (*w[i].term == '\0')
			all += (double)w[i].passages;
	for (size_t i = 0; i < words->n; i++) {
		double n = (double)w[i].passages;
		for (size_t k = 0; k < asked->n && !w[i].exact; k++)
			w[i].exact = strcmp(a[k].key, w[i].term) == 0;
		w[i].worth = (w[i].exact ? 1 : LONGER_WORD) * log(1 + fmax(0, all - n + 0.5) / (n + 0.5));
	}
}

/* For JSON_TABLE: the rarest, as many as may be read; NULL = none is known. */
static const char *choose(struct ctx *c, struct list *words)
{
	struct word *w = words->items;
	struct buf b = { 0 };
	int64_t read = 0, longer = 0;

	if (words->n > 1)
		qsort(w, words->n, sizeof(*w), by_rareness);
	for (size_t i = 0; i < words->n; i++) {
		if (*w[i].term == '\0' || w[i].passages <= 0 || (read > 0 && read + w[i].passages > READ) ||
		    (!w[i].exact && longer + w[i].passages > READ_LONGER && longer > 0))
			continue;
		buf_printf(&b, "%s[\"%s\",%.6g]", read > 0 ? "," : "[", w[i].term, w[i].worth);
		read += w[i].passages;
		longer += w[i].exact ? 0 : w[i].passages;
	}
	buf_chr(&b, ']');
	const char *out = read > 0 ? arena_strndup(c->mem, b.data, b.len) : NULL;
	buf_free(&b);
	return out;
}

static int by_score(const void *a, const void *b)
{
	const struct passage *x = a, *y = b;

	if (x->score != y->score)
		return x->score < y->score ? 1 : -1;
	if (x->relevance != y->relevance)
		return x->relevance < y->relevance ? 1 : -1;
	return x->id > y->id ? 1 : -1;
}

bool passage_search(struct ctx *c, const char *text, const char *locale, int64_t limit, struct list *out)
{
	const char *core = core_of(c->mem, text), *chosen;
	struct list asked = passage_asks(c->mem, core), words = { 0 };

	*out = (struct list){ 0 };
	if (asked.n == 0)
		return true;
	if (!look_up(c, &asked, locale, &words))
		return false;
	value(&words, &asked);
	chosen = choose(c, &words);
	if (chosen == NULL)
		return true;
	if (!db_list(c, &passage_sql[SEARCH], out, ARGS(STR(chosen), STR(locale), INT(CANDIDATES))))
		return false;
	struct passage *p = out->items;
	for (size_t i = 0; i < out->n; i++)
		p[i].score = coverage(core, tokens_of(c->mem, arena_printf(c->mem, "%s\n%s", p[i].title, p[i].heading)),
				      tokens_of(c->mem, passage_plain(c->mem, &p[i])));
	if (out->n > 1)
		qsort(p, out->n, sizeof(*p), by_score);
	if (out->n > (size_t)limit)
		out->n = (size_t)limit;
	return true;
}
