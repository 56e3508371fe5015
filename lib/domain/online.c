#include "online.h"
#include "report.h"
#include "sql_tables.h"
#include "user.h"

/* An interval is cut daily, so one that reaches into a day began at most LONGEST before it. */
enum { UNSEEN_MS = 5 * 60000, CUT_MS = 86400000 };
static const int64_t LONGEST_MS = 8 * 86400000LL;

struct interval {
	int64_t user_id, started_at, ended_at;
};
static const struct col interval_cols[] = {
	{ COL_INT, offsetof(struct interval, user_id) },
	{ COL_INT, offsetof(struct interval, started_at) },
	{ COL_INT, offsetof(struct interval, ended_at) },
};

enum { OPEN, CLOSE, LOST, GONE, CONFIRM, CUT, MISSING, BETWEEN, SQL__MAX };
const struct stmt online_sql[] = {
	[OPEN] = { "INSERT IGNORE INTO online_intervals (user_id, started_at, seen_at) VALUES (?, ?, ?)" },
	[CLOSE] = { "UPDATE online_intervals SET ended_at = GREATEST(started_at, ?) WHERE open_of = ?" },
	[LOST] = { "UPDATE online_intervals SET ended_at = seen_at WHERE open_of IS NOT NULL AND seen_at < ?" },
	[GONE] = { "UPDATE online_intervals i JOIN users u ON u.id = i.open_of SET i.ended_at = i.seen_at "
		   "WHERE i.open_of IS NOT NULL AND NOT (u.role > 0 AND u.status IN (1, 3) AND u.deleted_at IS NULL)" },
	[CONFIRM] = { "UPDATE online_intervals SET seen_at = ? WHERE open_of IS NOT NULL" },
	[CUT] = { "UPDATE online_intervals SET ended_at = seen_at WHERE open_of IS NOT NULL AND started_at < ?" },
	[MISSING] = { "SELECT id FROM users WHERE role IN (1, 2, 3) AND status IN (1, 3) AND deleted_at IS NULL "
		      "AND NOT EXISTS (SELECT 1 FROM online_intervals i WHERE i.open_of = users.id)",
		      ROW(number, number_cols) },
	[BETWEEN] = { "SELECT user_id, GREATEST(started_at, ?), LEAST(COALESCE(ended_at, seen_at), ?) FROM online_intervals "
		      "WHERE started_at >= ? AND started_at < ? AND COALESCE(ended_at, seen_at) > ? ORDER BY user_id, started_at",
		      ROW(interval, interval_cols) },
};
const size_t online_sql_n = SQL__MAX;

bool online_note(struct ctx *c, int64_t user_id, int presence, int64_t at)
{
	if (presence == PRESENCE_ONLINE || presence == PRESENCE_BUSY)
		return db_exec(c, &online_sql[OPEN], NULL, ARGS(INT(user_id), INT(at), INT(at)));
	return db_exec(c, &online_sql[CLOSE], NULL, ARGS(INT(at), INT(user_id))) && report_late_since(c, at);
}

bool online_sweep(struct ctx *c)
{
	struct list missing = { 0 };

	if (!db_exec(c, &online_sql[LOST], NULL, ARGS(INT(c->now - UNSEEN_MS))) || !db_exec(c, &online_sql[GONE], NULL, NOARGS) ||
	    !db_exec(c, &online_sql[CONFIRM], NULL, ARGS(INT(c->now))) ||
	    !db_exec(c, &online_sql[CUT], NULL, ARGS(INT(c->now - CUT_MS))) || !db_list(c, &online_sql[MISSING], &missing, NOARGS))
		return false;
	const struct number *id = missing.items;
	for (size_t i = 0; i < missing.n; i++)
		if (!db_exec(c, &online_sql[OPEN], NULL, ARGS(INT(id[i].n), INT(c->now), INT(c->now))))
			return false;
	return true;
}

bool online_between(struct ctx *c, int64_t from, int64_t to, struct list *out)
{
	struct list intervals = { 0 };
	int64_t until = 0;

	if (!db_list(c, &online_sql[BETWEEN], &intervals, ARGS(INT(from), INT(to), INT(from - LONGEST_MS), INT(to), INT(from))))
		return false;
	const struct interval *v = intervals.items;
	struct online_row *row = arena_alloc(c->mem, (intervals.n + 1) * sizeof(*row));
	*out = (struct list){ row--, 0 };
	for (size_t i = 0; i < intervals.n; i++) {
		if (out->n == 0 || row->agent_id != v[i].user_id) {
			(++row)->agent_id = v[i].user_id;
			out->n++;
			until = 0;
		}
		int64_t start = v[i].started_at > until ? v[i].started_at : until;
		if (v[i].ended_at > start) { /* what another one covers already counts once */
			row->ms += v[i].ended_at - start;
			until = v[i].ended_at;
		}
	}
	return true;
}
