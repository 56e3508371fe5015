/* Who is in a room. Whatever changes that counts rooms.member_changes up in the same statement or transaction: room_list.c. */
#include "../db/db.h"
#include "event.h"
#include "present.h"
#include "room.h"
#include "sql_tables.h"
#include <string.h>

enum { ADD, GO, COUNT_UP, OF, HOW_MANY, LEAVE_ALL, NAMELESS, UNSAID, UNSENT, ANEW, TAKE_OVER, REST, HAND_ON, RECOUNT, SQL__MAX };
#define OF_PERSON "messages m JOIN room_members k ON m.stream = -k.room_id "
const struct stmt room_member_sql[] = {
	[ADD] = { "INSERT INTO room_members (room_id, user_id, joined_at) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE joined_at = "
		  "VALUES(joined_at), left_at = NULL" },
	[GO] = { "UPDATE room_members SET left_at = ? WHERE room_id = ? AND user_id = ?" },
	[COUNT_UP] = { "UPDATE rooms SET members = members + ?, member_changes = member_changes + 1 WHERE id = ?" },
	[OF] = { "SELECT room_id FROM room_members WHERE user_id = ? AND left_at IS NULL ORDER BY room_id LIMIT 500",
		 ROW(number, number_cols) },
	[HOW_MANY] = { "SELECT COUNT(*) FROM room_members WHERE user_id = ? AND left_at IS NULL", ROW(number, number_cols) },
	/* Of an account that ends. */
	[LEAVE_ALL] = { "UPDATE room_members k JOIN rooms r ON r.id = k.room_id SET k.left_at = ?, r.members = r.members - 1, "
			"r.member_changes = r.member_changes + 1 WHERE "
			"k.user_id = ? AND k.left_at IS NULL" },
	[NAMELESS] = { "UPDATE " OF_PERSON "SET m.sender_name = '' WHERE k.user_id = ? AND m.sender_id = ?" },
	[UNSAID] = { "UPDATE " OF_PERSON "SET m.content = '', m.metadata = NULL, m.attachment = NULL, m.client_id = NULL, "
		     "m.deleted_at = COALESCE(m.deleted_at, ?) WHERE k.user_id = ? AND m.sender_id = ?" },
	[UNSENT] = { "UPDATE files f JOIN " OF_PERSON
		     "ON f.message_id = m.id SET f.name = '', f.deleted_at = COALESCE(f.deleted_at, ?) WHERE k.user_id = ? AND "
		     "m.sender_id = ?" },
	[ANEW] = { "UPDATE rooms r JOIN room_members k ON k.room_id = r.id SET r.changes = r.changes + 1, r.shown_seq = COALESCE("
		   "(SELECT m.seq FROM messages m WHERE m.stream = -r.id AND m.deleted_at IS NULL ORDER BY m.seq DESC LIMIT 1), 0) "
		   "WHERE k.user_id = ?" },
	/* Of one that goes into another. */
	[TAKE_OVER] = { "INSERT IGNORE INTO room_members (room_id, user_id, joined_at, left_at) SELECT room_id, ?, joined_at, "
			"left_at FROM room_members WHERE user_id = ?" },
	[REST] = { "DELETE FROM room_members WHERE user_id = ?" },
	[HAND_ON] = { "UPDATE IGNORE " OF_PERSON "SET m.sender_id = ? WHERE k.user_id = ? AND m.sender_id = ?" },
	[RECOUNT] = { "UPDATE rooms r JOIN room_members k ON k.room_id = r.id SET r.members = (SELECT COUNT(*) FROM room_members "
		      "m WHERE m.room_id = r.id AND m.left_at IS NULL), r.member_changes = r.member_changes + 1 WHERE k.user_id = "
		      "?" },
};
const size_t room_member_sql_n = SQL__MAX;

bool room_ids_of(struct ctx *c, int64_t user_id, struct list *out)
{
	return db_list(c, &room_member_sql[OF], out, ARGS(INT(user_id)));
}

bool room_enrol(struct ctx *c, struct room *r)
{
	struct number n;

	if (r->joined)
		return true;
	if (!db_one(c, &room_member_sql[HOW_MANY], &n, "db.failed", ARGS(INT(c->who.user_id))))
		return false;
	if (n.n >= ROOMS_OF)
		return fail(c, E_BAD_INPUT, "room.too_many");
	if (!db_exec(c, &room_member_sql[ADD], NULL, ARGS(INT(r->id), INT(c->who.user_id), INT(c->now))) ||
	    !db_exec(c, &room_member_sql[COUNT_UP], NULL, ARGS(INT(1), INT(r->id))))
		return false;
	r->joined = true;
	r->members++;
	return true;
}

bool room_join(struct ctx *c, const void *vin, void *out)
{
	struct room *r = out;

	return room_lock(c, ((const struct room_in *)vin)->room_id, r) && room_enrol(c, r);
}

bool room_leave(struct ctx *c, const void *vin, void *out)
{
	struct room *r = out;

	if (!room_lock(c, ((const struct room_in *)vin)->room_id, r))
		return false;
	if (strcmp(r->public_id, ROOM_GLOBAL) == 0)
		return fail(c, E_BAD_INPUT, "room.global_stays");
	if (!r->joined)
		return true;
	if (!db_exec(c, &room_member_sql[GO], NULL, ARGS(INT(c->now), INT(r->id), INT(c->who.user_id))) ||
	    !db_exec(c, &room_member_sql[COUNT_UP], NULL, ARGS(INT(-1), INT(r->id))))
		return false;
	r->joined = false;
	r->members--;
	event_queue(c, EVENT_RECHECK)->user_id = c->who.user_id; /* its sockets hear no more of it */
	return true;
}

bool room_forget_person(struct ctx *c, int64_t user_id, bool erased)
{
	const struct val said[] = { INT(c->now), INT(user_id), INT(user_id) };

	present_forget(c, user_id);
	if (!db_exec(c, &room_member_sql[LEAVE_ALL], NULL, said, 2))
		return false;
	return !erased ||
	       (db_exec(c, &room_member_sql[UNSENT], NULL, said, 3) && db_exec(c, &room_member_sql[UNSAID], NULL, said, 3) &&
		db_exec(c, &room_member_sql[NAMELESS], NULL, said + 1, 2) &&
		db_exec(c, &room_member_sql[ANEW], NULL, said + 1, 1) && db_exec(c, &room_member_sql[REST], NULL, said + 1, 1));
}

bool room_merge_person(struct ctx *c, int64_t from, int64_t to)
{
	const struct val ids[] = { INT(to), INT(from), INT(from) };

	present_forget(c, from);
	return db_exec(c, &room_member_sql[HAND_ON], NULL, ids, 3) && db_exec(c, &room_member_sql[TAKE_OVER], NULL, ids, 2) &&
	       db_exec(c, &room_member_sql[REST], NULL, ids + 1, 1) && db_exec(c, &room_member_sql[RECOUNT], NULL, ids, 1) &&
	       db_exec(c, &room_member_sql[ANEW], NULL, ids, 1);
}
