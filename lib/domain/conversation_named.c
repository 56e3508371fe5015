#include "conversation_named.h"
#include "contact_row.h"
#include "sql_tables.h"
#include <stdlib.h>
#include <string.h>

enum { STEP = 5000 };
struct whose {
	int64_t id, contact_id;
};
static const struct col whose_cols[] = { { COL_INT, offsetof(struct whose, id) }, { COL_INT, offsetof(struct whose, contact_id) } };

enum { BEFORE, SQL__MAX };
const struct stmt conversation_named_sql[SQL__MAX] = {
	[BEFORE] = { "SELECT id, contact_id FROM conversations FORCE INDEX (whose) WHERE id < ? ORDER BY id DESC LIMIT ?",
		     ROW(whose, whose_cols) },
};
const size_t conversation_named_sql_n = SQL__MAX;

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void pick(const struct list *some, const struct list *contacts, size_t limit, struct list *ids)
{
	const struct whose *w = some->items;

	for (size_t i = 0; i < some->n && ids->n < limit; i++)
		if (bsearch(&w[i].contact_id, contacts->items, contacts->n, sizeof(int64_t), by_number) != NULL)
			((int64_t *)ids->items)[ids->n++] = w[i].id;
}

/* Many: reading what each of thousands has took most of a second, and a walk back from the newest meets theirs soon. */
static bool among_newest(struct ctx *c, const struct list *contacts, size_t limit, struct list *ids)
{
	struct arena *whole = c->mem, part = { 0 }; /* steps do not add up */
	int64_t before = INT64_MAX;
	bool good = true, more = true;

	ids->items = arena_alloc(whole, limit * sizeof(int64_t));
	c->mem = &part;
	for (size_t looked = 0; good && more && looked < NAMED_AMONG && ids->n < limit; looked += STEP) {
		struct list some = { 0 };
		good = db_list(c, &conversation_named_sql[BEFORE], &some, ARGS(INT(before), INT(STEP)));
		more = some.n == STEP;
		if (good && some.n > 0) {
			pick(&some, contacts, limit, ids);
			before = ((const struct whose *)some.items)[some.n - 1].id;
		}
		arena_reset(&part);
	}
	c->mem = whole;
	arena_free(&part);
	return good;
}

bool conversation_named(struct ctx *c, const char *text, size_t limit, struct named *out)
{
	struct list contacts;

	*out = (struct named){ 0 };
	if (!contact_matches(c, text, NULL, &contacts))
		return false;
	if (contacts.n > NAMED_FEW)
		return among_newest(c, &contacts, limit, &out->ids);
	out->contacts = contacts;
	return true;
}
