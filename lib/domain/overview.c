#include "overview.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "../db/db.h"
#include "contact.h"
#include "kept.h"
#include "message_admin.h"
#include "report_row.h"
#include "sql_tables.h"
#include "workload.h"

enum { DAYS = 30, LATELY_MS = 5 * 60000, SETTLED_MS = 60000, COUNT_AGAIN = 1000 };
static const struct col population_cols[] = {
	{ COL_INT, offsetof(struct population, agents) },
	{ COL_INT, offsetof(struct population, supervisors) },
	{ COL_INT, offsetof(struct population, admins) },
};

/* Legs are never deleted: those up to one so old that nothing comes before it any more are not counted again while Redis knows. */
struct settled {
	int64_t upto, n;
};
static const struct col settled_cols[] = { { COL_INT, offsetof(struct settled, upto) }, { COL_INT, offsetof(struct settled, n) } };
static const struct kept settled_legs = { "legs", 3600, { ROW(settled, settled_cols) } };

enum { STAFF, STAFF_ONLINE, CUSTOMERS_ONLINE, RUNNING, LEGS_ABOVE, LEGS_UPTO, SETTLED, LEGS_SINCE, WAITING, SQL__MAX };
const struct stmt overview_sql[] = {
	[STAFF] = { "SELECT COALESCE(SUM(role = 1), 0), COALESCE(SUM(role = 2), 0), COALESCE(SUM(role = 3), 0) FROM users WHERE "
		    "role IN (1, 2, 3) AND deleted_at IS NULL",
		    ROW(population, population_cols) },
	[STAFF_ONLINE] = { "SELECT COUNT(*) FROM users WHERE role IN (1, 2, 3) AND status IN (1, 2, 3) AND deleted_at IS NULL",
			   ROW(number, number_cols) },
	[CUSTOMERS_ONLINE] = { "SELECT COUNT(*) FROM users WHERE role = 0 AND deleted_at IS NULL AND last_active_at > ?",
			       ROW(number, number_cols) },
	[RUNNING] = { "SELECT COUNT(*) FROM assignments WHERE state = 0", ROW(number, number_cols) },
	[LEGS_ABOVE] = { "SELECT COUNT(*) FROM assignments WHERE id > ?", ROW(number, number_cols) },
	[LEGS_UPTO] = { "SELECT COUNT(*) FROM assignments WHERE id > ? AND id <= ?", ROW(number, number_cols) },
	[SETTLED] = { "SELECT id FROM assignments WHERE started_at < ? ORDER BY started_at DESC, id DESC LIMIT 1",
		      ROW(number, number_cols) },
	[LEGS_SINCE] = { "SELECT COUNT(*) FROM assignments WHERE started_at >= ?", ROW(number, number_cols) },
	[WAITING] = { "SELECT COUNT(*) FROM conversations WHERE queue_rank > 0", ROW(number, number_cols) },
};
const size_t overview_sql_n = SQL__MAX;

static bool number(struct ctx *c, int statement, int64_t *n, const struct val *v, size_t args)
{
	struct number row;

	if (!db_one(c, &overview_sql[statement], &row, "db.failed", v, args))
		return false;
	*n = row.n;
	return true;
}

bool population_get(struct ctx *c, struct population *p)
{
	struct contact_list_in in = { .page = { 1, 1 } };
	struct list none = { 0 };

	return db_one(c, &overview_sql[STAFF], p, "db.failed", NOARGS) && contact_slice(c, &in, 0, 1, &none, &p->customers);
}

static bool figures(struct ctx *c, struct overview *out)
{
	int64_t today = report_day_of(c, c->now);
	struct report_line month = { 0 };
	struct report_scope scope;

	if (!report_scope_of(c, 0, 0, &scope) || !report_summary(c, &scope, today - DAYS + 1, today, &month) ||
	    !message_count_since(c, report_day_start(c, today), &out->messages_today))
		return false;
	out->response_s = month.response.mean;
	out->satisfaction = month.csat_score;
	return true;
}

/* Without Redis all are counted, as at the first time. */
static bool legs(struct ctx *c, int64_t *total)
{
	const struct err before = c->err;
	struct settled k = { 0 };
	struct number last = { 0 };
	int64_t newer, more;
	bool found;

	if (!kept_get(c, &settled_legs, 1, &k, &found))
		c->err = before;
	if (!number(c, LEGS_ABOVE, &newer, ARGS(INT(k.upto))))
		return false;
	*total = k.n + newer;
	if (newer < COUNT_AGAIN)
		return true;
	if (!db_find(c, &overview_sql[SETTLED], &last, &found, ARGS(INT(c->now - SETTLED_MS))))
		return false;
	if (!found || last.n <= k.upto)
		return true;
	if (!number(c, LEGS_UPTO, &more, ARGS(INT(k.upto), INT(last.n))))
		return false;
	if (!kept_put(c, &settled_legs, 1, &(struct settled){ last.n, k.n + more }))
		c->err = before;
	return true;
}

bool overview_get(struct ctx *c, const void *in, void *vout)
{
	struct overview *out = vout;
	struct population people = { 0 };
	int64_t midnight = report_day_start(c, report_day_of(c, c->now));

	(void)in;
	if (!population_get(c, &people) || !number(c, STAFF_ONLINE, &out->online_staff, NOARGS) ||
	    !number(c, CUSTOMERS_ONLINE, &out->online_customers, ARGS(INT(c->now - LATELY_MS))) ||
	    !number(c, RUNNING, &out->running, NOARGS) || !number(c, WAITING, &out->waiting, NOARGS) || !legs(c, &out->legs) ||
	    !number(c, LEGS_SINCE, &out->legs_today, ARGS(INT(midnight))) || !message_total(c, &out->messages) || !figures(c, out))
		return false;
	out->customers = people.customers;
	out->staff = people.agents + people.supervisors + people.admins;
	out->users = out->staff + out->customers;
	return true;
}
