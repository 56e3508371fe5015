#include "user.h"
#include "../bus/bus.h"
#include "../core/text.h"
#include "contact.h"
#include "event.h"
#include "online.h"
#include "queue.h"
#include "row_cache.h"
#include "sql_tables.h"
#include "user_row.h"
#include <string.h>

const char *const role_names[] = { "guest", "agent", "supervisor", "admin", NULL };
const char *const presence_names[] = { "offline", "online", "away", "busy", NULL };
const char *const permission_names[] = { "conversations:read", "conversations:write", "conversations:assign", "contacts:read",
					 "contacts:write",     "contacts:delete",     "reports:read",         "reports:export",
					 "settings:read",      "settings:write",      "users:read",           "users:write",
					 "users:manage",       "inboxes:read",        "inboxes:write",        NULL };

enum { PUBLIC_ID_MAX_BYTES = 64, CACHE_S = 1800, TOMBSTONE_S = 5, ALL = (1 << PERMISSIONS) - 1 };

const struct col user_cols[] = {
	{ COL_INT, offsetof(struct user, id) },
	{ COL_STR, offsetof(struct user, public_id) },
	{ COL_ENUM, offsetof(struct user, role) },
	{ COL_STR, offsetof(struct user, login) },
	{ COL_STR, offsetof(struct user, email) },
	{ COL_STR, offsetof(struct user, full_name) },
	{ COL_STR, offsetof(struct user, phone) },
	{ COL_STR, offsetof(struct user, avatar_url) },
	{ COL_STR, offsetof(struct user, identifier) },
	{ COL_INT, offsetof(struct user, permissions_add) },
	{ COL_INT, offsetof(struct user, permissions_drop) },
	{ COL_ENUM, offsetof(struct user, status) },
	{ COL_INT, offsetof(struct user, max_sessions) },
	{ COL_INT, offsetof(struct user, active_sessions) },
	{ COL_INT, offsetof(struct user, conversations) },
	{ COL_INT, offsetof(struct user, last_active_at) },
	{ COL_INT, offsetof(struct user, created_at) },
	{ COL_INT, offsetof(struct user, updated_at) },
};
_Static_assert(COUNT(user_cols) == USER_COLUMNS, "the count in user_row.h");

enum { BY_ID, BY_PUBLIC_ID, TAKEN, ADD_GUEST, STATUS, SEEN, ACTIVE, SQL__MAX };
const struct stmt user_sql[SQL__MAX] = {
	[BY_ID] = { "SELECT " USER_COLS " FROM users WHERE id = ? AND deleted_at IS NULL", USER_ROW },
	[BY_PUBLIC_ID] = { "SELECT " USER_COLS " FROM users WHERE public_id = ? AND deleted_at IS NULL", USER_ROW },
	[TAKEN] = { "SELECT id FROM users WHERE public_id = ?", ROW(number, number_cols) }, /* by a deleted one too */
	[ADD_GUEST] = { "INSERT INTO users (public_id, role, full_name, email, last_active_at, created_at, updated_at, "
			"words_wanted) "
			"VALUES (?, 0, ?, ?, ?, ?, ?, NULL)" },
	[STATUS] = { "UPDATE users SET status = ?, status_at = ?, updated_at = ? WHERE id = ? AND status <> ?" },
	[SEEN] = { "UPDATE users SET status = ?, status_at = ?, last_active_at = ? WHERE id = ? AND status = 0 AND role > 0" },
	[ACTIVE] = { "UPDATE users SET last_active_at = ? WHERE id = ? AND last_active_at < ?" },
};
const size_t user_sql_n = SQL__MAX;

/* console.md names the permissions, additions.md gives them to the roles. */
uint32_t role_permissions(enum role role)
{
	static const uint32_t by_role[ROLE__MAX] = {
		[ROLE_AGENT] = MAY_CONVERSATIONS_READ | MAY_CONVERSATIONS_WRITE | MAY_CONTACTS_READ | MAY_CONTACTS_WRITE |
			       MAY_REPORTS_READ | MAY_INBOXES_READ,
		[ROLE_SUPERVISOR] = ALL & ~(uint32_t)(MAY_SETTINGS_WRITE | MAY_USERS_WRITE | MAY_USERS_MANAGE),
		[ROLE_ADMIN] = ALL,
	};
	return role >= 0 && role < ROLE__MAX ? by_role[role] : 0;
}

struct list permission_list(struct arena *mem, uint32_t bits)
{
	const char **names = arena_alloc(mem, PERMISSIONS * sizeof(*names));
	struct list l = { names, 0 };

	for (int i = 0; i < PERMISSIONS; i++)
		if (bits & 1u << i)
			names[l.n++] = permission_names[i];
	return l;
}

void user_finish(struct ctx *c, struct user *u)
{
	u->permission_bits = (role_permissions(u->role) | (uint32_t)u->permissions_add) & ~(uint32_t)u->permissions_drop;
	u->permissions = permission_list(c->mem, u->permission_bits);
}

char *text_like(struct arena *mem, const char *q, bool inside)
{
	char *out = arena_alloc(mem, 2 * strlen(q) + 3), *p = out;

	if (inside)
		*p++ = '%';
	for (; *q != '\0'; q++) {
		if (*q == '%' || *q == '_' || *q == '\\')
			*p++ = '\\';
		*p++ = *q;
	}
	*p = '%';
	return out;
}

/* The last four digits stay, the four before them go; a short number goes whole. */
char *phone_masked(struct arena *mem, const char *phone)
{
	if (phone == NULL)
		return NULL;
	char *out = arena_strdup(mem, phone);
	int from_end = 0;
	for (size_t i = strlen(out); i-- > 0;)
		if (out[i] >= '0' && out[i] <= '9') {
			if (from_end >= 4 && from_end < 8)
				out[i] = '*';
			from_end++;
		}
	if (from_end < 8)
		memset(out, '*', strlen(out));
	return out;
}

static const char *cache_key(struct ctx *c, int64_t id)
{
	return arena_printf(c->mem, "user:%lld", (long long)id);
}

void user_ask(struct ctx *c, int64_t id, int *slot)
{
	*slot = bus_get(c, cache_key(c, id));
}

/* NX, and a tombstone after a change: a reader that was slow cannot put an old row back. */
static void remember(struct ctx *c, const struct user *u)
{
	struct buf b = { 0 };

	row_pack(&b, &user_sql[BY_ID], u);
	const char *argv[] = { "SET",
			       arena_printf(c->mem, "deskbell:%s", cache_key(c, u->id)),
			       arena_strndup(c->mem, b.data, b.len),
			       "EX",
			       arena_printf(c->mem, "%d", CACHE_S),
			       "NX" };
	size_t len[COUNT(argv)];
	for (size_t i = 0; i < COUNT(argv); i++)
		len[i] = strlen(argv[i]);
	bus_cmd(c, COUNT(argv), argv, len);
	bus_go(c);
	buf_free(&b);
}

bool user_answer(struct ctx *c, int64_t id, int slot, struct user *u)
{
	size_t n;
	const char *text = bus_str(c, slot, &n);

	*u = (struct user){ 0 };
	if (text == NULL || n == 0 || !row_unpack(c->mem, &user_sql[BY_ID], text, n, u)) {
		*u = (struct user){ 0 };
		if (!db_one(c, &user_sql[BY_ID], u, "user.missing", ARGS(INT(id))))
			return false;
		remember(c, u);
	}
	user_finish(c, u);
	return true;
}

bool user_get(struct ctx *c, int64_t id, struct user *u)
{
	int slot;

	user_ask(c, id, &slot);
	bus_go(c);
	return user_answer(c, id, slot, u);
}

void user_forget(struct ctx *c, int64_t id)
{
	bus_set(c, cache_key(c, id), "", 0, TOMBSTONE_S);
	bus_go(c);
}

bool public_id_ok(const char *s)
{
	return strlen(s) <= PUBLIC_ID_MAX_BYTES &&
	       strspn(s, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-.@") == strlen(s);
}

bool public_id_new(struct ctx *c, const char *public_id)
{
	struct number row;
	bool taken;

	if (!public_id_ok(public_id))
		return fail_field(c, "user_id", "input.bad_id");
	return db_find(c, &user_sql[TAKEN], &row, &taken, ARGS(STR(public_id))) &&
	       (!taken || fail_field(c, "user_id", "user.id_taken"));
}

bool user_active(struct ctx *c, int64_t id)
{
	return db_exec(c, &user_sql[ACTIVE], NULL, ARGS(INT(c->now), INT(id), INT(c->now)));
}

bool user_by_public_id(struct ctx *c, const char *public_id, struct user *u, bool *found)
{
	*u = (struct user){ 0 };
	if (!db_find(c, &user_sql[BY_PUBLIC_ID], u, found, ARGS(STR(public_id))))
		return false;
	user_finish(c, u);
	return true;
}

bool guest_ensure(struct ctx *c, const char *public_id, const char *name, const char *email, int64_t *id, bool *existed)
{
	bool nameless = public_id == NULL && name == NULL && email == NULL;

	*existed = false;
	if (public_id == NULL)
		public_id = random_id(c->mem, "guest_", 16);
	else if (!contact_hold(c, public_id, id, existed))
		return false;
	if (*existed)
		return true;
	return db_exec(c, &user_sql[ADD_GUEST], id,
		       ARGS(STR(public_id), STR(name != NULL ? name : ""), STR(email), INT(c->now), INT(c->now), INT(c->now))) &&
	       (nameless || contact_index(c, *id));
}

static void tell_presence(struct ctx *c, const struct user *u, enum presence status)
{
	struct event *e = event_queue(c, EVENT_AGENT_STATUS);

	e->user_id = u->id;
	e->user_name = u->full_name;
	e->number = status;
	if (status == PRESENCE_ONLINE)
		queue_moved(c);
}

bool user_set_status_of(struct ctx *c, int64_t id, int presence, struct user *u)
{
	if (!db_exec(c, &user_sql[STATUS], NULL, ARGS(INT(presence), INT(c->now), INT(c->now), INT(id), INT(presence))))
		return false;
	bool changed = db_changed(c) > 0;
	if (changed && !online_note(c, id, presence, c->now))
		return false;
	user_forget(c, id);
	if (!user_get(c, id, u))
		return false;
	u->status = presence;
	if (changed)
		tell_presence(c, u, presence);
	return true;
}

bool user_set_status(struct ctx *c, const void *in, void *out)
{
	return user_set_status_of(c, c->who.user_id, ((const struct user_status_in *)in)->status, out);
}

bool user_mark_seen(struct ctx *c, int64_t id, enum presence if_offline)
{
	struct user u;

	if (!db_exec(c, &user_sql[SEEN], NULL, ARGS(INT(if_offline), INT(c->now), INT(c->now), INT(id))))
		return false;
	if (db_changed(c) == 0)
		return true;
	if (!online_note(c, id, if_offline, c->now))
		return false;
	user_forget(c, id);
	if (!user_get(c, id, &u))
		return false;
	tell_presence(c, &u, if_offline);
	return true;
}
