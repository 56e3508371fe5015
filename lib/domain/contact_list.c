/* Lists of contacts: ids by an index first, then the rows of one page. */
#include "../bus/bus.h"
#include "../core/text.h"
#include "contact.h"
#include "contact_row.h"
#include "contact_terms.h"
#include "sql_tables.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const contact_sort_names[] = { "last_activity_at", "name", "created_at", "conversations_count", NULL };
const char *const contact_order_names[] = { "asc", "desc", NULL };

enum { ROWS = 25, COUNT_S = 600, TOMBSTONE_S = 5, IN_FLIGHT = 1000 };

struct number {
	int64_t n;
};
static const struct col number_cols[] = { { COL_INT, offsetof(struct number, n) } };

/* Each sort upwards, then downwards. More than a million matches are not looked at. */
#define BROWSE(by)                                                                                                                 \
	{                                                                                                                          \
		"SELECT id FROM users WHERE " CONTACT_LIVE " ORDER BY " by " LIMIT ? OFFSET ?", ROW(number, number_cols)           \
	}
#define FIND(by)                                                                                                                   \
	{                                                                                                                          \
		"SELECT id FROM users WHERE MATCH (terms) AGAINST (? IN BOOLEAN MODE) AND " CONTACT_LIVE " ORDER BY " by           \
		" LIMIT 1000000",                                                                                                  \
			ROW(number, number_cols)                                                                                   \
	}
#define BOTH(X, column) X(column ", id"), X(column " DESC, id DESC")
#define ORDERS(X) BOTH(X, "last_active_at"), BOTH(X, "full_name"), BOTH(X, "created_at"), BOTH(X, "conversations")
#define Q5 "?, ?, ?, ?, ?"

enum { BROWSES = 0, FINDS = 2 * CONTACTS_BY__MAX, OF_IDS = 2 * FINDS, RANGE, NEWEST, COUNT_TO, COUNT_FROM, SQL__MAX };
const struct stmt contact_list_sql[SQL__MAX] = {
	// clang-format off
	ORDERS(BROWSE),
	ORDERS(FIND),
	// clang-format on
	[OF_IDS] = { "SELECT " CONTACT_COLS " FROM users WHERE id IN (" Q5 ", " Q5 ", " Q5 ", " Q5 ", " Q5 ") AND " CONTACT_LIVE,
		     CONTACT_ROW },
	[RANGE] = { "SELECT " CONTACT_COLS " FROM users WHERE id > ? AND " CONTACT_LIVE " ORDER BY id LIMIT ?", CONTACT_ROW },
	[NEWEST] = { "SELECT COALESCE(MAX(id), 0) FROM users", ROW(number, number_cols) },
	[COUNT_TO] = { "SELECT COUNT(*) FROM users WHERE id <= ? AND " CONTACT_LIVE, ROW(number, number_cols) },
	[COUNT_FROM] = { "SELECT COUNT(*) FROM users WHERE id > ? AND " CONTACT_LIVE, ROW(number, number_cols) },
};
const size_t contact_list_sql_n = SQL__MAX;

/* -- how many there are -- */

static const char count_key[] = "contacts:count";

/* Ids below the mark are all committed or never will be, so their count changes only when one leaves: that forgets it. */
static bool count_to_mark(struct ctx *c, int64_t *mark, int64_t *n)
{
	struct number newest, count;

	if (!db_one(c, &contact_list_sql[NEWEST], &newest, "db.failed", NOARGS))
		return false;
	*mark = newest.n > IN_FLIGHT ? newest.n - IN_FLIGHT : 0;
	if (!db_one(c, &contact_list_sql[COUNT_TO], &count, "db.failed", ARGS(INT(*mark))))
		return false;
	*n = count.n;
	const char *argv[] = { "SET",
			       arena_printf(c->mem, "deskbell:%s", count_key),
			       arena_printf(c->mem, "%lld:%lld", (long long)*mark, (long long)*n),
			       "EX",
			       arena_printf(c->mem, "%d", COUNT_S),
			       "NX" };
	size_t len[COUNT(argv)];
	for (size_t i = 0; i < COUNT(argv); i++)
		len[i] = strlen(argv[i]);
	bus_cmd(c, COUNT(argv), argv, len);
	bus_go(c);
	return true;
}

static bool count_all(struct ctx *c, int64_t *total)
{
	int slot = bus_get(c, count_key);
	long long mark = 0, known = 0;
	struct number since;

	bus_go(c);
	const char *text = bus_str(c, slot, NULL);
	if (text == NULL || sscanf(text, "%lld:%lld", &mark, &known) != 2) {
		int64_t m, n;
		if (!count_to_mark(c, &m, &n))
			return false;
		mark = m;
		known = n;
	}
	if (!db_one(c, &contact_list_sql[COUNT_FROM], &since, "db.failed", ARGS(INT(mark))))
		return false;
	*total = known + since.n;
	return true;
}

/* The empty value outlasts a reader that counted before the change was committed. */
void contact_count_changed(struct ctx *c)
{
	bus_set(c, count_key, "", 0, TOMBSTONE_S);
	bus_go(c);
}

/* -- which ones -- */

struct order {
	size_t sort;
	bool down;
};

static struct order order_of(const struct contact_list_in *in)
{
	size_t sort = in->sort > 0 ? (size_t)in->sort - 1 : CONTACTS_BY_ACTIVITY;

	return (struct order){ sort, in->order > 0 ? in->order == 2 : sort != CONTACTS_BY_NAME };
}

static void turn(struct list *ids)
{
	struct number *n = ids->items;

	for (size_t i = 0; i + i + 1 < ids->n; i++) {
		struct number other = n[i];
		n[i] = n[ids->n - 1 - i];
		n[ids->n - 1 - i] = other;
	}
}

/* From the end that is nearer: the index is walked over half its length at most. */
static bool browse(struct ctx *c, struct order o, int64_t offset, int64_t limit, struct list *ids, int64_t *total)
{
	if (!count_all(c, total))
		return false;
	if (offset >= *total)
		return true;
	int64_t n = *total - offset < limit ? *total - offset : limit;
	bool from_end = offset > *total / 2;
	size_t which = BROWSES + 2 * o.sort + (o.down != from_end);
	if (!db_list(c, &contact_list_sql[which], ids, ARGS(INT(n), INT(from_end ? *total - offset - n : offset))))
		return false;
	if (from_end)
		turn(ids);
	return true;
}

static bool find(struct ctx *c, const char *against, struct order o, int64_t offset, int64_t limit, struct list *ids,
		 int64_t *total)
{
	struct list all = { 0 };

	*total = 0;
	if (*against == '\0')
		return true;
	if (!db_list(c, &contact_list_sql[FINDS + 2 * o.sort + o.down], &all, ARGS(STR(against))))
		return false;
	*total = (int64_t)all.n;
	if (offset < *total)
		*ids = (struct list){ (struct number *)all.items + offset,
				      (size_t)(*total - offset < limit ? *total - offset : limit) };
	return true;
}

/* -- their rows, in the order of the ids -- */

static int by_id(const void *a, const void *b)
{
	int64_t x = ((const struct contact_row *)a)->id, y = ((const struct contact_row *)b)->id;

	return x < y ? -1 : x > y;
}

static bool load_some(struct ctx *c, const struct number *ids, size_t n, struct list *out)
{
	struct list part = { 0 };
	struct val v[ROWS];

	for (size_t i = 0; i < ROWS; i++)
		v[i] = INT(i < n ? ids[i].n : 0);
	if (!db_list(c, &contact_list_sql[OF_IDS], &part, v, ROWS))
		return false;
	if (part.n > 1)
		qsort(part.items, part.n, sizeof(struct contact_row), by_id);
	for (size_t i = 0; i < n && part.n > 0; i++) {
		const struct contact_row key = { .id = ids[i].n };
		struct contact_row *r = bsearch(&key, part.items, part.n, sizeof(key), by_id);
		if (r == NULL)
			continue;
		contact_show(c, c->mem, r);
		((struct contact_row *)out->items)[out->n++] = *r;
	}
	return true;
}

bool contact_slice(struct ctx *c, const struct contact_list_in *in, int64_t offset, int64_t limit, struct list *rows,
		   int64_t *total)
{
	const char *search = in->search != NULL && *in->search != '\0' ? in->search : NULL;
	const char *tag = in->tag != NULL && *in->tag != '\0' ? in->tag : NULL;
	struct list ids = { 0 };
	bool any_digits = (c->who.permissions & MAY_CONTACTS_WRITE) != 0;
	bool good = search == NULL && tag == NULL
			    ? browse(c, order_of(in), offset, limit, &ids, total)
			    : find(c, contact_query(c->mem, search, tag, any_digits), order_of(in), offset, limit, &ids, total);

	if (!good)
		return false;
	*rows = (struct list){ arena_alloc(c->mem, (ids.n + 1) * sizeof(struct contact_row)), 0 };
	for (size_t i = 0; i < ids.n; i += ROWS)
		if (!load_some(c, (struct number *)ids.items + i, ids.n - i < ROWS ? ids.n - i : ROWS, rows))
			return false;
	return true;
}

bool contact_list(struct ctx *c, const void *vin, void *vout)
{
	const struct contact_list_in *in = vin;
	struct contact_list_out *out = vout;
	int64_t total;

	if (!contact_slice(c, in, page_offset(&in->page), in->page.size, &out->contacts, &total))
		return false;
	out->meta = page_meta(&in->page, total);
	return true;
}

bool contact_range(struct ctx *c, int64_t after, int64_t limit, struct list *rows)
{
	if (!db_list(c, &contact_list_sql[RANGE], rows, ARGS(INT(after), INT(limit))))
		return false;
	for (size_t i = 0; i < rows->n; i++)
		contact_show(c, c->mem, (struct contact_row *)rows->items + i);
	return true;
}
