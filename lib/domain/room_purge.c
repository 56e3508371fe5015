/* What a room no longer shows is forgotten: for good, a few messages at a time. */
#include "../db/db.h"
#include "room.h"
#include "sql_tables.h"

enum { AT_ONCE = 500 };

struct place {
	int64_t id, last_seq;
};
static const struct col place_cols[] = { { COL_INT, offsetof(struct place, id) }, { COL_INT, offsetof(struct place, last_seq) } };
struct said {
	int64_t seq, id, at;
};
static const struct col said_cols[] = { { COL_INT, offsetof(struct said, seq) },
					{ COL_INT, offsetof(struct said, id) },
					{ COL_INT, offsetof(struct said, at) } };

enum { NEXT, OLDEST, FILES, DROP, SQL__MAX };
const struct stmt room_purge_sql[SQL__MAX] = {
	[NEXT] = { "SELECT id, last_seq FROM rooms WHERE id >= ? ORDER BY id LIMIT 1", ROW(place, place_cols) },
	[OLDEST] = { "SELECT seq, id, created_at FROM messages WHERE stream = ? AND seq > 0 ORDER BY seq LIMIT ?",
		     ROW(said, said_cols) },
	/* Numbered under the room's lock: what was said before has the smaller id. */
	[FILES] = { "UPDATE files SET deleted_at = ? WHERE stream = ? AND message_id > 0 AND message_id <= ? AND deleted_at IS "
		    "NULL" },
	[DROP] = { "DELETE FROM messages WHERE stream = ? AND seq <= ?" },
};
const size_t room_purge_sql_n = SQL__MAX;

/* The last one that nobody is shown any more, of those from the first on; NULL = all are still shown. */
static const struct said *last_hidden(const struct ctx *c, const struct place *r, const struct list *oldest)
{
	const struct said *m = oldest->items;
	int64_t floor = room_floor(&(struct room){ .last_seq = r->last_seq });
	size_t n = 0;

	while (n < oldest->n && (m[n].seq < floor || m[n].at < c->now - ROOM_WINDOW_MS))
		n++;
	return n > 0 ? &m[n - 1] : NULL;
}

bool room_purge(struct ctx *c, void *vat)
{
	struct room_purge *at = vat;
	struct list oldest = { 0 };
	struct place r = { 0 };
	bool found;

	if (!db_find(c, &room_purge_sql[NEXT], &r, &found, ARGS(INT(at->room))))
		return false;
	at->done = !found;
	if (!found)
		return true;
	if (!db_list(c, &room_purge_sql[OLDEST], &oldest, ARGS(INT(-r.id), INT(at->again ? AT_ONCE : 1))))
		return false;
	const struct said *upto = last_hidden(c, &r, &oldest);
	at->room = upto != NULL ? r.id : r.id + 1;
	at->again = upto != NULL; /* one is looked at of each room, many only where there is something */
	return upto == NULL || (db_exec(c, &room_purge_sql[FILES], NULL, ARGS(INT(c->now), INT(-r.id), INT(upto->id))) &&
				db_exec(c, &room_purge_sql[DROP], NULL, ARGS(INT(-r.id), INT(upto->seq))));
}
