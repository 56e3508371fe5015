#include "analytics.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "sql_tables.h"
#include <math.h>

enum { DAY_MS = 86400000 };

struct created_row {
	int64_t today, ai_today, human_today, week, resolved;
};
static const struct col created_cols[] = {
	{ COL_INT, offsetof(struct created_row, today) },       { COL_INT, offsetof(struct created_row, ai_today) },
	{ COL_INT, offsetof(struct created_row, human_today) }, { COL_INT, offsetof(struct created_row, week) },
	{ COL_INT, offsetof(struct created_row, resolved) },
};
struct mean_row {
	int64_t n;
	double sum;
};
static const struct col mean_cols[] = { { COL_INT, offsetof(struct mean_row, n) }, { COL_REAL, offsetof(struct mean_row, sum) } };

enum { CREATED, ACTIVE, RESPONSES, RATINGS, SQL__MAX };
const struct stmt analytics_sql[] = {
	/* Handled by people: an agent answered, or one is meant to. The rest is the AI's. */
	[CREATED] = { "SELECT SUM(created_at >= ?), SUM(created_at >= ? AND agent_type = 0 AND agent_messages = 0), "
		      "SUM(created_at >= ? AND (agent_type = 1 OR agent_messages > 0)), COUNT(*), SUM(resolved_at > 0) "
		      "FROM conversations WHERE created_at >= ?",
		      ROW(created_row, created_cols) },
	[ACTIVE] = { "SELECT COUNT(*), 0 FROM conversations WHERE status IN (0, 1)", ROW(mean_row, mean_cols) },
	[RESPONSES] = { "SELECT COUNT(*), SUM(answered_at - asked_at) / 1000 FROM responses WHERE answered_at >= ?",
			ROW(mean_row, mean_cols) },
	[RATINGS] = { "SELECT COUNT(*), SUM(rating) FROM conversations WHERE rated_at >= ? AND rating IS NOT NULL",
		      ROW(mean_row, mean_cols) },
};
const size_t analytics_sql_n = SQL__MAX;

static double mean(const struct mean_row *m)
{
	return m->n > 0 ? m->sum / (double)m->n : NAN;
}

bool dashboard_get(struct ctx *c, const void *in, void *vout)
{
	struct dashboard *out = vout;
	int64_t tz = settings_tz(c->cfg), today = day_start(c->now, tz);
	int64_t weekday = ((today + tz * 1000) / DAY_MS + 3) % 7; /* 0 = Monday; 1970-01-01 was a Thursday */
	int64_t week = today - weekday * DAY_MS;
	struct created_row made = { 0 };
	struct mean_row active = { 0 }, responses = { 0 }, ratings = { 0 };

	(void)in;
	if (!db_one(c, &analytics_sql[CREATED], &made, "db.failed", ARGS(INT(today), INT(today), INT(today), INT(week))) ||
	    !db_one(c, &analytics_sql[ACTIVE], &active, "db.failed", NOARGS) ||
	    !db_one(c, &analytics_sql[RESPONSES], &responses, "db.failed", ARGS(INT(today))) ||
	    !db_one(c, &analytics_sql[RATINGS], &ratings, "db.failed", ARGS(INT(week))))
		return false;
	out->today = (struct dashboard_today){ made.today, active.n, made.ai_today, made.human_today, mean(&responses) };
	out->this_week = (struct dashboard_week){ made.week, mean(&ratings),
						  made.week > 0 ? (double)made.resolved / (double)made.week : NAN };
	return true;
}
