/* Legs are given, passed on and ended here; the rules are the assignment's and the conversation's own. */
#include "../core/text.h"
#include "assignment.h"
#include "audit.h"
#include "contact.h"
#include "event.h"
#include "leg.h"
#include "leg_row.h"
#include "sql_tables.h"

enum { OPEN_OF, SQL__MAX };
const struct stmt leg_change_sql[] = {
	/* The one that waits, else the one where something happened last. */
	[OPEN_OF] = { "SELECT id FROM conversations WHERE contact_id = ? AND status IN (0, 1) "
		      "ORDER BY queue_rank IS NULL, last_message_at DESC, id DESC LIMIT 1",
		      ROW(number, number_cols) },
};
const size_t leg_change_sql_n = SQL__MAX;

static bool may_direct(struct ctx *c, int64_t agent_id)
{
	return (c->who.permissions & MAY_CONVERSATIONS_ASSIGN) || agent_id == c->who.user_id ||
	       fail(c, E_FORBIDDEN, "auth.forbidden");
}

static bool find_agent(struct ctx *c, const char *public_id, struct user *u)
{
	bool found;

	return user_by_public_id(c, public_id, u, &found) &&
	       ((found && u->role >= ROLE_AGENT) || fail(c, E_NOT_FOUND, "agent.missing"));
}

/* What is said about it stays with the conversation, for staff alone. */
static bool note(struct ctx *c, struct conversation *v, const char *first, const char *second)
{
	struct message *m = arena_alloc(c->mem, sizeof(*m));
	bool one = first != NULL && !text_blank(first), two = second != NULL && !text_blank(second);
	const struct message draft = {
		.sender_id = c->who.user_id,
		.sender_type = SENDER_AGENT,
		.sender_name = c->who.name,
		.is_private = true,
		.content = arena_printf(c->mem, "%s%s%s", one ? first : "", one && two ? "\n" : "", two ? second : ""),
	};

	return (!one && !two) || message_add(c, v, &draft, m);
}

/* The leg and its conversation, locked, both as they are under the lock. */
static bool lock(struct ctx *c, struct leg *l, struct conversation *v)
{
	return conversation_lock_id(c, l->conversation_id, v) && leg_peek(c, l->id, l) && conversation_complete(c, v);
}

bool leg_transfer(struct ctx *c, const void *vin, void *vout)
{
	const struct leg_transfer_in *in = vin;
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));
	struct user to;
	struct leg l;

	if (!leg_reach(c, &in->name, &l) || !find_agent(c, in->to, &to) || !may_direct(c, l.agent_id))
		return false;
	if (to.id == l.agent_id)
		return fail_field(c, "to_kefu_id", "transfer.self");
	if (to.status == PRESENCE_OFFLINE)
		return fail_field(c, "to_kefu_id", "transfer.offline");
	if (!lock(c, &l, v))
		return false;
	if (l.state != LEG_RUNNING)
		return fail(c, E_BAD_INPUT, "leg.over");
	*(struct leg_transfer_out *)vout = (struct leg_transfer_out){ l.name, to.public_id, in->reason, in->note, c->now };
	return note(c, v, in->reason, in->note) && assignment_start(c, v, to.id) &&
	       audit(c, "conversation:transfer", v->id,
		     arena_printf(c->mem, "{\"from\":%lld,\"to\":%lld}", (long long)l.agent_id, (long long)to.id));
}

bool leg_end(struct ctx *c, const void *vin, void *vout)
{
	const struct leg_in *in = vin;
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));
	struct leg l;

	if (!leg_reach(c, &in->name, &l) || !may_direct(c, l.agent_id) || !lock(c, &l, v))
		return false;
	if (l.state == LEG_PASSED_ON)
		return fail(c, E_BAD_INPUT, "leg.over");
	if (l.state == LEG_RUNNING &&
	    (!conversation_move(c, v, CONV_RESOLVED) || !audit(c, "conversation:resolve", v->id, NULL) || !leg_peek(c, l.id, &l)))
		return false;
	*(struct leg_end_out *)vout = (struct leg_end_out){ l.name, l.ended_at, (l.ended_at - l.started_at) / 1000, l.messages };
	return true;
}

/* -- a customer is given to somebody -- */

static void tell_created(struct ctx *c, const struct conversation *v)
{
	struct event *e = event_queue(c, EVENT_STATUS);

	e->what = "created";
	e->conversation = v;
}

/* The customer's open conversation; a new one when there is none. */
static bool open_of(struct ctx *c, const char *customer, int64_t *id)
{
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));
	struct number row;
	int64_t contact;
	struct user u;
	bool found;

	if (!contact_hold(c, customer, &contact, &found))
		return false;
	if (!found || !user_get(c, contact, &u) || u.role != ROLE_GUEST) {
		if (c->err.code == E_OK || c->err.code == E_NOT_FOUND) {
			c->err = (struct err){ 0 };
			fail(c, E_NOT_FOUND, "customer.missing");
		}
		return false;
	}
	if (!db_find(c, &leg_change_sql[OPEN_OF], &row, &found, ARGS(INT(contact))))
		return false;
	*id = row.n;
	if (found)
		return true;
	if (!conversation_add(c, &(struct conversation_start){ .contact_id = contact, .agent_type = AGENT_HUMAN }, id) ||
	    !conversation_lock_id(c, *id, v) || !conversation_complete(c, v))
		return false;
	tell_created(c, v);
	return true;
}

static bool set_priority(struct ctx *c, int64_t id, int priority)
{
	struct conversation v;

	return priority == 0 ||
	       conversation_set_priority(c, &(struct conversation_change_in){ .id = id, .priority = priority - 1 }, &v);
}

/* Whoever has it keeps it. */
static bool find_somebody(struct ctx *c, int64_t id, struct conversation *v)
{
	if (!conversation_take(c, id, v) || !conversation_complete(c, v))
		return false;
	if (v->assignee_id != 0 && v->agent_type == AGENT_HUMAN)
		return true;
	return assignment_find_or_queue(c, v, 0) && audit(c, "conversation:assign", id, "{\"automatic\":true}");
}

static bool give(struct ctx *c, int64_t id, const char *agent, struct conversation *v)
{
	struct user u;
	struct conversation given;

	if (agent == NULL)
		return find_somebody(c, id, v);
	return find_agent(c, agent, &u) &&
	       conversation_assign(c, &(struct conversation_change_in){ .id = id, .assignee_id = u.id }, &given) &&
	       conversation_take(c, id, v) && conversation_complete(c, v);
}

bool customer_assign(struct ctx *c, const void *vin, void *vout)
{
	const struct customer_assign_in *in = vin;
	struct customer_assign_out *out = vout;
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));
	const char *agent = in->agent != NULL && *in->agent != '\0' ? in->agent : NULL;
	struct user u = { 0 };
	int64_t id;

	if (!open_of(c, in->customer, &id) || !set_priority(c, id, in->priority) || !give(c, id, agent, v) ||
	    !note(c, v, in->note, NULL) || (v->assignee_id != 0 && !user_get(c, v->assignee_id, &u)))
		return false;
	*out = (struct customer_assign_out){ .customer = in->customer,
					     .agent = u.public_id,
					     .note = in->note,
					     .status = u.id != 0 ? "assigned" : "waiting",
					     .at = c->now,
					     .queue_position = v->queue_position,
					     .priority = v->priority };
	return true;
}

bool agent_switch(struct ctx *c, const void *vin, void *vout)
{
	const struct agent_switch_in *in = vin;
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));
	int64_t id;
	struct user u;

	if (!find_agent(c, in->agent, &u) || !may_direct(c, u.id) || !open_of(c, in->customer, &id) || !give(c, id, in->agent, v))
		return false;
	*(struct agent_switch_out *)vout = (struct agent_switch_out){ in->agent, in->customer, "success", c->now };
	return true;
}
