#include "republish.h"
#include "conversation_row.h"
#include "event.h"
#include "message_row.h"
#include "room.h"
#include "sql_tables.h"

enum { FIRST_SINCE, NEWEST, IDS, BY_ID, SQL__MAX };
const struct stmt republish_sql[] = {
	[FIRST_SINCE] = { "SELECT id FROM messages WHERE id > ? - 20000 AND created_at >= ? ORDER BY id LIMIT 1",
			  ROW(number, number_cols) },
	[NEWEST] = { "SELECT COALESCE(MAX(id), 0) FROM messages", ROW(number, number_cols) },
	[IDS] = { "SELECT id FROM messages WHERE id > ? ORDER BY id LIMIT ?", ROW(number, number_cols) },
	[BY_ID] = { "SELECT " MESSAGE_COLS " FROM messages WHERE id = ?", MESSAGE_ROW },
};
const size_t republish_sql_n = SQL__MAX;

bool republish_mark(struct ctx *c, int64_t since, int64_t *mark)
{
	struct number newest, first;
	bool found;

	if (!db_one(c, &republish_sql[NEWEST], &newest, "db.failed", NOARGS) ||
	    !db_find(c, &republish_sql[FIRST_SINCE], &first, &found, ARGS(INT(newest.n), INT(since))))
		return false;
	*mark = found ? first.n - 1 : newest.n;
	return true;
}

bool republish_ids(struct ctx *c, int64_t mark, int64_t limit, struct list *ids)
{
	return db_list(c, &republish_sql[IDS], ids, ARGS(INT(mark), INT(limit)));
}

static bool queue_room(struct ctx *c, const struct message *m)
{
	struct room *r = arena_alloc(c->mem, sizeof(*r));
	struct list one = { 0 };
	bool found;

	if (!room_peek(c, -m->stream, r, &found) || (found && !room_range(c, r, m->seq - 1, m->seq, 1, &one)))
		return false;
	if (one.n == 0)
		return true;
	struct event *e = event_queue(c, EVENT_ROOM_MESSAGE);
	e->room = r;
	e->again = true;
	e->said = one.items;
	return true;
}

static bool queue_one(struct ctx *c, int64_t id)
{
	struct message *m = arena_alloc(c->mem, sizeof(*m));
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));
	bool found;

	if (!db_find(c, &republish_sql[BY_ID], m, &found, ARGS(INT(id))))
		return false;
	if (!found)
		return true;
	if (m->stream < 0)
		return queue_room(c, m);
	if (!conversation_peek(c, m->stream, v, &found))
		return false;
	if (!found)
		return true;
	message_finish(m, v->session_id);
	struct event *e = event_queue(c, EVENT_MESSAGE);
	e->conversation = v;
	e->message = m;
	e->again = true;
	return true;
}

bool republish_queue(struct ctx *c, const int64_t *ids, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!queue_one(c, ids[i]))
			return false;
	return true;
}
