/* direct_row.h: what the files of direct messages share. Include after direct.h. */
#ifndef DIRECT_ROW_H
#define DIRECT_ROW_H
#include "../db/db.h"
#include "direct.h"

struct session_key {
	const char *session_id;
};
extern const struct col session_key_cols[]; /* 1 */

/* A new conversation, locked; agent 0 = nobody's yet. Staff have what they begin; customers get that agent if it is free. */
MUST bool direct_begin(struct ctx *, const struct conversation_start *, int64_t agent, struct conversation *);
/* To the caller, when it is an agent who can take it, else to whoever can, else the queue. */
MUST bool direct_give(struct ctx *, struct conversation *);

const char *session_handle(struct arena *, const char *uuid);
const char *session_handle_uuid(struct arena *, const char *id); /* NULL: it is a key */
#endif
