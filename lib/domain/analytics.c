#include "analytics.h"
#include "../db/query.h"
#include "report_row.h"
#include "sql_tables.h"
#include <math.h>

enum { DAYS = 14, HOURS = 24, HOUR_MS = 3600000 };

struct live_row {
	int64_t active, pending, waiting;
};
static const struct col live_cols[] = {
	{ COL_INT, offsetof(struct live_row, active) },
	{ COL_INT, offsetof(struct live_row, pending) },
	{ COL_INT, offsetof(struct live_row, waiting) },
};
static const struct col agent_cols[] = {
	{ COL_INT, offsetof(struct dashboard_agent, agent.id) },
	{ COL_STR, offsetof(struct dashboard_agent, agent.name) },
	{ COL_STR, offsetof(struct dashboard_agent, agent.avatar_url) },
	{ COL_ENUM, offsetof(struct dashboard_agent, status) },
	{ COL_INT, offsetof(struct dashboard_agent, load) },
	{ COL_INT, offsetof(struct dashboard_agent, capacity) },
};
static const struct col hour_cols[] = {
	{ COL_INT, offsetof(struct dashboard_hour, hour) },
	{ COL_INT, offsetof(struct dashboard_hour, conversations) },
};

enum { AGENTS, SQL__MAX };
const struct stmt analytics_sql[] = {
	[AGENTS] = { "SELECT id, full_name, avatar_url, status, active_sessions, max_sessions FROM users WHERE role IN (1, 2, 3) "
		     "AND status IN (1, 2, 3) AND deleted_at IS NULL ORDER BY status, full_name, id LIMIT 500",
		     ROW(dashboard_agent, agent_cols) },
};
const size_t analytics_sql_n = SQL__MAX;

static void where_scope(struct query *q, const struct report_scope *s)
{
	if (s->viewer != 0)
		query_where(q,
			    "(assignee_id IS NULL OR assignee_id = ? OR team_id IN (SELECT team_id FROM team_members WHERE user_id "
			    "= ?))",
			    ARGS(INT(s->viewer), INT(s->viewer)));
}

static bool count_now(struct ctx *c, const struct report_scope *s, struct dashboard_now *out)
{
	struct live_row row = { 0 };
	struct query q = query_new(c, "SELECT COUNT(*), COALESCE(SUM(status = 1), 0), COALESCE(SUM(queue_rank IS NOT NULL), 0) "
				      "FROM conversations FORCE INDEX (kind)"); /* it has all that is asked: no row is read */

	query_where(&q, "status IN (0, 1)", NOARGS);
	where_scope(&q, s);
	if (!query_one(c, &q, &row, ROW_OF(live_row, live_cols)) || !db_list(c, &analytics_sql[AGENTS], &out->agents, NOARGS))
		return false;
	out->active = row.active;
	out->pending = row.pending;
	out->waiting = row.waiting;
	const struct dashboard_agent *a = out->agents.items;
	for (size_t i = 0; i < out->agents.n; i++)
		out->online_agents += a[i].status == PRESENCE_ONLINE;
	return true;
}

static bool count_hours(struct ctx *c, const struct report_scope *s, struct list *out)
{
	struct list some = { 0 };
	int64_t today = report_day_start(c, report_day_of(c, c->now));
	struct dashboard_hour *hours = arena_alloc(c->mem, HOURS * sizeof(*hours));
	struct query q = query_new(c, "SELECT FLOOR((created_at - ");

	query_add(&q, "?) / 3600000) AS hour, COUNT(*) FROM conversations", ARGS(INT(today)));
	query_where(&q, "created_at >= ? AND created_at < ?", ARGS(INT(today), INT(today + (int64_t)HOURS * HOUR_MS)));
	where_scope(&q, s);
	query_add(&q, " GROUP BY hour", NOARGS);
	if (!query_list(c, &q, &some, ROW_OF(dashboard_hour, hour_cols)))
		return false;
	for (int i = 0; i < HOURS; i++)
		hours[i].hour = i;
	const struct dashboard_hour *h = some.items;
	for (size_t i = 0; i < some.n; i++)
		hours[h[i].hour].conversations = h[i].conversations;
	*out = (struct list){ hours, HOURS };
	return true;
}

static void put_days(struct ctx *c, int64_t today, const struct figures *days, struct dashboard *out)
{
	struct report_line *lines = arena_alloc(c->mem, DAYS * sizeof(*lines));
	struct figures *week = arena_alloc(c->mem, sizeof(*week));
	int64_t monday = today - ((today + 3) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */

	for (int i = 0; i < DAYS; i++) {
		lines[i].day = lines[i].last_day = today - DAYS + 1 + i;
		figures_show(&lines[i], &days[i]);
		if (lines[i].day >= monday)
			figures_merge(week, &days[i]);
	}
	figures_show(&out->week, week);
	out->week.day = monday;
	out->week.last_day = today;
	out->day = lines[DAYS - 1];
	out->days = (struct list){ lines, DAYS };
}

static void put_chat(struct dashboard *out)
{
	const struct report_line *d = &out->day, *w = &out->week;

	out->today = (struct dashboard_today){ d->conversations, out->real_time.active, d->ai_handled, d->human_handled,
					       d->response.mean };
	out->this_week = (struct dashboard_week){ w->conversations, w->csat.mean, w->conversations > 0 ? w->resolution_rate : NAN };
}

bool dashboard_get(struct ctx *c, const void *in, void *vout)
{
	struct dashboard *out = vout;
	struct report_scope scope;
	struct figures *days = arena_alloc(c->mem, DAYS * sizeof(*days));
	int64_t today = report_day_of(c, c->now);

	(void)in;
	if (!report_scope_of(c, 0, 0, &scope) || !report_by_day(c, &scope, today - DAYS + 1, DAYS, days) ||
	    !count_now(c, &scope, &out->real_time) || !count_hours(c, &scope, &out->hours))
		return false;
	put_days(c, today, days, out);
	out->real_time.response = out->day.response;
	out->real_time.avg_response_time = out->day.avg_response_time;
	put_chat(out);
	return true;
}
