/* Figures of a period in somebody's scope: past days from the roll-ups, the others counted now. */
#include "../bus/bus.h"
#include "../core/buf.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "../db/query.h"
#include "online.h"
#include "report.h"
#include "report_row.h"
#include "row_cache.h"
#include "sql_tables.h"
#include "team.h"
#include <string.h>

/* Counting today took SLOW_MS or longer: the next ones within CACHE_S take it from Redis. Days that the worker has not got to are
   counted for PATIENCE_MS; after that the answer is "not yet", never a number that is wrong. */
enum { SLOW_MS = 30, CACHE_S = 3, PATIENCE_MS = 4000, WAIT_S = 10, AT_ONCE = 31 /* days */ };

static const struct col online_cols[] = {
	{ COL_INT, offsetof(struct online_row, agent_id) },
	{ COL_INT, offsetof(struct online_row, ms) },
};
struct kept_day {
	int64_t day, tz;
};
static const struct col kept_cols[] = { { COL_INT, offsetof(struct kept_day, day) }, { COL_INT, offsetof(struct kept_day, tz) } };
struct contacts_sum {
	int64_t all, returning;
};
static const struct col contacts_cols[] = {
	{ COL_INT, offsetof(struct contacts_sum, all) },
	{ COL_INT, offsetof(struct contacts_sum, returning) },
};

static const struct col said_cols[] = {
	{ COL_INT, offsetof(struct said_row, day) },
	{ COL_INT, offsetof(struct said_row, hour) },
	{ COL_INT, offsetof(struct said_row, type) },
	{ COL_INT, offsetof(struct said_row, n) },
};

enum { SITE, DAYS, ONLINE, CONTACTS, SAID, SQL__MAX };
const struct stmt report_read_sql[SQL__MAX] = {
	[SITE] = { "SELECT day, 0, 0, " REPORT_COLS " FROM report_days WHERE day BETWEEN ? AND ?", REPORT_PART_ROW },
	[DAYS] = { "SELECT day, tz FROM report_days WHERE day BETWEEN ? AND ? ORDER BY day", ROW(kept_day, kept_cols) },
	[ONLINE] = { "SELECT agent_id, SUM(online_ms) FROM report_online WHERE day BETWEEN ? AND ? GROUP BY agent_id",
		     ROW(online_row, online_cols) },
	[CONTACTS] = { "SELECT COALESCE(SUM(contacts), 0), COALESCE(SUM(IF(before_day > 0, contacts, 0)), 0) FROM report_contacts "
		       "WHERE day BETWEEN ? AND ? AND before_day < ?",
		       ROW(contacts_sum, contacts_cols) },
	[SAID] = { "SELECT m.day, m.hour, m.type, m.n FROM report_days d JOIN report_messages m ON m.day = d.day WHERE d.day "
		   "BETWEEN ? AND ?",
		   ROW(said_row, said_cols) },
};
const size_t report_read_sql_n = SQL__MAX;

/* -- scope -- */

bool report_scope_of(struct ctx *c, int64_t team_id, int64_t agent_id, struct report_scope *s)
{
	*s = (struct report_scope){ .team_id = team_id, .agent_id = agent_id };
	if (c->who.role < ROLE_SUPERVISOR) {
		s->viewer = c->who.user_id;
		if (!team_ids_of(c, s->viewer, &s->teams))
			return false;
	}
	s->everything = s->viewer == 0 && team_id == 0 && agent_id == 0;
	return true;
}

static bool in_scope(const struct report_scope *s, const struct report_part *p)
{
	if ((s->team_id != 0 && p->team_id != s->team_id) || (s->agent_id != 0 && p->agent_id != s->agent_id))
		return false;
	return s->viewer == 0 || p->agent_id == s->viewer || p->agent_id == 0 || team_in(&s->teams, p->team_id);
}

/* The same in SQL. */
static void where_scope(struct query *q, const struct report_scope *s)
{
	if (s->team_id != 0)
		query_where(q, "p.team_id = ?", ARGS(INT(s->team_id)));
	if (s->agent_id != 0)
		query_where(q, "p.agent_id = ?", ARGS(INT(s->agent_id)));
	if (s->viewer != 0)
		query_where(q, "(p.agent_id IN (0, ?) OR p.team_id IN (SELECT team_id FROM team_members WHERE user_id = ?))",
			    ARGS(INT(s->viewer), INT(s->viewer)));
}

/* -- days that are counted now -- */

struct live {
	int64_t *days;
	size_t n, kept;
	int64_t started; /* mono ms */
};

static bool find_live(struct ctx *c, int64_t from, int64_t to, struct live *out)
{
	struct list kept = { 0 };
	int64_t first, last;

	*out = (struct live){ .started = mono_ms() };
	if (!report_span(c, &first, &last))
		return false;
	from = from < first ? first : from;
	to = to > last + 1 ? last + 1 : to;
	if (from > to)
		return true;
	if (!db_list(c, &report_read_sql[DAYS], &kept, ARGS(INT(from), INT(to))))
		return false;
	const struct kept_day *k = kept.items;
	for (size_t i = 0; i < kept.n; i++)
		if (k[i].tz != settings_tz(c->cfg)) /* the site has moved to another time zone: the worker counts anew */
			return fail_wait(c, E_UNAVAILABLE, "report.preparing", WAIT_S);
	size_t at = 0;
	out->kept = kept.n;
	out->days = arena_alloc(c->mem, (size_t)(to - from + 1) * sizeof(*out->days));
	for (int64_t day = from; day <= to; day++)
		if (at < kept.n && k[at].day == day)
			at++;
		else
			out->days[out->n++] = day;
	return true;
}

/* A day that the worker rolled up between two of our statements would count twice, or not at all: then all is read again. */
static bool still_live(struct ctx *c, int64_t from, int64_t to, const struct live *before, bool *same)
{
	struct live now;

	*same = before->n == 0 || before->days[0] == report_day_of(c, c->now); /* today is never rolled up */
	if (*same)
		return true;
	if (!find_live(c, from, to, &now))
		return false;
	*same = now.kept == before->kept;
	return true;
}

static bool patient(struct ctx *c, const struct live *l)
{
	return mono_ms() - l->started < PATIENCE_MS || fail_wait(c, E_UNAVAILABLE, "report.preparing", WAIT_S);
}

static const char *cache_key(struct ctx *c, int64_t day)
{
	return arena_printf(c->mem, "report:today:%lld:%lld", (long long)day, (long long)settings_tz(c->cfg));
}

static bool from_cache(struct ctx *c, int64_t day, struct list *out)
{
	size_t n, cap = 64;
	int slot = bus_get(c, cache_key(c, day));

	bus_go(c);
	const char *p = bus_str(c, slot, &n), *end = p != NULL ? p + n : NULL;
	*out = (struct list){ arena_alloc(c->mem, cap * sizeof(struct report_part)), 0 };
	for (const char *stop; p != NULL && (stop = memchr(p, '\n', (size_t)(end - p))) != NULL; p = stop + 1) {
		if (out->n == cap) {
			out->items = arena_grow(c->mem, out->items, cap * sizeof(struct report_part),
						2 * cap * sizeof(struct report_part));
			cap *= 2;
		}
		struct report_part *part = (struct report_part *)out->items + out->n++;
		if (!row_unpack(c->mem, &report_read_sql[SITE], p, (size_t)(stop - p), part))
			return false;
	}
	return p != NULL && p == end;
}

static void to_cache(struct ctx *c, int64_t day, const struct list *parts)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < parts->n; i++) {
		row_pack(&b, &report_read_sql[SITE], (const struct report_part *)parts->items + i);
		buf_chr(&b, '\n');
	}
	bus_set(c, cache_key(c, day), buf_text(&b), b.len, CACHE_S);
	bus_go(c);
	buf_free(&b);
}

static bool live_parts(struct ctx *c, int64_t day, struct list *out)
{
	bool today = day == report_day_of(c, c->now);
	int64_t started = mono_ms();

	if (today && from_cache(c, day, out))
		return true;
	if (!report_count_parts(c, day, out))
		return false;
	if (today && mono_ms() - started >= SLOW_MS)
		to_cache(c, day, out);
	return true;
}

/* -- by day -- */

static bool kept_by_day(struct ctx *c, const struct report_scope *s, int64_t from, int64_t to, struct list *out)
{
	if (s->everything)
		return db_list(c, &report_read_sql[SITE], out, ARGS(INT(from), INT(to)));
	struct query q = query_new(c, "SELECT p.day, 0, 0, " REPORT_ADDED " FROM report_parts p");
	query_where(&q, "p.day BETWEEN ? AND ?", ARGS(INT(from), INT(to)));
	where_scope(&q, s);
	query_add(&q, " GROUP BY p.day", NOARGS);
	return query_list(c, &q, out, (struct query_row){ report_part_cols, REPORT_COLUMNS, sizeof(struct report_part) });
}

bool report_by_day(struct ctx *c, const struct report_scope *s, int64_t from, size_t n, struct figures *days)
{
	struct list kept = { 0 }, parts = { 0 };
	struct live live;
	int64_t to = from + (int64_t)n - 1;
	bool same;

	memset(days, 0, n * sizeof(*days));
	if (!find_live(c, from, to, &live) || !kept_by_day(c, s, from, to, &kept))
		return false;
	const struct report_part *p = kept.items;
	for (size_t i = 0; i < kept.n; i++)
		figures_add(&days[p[i].day - from], &p[i]);
	for (size_t i = 0; i < live.n; i++) {
		if (!patient(c, &live) || !live_parts(c, live.days[i], &parts))
			return false;
		for (size_t k = 0; k < parts.n; k++)
			if (in_scope(s, p = (const struct report_part *)parts.items + k))
				figures_add(&days[live.days[i] - from], p);
	}
	return still_live(c, from, to, &live, &same) && (same || report_by_day(c, s, from, n, days));
}

/* -- by agent -- */

static struct agent_figures *agent_of(struct ctx *c, struct list *l, int64_t id)
{
	struct agent_figures **at = l->items;
	size_t low = 0, high = l->n;

	while (low < high) {
		size_t mid = (low + high) / 2;
		if (at[mid]->agent_id < id)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == l->n || at[low]->agent_id != id) {
		if ((l->n & (l->n + 1)) == 0) { /* 0, 1, 3, 7 …: full */
			at = arena_grow(c->mem, at, l->n * sizeof(*at), (2 * l->n + 1) * sizeof(*at));
			l->items = at;
		}
		memmove(&at[low + 1], &at[low], (l->n++ - low) * sizeof(*at));
		at[low] = arena_alloc(c->mem, sizeof(**at));
		at[low]->agent_id = id;
	}
	return at[low];
}

/* Row by row: putting so many histograms together takes the database longer than sending them. Some days at a time, in memory of
   their own. */
static bool kept_by_agent(struct ctx *c, const struct report_scope *s, int64_t from, int64_t to, struct list *out)
{
	struct arena scratch = { 0 };
	struct ctx inner = *c;
	struct list parts = { 0 };

	inner.mem = &scratch;
	struct query q = query_new(&inner, "SELECT 0, 0, p.agent_id, " REPORT_COLS " FROM report_parts p");
	query_where(&q, "p.day BETWEEN ? AND ? AND p.agent_id > 0", ARGS(INT(from), INT(to)));
	where_scope(&q, s);
	bool good =
		query_list(&inner, &q, &parts, (struct query_row){ report_part_cols, REPORT_COLUMNS, sizeof(struct report_part) });
	c->err = inner.err;
	const struct report_part *p = parts.items;
	for (size_t i = 0; good && i < parts.n; i++)
		figures_add(&agent_of(c, out, p[i].agent_id)->figures, &p[i]);
	arena_free(&scratch);
	return good;
}

static void add_online(struct ctx *c, struct list *out, const struct list *rows)
{
	const struct online_row *r = rows->items;

	for (size_t i = 0; i < rows->n; i++)
		agent_of(c, out, r[i].agent_id)->online_ms += r[i].ms;
}

static bool live_by_agent(struct ctx *c, const struct report_scope *s, int64_t day, struct list *out)
{
	struct list parts = { 0 }, online = { 0 };

	if (!live_parts(c, day, &parts) || !report_count_online(c, day, &online))
		return false;
	for (size_t i = 0; i < parts.n; i++) {
		const struct report_part *p = (const struct report_part *)parts.items + i;
		if (p->agent_id > 0 && in_scope(s, p))
			figures_add(&agent_of(c, out, p->agent_id)->figures, p);
	}
	add_online(c, out, &online);
	return true;
}

bool report_by_agent(struct ctx *c, const struct report_scope *s, int64_t from, int64_t to, struct list *out)
{
	struct list online = { 0 };
	struct live live;
	bool same;

	*out = (struct list){ 0 };
	if (!find_live(c, from, to, &live) || !db_list(c, &report_read_sql[ONLINE], &online, ARGS(INT(from), INT(to))))
		return false;
	for (int64_t day = from; day <= to; day += AT_ONCE)
		if (!kept_by_agent(c, s, day, day + AT_ONCE - 1 < to ? day + AT_ONCE - 1 : to, out))
			return false;
	add_online(c, out, &online);
	for (size_t i = 0; i < live.n; i++)
		if (!patient(c, &live) || !live_by_agent(c, s, live.days[i], out))
			return false;
	return still_live(c, from, to, &live, &same) && (same || report_by_agent(c, s, from, to, out));
}

/* -- customers -- */

bool report_contacts(struct ctx *c, int64_t from, int64_t to, int64_t *contacts, int64_t *returning)
{
	struct contacts_sum sum = { 0 };
	struct live live;
	bool same;

	if (!find_live(c, from, to, &live) ||
	    !db_one(c, &report_read_sql[CONTACTS], &sum, "db.failed", ARGS(INT(from), INT(to), INT(from))))
		return false;
	for (size_t i = 0; i < live.n; i++) {
		struct list rows = { 0 };
		if (!patient(c, &live) || !report_count_contacts(c, live.days[i], &rows))
			return false;
		const struct contacts_row *r = rows.items;
		for (size_t k = 0; k < rows.n && r[k].before_day < from; k++) {
			sum.all += r[k].n;
			sum.returning += r[k].before_day > 0 ? r[k].n : 0;
		}
	}
	*contacts = sum.all;
	*returning = sum.returning;
	return still_live(c, from, to, &live, &same) && (same || report_contacts(c, from, to, contacts, returning));
}

/* -- messages -- */

static void append_said(struct ctx *c, struct list *to, const struct list *more)
{
	const size_t size = sizeof(struct said_row);

	if (more->n == 0)
		return;
	to->items = arena_grow(c->mem, to->items, to->n * size, (to->n + more->n) * size);
	memcpy((struct said_row *)to->items + to->n, more->items, more->n * size);
	to->n += more->n;
}

bool report_said(struct ctx *c, int64_t from, int64_t to, struct list *out)
{
	struct live live;
	bool same;

	*out = (struct list){ 0 };
	if (!find_live(c, from, to, &live) || !db_list(c, &report_read_sql[SAID], out, ARGS(INT(from), INT(to))))
		return false;
	for (size_t i = 0; i < live.n; i++) {
		struct list rows = { 0 };
		if (!patient(c, &live) || !report_count_said(c, live.days[i], &rows))
			return false;
		append_said(c, out, &rows);
	}
	return still_live(c, from, to, &live, &same) && (same || report_said(c, from, to, out));
}
