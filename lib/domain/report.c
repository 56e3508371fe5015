#include "report.h"
#include "online.h"
#include "report_row.h"
#include "sql_tables.h"
#include "team.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DAY_S = 86400 };
static const double HOUR_MS = 3600000;
const char *const report_group_names[] = { "day", "week", "month", NULL };

struct staff {
	struct person person;
	int role;
	bool deleted;
};
static const struct col staff_cols[] = {
	{ COL_INT, offsetof(struct staff, person.id) },         { COL_STR, offsetof(struct staff, person.name) },
	{ COL_STR, offsetof(struct staff, person.avatar_url) }, { COL_ENUM, offsetof(struct staff, role) },
	{ COL_BOOL, offsetof(struct staff, deleted) },
};

enum { STAFF, TEAM_MATES, TEAM, SQL__MAX };
const struct stmt report_sql[SQL__MAX] = {
	[STAFF] = { "SELECT id, full_name, avatar_url, role, deleted_at IS NOT NULL FROM users WHERE role IN (1, 2, 3) ORDER BY id",
		    ROW(staff, staff_cols) },
	[TEAM_MATES] = { "SELECT DISTINCT m.user_id FROM team_members t JOIN team_members m ON m.team_id = t.team_id "
			 "WHERE t.user_id = ? ORDER BY m.user_id",
			 ROW(number, number_cols) },
	[TEAM] = { "SELECT user_id FROM team_members WHERE team_id = ? ORDER BY user_id", ROW(number, number_cols) },
};
const size_t report_sql_n = SQL__MAX;

static bool check_period(struct ctx *c, const struct report_in *in)
{
	if (in->end_day < in->start_day)
		return fail_field(c, "end_date", "report.ends_before_start");
	return in->end_day - in->start_day < REPORT_DAYS_MAX || fail_field(c, "end_date", "report.too_long");
}

/* -- conversations, by day, week or month -- */

/* The first day of the bucket that this day is in. */
static int64_t bucket_of(int64_t day, int group_by)
{
	time_t t = (time_t)(day * DAY_S);
	struct tm tm;

	if (group_by == REPORT_DAY)
		return day;
	if (group_by == REPORT_WEEK) /* 1970-01-01 was a Thursday */
		return day - ((day + 3) % 7 + 7) % 7;
	return day - (gmtime_r(&t, &tm)->tm_mday - 1);
}

static void put_lines(struct ctx *c, const struct report_in *in, const struct figures *days, struct report_out *out)
{
	size_t n = (size_t)(in->end_day - in->start_day + 1);
	struct report_line *lines = arena_alloc(c->mem, n * sizeof(*lines));
	struct figures *all = arena_alloc(c->mem, sizeof(*all)), *one = arena_alloc(c->mem, sizeof(*one));

	for (size_t i = 0; i < n; i++) {
		int64_t day = in->start_day + (int64_t)i, bucket = bucket_of(day, in->group_by);
		if (out->lines.n == 0 || lines[out->lines.n - 1].day != bucket) {
			lines[out->lines.n++].day = bucket;
			*one = (struct figures){ 0 };
		}
		struct report_line *line = &lines[out->lines.n - 1];
		figures_merge(one, &days[i]);
		figures_merge(all, &days[i]);
		line->last_day = day;
		if (day == in->end_day || bucket_of(day + 1, in->group_by) != bucket)
			figures_show(line, one);
	}
	out->lines.items = lines;
	out->summary.day = in->start_day;
	out->summary.last_day = in->end_day;
	figures_show(&out->summary, all);
}

bool report_conversations(struct ctx *c, const void *vin, void *vout)
{
	const struct report_in *in = vin;
	struct report_out *out = vout;
	struct report_scope scope;
	int64_t contacts, returning;

	if (!check_period(c, in) || !report_scope_of(c, in->team_id, in->agent_id, &scope))
		return false;
	size_t n = (size_t)(in->end_day - in->start_day + 1);
	struct figures *days = arena_alloc(c->mem, n * sizeof(*days));
	if (!report_by_day(c, &scope, in->start_day, n, days))
		return false;
	out->asked = *in;
	put_lines(c, in, days, out);
	out->contacts = out->returning_contacts = out->new_contacts = NAN;
	if (!scope.everything)
		return true;
	if (!report_contacts(c, in->start_day, in->end_day, &contacts, &returning))
		return false;
	out->contacts = (double)contacts;
	out->returning_contacts = (double)returning;
	out->new_contacts = (double)(contacts - returning);
	return true;
}

bool report_summary(struct ctx *c, const struct report_scope *scope, int64_t from, int64_t to, struct report_line *out)
{
	size_t n = (size_t)(to - from + 1);
	struct figures *days = arena_alloc(c->mem, n * sizeof(*days)), *all = arena_alloc(c->mem, sizeof(*all));

	if (!report_by_day(c, scope, from, n, days))
		return false;
	for (size_t i = 0; i < n; i++)
		figures_merge(all, &days[i]);
	figures_show(out, all);
	return true;
}

/* -- agents -- */

static int by_work(const void *va, const void *vb)
{
	const struct report_line *a = va, *b = vb;

	if (a->conversations != b->conversations)
		return a->conversations < b->conversations ? 1 : -1;
	return (a->agent.id > b->agent.id) - (a->agent.id < b->agent.id);
}

static const struct agent_figures *figures_of(const struct list *l, int64_t id)
{
	struct agent_figures *const *at = l->items;

	for (size_t low = 0, high = l->n; low < high;) {
		size_t mid = (low + high) / 2;
		if (at[mid]->agent_id == id)
			return at[mid];
		if (at[mid]->agent_id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

/* The people that a scope and its filters are about, apart from figures. all: every agent. */
static bool members(struct ctx *c, const struct report_scope *s, struct list *ids, bool *all)
{
	*all = s->viewer == 0 && s->team_id == 0;
	if (*all)
		return true;
	return s->team_id != 0 ? db_list(c, &report_sql[TEAM], ids, ARGS(INT(s->team_id)))
			       : db_list(c, &report_sql[TEAM_MATES], ids, ARGS(INT(s->viewer)));
}

/* An agent who is in the teams in question, or anybody who has done something in them. */
static bool shown(const struct report_scope *s, const struct staff *p, const struct agent_figures *f, const struct list *ids,
		  bool all)
{
	if (s->agent_id != 0 && p->person.id != s->agent_id)
		return false;
	if (f != NULL && figures_any(&f->figures))
		return true;
	bool concerned = all || p->person.id == s->viewer || team_in(ids, p->person.id);
	return concerned && ((p->role == ROLE_AGENT && !p->deleted) || (f != NULL && f->online_ms > 0));
}

static void put_agents(struct ctx *c, const struct report_scope *s, const struct list *staff, const struct list *work,
		       const struct list *ids, bool all, struct list *out)
{
	static const struct figures nothing;
	struct report_line *lines = arena_alloc(c->mem, (staff->n + 1) * sizeof(*lines));

	out->items = lines;
	for (size_t i = 0; i < staff->n; i++) {
		const struct staff *p = (const struct staff *)staff->items + i;
		const struct agent_figures *f = figures_of(work, p->person.id);
		if (!shown(s, p, f, ids, all))
			continue;
		struct report_line *line = &lines[out->n++];
		line->agent = p->person;
		figures_show(line, f != NULL ? &f->figures : &nothing);
		line->online_hours = f != NULL ? round((double)f->online_ms / HOUR_MS * 10000) / 10000 : 0;
	}
	qsort(lines, out->n, sizeof(*lines), by_work);
}

bool report_agents(struct ctx *c, const void *vin, void *vout)
{
	const struct report_in *in = vin;
	struct report_out *out = vout;
	struct report_scope scope;
	struct list staff = { 0 }, work = { 0 }, ids = { 0 };
	bool all;

	if (!check_period(c, in) || !report_scope_of(c, in->team_id, in->agent_id, &scope) ||
	    !report_by_agent(c, &scope, in->start_day, in->end_day, &work) || !db_list(c, &report_sql[STAFF], &staff, NOARGS) ||
	    !members(c, &scope, &ids, &all))
		return false;
	out->asked = *in;
	put_agents(c, &scope, &staff, &work, &ids, all, &out->lines);
	return true;
}
