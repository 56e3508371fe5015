/* Who belongs to which team. */
#include "team_member.h"
#include "audit.h"
#include "event.h"
#include "sql_tables.h"
#include "team.h"
#include "user_row.h"

static const struct col ref_cols[] = { { COL_INT, offsetof(struct team_ref, user_id) },
				       { COL_INT, offsetof(struct team_ref, id) },
				       { COL_STR, offsetof(struct team_ref, name) } };

enum { IDS, PEOPLE, TEAM_THERE, STAFF_THERE, JOIN, LEAVE, REFS, SQL__MAX };
const struct stmt team_member_sql[SQL__MAX] = {
	[IDS] = { "SELECT user_id FROM team_members WHERE team_id = ? ORDER BY user_id", ROW(number, number_cols) },
	[PEOPLE] = { "SELECT " USER_COLS " FROM team_members JOIN users ON id = user_id WHERE team_id = ? AND deleted_at IS NULL "
		     "ORDER BY full_name, id",
		     USER_ROW },
	[TEAM_THERE] = { "SELECT id FROM teams WHERE id = ? LOCK IN SHARE MODE", ROW(number, number_cols) },
	[STAFF_THERE] = { "SELECT id FROM users WHERE id = ? AND role > 0 AND deleted_at IS NULL", ROW(number, number_cols) },
	[JOIN] = { "INSERT INTO team_members (team_id, user_id) VALUES (?, ?) ON DUPLICATE KEY UPDATE team_id = team_id" },
	[LEAVE] = { "DELETE FROM team_members WHERE team_id = ? AND user_id = ?" },
	[REFS] = { "SELECT m.user_id, t.id, t.name FROM team_members m JOIN teams t ON t.id = m.team_id WHERE m.user_id BETWEEN ? "
		   "AND ? ORDER BY m.user_id, t.id",
		   ROW(team_ref, ref_cols) },
};
const size_t team_member_sql_n = SQL__MAX;

bool team_member_ids(struct ctx *c, int64_t team_id, struct list *ids)
{
	return db_list(c, &team_member_sql[IDS], ids, ARGS(INT(team_id)));
}

static bool people(struct ctx *c, int64_t team_id, struct team_members *out)
{
	if (!db_list(c, &team_member_sql[PEOPLE], &out->members, ARGS(INT(team_id))))
		return false;
	struct user *u = out->members.items;
	for (size_t i = 0; i < out->members.n; i++)
		user_finish(c, &u[i]);
	out->total = (int64_t)out->members.n;
	return true;
}

bool team_members(struct ctx *c, const void *vin, void *out)
{
	const struct team_id_in *in = vin;
	struct team team;

	return team_get(c, in, &team) && people(c, in->id, out);
}

static void recheck(struct ctx *c, int64_t user_id)
{
	event_queue(c, EVENT_RECHECK)->user_id = user_id;
}

static bool join(struct ctx *c, int64_t team_id, int64_t user_id, const char *field)
{
	struct number there;
	bool found;

	if (!db_find(c, &team_member_sql[STAFF_THERE], &there, &found, ARGS(INT(user_id))))
		return false;
	if (!found)
		return fail_field(c, field, "team.not_staff");
	if (!db_exec(c, &team_member_sql[JOIN], NULL, ARGS(INT(team_id), INT(user_id))))
		return false;
	recheck(c, user_id);
	return true;
}

static const char *who(struct ctx *c, int64_t user_id)
{
	return arena_printf(c->mem, "{\"user_id\":%lld}", (long long)user_id);
}

bool team_member_add(struct ctx *c, const void *vin, void *out)
{
	const struct team_member_in *in = vin;
	const int64_t *id = in->user_ids.items;

	if (in->user_id == 0 && in->user_ids.n == 0)
		return fail_field(c, "user_id", "input.missing");
	if (!team_lock(c, in->id))
		return false;
	if (in->user_id != 0 &&
	    (!join(c, in->id, in->user_id, "user_id") || !audit(c, "team:add_member", in->id, who(c, in->user_id))))
		return false;
	for (size_t i = 0; i < in->user_ids.n; i++)
		if (!join(c, in->id, id[i], "user_ids") || !audit(c, "team:add_member", in->id, who(c, id[i])))
			return false;
	return people(c, in->id, out);
}

bool team_member_remove(struct ctx *c, const void *vin, void *out)
{
	const struct team_member_in *in = vin;

	(void)out;
	if (!team_lock(c, in->id) || !db_exec(c, &team_member_sql[LEAVE], NULL, ARGS(INT(in->id), INT(in->user_id))))
		return false;
	if (db_changed(c) == 0)
		return fail(c, E_NOT_FOUND, "team.not_member");
	recheck(c, in->user_id);
	return audit(c, "team:remove_member", in->id, who(c, in->user_id));
}

bool team_refs(struct ctx *c, int64_t from_user, int64_t to_user, struct list *out)
{
	return db_list(c, &team_member_sql[REFS], out, ARGS(INT(from_user), INT(to_user)));
}

/* A team that is being deleted waits for us, or is gone. */
static bool join_existing(struct ctx *c, int64_t team_id, int64_t user_id)
{
	struct number there;
	bool found;

	if (!db_find(c, &team_member_sql[TEAM_THERE], &there, &found, ARGS(INT(team_id))))
		return false;
	if (!found)
		return fail_field(c, "team_ids", "team.missing");
	return db_exec(c, &team_member_sql[JOIN], NULL, ARGS(INT(team_id), INT(user_id)));
}

bool team_set_of(struct ctx *c, int64_t user_id, const struct list *ids)
{
	const int64_t *wanted = ids->items;
	struct list before = { 0 };

	if (!team_ids_of(c, user_id, &before))
		return false;
	const int64_t *had = before.items;
	for (size_t i = 0; i < before.n; i++)
		if (!team_in(ids, had[i]) && (!db_exec(c, &team_member_sql[LEAVE], NULL, ARGS(INT(had[i]), INT(user_id))) ||
					      !audit(c, "team:remove_member", had[i], who(c, user_id))))
			return false;
	for (size_t i = 0; i < ids->n; i++)
		if (!team_in(&before, wanted[i]) &&
		    (!join_existing(c, wanted[i], user_id) || !audit(c, "team:add_member", wanted[i], who(c, user_id))))
			return false;
	recheck(c, user_id);
	return true;
}
