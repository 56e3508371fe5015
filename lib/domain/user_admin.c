/* Staff accounts: list, create, change, delete. For admins. */
#include "../auth/auth.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "assignment.h"
#include "audit.h"
#include "event.h"
#include "sign_in.h"
#include "sql_tables.h"
#include "user_row.h"
#include <string.h>

struct number {
	int64_t n;
};
static const struct col number_cols[] = { { COL_INT, offsetof(struct number, n) } };

enum { LIST, TOTAL, ADD, CHANGE, DELETE, ADMINS, OPEN_LEGS, SQL__MAX };
#define FILTERS                                                                                                                    \
	"role > 0 AND deleted_at IS NULL AND (? IS NULL OR role = ?) AND (? IS NULL OR full_name LIKE ? OR login LIKE ? OR "       \
	"public_id LIKE ?)"
const struct stmt user_admin_sql[] = {
	[LIST] = { "SELECT " USER_COLS " FROM users WHERE " FILTERS " ORDER BY id LIMIT ? OFFSET ?", USER_ROW },
	[TOTAL] = { "SELECT COUNT(*) FROM users WHERE " FILTERS, ROW(number, number_cols) },
	[ADD] = { "INSERT INTO users (public_id, role, login, email, full_name, password_hash, phone, avatar_url, max_sessions, "
		  "created_at, "
		  "updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	[CHANGE] = { "UPDATE users SET login = COALESCE(?, login), email = COALESCE(?, email), full_name = COALESCE(?, full_name), "
		     "role = COALESCE(?, role), password_hash = COALESCE(?, password_hash), phone = COALESCE(?, phone), "
		     "avatar_url = COALESCE(?, avatar_url), max_sessions = COALESCE(?, max_sessions), updated_at = ? WHERE id = "
		     "?" },
	/* The row stays, because messages and figures name it; what it could sign in with goes. */
	[DELETE] = { "UPDATE users SET deleted_at = ?, login = NULL, password_hash = NULL, status = 0, updated_at = ? WHERE id = "
		     "?" },
	[ADMINS] = { "SELECT id FROM users WHERE role = 3 AND deleted_at IS NULL FOR UPDATE", ROW(number, number_cols) },
	[OPEN_LEGS] = { "SELECT conversation_id FROM assignments WHERE agent_id = ? AND ended_at IS NULL ORDER BY conversation_id",
			ROW(number, number_cols) },
};
const size_t user_admin_sql_n = SQL__MAX;

static struct val text_or_null(const char *s)
{
	return STR(s != NULL && *s != '\0' ? s : NULL);
}

bool user_list(struct ctx *c, const void *vin, void *vout)
{
	const struct user_list_in *in = vin;
	struct user_list_out *out = vout;
	const char *q = in->search != NULL && *in->search ? text_like(c->mem, in->search, true) : NULL;
	struct val role = in->role == 0 ? (struct val){ .t = 'n' } : INT(in->role - 1);
	const struct val v[] = { role, role, STR(q), STR(q), STR(q), STR(q), INT(in->limit), INT(in->offset) };
	struct number total;

	if (!db_list(c, &user_admin_sql[LIST], &out->users, v, COUNT(v)) ||
	    !db_one(c, &user_admin_sql[TOTAL], &total, "db.failed", v, COUNT(v) - 2))
		return false;
	for (size_t i = 0; i < out->users.n; i++)
		user_finish(c, (struct user *)out->users.items + i);
	out->total = total.n;
	out->has_more = in->offset + (int64_t)out->users.n < total.n;
	return true;
}

static bool hashed(struct ctx *c, const char *password, const char **hash)
{
	char *out;

	if (password == NULL)
		return true;
	if (!password_ok(password))
		return fail_field(c, "password", "input.weak_password");
	*hash = out = arena_alloc(c->mem, 128);
	return password_hash(out, password) || fail(c, E_BUG, "auth.no_hash");
}

/* The unique key speaks of the e-mail; say so in the field's name. */
static bool taken(struct ctx *c)
{
	if (c->err.code != E_CONFLICT)
		return false;
	c->err = (struct err){ 0 };
	return fail_field(c, "email", "user.email_taken");
}

bool user_create(struct ctx *c, const void *vin, void *out)
{
	const struct user_write_in *in = vin;
	const char *hash = NULL, *public_id = in->public_id;
	int64_t id, capacity = in->max_sessions > 0 ? in->max_sessions : c->cfg->agent_capacity;

	if (in->role == ROLE_GUEST)
		return fail_field(c, "role", "input.unknown_value");
	if (public_id == NULL)
		public_id = random_id(c->mem, "kefu_", 10);
	if (!hashed(c, in->password, &hash))
		return false;
	if (!db_exec(c, &user_admin_sql[ADD], &id,
		     ARGS(STR(public_id), INT(in->role), STR(in->email), STR(in->email), STR(in->full_name), STR(hash),
			  text_or_null(in->phone), text_or_null(in->avatar_url), INT(capacity), INT(c->now), INT(c->now))))
		return taken(c);
	return audit(c, "user:create", id, arena_printf(c->mem, "{\"role\":\"%s\"}", role_names[in->role])) && user_get(c, id, out);
}

/* The last admin cannot stop being one. Locks all admins, so that two cannot do it to each other. */
static bool not_last_admin(struct ctx *c, int64_t id)
{
	struct list admins = { 0 };

	if (!db_list(c, &user_admin_sql[ADMINS], &admins, NOARGS))
		return false;
	return admins.n != 1 || ((struct number *)admins.items)[0].n != id || fail(c, E_BAD_INPUT, "user.last_admin");
}

static struct val if_has(const struct user_write_in *in, uint64_t bit, struct val v)
{
	return in->has & bit ? v : (struct val){ .t = 'n' };
}

static bool after_change(struct ctx *c, const struct user_write_in *in, const struct user *before)
{
	bool new_role = (in->has & USER_HAS_ROLE) && in->role != before->role;

	user_forget(c, in->id);
	if (in->has & USER_HAS_PASSWORD || new_role)
		return sign_in_end_all(c, in->id);
	return true;
}

bool user_update(struct ctx *c, const void *vin, void *out)
{
	const struct user_write_in *in = vin;
	const char *hash = NULL;
	struct user before;

	if (!user_get(c, in->id, &before))
		return false;
	if (before.role == ROLE_GUEST)
		return fail(c, E_NOT_FOUND, "user.missing");
	if ((in->has & USER_HAS_ROLE) && in->role == ROLE_GUEST)
		return fail_field(c, "role", "input.unknown_value");
	if (before.role == ROLE_ADMIN && (in->has & USER_HAS_ROLE) && in->role != ROLE_ADMIN && !not_last_admin(c, in->id))
		return false;
	if ((in->has & USER_HAS_PASSWORD) && !hashed(c, in->password, &hash))
		return false;
	if (!db_exec(c, &user_admin_sql[CHANGE], NULL,
		     ARGS(if_has(in, USER_HAS_EMAIL, STR(in->email)), if_has(in, USER_HAS_EMAIL, STR(in->email)),
			  if_has(in, USER_HAS_NAME, STR(in->full_name)), if_has(in, USER_HAS_ROLE, INT(in->role)), STR(hash),
			  if_has(in, USER_HAS_PHONE, STR(in->phone)), if_has(in, USER_HAS_AVATAR, STR(in->avatar_url)),
			  if_has(in, USER_HAS_CAPACITY, INT(in->max_sessions)), INT(c->now), INT(in->id))))
		return taken(c);
	return after_change(c, in, &before) && audit(c, "user:update", in->id, NULL) && user_get(c, in->id, out);
}

/* Customers of a deleted agent do not stay with nobody. */
static bool release_legs(struct ctx *c, int64_t agent_id)
{
	struct list legs = { 0 };

	if (!db_list(c, &user_admin_sql[OPEN_LEGS], &legs, ARGS(INT(agent_id))))
		return false;
	for (size_t i = 0; i < legs.n; i++) {
		struct conversation *v = arena_alloc(c->mem, sizeof(*v));
		if (!conversation_lock_id(c, ((struct number *)legs.items)[i].n, v) || !assignment_end(c, v, END_AGENT_GONE) ||
		    !assignment_find_or_queue(c, v, 0))
			return false;
	}
	return true;
}

bool user_delete(struct ctx *c, const void *vin, void *out)
{
	const struct user_id_in *in = vin;
	struct user before;

	(void)out;
	if (in->id == c->who.user_id)
		return fail(c, E_BAD_INPUT, "user.delete_self");
	if (!user_get(c, in->id, &before))
		return false;
	if (before.role == ROLE_GUEST)
		return fail(c, E_NOT_FOUND, "user.missing");
	if (before.role == ROLE_ADMIN && !not_last_admin(c, in->id))
		return false;
	if (!db_exec(c, &user_admin_sql[DELETE], NULL, ARGS(INT(c->now), INT(c->now), INT(in->id))))
		return false;
	user_forget(c, in->id);
	return sign_in_end_all(c, in->id) && release_legs(c, in->id) && audit(c, "user:delete", in->id, NULL);
}
