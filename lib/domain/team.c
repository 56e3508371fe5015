#include "team.h"
#include "../db/query.h"
#include "assignment.h"
#include "audit.h"
#include "event.h"
#include "report.h"
#include "sql_tables.h"
#include "team_member.h"
#include "unique.h"
#include "user_row.h"
#include <stdlib.h>

enum { AT_ONCE = 200 }; /* conversations that one transaction takes a team off */

static const struct col row[] = {
	{ COL_INT, offsetof(struct team, id) },
	{ COL_STR, offsetof(struct team, name) },
	{ COL_STR, offsetof(struct team, description) },
	{ COL_INT, offsetof(struct team, created_at) },
	{ COL_INT, offsetof(struct team, updated_at) },
	{ COL_INT, offsetof(struct team, members_count) },
	{ COL_INT, offsetof(struct team, online_members_count) },
};
#define SELECT                                                                                                                     \
	"SELECT t.id, t.name, t.description, t.created_at, t.updated_at, COUNT(u.id), COALESCE(SUM(u.status = 1), 0) FROM teams "  \
	"t LEFT JOIN team_members m ON m.team_id = t.id LEFT JOIN users u ON u.id = m.user_id AND u.deleted_at IS NULL"

enum { OF_USER, BY_ID, LOCK, ADD, CHANGE, DELETE, LEAVE, NAMED_BY, OWE, OWED, PAID, SQL__MAX };
const struct stmt team_sql[SQL__MAX] = {
	[OF_USER] = { "SELECT team_id FROM team_members WHERE user_id = ? ORDER BY team_id", ROW(number, number_cols) },
	[BY_ID] = { SELECT " WHERE t.id = ? GROUP BY t.id", ROW(team, row) },
	[LOCK] = { "SELECT id FROM teams WHERE id = ? FOR UPDATE", ROW(number, number_cols) },
	[ADD] = { "INSERT INTO teams (name, description, created_at, updated_at) VALUES (?, ?, ?, ?)" },
	[CHANGE] = { "UPDATE teams SET name = COALESCE(?, name), description = COALESCE(?, description), updated_at = ? WHERE id = "
		     "?" },
	[DELETE] = { "DELETE FROM teams WHERE id = ?" },
	[LEAVE] = { "DELETE FROM team_members WHERE team_id = ?" },
	[NAMED_BY] = { "SELECT id FROM conversations WHERE team_id = ? LIMIT ?", ROW(number, number_cols) },
	[OWE] = { "INSERT INTO team_removals (team_id, created_at) VALUES (?, ?)" },
	[OWED] = { "SELECT team_id FROM team_removals ORDER BY team_id LIMIT 1 FOR UPDATE", ROW(number, number_cols) },
	[PAID] = { "DELETE FROM team_removals WHERE team_id = ?" },
};
const size_t team_sql_n = SQL__MAX;

bool team_ids_of(struct ctx *c, int64_t user_id, struct list *ids)
{
	return db_list(c, &team_sql[OF_USER], ids, ARGS(INT(user_id)));
}

bool team_in(const struct list *ids, int64_t team_id)
{
	const int64_t *id = ids->items;

	for (size_t i = 0; i < ids->n; i++)
		if (id[i] == team_id)
			return true;
	return false;
}

static void search(struct ctx *c, struct query *q, const char *what)
{
	if (what != NULL && *what != '\0')
		query_where(q, "t.name LIKE ?", ARGS(STR(text_like(c->mem, what, true))));
}

bool team_list(struct ctx *c, const void *vin, void *vout)
{
	const struct team_list_in *in = vin;
	struct team_list_out *out = vout;
	struct query page = query_new(c, SELECT), count = query_new(c, "SELECT COUNT(*) FROM teams t");
	struct number total;

	search(c, &page, in->search);
	search(c, &count, in->search);
	query_add(&page, " GROUP BY t.id ORDER BY t.id LIMIT ? OFFSET ?", ARGS(INT(in->page.size), INT(page_offset(&in->page))));
	if (!query_list(c, &page, &out->teams, ROW_OF(team, row)) || !query_one(c, &count, &total, ROW_OF(number, number_cols)))
		return false;
	out->meta = page_meta(&in->page, total.n);
	return true;
}

static bool by_id(struct ctx *c, int64_t id, void *out)
{
	return db_one(c, &team_sql[BY_ID], out, "team.missing", ARGS(INT(id)));
}

bool team_get(struct ctx *c, const void *vin, void *out)
{
	return by_id(c, ((const struct team_id_in *)vin)->id, out);
}

bool team_lock(struct ctx *c, int64_t id)
{
	struct number locked;

	return db_one(c, &team_sql[LOCK], &locked, "team.missing", ARGS(INT(id)));
}

bool team_create(struct ctx *c, const void *vin, void *out)
{
	const struct team_write_in *in = vin;
	int64_t id;

	if (!db_exec(c, &team_sql[ADD], &id,
		     ARGS(STR(in->name), STR(in->description != NULL ? in->description : ""), INT(c->now), INT(c->now))))
		return fail_unique(c, "name", "team.name_taken");
	return audit(c, "team:create", id, audit_named(c, "name", in->name)) && by_id(c, id, out);
}

bool team_update(struct ctx *c, const void *vin, void *vout)
{
	const struct team_write_in *in = vin;
	struct team *out = vout;

	if (!db_exec(c, &team_sql[CHANGE], NULL, ARGS(STR(in->name), STR(in->description), INT(c->now), INT(in->id))))
		return fail_unique(c, "name", "team.name_taken");
	event_wake(c, "counts", 0); /* which name it */
	return by_id(c, in->id, out) && audit(c, "team:update", in->id, audit_named(c, "name", out->name));
}

/* -- deleting -- */

static int by_number(const void *a, const void *b)
{
	const struct number *x = a, *y = b;

	return x->n < y->n ? -1 : x->n > y->n;
}

/* In the order of their numbers, so that two who lock several do not wait for each other. */
static bool take_off(struct ctx *c, int64_t team_id, bool *done)
{
	struct list ids = { 0 };

	if (!db_list(c, &team_sql[NAMED_BY], &ids, ARGS(INT(team_id), INT(AT_ONCE))))
		return false;
	if (ids.n > 1)
		qsort(ids.items, ids.n, sizeof(struct number), by_number);
	const struct number *id = ids.items;
	for (size_t i = 0; i < ids.n; i++)
		if (!conversation_leave_team(c, id[i].n, team_id) || !report_late_id(c, id[i].n))
			return false;
	*done = ids.n < AT_ONCE;
	return true;
}

bool team_delete(struct ctx *c, const void *vin, void *out)
{
	const struct team_id_in *in = vin;
	struct team before;
	struct list members = { 0 };
	bool done;

	(void)out;
	if (!team_lock(c, in->id) || !by_id(c, in->id, &before) || !team_member_ids(c, in->id, &members) ||
	    !take_off(c, in->id, &done) || !db_exec(c, &team_sql[LEAVE], NULL, ARGS(INT(in->id))) ||
	    !db_exec(c, &team_sql[DELETE], NULL, ARGS(INT(in->id))))
		return false;
	if (!done) {
		if (!db_exec(c, &team_sql[OWE], NULL, ARGS(INT(in->id), INT(c->now))))
			return false;
		event_wake(c, "chores", 0);
	}
	const int64_t *id = members.items;
	for (size_t i = 0; i < members.n; i++)
		event_queue(c, EVENT_RECHECK)->user_id = id[i];
	return audit(c, "team:delete", in->id, audit_named(c, "name", before.name));
}

bool team_release_rest(struct ctx *c, bool *done)
{
	struct number owed;
	bool found, paid;

	if (!db_find(c, &team_sql[OWED], &owed, &found, NOARGS))
		return false;
	*done = !found;
	if (!found)
		return true;
	return take_off(c, owed.n, &paid) && (!paid || db_exec(c, &team_sql[PAID], NULL, ARGS(INT(owed.n))));
}
