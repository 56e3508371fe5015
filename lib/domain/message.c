#include "message.h"
#include "../core/text.h"
#include "ai_setup.h"
#include "assignment.h"
#include "contact.h"
#include "event.h"
#include "mail.h"
#include "message_row.h"
#include "notification.h"
#include "report.h"
#include "sql_tables.h"
#include <string.h>

const char *const sender_names[] = { "user", "ai", "agent", "system", NULL };
const char *const message_type_names[] = { "text", "image", "file", "system", NULL };

enum { PREVIEW_CHARS = 200, MINUTE_MS = 60000 };

enum { ADD, OF_CLIENT_ID, COUNT_UP, COUNT_NOTE, RESPONSE, AGENT_FIGURES, SQL__MAX };
const struct stmt message_sql[] = {
	[ADD] = { "INSERT INTO messages (stream, seq, uuid, sender_id, sender_type, sender_name, type, private, content, metadata, "
		  "attachment, reply_to, client_id, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	[OF_CLIENT_ID] = { "SELECT " MESSAGE_COLS " FROM messages WHERE stream = ? AND sender_id = ? AND client_id = ?",
			   MESSAGE_ROW },
	/* Sent with ADD: they count nothing when it failed. 0 = locked; else the version that it must still have. */
	[COUNT_UP] = { "UPDATE conversations SET version = ?, last_seq = ?, shown_seq = ?, last_message_id = LAST_INSERT_ID(), "
		       "last_message_at = ?, last_sender = ?, last_text = ?, unread_staff = ?, unread_contact = ?, staff_read_seq "
		       "= ?, contact_read_seq = ?, asked_at = ?, first_asked_at = ?, first_answered_at = ?, agent_messages = ?, "
		       "ai_wanted_seq = ?, updated_at = ? WHERE id = ? AND ? IN (0, version) AND ROW_COUNT() = 1" },
	[COUNT_NOTE] = { "UPDATE conversations SET version = ?, last_seq = ?, notes = ?, shown_seq = ?, updated_at = ? WHERE id = "
			 "? AND ROW_COUNT() = 1" },
	[RESPONSE] = { "INSERT INTO responses (conversation_id, agent_id, first, asked_at, answered_at) VALUES (?, ?, ?, ?, ?)" },
	[AGENT_FIGURES] = { "UPDATE users SET responses = responses + 1, response_ms = response_ms + ? WHERE id = ?" },
};
const size_t message_sql_n = SQL__MAX;

void message_finish(struct message *m, const char *session_id)
{
	m->session_id = session_id;
	m->sender = (struct person){ m->sender_id, m->sender_name, NULL };
	m->sender_ref = m->sender_type == SENDER_AGENT || (m->sender_name != NULL && *m->sender_name != '\0') ? &m->sender : NULL;
}

/* Mostly its sender is the customer or who has the conversation; another member of staff is looked up. */
static const char *staff_handle(struct ctx *c, const struct conversation *v, int64_t id)
{
	struct err before = c->err;
	struct user u;

	if (id == v->assignee_id && v->agent_handle != NULL)
		return v->agent_handle;
	if (user_get(c, id, &u))
		return u.public_id;
	c->err = before; /* deleted since */
	return "";
}

void message_address(struct ctx *c, const struct conversation *v, struct message *m)
{
	const char *contact = v->contact_handle != NULL ? v->contact_handle : "";
	const char *agent = v->assignee_id != 0 && v->agent_handle != NULL ? v->agent_handle : "";

	switch (m->sender_type) {
	case SENDER_USER: m->from = contact; break;
	case SENDER_AGENT: m->from = staff_handle(c, v, m->sender_id); break;
	default: m->from = m->sender_type == SENDER_AI ? "ai" : "system"; break;
	}
	m->to = m->sender_type == SENDER_USER ? agent : contact;
}

/* An agent's answer ends the customer's wait: the row that the figures of DESIGN 10 are made of. v: as it was before. */
static bool note_response(struct ctx *c, struct conversation *v, int64_t agent_id)
{
	if (v->asked_at == 0)
		return v->agent_messages > 0 || report_late(c, v);
	return db_exec(c, &message_sql[RESPONSE], NULL,
		       ARGS(INT(v->id), INT(agent_id), INT(v->first_answered_at == 0), INT(v->asked_at), INT(c->now))) &&
	       db_exec(c, &message_sql[AGENT_FIGURES], NULL, ARGS(INT(c->now - v->asked_at), INT(agent_id))) && report_late(c, v);
}

/* The first that nobody has read: the agent whose it is hears of it. */
static bool ring(struct ctx *c, struct conversation *v)
{
	if (v->assignee_id == 0 || v->unread_staff > 1)
		return true;
	return (v->contact_public_id != NULL || conversation_complete(c, v)) &&
	       notify(c, v->assignee_id, NOTIFY_MESSAGE, v, v->contact_name);
}

/* What a conversation becomes by a message. A note takes a number of the stream, and changes nothing that the customer or a figure
   sees. */
static void count(struct ctx *c, struct conversation *v, const struct message *m, bool ai)
{
	v->last_seq = m->seq;
	v->updated_at = c->now;
	if (m->is_private) {
		v->notes++;
		return;
	}
	v->shown_seq = m->seq;
	v->last_message_at = conversation_second(c->now);
	v->last_sender = m->sender_type;
	v->last_text = arena_strndup(c->mem, m->content, utf8_cut(m->content, strlen(m->content), PREVIEW_CHARS));
	if (m->sender_type == SENDER_USER) {
		v->unread_staff++;
		v->contact_read_seq = m->seq;
		v->unread_contact = 0;
		v->asked_at = v->asked_at != 0 ? v->asked_at : c->now;
		v->first_asked_at = v->first_asked_at != 0 ? v->first_asked_at : c->now;
		if (ai)
			v->ai_wanted_seq = m->seq;
	} else {
		v->unread_contact++;
	}
	if (m->sender_type == SENDER_AGENT) {
		if (v->asked_at != 0 && v->first_answered_at == 0)
			v->first_answered_at = c->now;
		v->asked_at = 0;
		v->agent_messages++;
		v->unread_staff = 0;
		v->staff_read_seq = m->seq;
	}
}

void message_begin(struct ctx *c, int64_t stream, int64_t last_seq, const struct message *draft, struct message *out)
{
	*out = *draft;
	out->stream = stream;
	out->seq = last_seq + 1;
	out->uuid = uuid4(c->mem);
	out->created_at = c->now;
}

bool message_store(struct ctx *c, struct message *m, const struct stmt *then, const struct val *args, size_t n)
{
	const struct val message[] = { INT(m->stream),    INT(m->seq),         STR(m->uuid),
				       INT(m->sender_id), INT(m->sender_type), STR(m->sender_name != NULL ? m->sender_name : ""),
				       INT(m->type),      INT(m->is_private),  STR(m->content),
				       STR(m->metadata),  STR(m->attachment),  INT_OR_NULL(m->answers),
				       STR(m->client_id), INT(m->created_at) };

	return db_exec_pair(c, &message_sql[ADD], message, COUNT(message), then, args, n, &m->id);
}

static bool of_client_id(struct ctx *c, const struct message *m, struct message *out)
{
	if (c->err.code != E_CONFLICT || m->client_id == NULL)
		return false;
	c->err = (struct err){ 0 };
	return db_one(c, &message_sql[OF_CLIENT_ID], out, "db.failed", ARGS(INT(m->stream), INT(m->sender_id), STR(m->client_id)));
}

bool message_repeat(struct ctx *c, const struct message *m, int64_t *seq)
{
	struct message found = { 0 };
	bool is = of_client_id(c, m, &found);

	*seq = found.seq;
	return is;
}

/* version: of what is remembered and not locked; E_PRECONDITION when the conversation is another one by now. 0 = it is locked. */
static bool store(struct ctx *c, int64_t version, struct conversation *next, struct message *m)
{
	next->version = random_number();
	if (m->is_private)
		return message_store(c, m, &message_sql[COUNT_NOTE],
				     ARGS(INT(next->version), INT(next->last_seq), INT(next->notes), INT(next->shown_seq),
					  INT(next->updated_at), INT(next->id)));
	if (!message_store(c, m, &message_sql[COUNT_UP],
			   ARGS(INT(next->version), INT(next->last_seq), INT(next->shown_seq), INT(next->last_message_at),
				INT(next->last_sender), STR(next->last_text), INT(next->unread_staff), INT(next->unread_contact),
				INT(next->staff_read_seq), INT(next->contact_read_seq), INT(next->asked_at),
				INT(next->first_asked_at), INT(next->first_answered_at), INT(next->agent_messages),
				INT(next->ai_wanted_seq), INT(next->updated_at), INT(next->id), INT(version))))
		return false;
	if (db_changed(c) == 0)
		return fail(c, version != 0 ? E_PRECONDITION : E_BUG, "db.failed");
	next->last_message_id = m->id;
	return conversation_labels_follow(c, next);
}

static void tell(struct ctx *c, const struct conversation *v, const struct message *m)
{
	struct event *e = event_queue(c, EVENT_MESSAGE);

	e->conversation = v;
	e->message = m;
	if (m->sender_type == SENDER_USER && v->ai_wanted_seq == m->seq)
		event_wake(c, "ai", v->id);
}

/* The same sender's same client_id: the first message is the answer, and nothing else happens. */
static bool find_repeated(struct ctx *c, const struct conversation *v, struct message *m)
{
	const struct message asked = *m;

	if (!of_client_id(c, &asked, m))
		return false;
	m->repeated = true;
	message_finish(m, v->session_id);
	return true;
}

/* A contact's last activity, to the minute: most messages need no second row for it. Who only claims to be it is not it. */
static bool note_activity(struct ctx *c, const struct conversation *v, const struct message *m)
{
	if (m->sender_type == SENDER_SYSTEM || m->is_private || v->contact_claimed ||
	    c->now / MINUTE_MS == v->last_message_at / MINUTE_MS)
		return true;
	return user_active(c, v->contact_id);
}

/* version: as in store(). What others may have stored meanwhile is looked at under the lock alone. */
static bool say(struct ctx *c, int64_t version, struct conversation *v, const struct message *draft, struct message *out)
{
	struct conversation next = *v;
	bool ai = v->agent_type == AGENT_AI && draft->sender_type == SENDER_USER && !draft->is_private;

	if (ai && !ai_setup_listens(c, v->id, &ai))
		return false;
	message_begin(c, v->id, v->last_seq, draft, out);
	count(c, &next, out, ai);
	if (!store(c, version, &next, out))
		return version == 0 && find_repeated(c, v, out);
	message_finish(out, v->session_id);
	if (!note_activity(c, v, out))
		return false;
	if (out->sender_type == SENDER_AGENT && !out->is_private && (!note_response(c, v, out->sender_id) || !mail_answered(c, v)))
		return false;
	*v = next;
	v->shown = v->last_seq - v->notes;
	tell(c, v, out);
	return out->sender_type != SENDER_USER || ring(c, v);
}

bool message_add(struct ctx *c, struct conversation *v, const struct message *draft, struct message *out)
{
	return say(c, 0, v, draft, out);
}

/* A customer who writes again opens a resolved conversation; the person who answered before is preferred. */
static bool reopen(struct ctx *c, struct conversation *v)
{
	int64_t before = v->assignee_id;

	return conversation_move(c, v, CONV_OPEN) && (v->agent_type != AGENT_HUMAN || assignment_find_or_queue(c, v, before));
}

/* An agent who answers a conversation that nobody or the AI has takes it. */
static bool take(struct ctx *c, struct conversation *v)
{
	if (v->assignee_id != 0 && v->agent_type == AGENT_HUMAN)
		return true;
	return assignment_start(c, v, c->who.user_id) && assignment_note(c, v, c->who.user_id, 0);
}

/* The session's key, or for staff its number. */
static bool lock(struct ctx *c, const struct message_post_in *in, struct conversation *v)
{
	return in->session_id != NULL ? conversation_lock(c, in->session_id, v) : conversation_take(c, in->conversation_id, v);
}

/* The members of staff a message names, who must be able to see it. */
static bool mention(struct ctx *c, const struct conversation *v, const struct list *mentions)
{
	const int64_t *id = mentions->items;

	for (size_t i = 0; i < mentions->n; i++) {
		bool may;
		if (!conversation_seen_by(c, v, id[i], &may))
			return false;
		if (!may)
			return fail_field(c, "mentions", "message.mention_not_staff");
		if (!notify(c, id[i], NOTIFY_MENTION, v, c->who.name))
			return false;
	}
	return true;
}

/* What a message does to its conversation: open it again, find somebody for it, or have it taken by who answers. */
static bool move_on(struct ctx *c, struct conversation *v, bool staff)
{
	if (!v->active && !(staff ? conversation_move(c, v, CONV_OPEN) : reopen(c, v)))
		return false;
	if (!staff && v->agent_type == AGENT_HUMAN && v->assignee_id == 0 && v->queue_rank == 0) /* no AI, and nobody has it yet */
		return assignment_find_or_queue(c, v, 0);
	return !staff || take(c, v);
}

static struct message draft_of(const struct ctx *c, const struct message_post_in *in, const struct conversation *v)
{
	bool staff = is_staff(c);

	return (struct message){ .sender_id = staff ? c->who.user_id : v->contact_id,
				 .sender_type = staff ? SENDER_AGENT : SENDER_USER,
				 .sender_name = staff ? c->who.name : NULL,
				 .type = in->type,
				 .is_private = staff && in->is_private,
				 .content = in->content,
				 .metadata = in->metadata,
				 .attachment = in->attachment,
				 .client_id = in->client_id };
}

/* Without reading how the conversation stands, if this machine remembers it: what is stored is stored only when it was right, and
   then the row is held as by a lock. False with no error when it was not, and nothing was done. */
static bool say_remembered(struct ctx *c, const struct message_post_in *in, struct conversation *v, struct message *m)
{
	if (in->session_id == NULL || in->is_private || !conversation_recall(c, in->session_id, v))
		return false;
	struct message draft = draft_of(c, in, v);
	if (say(c, v->version, v, &draft, m))
		return true;
	if (c->err.code == E_PRECONDITION || c->err.code == E_CONFLICT) { /* another one has its place in the stream, or was this */
		c->err = (struct err){ 0 };
		db_restart(c);
	}
	return false;
}

static bool say_locked(struct ctx *c, const struct message_post_in *in, struct conversation *v, struct message *m)
{
	*v = (struct conversation){ 0 };
	if (!lock(c, in, v))
		return false;
	struct message draft = draft_of(c, in, v);
	return message_add(c, v, &draft, m);
}

bool message_post(struct ctx *c, const void *vin, void *out)
{
	const struct message_post_in *in = vin;
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));
	struct message *m = arena_alloc(c->mem, sizeof(*m)); /* outlives the operation: the event shows it */
	bool staff = is_staff(c);

	if (text_blank(in->content))
		return fail_field(c, "content", "input.missing");
	if (in->type == MSG_SYSTEM)
		return fail(c, E_FORBIDDEN, "message.system_type");
	if (!say_remembered(c, in, v, m) && (c->err.code != E_OK || !say_locked(c, in, v, m)))
		return false;
	*(struct message *)out = *m;
	message_finish(out, v->session_id);
	if (m->repeated)
		return true;
	conversation_remember(c, v); /* what it is now: nothing but the message has changed it so far */
	return mention(c, v, &in->mentions) && (m->is_private || move_on(c, v, staff));
}
