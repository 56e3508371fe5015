/* leg_row.h: the columns of a leg and of a message in one, shared by the files that select them. Include after leg.h. */
#ifndef LEG_ROW_H
#define LEG_ROW_H
#include "../db/db.h"
#include "leg.h"

/* assignments a, conversations c, customers k, agents s; messages m: those of the leg that somebody said to somebody. */
#define LEG_UPTO "IF(a.ended_at IS NULL, c.last_seq, COALESCE(a.upto_seq, c.last_seq))"
#define LEG_SAID                                                                                                                   \
	" FROM messages m WHERE m.stream = a.conversation_id AND m.seq > a.after_seq AND m.seq <= " LEG_UPTO                       \
	" AND m.private = 0 AND m.deleted_at IS NULL AND m.sender_type <> 3"
#define LEG_COLS                                                                                                                   \
	"a.id, a.conversation_id, a.contact_id, a.agent_id, a.started_at, a.ended_at, a.state, a.after_seq, " LEG_UPTO             \
	", k.public_id, k.full_name, k.avatar_url, k.status, k.last_active_at, s.public_id, s.full_name, s.avatar_url, s.status, " \
	"c.assignee_id, c.team_id, IF(c.rated_agent_id = a.agent_id, c.rating, NULL), (SELECT COUNT(*)" LEG_SAID                   \
	"), (SELECT LEFT(m.content, 200)" LEG_SAID " ORDER BY m.seq DESC LIMIT 1), (SELECT m.created_at" LEG_SAID                  \
	" ORDER BY m.seq DESC LIMIT 1)"
#define LEG_JOINS                                                                                                                  \
	" JOIN conversations c ON c.id = a.conversation_id JOIN users k ON k.id = a.contact_id JOIN users s ON s.id = a.agent_id"
enum { LEG_COLUMNS = 24 };
extern const struct col leg_cols[];
#define LEG_ROW .cols = leg_cols, .ncols = LEG_COLUMNS, .rowsz = sizeof(struct leg)
void leg_finish(const struct ctx *, struct leg *);

/* messages m, its conversation's customer k, its leg's agent s, its sender u (both may be missing). */
#define LEG_MESSAGE_COLS                                                                                                           \
	"m.stream, m.seq, m.id, m.uuid, m.sender_id, m.sender_type, m.sender_name, m.type, m.private, m.content, m.metadata, "     \
	"m.attachment, m.client_id, m.created_at, k.public_id, s.public_id, u.public_id"
enum { LEG_MESSAGE_COLUMNS = 17 };
extern const struct col leg_message_cols[];
#define LEG_MESSAGE_ROW .cols = leg_message_cols, .ncols = LEG_MESSAGE_COLUMNS, .rowsz = sizeof(struct leg_message)
void leg_message_finish(struct leg_message *);
#endif
