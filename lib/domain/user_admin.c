/* Staff accounts: list, create, change, delete. */
#include "../auth/auth.h"
#include "../core/buf.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "assignment.h"
#include "audit.h"
#include "contact.h"
#include "event.h"
#include "room.h"
#include "sign_in.h"
#include "sql_tables.h"
#include "unique.h"
#include "user_row.h"
#include <string.h>

enum { LIST, TOTAL, LOCK, ADD, CHANGE, DELETE, NAMELESS, UNSIGNED, LEAVE_TEAMS, ADMINS, OPEN_LEGS, PASSWORD, SQL__MAX };
#define FILTERS                                                                                                                    \
	"role > 0 AND deleted_at IS NULL AND (? IS NULL OR role = ?) AND (? IS NULL OR full_name LIKE ? OR login LIKE ? OR "       \
	"public_id LIKE ?)"
const struct stmt user_admin_sql[] = {
	[LIST] = { "SELECT " USER_COLS " FROM users WHERE " FILTERS " ORDER BY id LIMIT ? OFFSET ?", USER_ROW },
	[TOTAL] = { "SELECT COUNT(*) FROM users WHERE " FILTERS, ROW(number, number_cols) },
	[LOCK] = { "SELECT " USER_COLS " FROM users WHERE id = ? AND role > 0 AND deleted_at IS NULL FOR UPDATE", USER_ROW },
	[ADD] = { "INSERT INTO users (public_id, role, login, email, full_name, password_hash, phone, avatar_url, max_sessions, "
		  "permissions_add, permissions_drop, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	[CHANGE] = { "UPDATE users SET login = COALESCE(?, login), email = COALESCE(?, email), full_name = COALESCE(?, full_name), "
		     "role = ?, permissions_add = ?, permissions_drop = ?, password_hash = COALESCE(?, password_hash), "
		     "phone = NULLIF(COALESCE(?, phone), ''), avatar_url = NULLIF(COALESCE(?, avatar_url), ''), "
		     "max_sessions = COALESCE(?, max_sessions), updated_at = ? WHERE id = ?" },
	/* The row stays, because messages and figures name it; what it could sign in with goes. */
	[DELETE] = { "UPDATE users SET deleted_at = ?, login = NULL, password_hash = NULL, status = 0, updated_at = ? WHERE id = "
		     "?" },
	[NAMELESS] = { "UPDATE users SET full_name = '', email = NULL, phone = NULL, avatar_url = NULL, erased_at = ? WHERE id = "
		       "? AND role > 0" },
	[UNSIGNED] = { "UPDATE assignments a JOIN messages m ON m.stream = a.conversation_id AND m.sender_id = a.agent_id SET "
		       "m.sender_name = '' WHERE a.agent_id = ?" },
	[LEAVE_TEAMS] = { "DELETE FROM team_members WHERE user_id = ?" },
	[ADMINS] = { "SELECT id FROM users WHERE role = 3 AND deleted_at IS NULL FOR UPDATE", ROW(number, number_cols) },
	[OPEN_LEGS] = { "SELECT conversation_id FROM assignments WHERE agent_id = ? AND ended_at IS NULL ORDER BY conversation_id",
			ROW(number, number_cols) },
	[PASSWORD] = { "UPDATE users SET password_hash = ?, updated_at = ? WHERE id = ? AND deleted_at IS NULL" },
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

/* -- who may do what to whom -- */

struct rights { /* of one account, as it will be */
	int role;
	uint32_t add, drop, bits;
};

static bool anybody(const struct ctx *c)
{
	return c->who.user_id == 0;
}

/* The role and what follows from it are the caller's to give. */
static bool may_give(struct ctx *c, int role, uint32_t bits)
{
	if (anybody(c) || ((c->who.role == ROLE_ADMIN || role < c->who.role) && (bits & ~c->who.permissions) == 0))
		return true;
	return fail(c, E_FORBIDDEN, "user.beyond_you");
}

static bool may_touch(struct ctx *c, const struct user *u)
{
	return u->id == c->who.user_id || may_give(c, u->role, u->permission_bits);
}

static bool manages(struct ctx *c)
{
	return anybody(c) || (c->who.permissions & MAY_USERS_MANAGE) || fail(c, E_FORBIDDEN, "auth.forbidden");
}

static bool permission_bit(const char *name, uint32_t *bit)
{
	for (int i = 0; i < PERMISSIONS; i++)
		if (strcmp(permission_names[i], name) == 0) {
			*bit = 1u << i;
			return true;
		}
	return false;
}

/* From what is asked for, and what there was (NULL: a new account). */
static bool read_rights(struct ctx *c, const struct user_write_in *in, const struct user *before, struct rights *r)
{
	const char *const *names = in->permissions.items;
	uint32_t bits = 0, bit = 0, usual;

	*r = (struct rights){ in->has & USER_HAS_ROLE || before == NULL ? in->role : before->role, 0, 0, 0 };
	if (r->role == ROLE_GUEST)
		return fail_field(c, "role", "input.unknown_value");
	for (size_t i = 0; i < in->permissions.n; i++, bits |= bit)
		if (!permission_bit(names[i], &bit))
			return fail_field(c, "permissions", "input.unknown_value");
	usual = role_permissions(r->role);
	if (in->has & USER_HAS_PERMISSIONS) {
		r->add = bits & ~usual;
		r->drop = usual & ~bits;
	} else if (before != NULL) {
		r->add = (uint32_t)before->permissions_add;
		r->drop = (uint32_t)before->permissions_drop;
	}
	r->bits = (usual | r->add) & ~r->drop;
	return true;
}

bool user_create(struct ctx *c, const void *vin, void *out)
{
	const struct user_write_in *in = vin;
	const char *hash = NULL, *public_id = in->public_id;
	int64_t id, capacity = in->max_sessions > 0 ? in->max_sessions : c->cfg->agent_capacity;
	struct rights r;

	if (!read_rights(c, in, NULL, &r) || !may_give(c, r.role, r.bits) || ((r.add | r.drop) != 0 && !manages(c)))
		return false;
	if (public_id == NULL)
		public_id = random_id(c->mem, "kefu_", 10);
	if (!phone_check(c, in->phone) || !hashed(c, in->password, &hash))
		return false;
	if (!db_exec(c, &user_admin_sql[ADD], &id,
		     ARGS(STR(public_id), INT(r.role), STR(in->email), STR(in->email), STR(in->full_name), STR(hash),
			  text_or_null(in->phone), text_or_null(in->avatar_url), INT(capacity), INT(r.add), INT(r.drop),
			  INT(c->now), INT(c->now))))
		return fail_unique(c, "email", "user.email_taken");
	return audit(c, "user:create", id, arena_printf(c->mem, "{\"role\":\"%s\"}", role_names[r.role])) && user_get(c, id, out);
}

/* The last admin cannot stop being one. Locks all admins, so that two cannot do it to each other. */
static bool not_last_admin(struct ctx *c, int64_t id)
{
	struct list admins = { 0 };

	if (!db_list(c, &user_admin_sql[ADMINS], &admins, NOARGS))
		return false;
	return admins.n != 1 || ((struct number *)admins.items)[0].n != id || fail(c, E_BAD_INPUT, "user.last_admin");
}

/* Under its lock, as the database has it: what a cache says is not good enough for rights. */
static bool lock(struct ctx *c, int64_t id, struct user *u)
{
	if (!db_one(c, &user_admin_sql[LOCK], u, "user.missing", ARGS(INT(id))))
		return false;
	user_finish(c, u);
	return true;
}

static bool may_become(struct ctx *c, const struct user *before, const struct rights *r)
{
	if (r->role == before->role && r->bits == before->permission_bits)
		return true;
	if (before->role == ROLE_ADMIN && r->role != ROLE_ADMIN && !not_last_admin(c, before->id))
		return false;
	if (before->id == c->who.user_id)
		return fail_field(c, r->role != before->role ? "role" : "permissions", "user.change_self");
	return manages(c) && may_give(c, r->role, r->bits);
}

static struct val if_has(const struct user_write_in *in, uint64_t bit, struct val v)
{
	return in->has & bit ? v : (struct val){ .t = 'n' };
}

static void put_names(struct ctx *c, struct buf *b, const char *key, uint32_t bits)
{
	struct list l = permission_list(c->mem, bits);

	if (l.n == 0)
		return;
	buf_printf(b, "%s\"%s\":[", b->len > 1 ? "," : "", key);
	for (size_t i = 0; i < l.n; i++)
		buf_printf(b, "%s\"%s\"", i > 0 ? "," : "", ((const char **)l.items)[i]);
	buf_chr(b, ']');
}

/* What else was named, never what it is: personal data must be gone after an erase. */
static void put_fields(struct buf *b, uint64_t has)
{
	static const struct {
		uint64_t bit;
		const char *name;
	} fields[] = { { USER_HAS_NAME, "full_name" },
		       { USER_HAS_EMAIL, "email" },
		       { USER_HAS_PHONE, "phone" },
		       { USER_HAS_AVATAR, "avatar_url" },
		       { USER_HAS_CAPACITY, "max_sessions" } };
	const char *before = b->len > 1 ? ",\"fields\":[" : "\"fields\":[";
	size_t begun = b->len;

	for (size_t i = 0; i < COUNT(fields); i++)
		if (has & fields[i].bit)
			buf_printf(b, "%s\"%s\"", b->len == begun ? before : ",", fields[i].name);
	if (b->len > begun)
		buf_chr(b, ']');
}

/* What the audit log says of a change: the rights by name, the rest by what it was. */
static const char *told(struct ctx *c, const struct user_write_in *in, const struct user *before, const struct rights *r)
{
	struct buf b = { 0 };

	buf_chr(&b, '{');
	if (r->role != before->role)
		buf_printf(&b, "\"role\":\"%s\",\"before\":\"%s\"", role_names[r->role], role_names[before->role]);
	put_names(c, &b, "granted", r->bits & ~before->permission_bits);
	put_names(c, &b, "withdrawn", before->permission_bits & ~r->bits);
	if (in->has & USER_HAS_PASSWORD)
		buf_printf(&b, "%s\"password\":true", b.len > 1 ? "," : "");
	put_fields(&b, in->has);
	buf_chr(&b, '}');
	const char *out = b.len > 2 ? arena_strndup(c->mem, b.data, b.len) : NULL;
	buf_free(&b);
	return out;
}

static bool after_change(struct ctx *c, const struct user_write_in *in, const struct user *before, const struct rights *r)
{
	user_forget(c, in->id);
	if (in->has & USER_HAS_PASSWORD || r->role != before->role)
		return sign_in_end_all(c, in->id);
	if (r->bits != before->permission_bits)
		event_queue(c, EVENT_RECHECK)->user_id = in->id;
	return true;
}

bool user_set_password(struct ctx *c, int64_t id, const char *password)
{
	const char *hash = NULL;

	if (!hashed(c, password, &hash) || !db_exec(c, &user_admin_sql[PASSWORD], NULL, ARGS(STR(hash), INT(c->now), INT(id))))
		return false;
	user_forget(c, id);
	return sign_in_end_all(c, id);
}

bool user_update(struct ctx *c, const void *vin, void *out)
{
	const struct user_write_in *in = vin;
	const char *hash = NULL;
	struct user before;
	struct rights r;

	if (!lock(c, in->id, &before) || !may_touch(c, &before) || !read_rights(c, in, &before, &r) || !may_become(c, &before, &r))
		return false;
	if (((in->has & USER_HAS_PASSWORD) && !hashed(c, in->password, &hash)) ||
	    ((in->has & USER_HAS_PHONE) && !phone_check(c, in->phone)))
		return false;
	if (!db_exec(c, &user_admin_sql[CHANGE], NULL,
		     ARGS(if_has(in, USER_HAS_EMAIL, STR(in->email)), if_has(in, USER_HAS_EMAIL, STR(in->email)),
			  if_has(in, USER_HAS_NAME, STR(in->full_name)), INT(r.role), INT(r.add), INT(r.drop), STR(hash),
			  if_has(in, USER_HAS_PHONE, STR(in->phone)), if_has(in, USER_HAS_AVATAR, STR(in->avatar_url)),
			  if_has(in, USER_HAS_CAPACITY, INT(in->max_sessions)), INT(c->now), INT(in->id))))
		return fail_unique(c, "email", "user.email_taken");
	return after_change(c, in, &before, &r) && audit(c, "user:update", in->id, told(c, in, &before, &r)) &&
	       user_get(c, in->id, out);
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
	if (!lock(c, in->id, &before) || !may_touch(c, &before))
		return false;
	if (before.role == ROLE_ADMIN && !not_last_admin(c, in->id))
		return false;
	if (!db_exec(c, &user_admin_sql[DELETE], NULL, ARGS(INT(c->now), INT(c->now), INT(in->id))) ||
	    !db_exec(c, &user_admin_sql[LEAVE_TEAMS], NULL, ARGS(INT(in->id))))
		return false;
	user_forget(c, in->id);
	return sign_in_end_all(c, in->id) && release_legs(c, in->id) && room_forget_person(c, in->id, false) &&
	       audit(c, "user:delete", in->id, audit_named(c, "name", before.full_name));
}

bool user_erase(struct ctx *c, int64_t id)
{
	return user_delete(c, &(struct user_id_in){ id }, NULL) &&
	       db_exec(c, &user_admin_sql[NAMELESS], NULL, ARGS(INT(c->now), INT(id))) && room_forget_person(c, id, true) &&
	       db_exec(c, &user_admin_sql[UNSIGNED], NULL, ARGS(INT(id)));
}
