#include "republish.h"
#include "event.h"
#include "sql_tables.h"

static const struct col position_cols[] = {
	{ COL_INT, offsetof(struct stream_position, stream) },
	{ COL_INT, offsetof(struct stream_position, seq) },
	{ COL_INT, offsetof(struct stream_position, id) },
};
struct number {
	int64_t n;
};
static const struct col number_cols[] = { { COL_INT, offsetof(struct number, n) } };

enum { SINCE, BEFORE, SQL__MAX };
const struct stmt republish_sql[] = {
	[SINCE] = { "SELECT stream, seq, id FROM messages WHERE id > ? AND created_at < ? ORDER BY id LIMIT 1000",
		    ROW(stream_position, position_cols) },
	[BEFORE] = { "SELECT COALESCE(MAX(id), 0) FROM (SELECT id, created_at FROM messages ORDER BY id DESC LIMIT 5000) newest "
		     "WHERE created_at < ?",
		     ROW(number, number_cols) },
};
const size_t republish_sql_n = SQL__MAX;

bool message_ids_since(struct ctx *c, int64_t above, int64_t until, struct list *out)
{
	return db_list(c, &republish_sql[SINCE], out, ARGS(INT(above), INT(until)));
}

bool message_id_before(struct ctx *c, int64_t t, int64_t *id)
{
	struct number n;

	if (!db_one(c, &republish_sql[BEFORE], &n, "db.failed", ARGS(INT(t))))
		return false;
	*id = n.n;
	return true;
}

bool message_tell_again(struct ctx *c, const struct stream_position *p)
{
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));
	struct list l = { 0 };
	bool found;

	if (!conversation_peek(c, p->stream, v, &found) || !message_range(c, p->stream, p->seq - 1, p->seq, 1, &l))
		return false;
	if (!found || l.n == 0)
		return true;
	struct message *m = l.items;
	message_finish(m, v->session_id);
	struct event *e = event_queue(c, EVENT_MESSAGE);
	e->conversation = v;
	e->message = m;
	return true;
}
