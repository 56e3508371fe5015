/* Keeping the figures of past days: which are due, and one day rolled up. */
#include "../core/settings.h"
#include "conversation.h"
#include "online.h"
#include "report.h"
#include "report_row.h"
#include "sql_tables.h"

/* A transaction that began before midnight may end after it: a day is rolled up once more when all of these are over. */
enum { DAY_MS = 86400000, SETTLED_MS = 10 * 60000 };

struct kept {
	int64_t days, unsettled, stale;
};
static const struct col kept_cols[] = {
	{ COL_INT, offsetof(struct kept, days) },
	{ COL_INT, offsetof(struct kept, unsettled) },
	{ COL_INT, offsetof(struct kept, stale) },
};
struct day_row {
	int64_t day, rolled_at;
};
static const struct col day_cols[] = { { COL_INT, offsetof(struct day_row, day) },
				       { COL_INT, offsetof(struct day_row, rolled_at) } };

#define TEN "?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
#define VALUES TEN ", " TEN ", " TEN ", ?, ?, ?, ?, ?, ?" /* as many as REPORT_COLS */
enum {
	LATE,
	LATE_CONVERSATION,
	LATE_CONTACT,
	LATE_FIRST,
	LATE_DONE,
	BEGAN,
	KEPT,
	DAYS,
	DROP_PARTS,
	DROP_ONLINE,
	DROP_CONTACTS,
	DROP_SAID,
	ADD_SAID,
	OUTSIDE_SAID,
	ADD_PART,
	ADD_ONLINE,
	ADD_CONTACTS,
	PUT_DAY,
	OUTSIDE_DAYS,
	OUTSIDE_PARTS,
	OUTSIDE_ONLINE,
	OUTSIDE_CONTACTS,
	SQL__MAX
};
const struct stmt report_store_sql[SQL__MAX] = {
	[LATE] = { "INSERT INTO report_late (day) VALUES (?)" },
	/* The days on which it has figures: when it was created, when something was said, when it was resolved. */
	[LATE_CONVERSATION] = { "INSERT INTO report_late (day) SELECT day FROM (SELECT FLOOR((created_at + ?) / 86400000) AS day "
				"FROM messages WHERE stream = ? UNION SELECT FLOOR((created_at + ?) / 86400000) FROM conversations "
				"WHERE id = ? UNION SELECT FLOOR((resolved_at + ?) / 86400000) FROM conversations WHERE id = ?) d "
				"WHERE day > 0 AND day < ?" },
	[LATE_CONTACT] = { "INSERT INTO report_late (day) SELECT DISTINCT FLOOR((created_at + ?) / 86400000) FROM conversations "
			   "WHERE contact_id = ? AND created_at < ?" },
	[LATE_FIRST] = { "SELECT day FROM report_late WHERE day <= ? ORDER BY day DESC LIMIT 1", ROW(number, number_cols) },
	[LATE_DONE] = { "DELETE FROM report_late WHERE day = ?" },
	[BEGAN] = { "SELECT LEAST(COALESCE((SELECT MIN(created_at) FROM conversations), ?), "
		    "COALESCE((SELECT MIN(started_at) FROM online_intervals), ?))",
		    ROW(number, number_cols) },
	[KEPT] = { "SELECT COALESCE(SUM(day BETWEEN ? AND ?), 0), COALESCE(SUM(rolled_at < (day + 1) * 86400000 - ?), 0), "
		   "COALESCE(SUM(tz <> ?), 0) FROM report_days",
		   ROW(kept, kept_cols) },
	[DAYS] = { "SELECT day, rolled_at FROM report_days WHERE tz = ? AND day BETWEEN ? AND ? ORDER BY day DESC",
		   ROW(day_row, day_cols) },
	[DROP_PARTS] = { "DELETE FROM report_parts WHERE day = ?" },
	[DROP_ONLINE] = { "DELETE FROM report_online WHERE day = ?" },
	[DROP_CONTACTS] = { "DELETE FROM report_contacts WHERE day = ?" },
	[DROP_SAID] = { "DELETE FROM report_messages WHERE day = ?" },
	[ADD_SAID] = { "INSERT INTO report_messages (day, hour, type, n) VALUES (?, ?, ?, ?)" },
	[OUTSIDE_SAID] = { "DELETE FROM report_messages WHERE day NOT IN (SELECT day FROM report_days)" },
	[ADD_PART] = { "INSERT INTO report_parts (day, team_id, agent_id, " REPORT_COLS ") VALUES (?, ?, ?, " VALUES ")" },
	[ADD_ONLINE] = { "INSERT INTO report_online (day, agent_id, online_ms) VALUES (?, ?, ?)" },
	[ADD_CONTACTS] = { "INSERT INTO report_contacts (day, before_day, contacts) VALUES (?, ?, ?)" },
	[PUT_DAY] = { "REPLACE INTO report_days (day, tz, rolled_at, " REPORT_COLS ") VALUES (?, ?, ?, " VALUES ")" },
	[OUTSIDE_DAYS] = { "DELETE FROM report_days WHERE day < ? OR day > ? OR tz <> ?" },
	[OUTSIDE_PARTS] = { "DELETE FROM report_parts WHERE day NOT IN (SELECT day FROM report_days)" },
	[OUTSIDE_ONLINE] = { "DELETE FROM report_online WHERE day NOT IN (SELECT day FROM report_days)" },
	[OUTSIDE_CONTACTS] = { "DELETE FROM report_contacts WHERE day NOT IN (SELECT day FROM report_days)" },
};
const size_t report_store_sql_n = SQL__MAX;

static int64_t tz_ms(const struct ctx *c)
{
	return settings_tz(c->cfg) * 1000;
}

int64_t report_day_of(const struct ctx *c, int64_t ms)
{
	int64_t local = ms + tz_ms(c);

	return local / DAY_MS - (local % DAY_MS < 0);
}

int64_t report_day_start(const struct ctx *c, int64_t day)
{
	return day * DAY_MS - tz_ms(c);
}

/* -- late events -- */

bool report_late_day(struct ctx *c, int64_t at)
{
	int64_t day = report_day_of(c, at);

	return day >= report_day_of(c, c->now) || db_exec(c, &report_store_sql[LATE], NULL, ARGS(INT(day)));
}

bool report_late_since(struct ctx *c, int64_t at)
{
	int64_t today = report_day_of(c, c->now), day = report_day_of(c, at);

	for (day = day < today - REPORT_DAYS_MAX ? today - REPORT_DAYS_MAX : day; day < today; day++)
		if (!db_exec(c, &report_store_sql[LATE], NULL, ARGS(INT(day))))
			return false;
	return true;
}

bool report_late_id(struct ctx *c, int64_t id)
{
	int64_t tz = tz_ms(c);

	return db_exec(c, &report_store_sql[LATE_CONVERSATION], NULL,
		       ARGS(INT(tz), INT(id), INT(tz), INT(id), INT(tz), INT(id), INT(report_day_of(c, c->now))));
}

bool report_late(struct ctx *c, const struct conversation *v)
{
	return report_day_of(c, v->created_at) >= report_day_of(c, c->now) || report_late_id(c, v->id);
}

bool report_late_contact(struct ctx *c, int64_t contact_id)
{
	return db_exec(c, &report_store_sql[LATE_CONTACT], NULL,
		       ARGS(INT(tz_ms(c)), INT(contact_id), INT(report_day_start(c, report_day_of(c, c->now)))));
}

/* -- what is due -- */

bool report_span(struct ctx *c, int64_t *first, int64_t *last)
{
	struct number began = { 0 };

	if (!db_one(c, &report_store_sql[BEGAN], &began, "db.failed", ARGS(INT(c->now), INT(c->now))))
		return false;
	*first = report_day_of(c, began.n);
	*last = report_day_of(c, c->now) - 1;
	return true;
}

static bool settled(const struct ctx *c, const struct day_row *d)
{
	int64_t sure = report_day_start(c, d->day + 1) + SETTLED_MS;

	return d->rolled_at >= sure || c->now < sure;
}

/* The newest day that is missing, or was rolled up too soon. */
static bool missing_day(struct ctx *c, int64_t first, int64_t last, struct report_task *task, bool *found)
{
	struct list days = { 0 };
	int64_t tz = settings_tz(c->cfg), want = last;

	if (!db_list(c, &report_store_sql[DAYS], &days, ARGS(INT(tz), INT(first), INT(last))))
		return false;
	const struct day_row *d = days.items;
	for (size_t i = 0; i < days.n && d[i].day == want && settled(c, &d[i]); i++)
		want--;
	*task = (struct report_task){ .day = want };
	*found = want >= first;
	return true;
}

bool report_next_task(struct ctx *c, struct report_task *task, bool *found)
{
	int64_t first, last, tz = settings_tz(c->cfg);
	struct kept kept = { 0 };
	struct number late = { 0 };

	*task = (struct report_task){ 0 };
	*found = false;
	if (!report_span(c, &first, &last) || !db_one(c, &report_store_sql[KEPT], &kept, "db.failed",
						      ARGS(INT(first), INT(last), INT(tz_ms(c) - SETTLED_MS), INT(tz))))
		return false;
	if (kept.stale > 0) {
		*found = task->stale = true;
		return true;
	}
	if (first <= last && (kept.days != last - first + 1 || kept.unsettled > 0) && !missing_day(c, first, last, task, found))
		return false;
	if (*found)
		return true;
	if (!db_find(c, &report_store_sql[LATE_FIRST], &late, found, ARGS(INT(last))))
		return false;
	*task = (struct report_task){ .day = late.n, .late = true };
	return true;
}

/* -- one day -- */

static bool put_parts(struct ctx *c, int64_t day)
{
	struct list parts = { 0 };
	struct figures *site = arena_alloc(c->mem, sizeof(*site));

	if (!report_count_parts(c, day, &parts))
		return false;
	for (size_t i = 0; i < parts.n; i++) {
		const struct report_part *p = (const struct report_part *)parts.items + i;
		struct val v[REPORT_COLUMNS] = { INT(day), INT(p->team_id), INT(p->agent_id) };
		for (int k = 0; k < SUM__MAX; k++)
			v[3 + k] = INT(p->sum[k]);
		for (int k = 0; k < SPREAD__MAX; k++)
			v[3 + SUM__MAX + k] = STR(p->spread[k]);
		if (!db_exec(c, &report_store_sql[ADD_PART], NULL, v, COUNT(v)))
			return false;
		figures_add(site, p);
	}
	struct val v[REPORT_COLUMNS] = { INT(day), INT(settings_tz(c->cfg)), INT(c->now) };
	for (int k = 0; k < SUM__MAX; k++)
		v[3 + k] = INT(site->sum[k]);
	for (int k = 0; k < SPREAD__MAX; k++)
		v[3 + SUM__MAX + k] = STR(histogram_text(c->mem, &site->spread[k]));
	return db_exec(c, &report_store_sql[PUT_DAY], NULL, v, COUNT(v));
}

static bool put_online(struct ctx *c, int64_t day)
{
	struct list rows = { 0 };

	if (!report_count_online(c, day, &rows))
		return false;
	const struct online_row *r = rows.items;
	for (size_t i = 0; i < rows.n; i++)
		if (!db_exec(c, &report_store_sql[ADD_ONLINE], NULL, ARGS(INT(day), INT(r[i].agent_id), INT(r[i].ms))))
			return false;
	return true;
}

static bool put_contacts(struct ctx *c, int64_t day)
{
	struct list rows = { 0 };

	if (!report_count_contacts(c, day, &rows))
		return false;
	const struct contacts_row *r = rows.items;
	for (size_t i = 0; i < rows.n; i++)
		if (!db_exec(c, &report_store_sql[ADD_CONTACTS], NULL, ARGS(INT(day), INT(r[i].before_day), INT(r[i].n))))
			return false;
	return true;
}

static bool put_said(struct ctx *c, int64_t day)
{
	struct list rows = { 0 };

	if (!report_count_said(c, day, &rows))
		return false;
	const struct said_row *r = rows.items;
	for (size_t i = 0; i < rows.n; i++)
		if (!db_exec(c, &report_store_sql[ADD_SAID], NULL, ARGS(INT(day), INT(r[i].hour), INT(r[i].type), INT(r[i].n))))
			return false;
	return true;
}

/* The marks go first: whoever adds one has not committed yet, and is waited for here, or adds it behind us and it stays. */
bool report_roll_up(struct ctx *c, int64_t day)
{
	static const int drop[] = { LATE_DONE, DROP_PARTS, DROP_ONLINE, DROP_CONTACTS, DROP_SAID };

	for (size_t i = 0; i < COUNT(drop); i++)
		if (!db_exec(c, &report_store_sql[drop[i]], NULL, ARGS(INT(day))))
			return false;
	return put_parts(c, day) && put_online(c, day) && put_contacts(c, day) && put_said(c, day);
}

bool report_forget_stale(struct ctx *c)
{
	int64_t first, last;

	return report_span(c, &first, &last) &&
	       db_exec(c, &report_store_sql[OUTSIDE_DAYS], NULL, ARGS(INT(first), INT(last), INT(settings_tz(c->cfg)))) &&
	       db_exec(c, &report_store_sql[OUTSIDE_PARTS], NULL, NOARGS) &&
	       db_exec(c, &report_store_sql[OUTSIDE_ONLINE], NULL, NOARGS) &&
	       db_exec(c, &report_store_sql[OUTSIDE_CONTACTS], NULL, NOARGS) &&
	       db_exec(c, &report_store_sql[OUTSIDE_SAID], NULL, NOARGS);
}
