/* Lists of contacts: ids by an index first, then the rows of one page. */
#include "../bus/bus.h"
#include "contact.h"
#include "contact_row.h"
#include "contact_terms.h"
#include "sql_tables.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const contact_sort_names[] = { "last_activity_at", "name", "created_at", "conversations_count", NULL };
const char *const contact_order_names[] = { "asc", "desc", NULL };

/* Each sort upwards, then downwards: the whole list, and a few of it. */
#define Q5 "?, ?, ?, ?, ?"
#define Q25 Q5 ", " Q5 ", " Q5 ", " Q5 ", " Q5
#define Q40 Q25 ", " Q5 ", " Q5 ", " Q5
#define BROWSE(by)                                                                                                                 \
	{                                                                                                                          \
		"SELECT id FROM users WHERE " CONTACT_LIVE " ORDER BY " by " LIMIT ? OFFSET ?", ROW(number, number_cols)           \
	}
#define SORT(by)                                                                                                                   \
	{                                                                                                                          \
		"SELECT id FROM users WHERE id IN (" Q40 ") ORDER BY " by, ROW(number, number_cols)                                \
	}
#define BOTH(X, column) X(column ", id"), X(column " DESC, id DESC")
#define ORDERS(X) BOTH(X, "last_active_at"), BOTH(X, "full_name"), BOTH(X, "created_at"), BOTH(X, "conversations")

enum { ROWS = 25, FEW = 40, FIRST_LOOK = 2000, COUNT_S = 600, TOMBSTONE_S = 5, IN_FLIGHT = 1000, RECOUNT = 5000 };
enum { BROWSES = 0, SORTS = 2 * CONTACTS_BY__MAX, OF_IDS = 2 * SORTS, RANGE, NEWEST, COUNT_TO, COUNT_FROM, SQL__MAX };
const struct stmt contact_list_sql[SQL__MAX] = {
	// clang-format off
	ORDERS(BROWSE),
	ORDERS(SORT),
	// clang-format on
	[OF_IDS] = { "SELECT " CONTACT_COLS " FROM users WHERE id IN (" Q25 ") AND " CONTACT_LIVE, CONTACT_ROW },
	[RANGE] = { "SELECT " CONTACT_COLS " FROM users WHERE id > ? AND " CONTACT_LIVE " ORDER BY id LIMIT ?", CONTACT_ROW },
	[NEWEST] = { "SELECT COALESCE(MAX(id), 0) FROM users", ROW(number, number_cols) },
	[COUNT_TO] = { "SELECT COUNT(*) FROM users WHERE id <= ? AND " CONTACT_LIVE, ROW(number, number_cols) },
	[COUNT_FROM] = { "SELECT COUNT(*) FROM users WHERE id > ? AND " CONTACT_LIVE, ROW(number, number_cols) },
};
const size_t contact_list_sql_n = SQL__MAX;

/* -- how many there are -- */

static const char count_key[] = "contacts:count";
/* Stored unless somebody said otherwise since it was read. */
static const char store[] = "if (redis.call('GET', KEYS[1]) or false) == (ARGV[1] ~= '-' and ARGV[1]) then "
			    "return redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3]) end return 0";

/* Ids below the mark are all committed or never will be, so their count changes only when one leaves: that forgets it. */
static bool count_to_mark(struct ctx *c, const char *before, int64_t *mark, int64_t *n)
{
	struct number newest, count;

	if (!db_one(c, &contact_list_sql[NEWEST], &newest, "db.failed", NOARGS))
		return false;
	*mark = newest.n > IN_FLIGHT ? newest.n - IN_FLIGHT : 0;
	if (!db_one(c, &contact_list_sql[COUNT_TO], &count, "db.failed", ARGS(INT(*mark))))
		return false;
	*n = count.n;
	if (before != NULL && *before == '\0') /* one is just leaving */
		return true;
	const char *argv[] = { "EVAL",
			       store,
			       "1",
			       arena_printf(c->mem, "deskbell:%s", count_key),
			       before != NULL ? before : "-",
			       arena_printf(c->mem, "%lld:%lld", (long long)*mark, (long long)*n),
			       arena_printf(c->mem, "%d", COUNT_S) };
	size_t len[COUNT(argv)];
	for (size_t i = 0; i < COUNT(argv); i++)
		len[i] = strlen(argv[i]);
	bus_cmd(c, COUNT(argv), argv, len);
	bus_go(c);
	return true;
}

static bool count_since(struct ctx *c, int64_t mark, int64_t *n)
{
	struct number since;

	if (!db_one(c, &contact_list_sql[COUNT_FROM], &since, "db.failed", ARGS(INT(mark))))
		return false;
	*n = since.n;
	return true;
}

static bool count_all(struct ctx *c, int64_t *total)
{
	int slot = bus_get(c, count_key);
	long long known_mark, known_n;
	int64_t mark, n, since = 0;

	bus_go(c);
	const char *before = bus_str(c, slot, NULL);
	bool known = before != NULL && sscanf(before, "%lld:%lld", &known_mark, &known_n) == 2;
	if (known) {
		mark = known_mark;
		n = known_n;
		if (!count_since(c, mark, &since))
			return false;
	}
	if ((!known || since > RECOUNT) && (!count_to_mark(c, before, &mark, &n) || !count_since(c, mark, &since)))
		return false;
	*total = n + since;
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

static int by_number(const void *a, const void *b)
{
	int64_t x = ((const struct number *)a)->n, y = ((const struct number *)b)->n;

	return x < y ? -1 : x > y;
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

/* A part of a list of `total`, as it is read: from the end that is nearer, so that an index is walked over half its length. */
struct part {
	size_t which; /* of the orders */
	int64_t offset, n;
	bool turned;
};

static struct part part_of(const struct contact_list_in *in, int64_t offset, int64_t limit, int64_t total)
{
	struct order o = order_of(in);
	int64_t n = offset >= total ? 0 : total - offset < limit ? total - offset : limit;
	bool turned = offset > total / 2;

	return (struct part){ 2 * o.sort + (o.down != turned), turned ? total - offset - n : offset, n, turned };
}

/* Keep of the walked ids those that are found, from the part's offset on. True: the part is whole. */
static bool pick(const struct list *walked, const struct list *found, struct part *p, struct list *ids)
{
	struct number *out = ids->items;

	for (size_t i = 0; i < walked->n && (int64_t)ids->n < p->n; i++) {
		const struct number *id = (const struct number *)walked->items + i;
		if (bsearch(id, found->items, found->n, sizeof(*id), by_number) == NULL)
			continue;
		if (p->offset > 0)
			p->offset--;
		else
			out[ids->n++] = *id;
	}
	return (int64_t)ids->n == p->n;
}

/* Many are found: they come soon on a walk through all. */
static bool walk(struct ctx *c, const struct list *found, struct part *p, struct list *ids)
{
	const struct list nothing = { 0 };
	int64_t at = 0;

	ids->items = arena_alloc(c->mem, (size_t)(p->n + 1) * sizeof(struct number));
	for (int64_t n = FIRST_LOOK; !pick(&nothing, found, p, ids); at += n, n *= 8) {
		struct list walked = { 0 };
		if (!db_list(c, &contact_list_sql[BROWSES + p->which], &walked, ARGS(INT(n), INT(at))))
			return false;
		pick(&walked, found, p, ids);
		if ((int64_t)walked.n < n)
			break;
	}
	return true;
}

static bool sort(struct ctx *c, const struct list *found, const struct part *p, struct list *ids)
{
	const struct number *id = found->items;
	struct val v[FEW];

	for (size_t i = 0; i < FEW; i++)
		v[i] = INT(i < found->n ? id[i].n : 0);
	if (!db_list(c, &contact_list_sql[SORTS + p->which], ids, v, FEW))
		return false;
	int64_t n = (int64_t)ids->n - p->offset < p->n ? (int64_t)ids->n - p->offset : p->n;
	*ids = (struct list){ (struct number *)ids->items + p->offset, n > 0 ? (size_t)n : 0 };
	return true;
}

static bool browse(struct ctx *c, const struct contact_list_in *in, int64_t offset, int64_t limit, struct list *ids, int64_t *total)
{
	if (!count_all(c, total))
		return false;
	struct part p = part_of(in, offset, limit, *total);
	if (p.n > 0 && !db_list(c, &contact_list_sql[BROWSES + p.which], ids, ARGS(INT(p.n), INT(p.offset))))
		return false;
	if (p.turned)
		turn(ids);
	return true;
}

static bool find(struct ctx *c, const struct contact_list_in *in, int64_t offset, int64_t limit, struct list *ids, int64_t *total)
{
	struct list found;

	if (!contact_matches(c, in->search, in->tag, &found))
		return false;
	*total = (int64_t)found.n;
	struct part p = part_of(in, offset, limit, *total);
	if (p.n > 0 && !(found.n <= FEW ? sort(c, &found, &p, ids) : walk(c, &found, &p, ids)))
		return false;
	if (p.turned)
		turn(ids);
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

static const char *text_or_none(const char *s)
{
	return s != NULL && *s != '\0' ? s : NULL;
}

bool contact_slice(struct ctx *c, const struct contact_list_in *in, int64_t offset, int64_t limit, struct list *rows,
		   int64_t *total)
{
	struct contact_list_in asked = *in;
	struct list ids = { 0 };

	asked.search = text_or_none(in->search);
	asked.tag = text_or_none(in->tag);
	bool all = asked.search == NULL && asked.tag == NULL;
	if (!(all ? browse(c, &asked, offset, limit, &ids, total) : find(c, &asked, offset, limit, &ids, total)))
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
