/* message_row.h: the columns of a message, shared by the files that select it. Include after message.h. */
#ifndef MESSAGE_ROW_H
#define MESSAGE_ROW_H
#include "../db/db.h"
#include "message.h"

#define MESSAGE_COLS                                                                                                               \
	"stream, seq, id, uuid, sender_id, sender_type, sender_name, type, private, content, metadata, attachment, client_id, "    \
	"created_at, deleted_at IS NOT NULL"
extern const struct col message_cols[];
enum { MESSAGE_COLUMNS = 15 };
#define MESSAGE_ROW .cols = message_cols, .ncols = MESSAGE_COLUMNS, .rowsz = sizeof(struct message)
#endif
