#include "workload.h"
#include "../db/db.h"
#include "assignment.h"
#include "queue.h"
#include "sql_tables.h"
#include "team.h"
#include <stdlib.h>

const char *const workload_state_names[] = { "available", "full", "busy", "away", "offline", NULL };

#define C(T, as, member)                                                                                                           \
	{                                                                                                                          \
		as, offsetof(struct T, member)                                                                                     \
	}
static const struct col workload_cols[] = {
	C(workload, COL_INT, id),          C(workload, COL_STR, public_id),
	C(workload, COL_STR, name),        C(workload, COL_INT, load),
	C(workload, COL_INT, capacity),    C(workload, COL_INT, responses),
	C(workload, COL_INT, response_ms), C(workload, COL_INT, ratings),
	C(workload, COL_INT, rating_sum),  C(workload, COL_INT, last_active_at),
	C(workload, COL_ENUM, presence),
};
static const struct col customer_cols[] = {
	C(agent_customer, COL_STR, id),         C(agent_customer, COL_STR, name),      C(agent_customer, COL_STR, last_message),
	C(agent_customer, COL_ENUM, status),    C(agent_customer, COL_INT, active_at), C(agent_customer, COL_INT, last_message_at),
	C(agent_customer, COL_INT, started_at), C(agent_customer, COL_INT, unread),    C(agent_customer, COL_INT, assignee_id),
	C(agent_customer, COL_INT, team_id),
};
static const struct col waiting_cols[] = {
	C(waiting_customer, COL_STR, id),        C(waiting_customer, COL_STR, name), C(waiting_customer, COL_ENUM, status),
	C(waiting_customer, COL_INT, active_at), C(waiting_customer, COL_INT, rank), C(waiting_customer, COL_ENUM, priority),
};

enum { ONE, AVAILABLE, CUSTOMERS, WAITING, WAITING_TOTAL, SQL__MAX };
#define COLS                                                                                                                       \
	"SELECT id, public_id, full_name, active_sessions, max_sessions, responses, response_ms, ratings, rating_sum, "            \
	"last_active_at, status FROM users WHERE "
const struct stmt workload_sql[] = {
	[ONE] = { COLS "public_id = ? AND role > 0 AND deleted_at IS NULL", ROW(workload, workload_cols) },
	[AVAILABLE] = { COLS "role = 1 AND status = 1 AND deleted_at IS NULL AND active_sessions < max_sessions LIMIT 1000",
			ROW(workload, workload_cols) },
	[CUSTOMERS] = { "SELECT k.public_id, k.full_name, c.last_text, k.status, k.last_active_at, c.last_message_at, "
			"a.started_at, c.unread_staff, c.assignee_id, c.team_id FROM assignments a JOIN conversations c ON c.id = "
			"a.conversation_id JOIN users k ON k.id = c.contact_id WHERE a.agent_id = ? AND a.ended_at IS NULL "
			"ORDER BY c.last_message_at DESC, c.id DESC LIMIT 1000",
			ROW(agent_customer, customer_cols) },
	[WAITING] = { "SELECT k.public_id, k.full_name, k.status, k.last_active_at, c.queue_rank, c.priority FROM conversations c "
		      "JOIN users k ON k.id = c.contact_id WHERE c.queue_rank > 0 ORDER BY c.queue_rank LIMIT ?",
		      ROW(waiting_customer, waiting_cols) },
	[WAITING_TOTAL] = { "SELECT COUNT(*) FROM conversations WHERE queue_rank > 0", ROW(number, number_cols), PREPARE_ANEW },
};
const size_t workload_sql_n = SQL__MAX;

static void finish(struct workload *w)
{
	static const enum workload_state states[PRESENCE__MAX] = {
		[PRESENCE_OFFLINE] = LOAD_OFFLINE, [PRESENCE_AWAY] = LOAD_AWAY, [PRESENCE_BUSY] = LOAD_BUSY
	};

	w->state = w->presence != PRESENCE_ONLINE ? states[w->presence] : w->load < w->capacity ? LOAD_AVAILABLE : LOAD_FULL;
	w->utilization = 100 * (double)w->load / (double)(w->capacity > 0 ? w->capacity : 1);
	w->response_s = w->responses > 0 ? (double)w->response_ms / (double)w->responses / 1000 : 0;
	w->satisfaction = w->ratings > 0 ? (double)w->rating_sum / (double)w->ratings : 5;
	w->score = efficiency_score(w->load, w->capacity, w->satisfaction, w->response_s);
}

bool workload_get(struct ctx *c, const void *vin, void *out)
{
	const struct agent_in *in = vin;

	if (!db_one(c, &workload_sql[ONE], out, "agent.missing", ARGS(STR(in->agent))))
		return false;
	finish(out);
	return true;
}

static int by_score(const void *a, const void *b)
{
	const struct workload *x = a, *y = b;

	return x->score != y->score ? (x->score < y->score) - (x->score > y->score) : (x->id > y->id) - (x->id < y->id);
}

bool workload_available(struct ctx *c, const void *in, void *vout)
{
	struct workload_list *out = vout;

	(void)in;
	if (!db_list(c, &workload_sql[AVAILABLE], &out->agents, NOARGS))
		return false;
	struct workload *w = out->agents.items;
	for (size_t i = 0; i < out->agents.n; i++)
		finish(&w[i]);
	if (out->agents.n > 1)
		qsort(w, out->agents.n, sizeof(*w), by_score);
	out->total = (int64_t)out->agents.n;
	return true;
}

bool agent_customers(struct ctx *c, const void *vin, void *vout)
{
	const struct agent_in *in = vin;
	struct agent_customers *out = vout;
	struct list teams = { 0 };
	struct workload w = { 0 };

	if (!workload_get(c, in, &w) || !team_ids_of(c, c->who.user_id, &teams) ||
	    !db_list(c, &workload_sql[CUSTOMERS], &out->customers, ARGS(INT(w.id))))
		return false;
	struct agent_customer *k = out->customers.items;
	size_t kept = 0;
	for (size_t i = 0; i < out->customers.n; i++) {
		const struct conversation v = { .assignee_id = k[i].assignee_id, .team_id = k[i].team_id };
		if (!conversation_may_see(c, &v, &teams))
			continue;
		k[i].status = customer_presence(c, k[i].status, k[i].active_at);
		k[i].last_activity = k[i].last_message_at > k[i].started_at ? k[i].last_message_at : k[i].started_at;
		k[kept++] = k[i];
	}
	out->customers.n = kept;
	out->total = (int64_t)kept;
	out->agent = w.public_id;
	return true;
}

bool waiting_list(struct ctx *c, const void *vin, void *vout)
{
	const struct waiting_in *in = vin;
	struct waiting_list *out = vout;
	struct number total;

	if (!db_list(c, &workload_sql[WAITING], &out->customers, ARGS(INT(in->limit))) ||
	    !db_one(c, &workload_sql[WAITING_TOTAL], &total, "db.failed", NOARGS))
		return false;
	struct waiting_customer *k = out->customers.items;
	for (size_t i = 0; i < out->customers.n; i++) {
		int64_t since = queue_since(k[i].rank);
		k[i].status = customer_presence(c, k[i].status, k[i].active_at);
		k[i].position = (int64_t)i + 1;
		k[i].since_s = since / 1000;
		k[i].waiting_s = since < c->now ? (c->now - since) / 1000 : 0;
	}
	out->total = total.n;
	return true;
}
