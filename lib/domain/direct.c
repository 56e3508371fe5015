/* Direct messages: which conversation of the two it goes to, and the file that it shows. */
#include "direct.h"
#include "assignment.h"
#include "audit.h"
#include "contact.h"
#include "direct_row.h"
#include "event.h"
#include "file.h"
#include "message_row.h"
#include "sql_tables.h"
#include <string.h>

enum { SENT_MS = 7 * 86400000 };
enum { OF_STAFF, OF_PAIR, NOBODYS, ANY_OPEN, CAN_TAKE, SENT, SQL__MAX };
#define OPEN "SELECT id FROM conversations WHERE contact_id = ? AND status IN (0, 1) "
#define OWN_OPEN OPEN "AND contact_claimed = 0 "
#define NEWEST "ORDER BY last_message_at DESC, id DESC LIMIT 1"
const struct stmt direct_sql[] = {
	/* For staff: with the caller, else with nobody. What somebody else began in the customer's name comes last. */
	[OF_STAFF] = { OPEN "AND (assignee_id = ? OR assignee_id IS NULL) ORDER BY (assignee_id IS NULL), contact_claimed, "
			    "last_message_at DESC, id DESC LIMIT 1",
		       ROW(number, number_cols) },
	/* For customers: their own alone. */
	[OF_PAIR] = { OWN_OPEN "AND assignee_id = ? " NEWEST, ROW(number, number_cols) },
	[NOBODYS] = { OWN_OPEN "AND assignee_id IS NULL " NEWEST, ROW(number, number_cols) },
	[ANY_OPEN] = { OWN_OPEN NEWEST, ROW(number, number_cols) },
	[CAN_TAKE] = { "SELECT id FROM users WHERE id = ? AND role = 1 AND status = 1 AND deleted_at IS NULL AND active_sessions < "
		       "max_sessions",
		       ROW(number, number_cols) },
	/* Whichever of their conversations it went into: that one may have ended since. */
	[SENT] = { "SELECT " MESSAGE_COLS " FROM messages WHERE stream = (SELECT STRAIGHT_JOIN m.stream FROM conversations c "
		   "JOIN messages m ON m.stream = c.id AND m.sender_id = ? AND m.client_id = ? WHERE c.contact_id = ? AND "
		   "c.last_message_at >= ? LIMIT 1) AND sender_id = ? AND client_id = ?",
		   MESSAGE_ROW },
};
const size_t direct_sql_n = SQL__MAX;

bool direct_find_user(struct ctx *c, const char *public_id, struct user *u)
{
	bool found;

	if (!user_by_public_id(c, public_id, u, &found))
		return false;
	if (!is_staff(c) && (!found || (u->role == ROLE_GUEST && u->id != c->who.user_id)))
		return fail(c, E_FORBIDDEN, "auth.forbidden");
	return found || fail(c, E_NOT_FOUND, "direct.no_user");
}

/* -- which conversation -- */

static bool find(struct ctx *c, int statement, const struct val *v, size_t n, int64_t *id)
{
	struct number row = { 0 };
	bool found;

	*id = 0;
	if (!db_find(c, &direct_sql[statement], &row, &found, v, n))
		return false;
	*id = found ? row.n : 0;
	return true;
}

/* A customer's: with that agent, else with nobody, else, when that agent cannot take another one, whatever is open. */
static bool find_own(struct ctx *c, int64_t contact, int64_t agent, int64_t *id)
{
	int64_t can;

	if (!find(c, OF_PAIR, ARGS(INT(contact), INT(agent)), id) || *id != 0)
		return *id != 0;
	if (!find(c, NOBODYS, ARGS(INT(contact)), id) || *id != 0)
		return *id != 0;
	if (!find(c, CAN_TAKE, ARGS(INT(agent)), &can))
		return false;
	return can != 0 || find(c, ANY_OPEN, ARGS(INT(contact)), id);
}

static bool find_open(struct ctx *c, int64_t contact, int64_t other, int64_t *id)
{
	if (is_staff(c))
		return find(c, OF_STAFF, ARGS(INT(contact), INT(other)), id);
	return find_own(c, contact, other, id);
}

bool direct_begin(struct ctx *c, const struct conversation_start *start, int64_t agent, struct conversation *v)
{
	int64_t id;

	if (!conversation_add(c, start, &id) || !conversation_lock_id(c, id, v) || !conversation_complete(c, v))
		return false;
	struct event *e = event_queue(c, EVENT_STATUS);
	e->what = "created";
	e->conversation = v;
	if (agent != 0 && !(is_staff(c) ? assignment_start(c, v, agent) : assignment_find_or_queue(c, v, agent)))
		return false;
	return audit(c, "conversation:create", id, NULL);
}

bool direct_give(struct ctx *c, struct conversation *v)
{
	return assignment_find_or_queue(c, v, c->who.user_id);
}

/* Under the customer's row lock, so that two messages at once make one conversation. */
static bool make(struct ctx *c, const char *contact_name, int64_t agent, int64_t *id)
{
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));
	int64_t contact;
	bool found;

	if (!contact_hold(c, contact_name, &contact, &found))
		return false;
	if (!found)
		return fail(c, E_NOT_FOUND, "direct.no_user");
	if (!find_open(c, contact, agent, id) || *id != 0)
		return *id != 0;
	if (!direct_begin(c, &(struct conversation_start){ .contact_id = contact, .agent_type = AGENT_HUMAN }, agent, v))
		return false;
	*id = v->id;
	return true;
}

/* A customer who writes to a person does not want the AI's answer, and that person's rather than another's. */
static bool to_person(struct ctx *c, struct conversation *v, int64_t agent)
{
	bool free = v->assignee_id == 0 && v->queue_rank == 0;

	return is_staff(c) || (v->agent_type == AGENT_HUMAN && !free) || assignment_find_or_queue(c, v, agent);
}

/* Who writes to whom: one is a customer, the other one of the staff. */
struct pair {
	struct user contact, agent;
};

static bool read_pair(struct ctx *c, const char *name, struct pair *p)
{
	struct user to, me;

	if (is_staff(c) && !(c->who.permissions & MAY_CONVERSATIONS_WRITE))
		return fail(c, E_FORBIDDEN, "auth.forbidden");
	if (!direct_find_user(c, name, &to))
		return false;
	if (is_staff(c) != (to.role == ROLE_GUEST))
		return fail_field(c, "to_user_id", is_staff(c) ? "direct.to_staff" : "direct.to_customer");
	if (!user_get(c, c->who.user_id, &me))
		return false;
	*p = is_staff(c) ? (struct pair){ to, me } : (struct pair){ me, to };
	return true;
}

static bool find_or_make(struct ctx *c, const struct pair *p, struct conversation *v)
{
	int64_t id;

	if (!find_open(c, p->contact.id, p->agent.id, &id) || (id == 0 && !make(c, p->contact.public_id, p->agent.id, &id)))
		return false;
	return conversation_lock_id(c, id, v) && to_person(c, v, p->agent.id);
}

static bool find_sent(struct ctx *c, const struct pair *p, const char *client_id, struct message *m)
{
	bool found = false;

	if (client_id == NULL)
		return true;
	if (!db_find(c, &direct_sql[SENT], m, &found,
		     ARGS(INT(c->who.user_id), STR(client_id), INT(p->contact.id), INT(c->now - SENT_MS), INT(c->who.user_id),
			  STR(client_id))))
		return false;
	m->repeated = found;
	return true;
}

static bool put_addresses(struct ctx *c, struct message *m)
{
	struct conversation v = { 0 };

	if (!conversation_lock_id(c, m->stream, &v))
		return false;
	message_finish(m, v.session_id);
	message_address(c, &v, m);
	return true;
}

bool direct_post(struct ctx *c, const void *vin, void *vout)
{
	const struct direct_post_in *in = vin;
	struct conversation *v = arena_alloc(c->mem, sizeof(*v)); /* events show it */
	struct message *m = vout;
	struct pair p = { 0 };
	struct file f = { 0 };
	bool shows = in->file_id != NULL;

	*m = (struct message){ 0 };
	if (!read_pair(c, in->to, &p) || !find_sent(c, &p, in->client_id, m))
		return false;
	if (m->repeated)
		return put_addresses(c, m);
	if (!find_or_make(c, &p, v) || !(shows ? file_of_sender(c, in->file_id, &f) : file_in_text(c, in->content, &f, &shows)))
		return false;
	const struct message_post_in post = { .session_id = is_staff(c) ? NULL : v->session_id,
					      .conversation_id = v->id,
					      .content = in->content,
					      .client_id = in->client_id,
					      .metadata = in->metadata,
					      .attachment = in->file_id != NULL ? file_attachment(c, &f) : NULL,
					      .type = in->type };
	return message_post(c, &post, m) && (!shows || m->repeated || file_attach(c, &f, m)) && put_addresses(c, m);
}
