/* room_row.h: the columns of a room and of its messages, shared by the files that select them. Include after room.h. */
#ifndef ROOM_ROW_H
#define ROOM_ROW_H
#include "../db/db.h"
#include "room.h"

/* Of `rooms r`; its parameter is who asks, whose rooms lie side by side in that index: a list of them would read a page a room
 * otherwise. */
#define ROOM_COLS                                                                                                                  \
	"r.id, r.public_id, r.name, r.description, r.owner_id, r.members, r.last_seq, r.shown_seq, r.changes, r.member_changes, "  \
	"r.created_at, "                                                                                                           \
	"EXISTS (SELECT 1 FROM room_members k FORCE INDEX (user) WHERE k.room_id = r.id AND k.user_id = ? AND k.left_at IS NULL)"
#define ROOM_COL_ROWS                                                                                                              \
	{ COL_INT, offsetof(struct room, id) }, { COL_STR, offsetof(struct room, public_id) },                                     \
		{ COL_STR, offsetof(struct room, name) }, { COL_STR, offsetof(struct room, description) },                         \
		{ COL_INT, offsetof(struct room, owner_id) }, { COL_INT, offsetof(struct room, members) },                         \
		{ COL_INT, offsetof(struct room, last_seq) }, { COL_INT, offsetof(struct room, shown_seq) },                       \
		{ COL_INT, offsetof(struct room, changes) }, { COL_INT, offsetof(struct room, member_changes) },                   \
		{ COL_INT, offsetof(struct room, created_at) },                                                                    \
	{                                                                                                                          \
		COL_BOOL, offsetof(struct room, joined)                                                                            \
	}

/* Of `messages m` with ROOM_MESSAGE_JOINS. */
#define ROOM_MESSAGE_COLS                                                                                                          \
	"m.stream, m.seq, m.id, m.uuid, m.sender_id, m.sender_type, m.sender_name, m.type, m.content, m.client_id, m.created_at, " \
	"m.deleted_at IS NOT NULL, q.uuid, f.name, f.size, f.width, f.height"
#define ROOM_MESSAGE_JOINS                                                                                                         \
	" LEFT JOIN messages q ON q.id = m.reply_to LEFT JOIN files f ON m.type IN (1, 2) AND f.message_id = m.id AND "            \
	"f.deleted_at IS NULL"
/* At what offset the message lies: 0, or where a room has it. */
#define ROOM_MESSAGE_COL_ROWS(at)                                                                                                  \
	{ COL_INT, (at) + offsetof(struct room_message, m.stream) }, { COL_INT, (at) + offsetof(struct room_message, m.seq) },     \
		{ COL_INT, (at) + offsetof(struct room_message, m.id) },                                                           \
		{ COL_STR, (at) + offsetof(struct room_message, m.uuid) },                                                         \
		{ COL_INT, (at) + offsetof(struct room_message, m.sender_id) },                                                    \
		{ COL_ENUM, (at) + offsetof(struct room_message, m.sender_type) },                                                 \
		{ COL_STR, (at) + offsetof(struct room_message, m.sender_name) },                                                  \
		{ COL_ENUM, (at) + offsetof(struct room_message, m.type) },                                                        \
		{ COL_STR, (at) + offsetof(struct room_message, m.content) },                                                      \
		{ COL_STR, (at) + offsetof(struct room_message, m.client_id) },                                                    \
		{ COL_INT, (at) + offsetof(struct room_message, m.created_at) },                                                   \
		{ COL_BOOL, (at) + offsetof(struct room_message, m.is_deleted) },                                                  \
		{ COL_STR, (at) + offsetof(struct room_message, reply_to) },                                                       \
		{ COL_STR, (at) + offsetof(struct room_message, file_name) },                                                      \
		{ COL_INT, (at) + offsetof(struct room_message, file_size) },                                                      \
		{ COL_INT, (at) + offsetof(struct room_message, width) },                                                          \
	{                                                                                                                          \
		COL_INT, (at) + offsetof(struct room_message, height)                                                              \
	}
extern const struct col room_message_cols[];
enum { ROOM_MESSAGE_COLUMNS = 17 };
#define ROOM_MESSAGE_ROW .cols = room_message_cols, .ncols = ROOM_MESSAGE_COLUMNS, .rowsz = sizeof(struct room_message)
#endif
