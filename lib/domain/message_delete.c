/* A message is taken back: its row stays, because messages are numbered without holes. */
#include "../bus/bus.h"
#include "audit.h"
#include "conversation_row.h"
#include "conversation_search.h"
#include "event.h"
#include "message_admin.h"
#include "message_row.h"
#include "report.h"
#include "sql_tables.h"
#include <string.h>

struct last_row {
	int64_t seq, id, created_at;
	int sender_type;
	const char *content;
};
static const struct col last_cols[] = {
	{ COL_INT, offsetof(struct last_row, seq) },        { COL_INT, offsetof(struct last_row, id) },
	{ COL_INT, offsetof(struct last_row, created_at) }, { COL_ENUM, offsetof(struct last_row, sender_type) },
	{ COL_STR, offsetof(struct last_row, content) },
};

enum { FIND, BLANK, FILES, LAST, SHOW, SQL__MAX };
const struct stmt message_delete_sql[] = {
	[FIND] = { "SELECT " MESSAGE_COLS " FROM messages WHERE id = ? AND stream > 0 AND deleted_at IS NULL", MESSAGE_ROW },
	[BLANK] = { "UPDATE messages SET content = '', metadata = NULL, attachment = NULL, deleted_at = ? WHERE stream = ? AND seq "
		    "= ?" },
	[FILES] = { "UPDATE files SET deleted_at = ? WHERE message_id = ? AND deleted_at IS NULL" },
	[LAST] = { "SELECT seq, id, created_at, sender_type, LEFT(content, 200) FROM messages WHERE stream = ? AND private = 0 AND "
		   "deleted_at IS NULL ORDER BY seq DESC LIMIT 1",
		   ROW(last_row, last_cols) },
	[SHOW] = { "UPDATE conversations SET version = version + 1, notes = ?, shown_seq = ?, last_message_id = ?, last_message_at "
		   "= ?, last_sender = ?, "
		   "last_text = ?, unread_staff = ?, unread_contact = ?, updated_at = ? WHERE id = ?" },
};
const size_t message_delete_sql_n = SQL__MAX;

/* The conversation shows what is left of it, and counts the message as one that its customer never sees. */
static bool show_rest(struct ctx *c, struct conversation *v)
{
	struct last_row last = { .created_at = v->last_message_at };
	bool found;

	if (!db_find(c, &message_delete_sql[LAST], &last, &found, ARGS(INT(v->id))) ||
	    !message_unread(c, v->id, v->staff_read_seq, true, &v->unread_staff) ||
	    !message_unread(c, v->id, v->contact_read_seq, false, &v->unread_contact))
		return false;
	v->notes++;
	v->shown_seq = last.seq;
	v->last_message_id = last.id;
	v->last_message_at = conversation_second(last.created_at);
	v->last_sender = last.sender_type;
	v->last_text = last.content != NULL ? last.content : "";
	v->updated_at = c->now;
	conversation_finish(v);
	return db_exec(c, &message_delete_sql[SHOW], NULL,
		       ARGS(INT(v->notes), INT(v->shown_seq), INT(v->last_message_id), INT(v->last_message_at), INT(v->last_sender),
			    STR(v->last_text), INT(v->unread_staff), INT(v->unread_contact), INT(v->updated_at), INT(v->id))) &&
	       conversation_labels_follow(c, v);
}

static void tell(struct ctx *c, const struct conversation *v)
{
	struct event *e = event_queue(c, EVENT_STATUS);

	e->what = "updated";
	e->conversation = v;
	e->before_assignee = v->assignee_id;
	e->before_team = v->team_id;
}

static bool may_delete(struct ctx *c, const struct message *m)
{
	return c->who.role >= ROLE_SUPERVISOR || (m->sender_type == SENDER_AGENT && m->sender_id == c->who.user_id) ||
	       fail(c, E_FORBIDDEN, "auth.forbidden");
}

bool message_blank(struct ctx *c, const struct message *m)
{
	return db_exec(c, &message_delete_sql[BLANK], NULL, ARGS(INT(c->now), INT(m->stream), INT(m->seq))) &&
	       db_exec(c, &message_delete_sql[FILES], NULL, ARGS(INT(c->now), INT(m->id)));
}

bool message_delete(struct ctx *c, const void *vin, void *vout)
{
	const struct message_id_in *in = vin;
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));
	struct message m = { 0 };

	if (!db_one(c, &message_delete_sql[FIND], &m, "message.missing", ARGS(INT(in->id))) || !conversation_take(c, m.stream, v) ||
	    !may_delete(c, &m) ||
	    !db_one(c, &message_delete_sql[FIND], &m, "message.missing", ARGS(INT(in->id)))) /* again, under the lock */
		return false;
	if (!message_blank(c, &m) || !search_forget_said(c, m.stream, m.content) || (!m.is_private && !show_rest(c, v)) ||
	    !report_late_day(c, m.created_at) || !audit(c, "message:delete", m.id, NULL) || !conversation_complete(c, v))
		return false;
	message_forget_newest(c, v->session_id);
	tell(c, v);
	*(struct message_gone *)vout = (struct message_gone){ m.id, true };
	return true;
}
