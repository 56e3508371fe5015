/* conversation_row.h: the columns of a conversation, shared by the files that select it. Include after conversation.h and db.h. */
#ifndef CONVERSATION_ROW_H
#define CONVERSATION_ROW_H
#include "../db/db.h"
#include "conversation.h"
#include "webhook.h"

/* Whose it is and how far it goes… */
#define CONVERSATION_KEY_COLS                                                                                                      \
	"c.id, c.session_id, c.contact_id, c.contact_claimed, c.status, c.agent_type, c.assignee_id, c.team_id, "                  \
	"c.last_seq, c.last_message_id, c.notes, c.shown_seq, c.contact_handle, c.assignee_handle"
/* …and the whole row. */
#define CONVERSATION_COLS                                                                                                          \
	CONVERSATION_KEY_COLS                                                                                                      \
	", "                                                                                                                       \
	"c.uuid, c.priority, c.channel, c.queue_rank, c.metadata, c.last_message_at, c.last_sender, c.last_text, "                 \
	"c.unread_staff, c.unread_contact, c.staff_read_seq, c.contact_read_seq, c.asked_at, c.first_asked_at, "                   \
	"c.first_answered_at, c.human_at, c.agent_messages, c.ai_wanted_seq, c.rating, c.rating_comment, "                         \
	"c.rated_at, c.resolved_at, c.created_at, c.updated_at, c.switched_at, c.labelled, c.rated_agent_id"
#define CONVERSATION_NAMES ", u.public_id, u.full_name, u.email, u.phone, u.avatar_url, a.full_name, a.avatar_url"
#define CONVERSATION_JOINS " FROM conversations c JOIN users u ON u.id = c.contact_id LEFT JOIN users a ON a.id = c.assignee_id "

/* Who locks a conversation is about to change it, so it also reads whom that will interest. */
#define CONVERSATION_LOCK_COLS WEBHOOKS_UNHEARD ", c.version, " CONVERSATION_COLS

extern const struct col conversation_cols[]; /* first what only a lock reads, then the row, then the joined names */
enum { CONVERSATION_KEY = 14, CONVERSATION_OWN = 41, CONVERSATION_ALL = 48, CONVERSATION_LOCKED = 2 };
#define CONVERSATION_FULL_COLS (conversation_cols + CONVERSATION_LOCKED)
#define CONVERSATION_LOCK_ROW                                                                                                      \
	.cols = conversation_cols, .ncols = CONVERSATION_LOCKED + CONVERSATION_OWN, .rowsz = sizeof(struct conversation)
#define CONVERSATION_KNOWN_ROW                                                                                                     \
	.cols = conversation_cols + 1, .ncols = CONVERSATION_LOCKED - 1 + CONVERSATION_OWN, .rowsz = sizeof(struct conversation)
#define CONVERSATION_KEY_ROW                                                                                                       \
	.cols = conversation_cols + CONVERSATION_LOCKED, .ncols = CONVERSATION_KEY, .rowsz = sizeof(struct conversation)
#define CONVERSATION_ROW                                                                                                           \
	.cols = conversation_cols + CONVERSATION_LOCKED, .ncols = CONVERSATION_OWN, .rowsz = sizeof(struct conversation)
#define CONVERSATION_FULL_ROW .cols = CONVERSATION_FULL_COLS, .ncols = CONVERSATION_ALL, .rowsz = sizeof(struct conversation)

void conversation_finish(struct conversation *); /* what is derived from the row itself */
/* Places in the queue of the waiting ones among n conversations. */
MUST bool conversation_positions(struct ctx *, struct conversation *, size_t n);
#endif
