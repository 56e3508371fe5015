/* Which contacts a text and a tag name: sets of ids from the ranges of contact_words, joined here. */
#include "contact.h"
#include "contact_row.h"
#include "contact_terms.h"
#include "sql_tables.h"
#include <stdlib.h>
#include <string.h>

enum { TOO_MANY = 1000000 };
static const char above_all[] = "~"; /* no word has it */

#define Q4 "(?, ?), (?, ?), (?, ?), (?, ?)"
enum { WORD, BEGINS, PUBLIC_ID, FORGET, KEEP, SQL__MAX };
enum { KEPT_AT_ONCE = 16 };
const struct stmt contact_search_sql[SQL__MAX] = {
	[WORD] = { "SELECT contact_id FROM contact_words WHERE word = ? ORDER BY contact_id LIMIT ?", ROW(number, number_cols) },
	[BEGINS] = { "SELECT contact_id FROM contact_words WHERE word >= ? AND word < ? LIMIT ?", ROW(number, number_cols) },
	[PUBLIC_ID] = { "SELECT id FROM users WHERE public_id = ? AND " CONTACT_LIVE, ROW(number, number_cols) },
	[FORGET] = { "DELETE FROM contact_words WHERE contact_id = ?" },
	[KEEP] = { "INSERT IGNORE INTO contact_words (word, contact_id) VALUES " Q4 ", " Q4 ", " Q4 ", " Q4 },
};
const size_t contact_search_sql_n = SQL__MAX;

/* -- keeping -- */

bool contact_words_forget(struct ctx *c, int64_t id)
{
	return db_exec(c, &contact_search_sql[FORGET], NULL, ARGS(INT(id)));
}

bool contact_words_keep(struct ctx *c, int64_t id, const struct list *words)
{
	const char *const *word = words->items;
	struct val v[2 * KEPT_AT_ONCE];

	if (!contact_words_forget(c, id))
		return false;
	for (size_t i = 0; i < words->n; i += KEPT_AT_ONCE) {
		for (size_t k = 0; k < KEPT_AT_ONCE; k++) { /* the last one fills what is left: it is kept once */
			v[2 * k] = STR(word[i + k < words->n ? i + k : words->n - 1]);
			v[2 * k + 1] = INT(id);
		}
		if (!db_exec(c, &contact_search_sql[KEEP], NULL, v, COUNT(v)))
			return false;
	}
	return true;
}

/* -- sets: ids upwards, each once -- */

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void make_set(struct list *l)
{
	int64_t *id = l->items;
	size_t n = 0;

	if (l->n > 1)
		qsort(id, l->n, sizeof(*id), by_number);
	for (size_t i = 0; i < l->n; i++)
		if (n == 0 || id[n - 1] != id[i])
			id[n++] = id[i];
	l->n = n;
}

static void keep_common(struct list *mine, const struct list *other)
{
	int64_t *a = mine->items;
	const int64_t *b = other->items;
	size_t n = 0;

	for (size_t i = 0, k = 0; i < mine->n && k < other->n;)
		if (a[i] == b[k]) {
			a[n++] = a[i++];
			k++;
		} else if (a[i] < b[k]) {
			i++;
		} else {
			k++;
		}
	mine->n = n;
}

static void join(struct arena *mem, struct list *mine, const struct list *other)
{
	int64_t *both;

	if (other->n == 0)
		return;
	both = arena_alloc(mem, (mine->n + other->n) * sizeof(*both));
	if (mine->n > 0)
		memcpy(both, mine->items, mine->n * sizeof(*both));
	memcpy(both + mine->n, other->items, other->n * sizeof(*both));
	*mine = (struct list){ both, mine->n + other->n };
	make_set(mine);
}

/* -- finding -- */

static bool having(struct ctx *c, const char *word, bool begins, struct list *out)
{
	_Static_assert(sizeof(struct number) == sizeof(int64_t), "a list of rows is a list of ids");

	*out = (struct list){ 0 };
	if (!begins)
		return db_list(c, &contact_search_sql[WORD], out, ARGS(STR(word), INT(TOO_MANY)));
	if (!db_list(c, &contact_search_sql[BEGINS], out,
		     ARGS(STR(word), STR(arena_printf(c->mem, "%s%s", word, above_all)), INT(TOO_MANY))))
		return false;
	make_set(out);
	return true;
}

/* One ask more that is needed: first is the first of its group. */
static bool narrow(struct ctx *c, const struct contact_ask *a, bool first, struct list *out)
{
	struct list other;

	if (first)
		return having(c, a->word, a->begins, out);
	if (out->n == 0)
		return true;
	if (!having(c, a->word, a->begins, &other))
		return false;
	keep_common(out, &other);
	return true;
}

/* The asks of one group, from a[*i] on: whole words first, they are fewer than what begins with a character. */
static bool match_group(struct ctx *c, const struct list *asks, size_t *i, struct list *out)
{
	const struct contact_ask *a = asks->items;
	size_t from = *i, done = 0;

	while (*i < asks->n && a[*i].group == a[from].group)
		++*i;
	for (int begins = 0; begins <= 1; begins++)
		for (size_t k = from; k < *i; k++)
			if (a[k].begins == (begins == 1) && !narrow(c, &a[k], done++ == 0, out))
				return false;
	return true;
}

static bool match_text(struct ctx *c, const char *text, struct list *out)
{
	bool any_digits = (c->who.permissions & MAY_CONTACTS_WRITE) != 0;
	struct list asks = contact_asks(c->mem, text, any_digits), some = { 0 };

	if (!db_list(c, &contact_search_sql[PUBLIC_ID], out, ARGS(STR(text))))
		return false;
	for (size_t i = 0; i < asks.n;) {
		if (!match_group(c, &asks, &i, &some))
			return false;
		join(c->mem, out, &some);
	}
	return true;
}

bool contact_matches(struct ctx *c, const char *text, const char *tag, struct list *out)
{
	struct list tagged = { 0 };

	*out = (struct list){ 0 };
	if (text != NULL && !match_text(c, text, out))
		return false;
	if (tag == NULL)
		return true;
	if (!having(c, tag_word(c->mem, tag), false, &tagged))
		return false;
	if (text != NULL)
		keep_common(out, &tagged);
	else
		*out = tagged;
	return true;
}
