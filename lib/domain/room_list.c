/* The caller's rooms, each with its last message and its members. A row a member would take longer than all the rest: Redis holds
   each room's members as they are shown, with what the room's row said when they were read (member_changes, members). The row
   says what the truth is: what does not agree is read from MySQL and brought here. */
#include "../bus/bus.h"
#include "../core/buf.h"
#include "room_row.h"
#include "sql_tables.h"
#include <stdlib.h>
#include <string.h>

static const struct col list_cols[] = { ROOM_COL_ROWS, ROOM_MESSAGE_COL_ROWS(offsetof(struct room, last)) };
struct members_row {
	int64_t room_id;
	const char *ids;
};
static const struct col members_cols[] = {
	{ COL_INT, offsetof(struct members_row, room_id) },
	{ COL_STR, offsetof(struct members_row, ids) },
};

enum { LIST, MEMBERS, SQL__MAX };
const struct stmt room_list_sql[] = {
	/* The caller's rooms, and the one of all. */
	[LIST] = { "SELECT " ROOM_COLS ", " ROOM_MESSAGE_COLS
		   " FROM (SELECT id AS room_id FROM rooms WHERE public_id = 'global' UNION "
		   "(SELECT room_id FROM room_members WHERE user_id = ? AND left_at IS NULL LIMIT 500)) k"
		   " JOIN rooms r ON r.id = k.room_id LEFT JOIN messages m ON m.stream = -r.id AND m.seq = r.shown_seq AND "
		   "m.created_at >= ?" ROOM_MESSAGE_JOINS
		   " ORDER BY r.public_id <> 'global', GREATEST(r.last_message_at, r.created_at) DESC, r.id DESC",
		   ROW(room, list_cols) },
	[MEMBERS] = { "SELECT j.id, (SELECT GROUP_CONCAT(m.user_id ORDER BY m.user_id) FROM room_members m WHERE "
		      "m.room_id = j.id AND m.left_at IS NULL) FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) j",
		      ROW(members_row, members_cols) },
};
const size_t room_list_sql_n = SQL__MAX;
_Static_assert(ROOMS_OF == 500, "the LIMIT of LIST");

/* ARGV: seconds, then a value each. */
static const char keep_all[] = "for i, key in ipairs(KEYS) do redis.call('SET', key, ARGV[i + 1], 'EX', ARGV[1]) end return 1";
#define KEPT_S "604800"

/* Rooms by number; of the last one fewer members may be shown than it has. */
struct shown {
	struct room **rooms;
	size_t n;
	int64_t of_last;
};

static int by_number(const void *a, const void *b)
{
	const struct room *x = *(struct room *const *)a, *y = *(struct room *const *)b;

	return (x->id > y->id) - (x->id < y->id);
}

/* Those whose members are shown. */
static struct shown choose(struct ctx *c, const struct list *rooms)
{
	struct room *r = rooms->items;
	struct shown s = { arena_alloc(c->mem, (rooms->n + 1) * sizeof(*s.rooms)), 0, 0 };
	size_t n = 0;

	for (size_t i = 0; i < rooms->n; i++)
		s.rooms[i] = &r[i];
	qsort(s.rooms, rooms->n, sizeof(*s.rooms), by_number);
	for (int64_t left = ROOM_MEMBERS_SHOWN; n < rooms->n && left > 0; left -= s.rooms[n++]->members)
		s.of_last = left;
	s.n = n;
	return s;
}

static struct room *find(const struct shown *s, int64_t id)
{
	struct room *key = &(struct room){ .id = id }, **at = bsearch(&key, s->rooms, s->n, sizeof(*s->rooms), by_number);

	return at != NULL ? *at : NULL;
}

/* -- what Redis holds -- */

static const char *key_of(struct ctx *c, const struct room *r)
{
	return arena_printf(c->mem, "deskbell:room:%lld:members", (long long)r->id);
}

/* "ROOM CHANGES MEMBERS " and the list. */
static char *value_of(struct ctx *c, const struct room *r)
{
	return arena_printf(c->mem, "%lld %lld %lld %s", (long long)r->id, (long long)r->member_changes, (long long)r->members,
			    r->member_ids);
}

static void take_kept(const struct shown *s, const char *text)
{
	int64_t of[3];

	for (size_t i = 0; i < COUNT(of); i++) {
		char *end;
		of[i] = strtoll(text, &end, 10);
		if (end == text || *end != ' ')
			return;
		text = end + 1;
	}
	struct room *r = find(s, of[0]);
	if (r != NULL && of[1] == r->member_changes && of[2] == r->members)
		r->member_ids = text;
}

static void read_kept(struct ctx *c, const struct shown *s)
{
	const char **argv = arena_alloc(c->mem, (s->n + 1) * sizeof(*argv));
	size_t *len = arena_alloc(c->mem, (s->n + 1) * sizeof(*len));

	argv[0] = "MGET";
	len[0] = strlen(argv[0]);
	for (size_t i = 0; i < s->n; i++) {
		argv[1 + i] = key_of(c, s->rooms[i]);
		len[1 + i] = strlen(argv[1 + i]);
	}
	int slot = bus_cmd(c, (int)s->n + 1, argv, len);
	if (!bus_go(c))
		return;
	struct list kept = bus_items(c, slot);
	for (size_t i = 0; i < kept.n; i++)
		take_kept(s, ((const char *const *)kept.items)[i]);
}

static void keep(struct ctx *c, const struct shown *rest)
{
	enum { HEAD = 3 };
	size_t argc = HEAD + 2 * rest->n + 1;
	const char **argv = arena_alloc(c->mem, argc * sizeof(*argv));
	size_t *len = arena_alloc(c->mem, argc * sizeof(*len));

	argv[0] = "EVAL";
	argv[1] = keep_all;
	argv[2] = arena_printf(c->mem, "%zu", rest->n);
	argv[HEAD + rest->n] = KEPT_S;
	for (size_t i = 0; i < rest->n; i++) {
		argv[HEAD + i] = key_of(c, rest->rooms[i]);
		argv[HEAD + rest->n + 1 + i] = value_of(c, rest->rooms[i]);
	}
	for (size_t i = 0; i < argc; i++)
		len[i] = strlen(argv[i]);
	bus_cmd(c, (int)argc, argv, len);
	bus_send(c);
}

/* -- the rest -- */

static const char *numbers(struct ctx *c, const struct shown *s)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < s->n; i++) {
		buf_chr(&b, i == 0 ? '[' : ',');
		buf_int(&b, s->rooms[i]->id);
	}
	buf_chr(&b, ']');
	char *json = arena_strndup(c->mem, b.data, b.len);
	buf_free(&b);
	return json;
}

/* Read after the rows of the rooms: what came between is in the list, and its count is not yet in the value, which nobody takes
   for the later one. */
static bool read_rest(struct ctx *c, const struct shown *s)
{
	struct shown rest = { arena_alloc(c->mem, (s->n + 1) * sizeof(*rest.rooms)), 0, 0 };
	struct list rows = { 0 };

	for (size_t i = 0; i < s->n; i++)
		if (s->rooms[i]->member_ids == NULL)
			rest.rooms[rest.n++] = s->rooms[i];
	if (rest.n == 0)
		return true;
	if (!db_list(c, &room_list_sql[MEMBERS], &rows, ARGS(STR(numbers(c, &rest)))))
		return false;
	const struct members_row *m = rows.items;
	for (size_t i = 0; i < rows.n; i++)
		find(&rest, m[i].room_id)->member_ids = m[i].ids != NULL ? m[i].ids : "";
	keep(c, &rest);
	return true;
}

/* The first n of "3,17,204". */
static const char *first_of(struct ctx *c, const char *ids, int64_t n)
{
	const char *end = ids;

	for (; *end != '\0'; end++)
		if (*end == ',' && --n == 0)
			return arena_strndup(c->mem, ids, (size_t)(end - ids));
	return ids;
}

static bool give_members(struct ctx *c, const struct list *rooms)
{
	struct shown s = choose(c, rooms);

	if (s.n == 0)
		return true;
	read_kept(c, &s);
	if (!read_rest(c, &s))
		return false;
	struct room *last = s.rooms[s.n - 1];
	if (last->members > s.of_last)
		last->member_ids = first_of(c, last->member_ids, s.of_last);
	return true;
}

bool room_list(struct ctx *c, const void *in, void *vout)
{
	struct room_list_out *out = vout;
	const int64_t me = c->who.user_id;

	(void)in;
	if (!db_list(c, &room_list_sql[LIST], &out->rooms, ARGS(INT(me), INT(me), INT(c->now - ROOM_WINDOW_MS))))
		return false;
	struct room *r = out->rooms.items;
	for (size_t i = 0; i < out->rooms.n; i++) {
		r[i].member_ids = NULL;
		room_message_finish(c, &r[i].last, r[i].public_id);
		r[i].last_ref = r[i].last.m.id != 0 ? &r[i].last : NULL;
	}
	return give_members(c, &out->rooms);
}
