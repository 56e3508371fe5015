#include "passage_terms.h"
#include "terms.h"
#include <stdlib.h>
#include <string.h>

enum { PREFIX = 2, SHORT = 3, HEADING = 2, USUAL_LENGTH = 80, ROOM = 64 };
/* BM25's, with a usual length that is set, so that an article's terms do not depend on the others. */
static const double SATURATION = 1.2, LENGTH_SHARE = 0.75;

/* "invoices" as "invoice", "puppies" as "puppy", "shipped" as "ship": endings, an e and the second of two letters go. */
static char *key_of(struct arena *mem, const struct term *t)
{
	size_t n = term_stem(t->text);
	char *key = arena_strndup(mem, t->text, n < PASSAGE_KEY_MAX ? n : PASSAGE_KEY_MAX);

	n = strlen(key);
	if (!t->word || n <= PREFIX + SHORT)
		return key;
	if (key[n - 1] == 'e')
		key[--n] = '\0';
	if (n > PREFIX + SHORT && key[n - 1] == key[n - 2] && key[n - 1] > '9')
		key[--n] = '\0';
	return key;
}

struct keys {
	struct arena *mem;
	const char **items;
	size_t n, cap;
};

static void add_keys(struct keys *k, const char *text, size_t times)
{
	struct terms t;
	struct term term;

	terms_begin(&t, text, strlen(text));
	while (terms_next(&t, &term)) {
		const char *key = key_of(k->mem, &term);
		if (k->n + times > k->cap) {
			size_t cap = k->cap > 0 ? 2 * k->cap : ROOM;
			k->items = arena_grow(k->mem, k->items, k->cap * sizeof(*k->items), cap * sizeof(*k->items));
			k->cap = cap;
		}
		for (size_t i = 0; i < times; i++)
			k->items[k->n++] = key;
	}
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct list passage_weigh(struct arena *mem, const char *headings, const char *text)
{
	struct keys k = { .mem = mem };
	struct list out = { 0 };

	add_keys(&k, text, 1);
	double length = (double)k.n;
	add_keys(&k, headings, HEADING);
	if (k.n == 0)
		return out;
	qsort(k.items, k.n, sizeof(*k.items), by_text);
	struct passage_term *t = arena_alloc(mem, k.n * sizeof(*t));
	for (size_t i = 0, times; i < k.n; i += times) {
		for (times = 1; i + times < k.n && strcmp(k.items[i], k.items[i + times]) == 0;)
			times++;
		double n = (double)times, longer = 1 - LENGTH_SHARE + LENGTH_SHARE * length / USUAL_LENGTH;
		t[out.n++] = (struct passage_term){ k.items[i], n * (SATURATION + 1) / (n + SATURATION * longer) };
	}
	out.items = t;
	return out;
}

static bool spelt(const char *key)
{
	size_t n = strlen(key);

	return n >= PREFIX + SHORT && key[n - 1] > '9';
}

struct list passage_asks(struct arena *mem, const char *question)
{
	struct passage_asked *a = arena_alloc(mem, PASSAGE_ASKED_MAX * sizeof(*a));
	struct terms t;
	struct term term;
	size_t n = 0;

	terms_begin(&t, question, strlen(question));
	while (n < PASSAGE_ASKED_MAX && terms_next(&t, &term)) {
		const char *key = key_of(mem, &term);
		size_t i = 0;
		while (i < n && strcmp(a[i].key, key) != 0)
			i++;
		if (i == n)
			a[n++] = (struct passage_asked){ .key = key, .begins = term.word && spelt(key) };
	}
	return (struct list){ a, n };
}
