#include "leg.h"
#include "../db/query.h"
#include "leg_row.h"
#include "sql_tables.h"
#include "team.h"

enum { LATELY_MS = 5 * 60000, SCOPED_REACH = 10000, SCOPED_LOOK = 20000 };
const char *const leg_state_names[] = { "active", "completed", "transferred", NULL };

#define C(as, member)                                                                                                              \
	{                                                                                                                          \
		as, offsetof(struct leg, member)                                                                                   \
	}
const struct col leg_cols[] = {
	C(COL_INT, id),
	C(COL_INT, conversation_id),
	C(COL_INT, customer_id),
	C(COL_INT, agent_id),
	C(COL_INT, started_at),
	C(COL_INT, ended_at),
	C(COL_ENUM, state),
	C(COL_INT, after_seq),
	C(COL_INT, upto_seq),
	C(COL_STR, customer.id),
	C(COL_STR, customer.name),
	C(COL_STR, customer.avatar_url),
	C(COL_ENUM, customer.status),
	C(COL_INT, customer_active_at),
	C(COL_STR, agent.id),
	C(COL_STR, agent.name),
	C(COL_STR, agent.avatar_url),
	C(COL_ENUM, agent.status),
	C(COL_INT, assignee_id),
	C(COL_INT, team_id),
	C(COL_INT, rating),
	C(COL_INT, messages),
	C(COL_STR, last_message),
	C(COL_INT, last_message_at),
};
_Static_assert(COUNT(leg_cols) == LEG_COLUMNS, "the count in leg_row.h");
struct said {
	int64_t all, agent, customer;
};
static const struct col said_cols[] = { { COL_INT, offsetof(struct said, all) },
					{ COL_INT, offsetof(struct said, agent) },
					{ COL_INT, offsetof(struct said, customer) } };
struct answered {
	int64_t n, ms, first_ms;
};
static const struct col answered_cols[] = { { COL_INT, offsetof(struct answered, n) },
					    { COL_INT, offsetof(struct answered, ms) },
					    { COL_INT, offsetof(struct answered, first_ms) } };

enum { BY_NAME, BY_ID, AGENT, SAID, ANSWERED, SQL__MAX };
#define IN_TIME "conversation_id = ? AND agent_id = ? AND answered_at >= ? AND answered_at <= ?"
const struct stmt leg_sql[] = {
	[BY_NAME] = { "SELECT " LEG_COLS " FROM assignments a" LEG_JOINS
		      " WHERE k.public_id = ? AND s.public_id = ? ORDER BY a.started_at DESC, a.id DESC LIMIT 1",
		      LEG_ROW },
	[BY_ID] = { "SELECT " LEG_COLS " FROM assignments a" LEG_JOINS " WHERE a.id = ?", LEG_ROW },
	[AGENT] = { "SELECT id FROM users WHERE public_id = ? AND role > 0", ROW(number, number_cols) },
	[SAID] = { "SELECT COUNT(*), COALESCE(SUM(sender_type = 2), 0), COALESCE(SUM(sender_type = 0), 0) FROM messages "
		   "WHERE stream = ? AND seq > ? AND seq <= ? AND private = 0 AND deleted_at IS NULL AND sender_type <> 3",
		   ROW(said, said_cols) },
	[ANSWERED] = { "SELECT COUNT(*), COALESCE(SUM(answered_at - asked_at), 0), COALESCE((SELECT answered_at - asked_at FROM "
		       "responses WHERE " IN_TIME " ORDER BY answered_at, id LIMIT 1), 0) FROM responses WHERE " IN_TIME,
		       ROW(answered, answered_cols) },
};
const size_t leg_sql_n = SQL__MAX;

int customer_presence(const struct ctx *c, int status, int64_t active_at)
{
	if (status != PRESENCE_OFFLINE)
		return status;
	return active_at > c->now - LATELY_MS ? PRESENCE_ONLINE : PRESENCE_OFFLINE;
}

void leg_finish(const struct ctx *c, struct leg *l)
{
	l->name = (struct leg_name){ l->customer.id, l->agent.id };
	l->customer.status = customer_presence(c, l->customer.status, l->customer_active_at);
	l->updated_at = l->last_message_at > l->started_at ? l->last_message_at : l->started_at;
	l->updated_at = l->ended_at > l->updated_at ? l->ended_at : l->updated_at;
}

/* -- reaching one -- */

/* An agent sees his own legs, and those of conversations that he may see as they are now. */
static bool check_scope(struct ctx *c, const struct leg *l)
{
	const struct conversation v = { .assignee_id = l->assignee_id, .team_id = l->team_id };
	struct list teams = { 0 };

	if (c->who.role >= ROLE_SUPERVISOR || l->agent_id == c->who.user_id)
		return true;
	return team_ids_of(c, c->who.user_id, &teams) &&
	       (conversation_may_see(c, &v, &teams) || fail(c, E_NOT_FOUND, "leg.missing"));
}

bool leg_reach(struct ctx *c, const struct leg_name *name, struct leg *l)
{
	*l = (struct leg){ 0 };
	if (!db_one(c, &leg_sql[BY_NAME], l, "leg.missing", ARGS(STR(name->customer), STR(name->agent))))
		return false;
	leg_finish(c, l);
	return check_scope(c, l);
}

bool leg_peek(struct ctx *c, int64_t id, struct leg *l)
{
	*l = (struct leg){ 0 };
	if (!db_one(c, &leg_sql[BY_ID], l, "leg.missing", ARGS(INT(id))))
		return false;
	leg_finish(c, l);
	return true;
}

/* -- figures -- */

static bool read_figures(struct ctx *c, const struct leg *l, struct leg_figures *out)
{
	int64_t until = l->ended_at != 0 ? l->ended_at : c->now;
	struct said said;
	struct answered a;

	if (!db_one(c, &leg_sql[SAID], &said, "db.failed", ARGS(INT(l->conversation_id), INT(l->after_seq), INT(l->upto_seq))) ||
	    !db_one(c, &leg_sql[ANSWERED], &a, "db.failed",
		    ARGS(INT(l->conversation_id), INT(l->agent_id), INT(l->started_at), INT(until), INT(l->conversation_id),
			 INT(l->agent_id), INT(l->started_at), INT(until))))
		return false;
	*out = (struct leg_figures){ .name = l->name,
				     .messages = said.all,
				     .agent_messages = said.agent,
				     .customer_messages = said.customer,
				     .response_s = a.n > 0 ? (double)a.ms / (double)a.n / 1000 : 0,
				     .first_response_s = (double)a.first_ms / 1000,
				     .duration_s = (until - l->started_at) / 1000,
				     .satisfaction = l->rating };
	return true;
}

bool leg_figures(struct ctx *c, const void *vin, void *out)
{
	const struct leg_in *in = vin;
	struct leg l;

	return leg_reach(c, &in->name, &l) && read_figures(c, &l, out);
}

bool leg_get(struct ctx *c, const void *vin, void *vout)
{
	const struct leg_in *in = vin;
	struct leg_detail *out = vout;

	return leg_reach(c, &in->name, &out->leg) && read_figures(c, &out->leg, &out->figures);
}

/* -- lists -- */

static bool read_agent(struct ctx *c, const char *public_id, int64_t *id)
{
	struct number row;
	bool found;

	*id = 0;
	if (public_id == NULL || *public_id == '\0')
		return true;
	if (!db_find(c, &leg_sql[AGENT], &row, &found, ARGS(STR(public_id))))
		return false;
	if (!found)
		return fail_field(c, "kefu_id", "input.unknown_value");
	*id = row.n;
	return true;
}

static void filter(struct ctx *c, struct query *q, const struct leg_list_in *in, int64_t agent)
{
	if (agent != 0)
		query_where(q, "a.agent_id = ?", ARGS(INT(agent)));
	if (in->state != 0)
		query_where(q, "a.state = ?", ARGS(INT(in->state - 1)));
	if (in->from != 0)
		query_where(q, "a.started_at >= ?", ARGS(INT(in->from)));
	if (in->to != 0)
		query_where(q, "a.started_at < ?", ARGS(INT(in->to)));
	if (c->who.role >= ROLE_SUPERVISOR || agent == c->who.user_id)
		return;
	query_where(q, "a.id > (SELECT MAX(n.id) - ? FROM assignments n)", ARGS(INT(SCOPED_LOOK)));
	query_where(q,
		    "(a.agent_id = ? OR EXISTS (SELECT 1 FROM conversations c WHERE c.id = a.conversation_id AND (c.assignee_id IS "
		    "NULL OR c.assignee_id = ? OR c.team_id IN (SELECT t.team_id FROM team_members t WHERE t.user_id = ?))))",
		    ARGS(INT(c->who.user_id), INT(c->who.user_id), INT(c->who.user_id)));
}

/* The page's ids by an index first, then their rows. */
static bool rows(struct ctx *c, const struct leg_list_in *in, int64_t agent, struct list *out)
{
	struct query q = query_new(c, "SELECT STRAIGHT_JOIN " LEG_COLS " FROM (SELECT a.id FROM assignments a");

	filter(c, &q, in, agent);
	query_add(&q, " ORDER BY a.started_at DESC, a.id DESC LIMIT ? OFFSET ?",
		  ARGS(INT(in->page.size), INT(page_offset(&in->page))));
	query_add(&q, ") p JOIN assignments a ON a.id = p.id" LEG_JOINS " ORDER BY a.started_at DESC, a.id DESC", NOARGS);
	return query_list(c, &q, out, (struct query_row){ leg_cols, LEG_COLUMNS, sizeof(struct leg) });
}

bool leg_list(struct ctx *c, const void *vin, void *vout)
{
	const struct leg_list_in *in = vin;
	struct leg_list_out *out = vout;
	struct query count = query_new(c, "SELECT COUNT(*) FROM (SELECT 1 AS one FROM assignments a");
	struct number total;
	int64_t agent;

	if (!read_agent(c, in->agent, &agent))
		return false;
	filter(c, &count, in, agent);
	query_add(&count, " LIMIT ?) counted", ARGS(INT(c->who.role >= ROLE_SUPERVISOR ? LEG_REACH : SCOPED_REACH)));
	if (!query_one(c, &count, &total, ROW_OF(number, number_cols)) ||
	    (page_offset(&in->page) < total.n && !rows(c, in, agent, &out->legs)))
		return false;
	struct leg *l = out->legs.items;
	for (size_t i = 0; i < out->legs.n; i++)
		leg_finish(c, &l[i]);
	out->meta = page_meta(&in->page, total.n);
	return true;
}
