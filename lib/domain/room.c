/* Rooms: reaching one, a new one, how much goes on. */
#include "room.h"
#include "../core/text.h"
#include "audit.h"
#include "present.h"
#include "report.h"
#include "room_row.h"
#include "sql_tables.h"
#include <string.h>

enum { ID_TRIES = 5, ID_HEX = 8 };

static const struct col cols[] = { ROOM_COL_ROWS };
struct today_row {
	int64_t rooms, messages;
};
static const struct col today_cols[] = {
	{ COL_INT, offsetof(struct today_row, rooms) },
	{ COL_INT, offsetof(struct today_row, messages) },
};

enum { BY_NAME, LOCK, BY_ID, ADD, TODAY, SQL__MAX };
const struct stmt room_sql[] = {
	[BY_NAME] = { "SELECT " ROOM_COLS " FROM rooms r WHERE r.public_id = ?", ROW(room, cols) },
	[LOCK] = { "SELECT " ROOM_COLS " FROM rooms r WHERE r.public_id = ? FOR UPDATE", ROW(room, cols) },
	[BY_ID] = { "SELECT " ROOM_COLS " FROM rooms r WHERE r.id = ?", ROW(room, cols) },
	[ADD] = { "INSERT INTO rooms (public_id, name, description, owner_id, created_at) VALUES (?, ?, ?, ?, ?)" },
	[TODAY] = { "SELECT COUNT(*), COALESCE(SUM(day_messages), 0) FROM rooms WHERE day = ? AND day_messages > 0",
		    ROW(today_row, today_cols) },
};
const size_t room_sql_n = SQL__MAX;

/* -- reaching one -- */

static bool by_name(struct ctx *c, int statement, const char *public_id, struct room *out)
{
	return db_one(c, &room_sql[statement], out, "room.missing",
		      ARGS(INT(c->who.user_id), KEY(public_id != NULL ? public_id : ROOM_GLOBAL)));
}

bool room_find(struct ctx *c, const char *public_id, struct room *out)
{
	return by_name(c, BY_NAME, public_id, out);
}

bool room_lock(struct ctx *c, const char *public_id, struct room *out)
{
	return by_name(c, LOCK, public_id, out);
}

bool room_may_enter(struct ctx *c, const struct room *r)
{
	return r->joined || strcmp(r->public_id, ROOM_GLOBAL) == 0 || fail(c, E_FORBIDDEN, "room.members_only");
}

bool room_enter(struct ctx *c, const char *public_id, struct room *out)
{
	return room_find(c, public_id, out) && room_may_enter(c, out);
}

bool room_peek(struct ctx *c, int64_t id, struct room *out, bool *found)
{
	return db_find(c, &room_sql[BY_ID], out, found, ARGS(INT(c->who.user_id), INT(id)));
}

/* -- a new one -- */

/* "room_a1b2c3d4": few enough that one may be taken. */
static bool add(struct ctx *c, struct room *r)
{
	for (int i = 0; i < ID_TRIES; i++) {
		r->public_id = arena_printf(c->mem, "room_%.*s", ID_HEX, uuid4(c->mem));
		if (db_exec(c, &room_sql[ADD], &r->id,
			    ARGS(STR(r->public_id), STR(r->name), STR(r->description), INT(c->who.user_id), INT(c->now))))
			return true;
		if (c->err.code != E_CONFLICT)
			return false;
		c->err = (struct err){ 0 };
	}
	return fail(c, E_BUG, "db.failed");
}

bool room_create(struct ctx *c, const void *vin, void *vout)
{
	const struct room_create_in *in = vin;
	struct room *r = vout;

	*r = (struct room){ .name = in->name,
			    .description = in->description != NULL ? in->description : "",
			    .owner_id = c->who.user_id,
			    .created_at = c->now };
	if (text_blank(in->name))
		return fail_field(c, "room_name", "input.missing");
	return add(c, r) && room_enrol(c, r) && audit(c, "room:create", r->id, audit_named(c, "name", r->name));
}

/* -- figures -- */

bool room_stats(struct ctx *c, const void *in, void *vout)
{
	struct room_stats *out = vout;
	struct today_row today;

	(void)in;
	if (!present_count(c, &out->online) ||
	    !db_one(c, &room_sql[TODAY], &today, "db.failed", ARGS(INT(report_day_of(c, c->now)))))
		return false;
	out->active_rooms = today.rooms;
	out->messages_today = today.messages;
	return true;
}
