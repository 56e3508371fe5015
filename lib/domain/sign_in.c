#include "sign_in.h"
#include "../bus/bus.h"
#include "../core/log.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "event.h"
#include "maintenance.h"
#include "present.h"
#include "sql_tables.h"
#include "tries.h"
#include <stdio.h>
#include <string.h>

enum { FAMILY_OK_S = 60, FAMILY_CHARS = 24, DAY_MS = 86400000, GRACE_MS = 30000 };
#define REFRESH "refresh_"

struct credentials {
	int64_t id;
	const char *hash;
	int role;
};
static const struct col credentials_row[] = {
	{ COL_INT, offsetof(struct credentials, id) },
	{ COL_STR, offsetof(struct credentials, hash) },
	{ COL_ENUM, offsetof(struct credentials, role) },
};
struct refresh_row {
	const char *family;
	int64_t user_id, expires_at, used_at, revoked_at;
};
static const struct col refresh_cols[] = {
	{ COL_STR, offsetof(struct refresh_row, family) },     { COL_INT, offsetof(struct refresh_row, user_id) },
	{ COL_INT, offsetof(struct refresh_row, expires_at) }, { COL_INT, offsetof(struct refresh_row, used_at) },
	{ COL_INT, offsetof(struct refresh_row, revoked_at) },
};

enum {
	BY_LOGIN,
	BY_STAFF_ID,
	ADD,
	ADD_SESSION,
	FIND_SESSION,
	FIND,
	USE,
	SUPERSEDE,
	END_FAMILY,
	END_USER,
	FAMILIES,
	FAMILY_GOOD,
	EXPIRED,
	SQL__MAX
};
const struct stmt sign_in_sql[SQL__MAX] = {
	[BY_LOGIN] = { "SELECT id, password_hash, role FROM users WHERE login = ? AND deleted_at IS NULL",
		       ROW(credentials, credentials_row) },
	[BY_STAFF_ID] = { "SELECT id, password_hash, role FROM users WHERE public_id = ? AND role > 0 AND deleted_at IS NULL",
			  ROW(credentials, credentials_row) },
	[ADD_SESSION] = { "INSERT INTO refresh_tokens (kind, family, user_id, token_hash, created_at, expires_at, addr, "
			  "user_agent) VALUES (1, ?, ?, ?, ?, ?, ?, ?)" },
	[FIND_SESSION] = { "SELECT family, user_id, expires_at, used_at, revoked_at FROM refresh_tokens WHERE token_hash = ? AND "
			   "kind = 1",
			   ROW(refresh_row, refresh_cols) },
	[ADD] = { "INSERT INTO refresh_tokens (family, user_id, token_hash, created_at, expires_at, addr, user_agent) "
		  "VALUES (?, ?, ?, ?, ?, ?, ?)" },
	[FIND] = { "SELECT family, user_id, expires_at, used_at, revoked_at FROM refresh_tokens WHERE token_hash = ? AND kind = 0 "
		   "FOR UPDATE",
		   ROW(refresh_row, refresh_cols) },
	[USE] = { "UPDATE refresh_tokens SET used_at = ? WHERE token_hash = ? AND used_at IS NULL AND revoked_at IS NULL" },
	[SUPERSEDE] = { "UPDATE refresh_tokens SET used_at = ? WHERE family = ? AND used_at IS NULL" },
	[END_FAMILY] = { "UPDATE refresh_tokens SET revoked_at = ? WHERE family = ? AND revoked_at IS NULL" },
	[END_USER] = { "UPDATE refresh_tokens SET revoked_at = ? WHERE user_id = ? AND revoked_at IS NULL AND expires_at > ?" },
	[FAMILIES] = { "SELECT DISTINCT family FROM refresh_tokens WHERE user_id = ? AND revoked_at IS NULL AND expires_at > ?",
		       ROW(text_row, text_cols) },
	[FAMILY_GOOD] = { "SELECT family FROM refresh_tokens WHERE family = ? AND revoked_at IS NULL LIMIT 1",
			  ROW(text_row, text_cols) },
	[EXPIRED] = { "DELETE FROM refresh_tokens WHERE expires_at < ? LIMIT 10000" },
};
const size_t sign_in_sql_n = SQL__MAX;

/* -- tokens -- */

static bool add_token(struct ctx *c, int statement, const char *token, const char *family, int64_t user_id)
{
	const char *agent = c->user_agent != NULL ? c->user_agent : "";
	char hash[65];

	token_hash(hash, token);
	return db_exec(c, &sign_in_sql[statement], NULL,
		       ARGS(STR(family), INT(user_id), STR(hash), INT(c->now), INT(c->now + c->cfg->refresh_ttl * 1000),
			    STR(c->addr), BYTES(agent, utf8_cut(agent, strlen(agent), 200))));
}

static bool sign_access(struct ctx *c, const char *family, struct signed_in *out)
{
	struct claims claims = { .user_id = out->user.id,
				 .iat = c->now / 1000,
				 .exp = c->now / 1000 + c->cfg->access_ttl,
				 .email = out->user.email,
				 .role = role_names[out->user.role],
				 .jti = random_id(c->mem, "", 22),
				 .family = family,
				 .permissions = out->user.permissions };
	out->access_token = jwt_make(c->mem, c->keys, &claims);
	out->token_type = "bearer";
	out->expires_in = c->cfg->access_ttl;
	return out->access_token != NULL || fail(c, E_BUG, "auth.no_token");
}

/* stored: it was handed out before, and the answer was lost. */
static bool hand_out(struct ctx *c, const char *family, int64_t user_id, const char *refresh, bool stored, struct signed_in *out)
{
	out->refresh_token = refresh;
	return user_get(c, user_id, &out->user) && maintenance_admits_role(c, out->user.role) &&
	       (stored || add_token(c, ADD, refresh, family, user_id)) && sign_access(c, family, out);
}

static const char *account_of(struct ctx *c, int64_t user_id)
{
	return arena_printf(c->mem, "#%lld", (long long)user_id);
}

/* statement: which name it is. staff: those who are none are as good as unknown. */
static bool prove(struct ctx *c, int statement, const char *name, const char *password, bool staff, int64_t *id)
{
	struct credentials who = { 0 };
	bool found;

	*id = 0;
	if (!db_find(c, &sign_in_sql[statement], &who, &found, ARGS(STR(name))))
		return false;
	/* The database takes several spellings for one account: its failures are counted together. */
	const char *account = found ? account_of(c, who.id) : name;
	if (!try_allowed(c, account))
		return false;
	if (!password_check(found && (!staff || who.role > ROLE_GUEST) ? who.hash : NULL, password))
		return try_failed(c, account);
	try_right(c, account);
	*id = who.id;
	return user_active(c, who.id);
}

void sign_in_forgive(struct ctx *c, int64_t user_id)
{
	try_forgive(c, account_of(c, user_id));
}

bool login(struct ctx *c, const void *vin, void *out)
{
	const struct login_in *in = vin;
	int64_t id = 0;

	return prove(c, BY_LOGIN, in->email, in->password, false, &id) &&
	       hand_out(c, random_id(c->mem, "", FAMILY_CHARS), id, token_make(c->mem, REFRESH), false, out);
}

/* -- opaque tokens: one row that lives until it expires or its sign-in ends -- */

bool session_token_make(struct ctx *c, int64_t user_id, const char **token)
{
	*token = token_make(c->mem, SESSION_TOKEN);
	return add_token(c, ADD_SESSION, *token, random_id(c->mem, "", FAMILY_CHARS), user_id);
}

bool session_login(struct ctx *c, const void *vin, void *vout)
{
	const struct session_login_in *in = vin;
	struct session_signed_in *out = vout;
	bool address = strchr(in->name, '@') != NULL;
	int64_t id = 0;

	out->expires_in = c->cfg->refresh_ttl;
	return prove(c, address ? BY_LOGIN : BY_STAFF_ID, in->name, in->password, true, &id) && user_get(c, id, &out->user) &&
	       maintenance_admits_role(c, out->user.role) && session_token_make(c, id, &out->token) &&
	       user_mark_seen(c, id, PRESENCE_ONLINE) && user_get(c, id, &out->user);
}

static const char *token_key(struct ctx *c, const char *token)
{
	char hash[65];

	token_hash(hash, token);
	return arena_printf(c->mem, "token:%s", hash);
}

/* "user expires family", for a minute: a sign-in that ends is found out by its family. */
static bool remembered(struct ctx *c, const char *key, struct claims *out)
{
	int slot = bus_get(c, key);
	long long user, expires;
	char family[FAMILY_CHARS + 1];

	bus_go(c);
	const char *text = bus_str(c, slot, NULL);
	if (text == NULL || sscanf(text, "%lld %lld %24s", &user, &expires, family) != 3)
		return false;
	*out = (struct claims){ .user_id = user, .exp = expires, .family = arena_strdup(c->mem, family) };
	return true;
}

static bool look_up(struct ctx *c, const char *token, const char *key, struct claims *out)
{
	struct refresh_row row = { 0 };
	char hash[65];
	bool found;

	token_hash(hash, token);
	if (!db_find(c, &sign_in_sql[FIND_SESSION], &row, &found, ARGS(STR(hash))))
		return false;
	if (!found || row.revoked_at != 0)
		return fail(c, E_UNAUTHENTICATED, "auth.bad_token");
	*out = (struct claims){ .user_id = row.user_id, .exp = row.expires_at / 1000, .family = row.family };
	const char *text = arena_printf(c->mem, "%lld %lld %s", (long long)out->user_id, (long long)out->exp, out->family);
	bus_set(c, key, text, strlen(text), FAMILY_OK_S);
	return true;
}

bool session_token_read(struct ctx *c, const char *token, const struct claims **out)
{
	const char *key = token_key(c, token);
	struct claims *found = arena_alloc(c->mem, sizeof(*found));

	if (!remembered(c, key, found) && !look_up(c, token, key, found))
		return false;
	*out = found;
	return found->exp > c->now / 1000 || fail(c, E_UNAUTHENTICATED, "auth.bad_token");
}

static void forget_family(struct ctx *c, const char *family)
{
	struct event *e = event_queue(c, EVENT_END_SESSION);

	e->text = arena_strdup(c->mem, family);
	bus_set(c, arena_printf(c->mem, "auth:%s", family), "revoked", 7, c->cfg->access_ttl + 60);
	bus_go(c);
}

static bool end_family(struct ctx *c, const char *family)
{
	if (!db_exec(c, &sign_in_sql[END_FAMILY], NULL, ARGS(INT(c->now), STR(family))))
		return false;
	forget_family(c, family);
	return true;
}

bool sign_in_end_all(struct ctx *c, int64_t user_id)
{
	struct list families = { 0 };

	if (!db_list(c, &sign_in_sql[FAMILIES], &families, ARGS(INT(user_id), INT(c->now))) ||
	    !db_exec(c, &sign_in_sql[END_USER], NULL, ARGS(INT(c->now), INT(user_id), INT(c->now))))
		return false;
	for (size_t i = 0; i < families.n; i++)
		forget_family(c, ((struct text_row *)families.items)[i].text);
	return true;
}

/* -- refreshing -- */

static bool find_token(struct ctx *c, const char *token, struct refresh_row *row, bool *good)
{
	char hash[65];

	token_hash(hash, token);
	if (!db_find(c, &sign_in_sql[FIND], row, good, ARGS(STR(hash))))
		return false;
	*good = *good && row->revoked_at == 0 && row->expires_at > c->now;
	return true;
}

static bool use_token(struct ctx *c, const char *token)
{
	char hash[65];

	token_hash(hash, token);
	return db_exec(c, &sign_in_sql[USE], NULL, ARGS(INT(c->now), STR(hash))) &&
	       (db_changed(c) == 1 || fail(c, E_UNAUTHENTICATED, "auth.refresh_refused"));
}

/* Used a moment ago, and what came after it was not: its answer was lost, or two asked at once. They get the same successor, which
 * is why that is computed: nobody could read it again. Several secrets: they may have changed meanwhile. */
static bool lost_successor(struct ctx *c, const char *token, const struct refresh_row *row, const char **successor)
{
	*successor = NULL;
	if (c->now - row->used_at > GRACE_MS)
		return true;
	for (size_t i = 0;; i++) {
		struct refresh_row next = { 0 };
		const char *after = token_after(c->mem, c->keys, i, REFRESH, token);
		bool good;
		if (after == NULL)
			return true;
		if (!find_token(c, after, &next, &good))
			return false;
		if (good && next.used_at == 0) {
			*successor = after;
			return true;
		}
	}
}

static bool refuse_copy(struct ctx *c, const struct refresh_row *row)
{
	if (end_family(c, row->family) && db_commit(c))
		log_warn(c, "auth.reuse", "a refresh token of user %lld was used twice: its sign-in ends", (long long)row->user_id);
	return fail(c, E_UNAUTHENTICATED, "auth.refresh_refused");
}

static bool refresh_by_token(struct ctx *c, const char *token, struct signed_in *out)
{
	struct refresh_row row = { 0 };
	const char *next = token_after(c->mem, c->keys, 0, REFRESH, token);
	bool good, again;

	if (!find_token(c, token, &row, &good))
		return false;
	again = row.used_at != 0;
	if (!good)
		return fail(c, E_UNAUTHENTICATED, "auth.refresh_refused");
	if (again && !lost_successor(c, token, &row, &next))
		return false;
	if (next == NULL)
		return refuse_copy(c, &row);
	return (again || use_token(c, token)) && hand_out(c, row.family, row.user_id, next, again, out) && db_commit(c);
}

static bool refresh_by_access(struct ctx *c, struct signed_in *out)
{
	if (c->who.user_id == 0 || c->who.family == NULL)
		return fail(c, E_UNAUTHENTICATED, "auth.needed");
	return db_exec(c, &sign_in_sql[SUPERSEDE], NULL, ARGS(INT(c->now), STR(c->who.family))) &&
	       hand_out(c, c->who.family, c->who.user_id, token_make(c->mem, REFRESH), false, out) && db_commit(c);
}

bool sign_in_refresh(struct ctx *c, const void *vin, void *out)
{
	const struct refresh_in *in = vin;

	if (!db_begin(c))
		return false;
	bool done = in->refresh_token != NULL ? refresh_by_token(c, in->refresh_token, out) : refresh_by_access(c, out);
	if (!done)
		db_rollback(c);
	return done;
}

bool sign_in_me(struct ctx *c, const void *in, void *out)
{
	(void)in;
	if (c->access != NULL && c->access->user.id == c->who.user_id) { /* admission has just read it */
		*(struct user *)out = c->access->user;
		return true;
	}
	return user_get(c, c->who.user_id, out);
}

bool logout(struct ctx *c, const void *in, void *out)
{
	(void)in, (void)out;
	present_forget(c, c->who.user_id);
	return c->who.family == NULL || end_family(c, c->who.family);
}

/* -- what an access token is worth now -- */

static const char *family_key(struct ctx *c, const char *family)
{
	return arena_printf(c->mem, "auth:%s", family);
}

void access_ask(struct ctx *c, const struct claims *claims, struct access *a)
{
	*a = (struct access){ .claims = claims };
	if (claims == NULL)
		return;
	a->family_slot = bus_get(c, family_key(c, claims->family));
	user_ask(c, claims->user_id, &a->user_slot);
}

/* Redis had nothing (or is away): MySQL knows. NX: a revocation that came meanwhile stays. */
static bool family_good(struct ctx *c, const char *family)
{
	struct text_row row;
	bool found;

	if (!db_find(c, &sign_in_sql[FAMILY_GOOD], &row, &found, ARGS(STR(family))))
		return false;
	if (!found)
		return fail(c, E_UNAUTHENTICATED, "auth.ended");
	const char *argv[] = { "SET",
			       arena_printf(c->mem, "deskbell:%s", family_key(c, family)),
			       "ok",
			       "EX",
			       arena_printf(c->mem, "%d", FAMILY_OK_S),
			       "NX" };
	size_t len[COUNT(argv)];
	for (size_t i = 0; i < COUNT(argv); i++)
		len[i] = strlen(argv[i]);
	bus_cmd(c, COUNT(argv), argv, len);
	bus_go(c);
	return true;
}

void actor_from_user(struct ctx *c, const struct user *u, const char *family)
{
	c->who.user_id = u->id;
	c->who.role = u->role;
	c->who.permissions = u->permission_bits;
	c->who.name = u->full_name != NULL ? u->full_name : "";
	c->who.family = family;
}

bool access_answer(struct ctx *c, struct access *a)
{
	if (a->claims == NULL)
		return true;
	const char *state = bus_str(c, a->family_slot, NULL);
	bool known = state != NULL && strcmp(state, "ok") == 0;

	if (state != NULL && !known)
		return fail(c, E_UNAUTHENTICATED, "auth.ended");
	/* The user first: family_good() makes a round trip of its own, after which the slots are gone. */
	if (!user_answer(c, a->claims->user_id, a->user_slot, &a->user)) {
		if (c->err.code == E_NOT_FOUND)
			c->err = (struct err){ .code = E_UNAUTHENTICATED, .key = "auth.ended" };
		return false;
	}
	if (!known && !family_good(c, a->claims->family))
		return false;
	actor_from_user(c, &a->user, a->claims->family);
	return true;
}

bool sign_in_forget_expired(struct ctx *c)
{
	return db_exec(c, &sign_in_sql[EXPIRED], NULL, ARGS(INT(c->now - DAY_MS)));
}
