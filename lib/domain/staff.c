#include "staff.h"
#include "../db/query.h"
#include "sql_tables.h"
#include "team.h"
#include "user_row.h"

static const struct query_row user_row = { user_cols, USER_COLUMNS, sizeof(struct user) };

enum { BY_ID, SQL__MAX };
const struct stmt staff_sql[SQL__MAX] = {
	[BY_ID] = { "SELECT " USER_COLS " FROM users WHERE id = ? AND role > 0 AND deleted_at IS NULL", USER_ROW },
};
const size_t staff_sql_n = SQL__MAX;

static void filter(struct ctx *c, struct query *q, const struct staff_list_in *in)
{
	query_where(q, "deleted_at IS NULL", NOARGS);
	if (in->role != 0)
		query_where(q, "role > 0 AND role = ?", ARGS(INT(in->role - 1)));
	else
		query_where(q, "role > 0", NOARGS);
	if (in->status != 0)
		query_where(q, "status = ?", ARGS(INT(in->status - 1)));
	if (in->team_id != 0)
		query_where(q, "id IN (SELECT user_id FROM team_members WHERE team_id = ?)", ARGS(INT(in->team_id)));
	if (in->search != NULL && *in->search != '\0') {
		const char *like = text_like(c->mem, in->search, true);
		query_where(q, "(full_name LIKE ? OR login LIKE ? OR public_id COLLATE utf8mb4_unicode_ci LIKE ?)",
			    ARGS(STR(like), STR(like), STR(like)));
	}
}

/* The phone number and the teams; people are in the order of their numbers. */
static bool complete(struct ctx *c, struct staff *s, size_t n)
{
	struct list all = { 0 };

	if (n == 0)
		return true;
	if (!team_refs(c, s[0].user.id, s[n - 1].user.id, &all))
		return false;
	struct team_ref *ref = all.items, *end = ref + all.n;
	for (size_t i = 0; i < n; i++) {
		user_finish(c, &s[i].user);
		if (!(c->who.permissions & MAY_CONTACTS_WRITE))
			s[i].user.phone = phone_masked(c->mem, s[i].user.phone);
		while (ref < end && ref->user_id < s[i].user.id)
			ref++;
		s[i].teams = (struct list){ ref, 0 };
		for (; ref < end && ref->user_id == s[i].user.id; ref++)
			s[i].teams.n++;
	}
	return true;
}

bool staff_list(struct ctx *c, const void *vin, void *vout)
{
	const struct staff_list_in *in = vin;
	struct staff_list_out *out = vout;
	struct query page = query_new(c, "SELECT " USER_COLS " FROM users"), count = query_new(c, "SELECT COUNT(*) FROM users");
	struct list rows = { 0 };
	struct number total;

	filter(c, &page, in);
	filter(c, &count, in);
	query_add(&page, " ORDER BY id LIMIT ? OFFSET ?", ARGS(INT(in->page.size), INT(page_offset(&in->page))));
	if (!query_list(c, &page, &rows, user_row) || !query_one(c, &count, &total, ROW_OF(number, number_cols)))
		return false;
	struct staff *s = arena_alloc(c->mem, (rows.n + 1) * sizeof(*s));
	for (size_t i = 0; i < rows.n; i++)
		s[i].user = ((struct user *)rows.items)[i];
	out->users = (struct list){ s, rows.n };
	out->meta = page_meta(&in->page, total.n);
	return complete(c, s, rows.n);
}

bool staff_get(struct ctx *c, const void *vin, void *vout)
{
	const struct user_id_in *in = vin;
	struct staff *out = vout;

	return db_one(c, &staff_sql[BY_ID], &out->user, "user.missing", ARGS(INT(in->id))) && complete(c, out, 1);
}

static bool with_teams(struct ctx *c, const struct user_write_in *in, struct staff *out)
{
	if ((in->has & USER_HAS_TEAMS) && !team_set_of(c, out->user.id, &in->team_ids))
		return false;
	return complete(c, out, 1);
}

bool staff_create(struct ctx *c, const void *in, void *vout)
{
	struct staff *out = vout;

	return user_create(c, in, &out->user) && with_teams(c, in, out);
}

bool staff_update(struct ctx *c, const void *in, void *vout)
{
	struct staff *out = vout;

	return user_update(c, in, &out->user) && with_teams(c, in, out);
}
