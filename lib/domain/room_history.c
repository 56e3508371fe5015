/* Reading a room: pages of what is shown, from Redis when it agrees with the room's row, else from MySQL. No locks. */
#include "room.h"
#include "room_row.h"
#include "sql_tables.h"
#include <string.h>

struct place {
	int64_t seq, id;
};
static const struct col place_cols[] = { { COL_INT, offsetof(struct place, seq) }, { COL_INT, offsetof(struct place, id) } };

enum { BACK, FORWARD, RANGE, PLACE, SQL__MAX };
#define FROM "SELECT " ROOM_MESSAGE_COLS " FROM messages m" ROOM_MESSAGE_JOINS " WHERE m.stream = ? AND "
const struct stmt room_history_sql[] = {
	[BACK] = { FROM "m.seq >= ? AND m.seq < ? AND m.created_at >= ? AND m.deleted_at IS NULL ORDER BY m.seq DESC LIMIT ?",
		   ROOM_MESSAGE_ROW },
	[FORWARD] = { FROM "m.seq > ? AND m.created_at >= ? AND m.deleted_at IS NULL ORDER BY m.seq LIMIT ?", ROOM_MESSAGE_ROW },
	[RANGE] = { FROM "m.seq > ? AND m.seq <= ? ORDER BY m.seq LIMIT ?", ROOM_MESSAGE_ROW },
	/* Looked for among those that are shown alone: no index of all messages is needed for it. */
	[PLACE] = { "SELECT seq, id FROM messages WHERE stream = ? AND seq >= ? AND uuid = ?", ROW(place, place_cols) },
};
const size_t room_history_sql_n = SQL__MAX;

static void finish_all(struct ctx *c, const struct room *r, const struct list *l)
{
	struct room_message *m = l->items;

	for (size_t i = 0; i < l->n; i++)
		room_message_finish(c, &m[i], r->public_id);
}

bool room_range(struct ctx *c, const struct room *r, int64_t after, int64_t upto, int64_t limit, struct list *out)
{
	if (!db_list(c, &room_history_sql[RANGE], out, ARGS(INT(-r->id), INT(after), INT(upto), INT(limit))))
		return false;
	finish_all(c, r, out);
	return true;
}

bool room_seq_of(struct ctx *c, const struct room *r, const char *uuid, int64_t *seq, int64_t *id)
{
	struct place at;

	if (!db_one(c, &room_history_sql[PLACE], &at, "message.missing", ARGS(INT(-r->id), INT(room_floor(r)), KEY(uuid))))
		return false;
	*seq = at.seq;
	*id = at.id;
	return true;
}

static void turn_round(struct room_message *m, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		struct room_message t = m[i];
		m[i] = m[n - 1 - i];
		m[n - 1 - i] = t;
	}
}

static bool page(struct ctx *c, const struct room *r, const struct room_history_in *in, struct list *out)
{
	int64_t seq = INT64_MAX, id, floor = room_floor(r), since = c->now - ROOM_WINDOW_MS;
	const char *at = in->after != NULL ? in->after : in->before;

	if (at != NULL && !room_seq_of(c, r, at, &seq, &id))
		return false;
	if (in->after != NULL)
		return db_list(c, &room_history_sql[FORWARD], out, ARGS(INT(-r->id), INT(seq), INT(since), INT(in->limit)));
	if (!db_list(c, &room_history_sql[BACK], out, ARGS(INT(-r->id), INT(floor), INT(seq), INT(since), INT(in->limit))))
		return false;
	turn_round(out->items, out->n);
	return true;
}

bool room_history(struct ctx *c, const void *vin, void *vout)
{
	const struct room_history_in *in = vin;
	struct room_history_out *out = vout;
	struct room r = { 0 };
	bool known;

	if (in->before != NULL && in->after != NULL)
		return fail_field(c, "after", "room.before_or_after");
	if (!room_enter(c, in->room_id, &r) || !room_cache_page(c, &r, in, &out->messages, &known))
		return false;
	if (!known && !page(c, &r, in, &out->messages))
		return false;
	finish_all(c, &r, &out->messages);
	return true;
}
