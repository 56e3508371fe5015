#include "people.h"
#include "../bus/bus.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "../db/query.h"
#include "audit.h"
#include "contact.h"
#include "direct.h"
#include "directory.h"
#include "event.h"
#include "sign_in.h"
#include "sql_tables.h"
#include "unique.h"
#include "user_row.h"
#include <stdlib.h>
#include <string.h>

enum { AT_ONCE = 25 };
enum { STAFF_ONLINE, SQL__MAX };
const struct stmt people_sql[SQL__MAX] = {
	[STAFF_ONLINE] = { "SELECT " USER_COLS " FROM users WHERE role IN (1, 2, 3) AND status IN (1, 2, 3) AND deleted_at IS NULL "
			   "ORDER BY id LIMIT 500",
			   USER_ROW },
};
const size_t people_sql_n = SQL__MAX;

static void show(struct ctx *c, struct user *u)
{
	user_finish(c, u);
	if (!(c->who.permissions & MAY_CONTACTS_WRITE) && u->id != c->who.user_id)
		u->phone = phone_masked(c->mem, u->phone);
}

/* -- lists -- */

static void append(struct ctx *c, struct list *to, const struct list *more)
{
	const size_t size = sizeof(struct user);

	if (more->n == 0)
		return;
	to->items = arena_grow(c->mem, to->items, to->n * size, (to->n + more->n) * size);
	memcpy((struct user *)to->items + to->n, more->items, more->n * size);
	to->n += more->n;
}

static bool add(struct ctx *c, bool (*list)(struct ctx *, const void *, void *), const struct people_in *in, int64_t offset,
		struct list *to, int64_t *total)
{
	struct user_list_in asked = { .search = in->search,
				      .limit = in->page.size - (int64_t)to->n,
				      .offset = offset > 0 ? offset : 0 };
	struct user_list_out part = { 0 };

	if (!list(c, &asked, &part))
		return false;
	*total = part.total;
	append(c, to, &part.users);
	return true;
}

bool people_list(struct ctx *c, const void *vin, void *vout)
{
	const struct people_in *in = vin;
	struct people *out = vout;
	int64_t offset = page_offset(&in->page), staff = 0, customers = 0;

	if (in->kind != 1 + PERSON_CUSTOMER && !add(c, user_list, in, offset, &out->users, &staff))
		return false;
	if (in->kind != 1 + PERSON_STAFF && !add(c, customer_list, in, offset - staff, &out->users, &customers))
		return false;
	for (size_t i = 0; i < out->users.n; i++)
		show(c, (struct user *)out->users.items + i);
	out->meta = page_meta(&in->page, staff + customers);
	return true;
}

/* -- one -- */

static bool find(struct ctx *c, const char *public_id, uint32_t permission, struct user *u)
{
	if (!direct_find_user(c, public_id, u))
		return false;
	if (u->id == c->who.user_id)
		return true;
	return (is_staff(c) && (c->who.permissions & permission)) || fail(c, E_FORBIDDEN, "auth.forbidden");
}

bool person_get(struct ctx *c, const void *vin, void *out)
{
	const struct person_in *in = vin;

	if (!find(c, in->public_id, MAY_CONTACTS_READ, out))
		return false;
	show(c, out);
	return true;
}

static bool change(struct ctx *c, const struct person_write_in *in, const struct user *u)
{
	const struct directory_write_in w = { .name = in->name, .email = in->email, .phone = in->phone, .has = in->has };

	if (u->role > ROLE_GUEST && u->id != c->who.user_id && !(c->who.permissions & MAY_USERS_WRITE))
		return fail(c, E_FORBIDDEN, "auth.forbidden");
	return directory_change(c, u, &w);
}

bool person_update(struct ctx *c, const void *vin, void *vout)
{
	const struct person_write_in *in = vin;
	struct user u, *out = vout;
	bool found;

	if (!find(c, in->public_id, MAY_CONTACTS_WRITE, &u))
		return false;
	if (in->has != 0 && !change(c, in, &u))
		return false;
	if (!user_by_public_id(c, in->public_id, out, &found))
		return false;
	show(c, out);
	return found || fail(c, E_NOT_FOUND, "direct.no_user");
}

/* -- new ones -- */

static bool register_staff(struct ctx *c, const struct person_write_in *in, struct registered *out)
{
	const struct user_write_in made = { .public_id = in->public_id,
					    .email = in->email,
					    .full_name = in->name,
					    .password = in->password,
					    .phone = in->phone,
					    .role = ROLE_AGENT,
					    .has = USER_HAS_ROLE };

	if (!is_staff(c))
		return fail(c, E_FORBIDDEN, "user.not_customer");
	if (!(c->who.permissions & MAY_USERS_WRITE))
		return fail(c, E_FORBIDDEN, "auth.forbidden");
	if (in->password == NULL)
		return fail_field(c, "password", "input.missing");
	return user_create(c, &made, &out->user);
}

static bool register_customer(struct ctx *c, const struct person_write_in *in, struct registered *out)
{
	bool existed;
	int64_t id;

	if (!is_staff(c) && !c->cfg->self_registration)
		return fail(c, E_FORBIDDEN, "user.registration_off");
	if (is_staff(c) && !(c->who.permissions & MAY_CONTACTS_WRITE))
		return fail(c, E_FORBIDDEN, "auth.forbidden");
	if (!phone_check(c, in->phone))
		return false;
	if (!guest_ensure(c, in->public_id, in->name, in->email, &id, &existed))
		return fail_unique(c, "user_id", "user.id_taken");
	if (existed)
		return fail_field(c, "user_id", "user.id_taken");
	return contact_told(c, id, NULL, NULL, in->phone) && audit(c, "contact:create", id, NULL) &&
	       session_token_make(c, id, &out->token) && user_get(c, id, &out->user);
}

bool person_register(struct ctx *c, const void *vin, void *vout)
{
	const struct person_write_in *in = vin;
	struct registered *out = vout;

	if (in->public_id != NULL && !public_id_new(c, in->public_id))
		return false;
	return in->kind == PERSON_STAFF ? register_staff(c, in, out) : register_customer(c, in, out);
}

/* -- presence by HTTP -- */

static bool oneself(struct ctx *c, const char *public_id)
{
	struct user u;
	bool found;

	if (!user_by_public_id(c, public_id, &u, &found))
		return false;
	if (!found || u.role == ROLE_GUEST)
		return fail(c, E_NOT_FOUND, "direct.no_user");
	return u.id == c->who.user_id || fail(c, E_FORBIDDEN, "auth.forbidden");
}

bool person_heartbeat(struct ctx *c, const void *vin, void *vout)
{
	const struct person_in *in = vin;

	((struct heartbeat *)vout)->at = c->now;
	return oneself(c, in->public_id) && user_active(c, c->who.user_id) && user_mark_seen(c, c->who.user_id, PRESENCE_ONLINE);
}

bool person_logout(struct ctx *c, const void *vin, void *out)
{
	const struct person_in *in = vin;
	struct user u;

	return oneself(c, in->public_id) && logout(c, NULL, out) &&
	       user_set_status(c, &(struct user_status_in){ PRESENCE_OFFLINE }, &u);
}

/* -- who is there -- */

/* Customers with a socket, by when they came. Those whose sockets a relay took with it are found out when somebody looks. */
#define CUSTOMERS "deskbell:customers-online"
#define STAFF "deskbell:staff-online"
static const char look[] = "local out, gone = {}, {} "
			   "for _, id in ipairs(redis.call('ZREVRANGE', KEYS[1], 0, 999)) do "
			   "if redis.call('ZCOUNT', 'deskbell:online:' .. id, ARGV[1], '+inf') > 0 then "
			   "if #out < tonumber(ARGV[2]) then out[#out + 1] = id end else gone[#gone + 1] = id end end "
			   "for _, id in ipairs(gone) do redis.call('ZREM', KEYS[1], id) end "
			   "return redis.call('ZCARD', KEYS[1]) .. ' ' .. table.concat(out, ' ')";

static int command(struct ctx *c, const char *const *argv, int n)
{
	size_t len[10];

	for (int i = 0; i < n; i++)
		len[i] = strlen(argv[i]);
	return bus_cmd(c, n, argv, len);
}

/* Of several that open or close at once exactly one is the first, or the last: who is there is a set, and a set changes once. */
#define PRESENT                                                                                                                    \
	"local n = redis.call('ZCOUNT', KEYS[1], ARGV[1], '+inf') "                                                                \
	"local s = redis.call('ZSCORE', KEYS[1], ARGV[2]) "                                                                        \
	"if s and tonumber(s) >= tonumber(ARGV[1]) then n = n - 1 end "
static const char come[] = PRESENT "local new = redis.call('ZADD', KEYS[2], 'NX', ARGV[3], ARGV[4]) return n == 0 and new or 0";
static const char leave[] = PRESENT "if n > 0 then return 0 end "
				    "return redis.call('ZREM', KEYS[2], ARGV[4]) + redis.call('ZREM', KEYS[3], ARGV[4])";

static bool changes(struct ctx *c, const char *script, int64_t id, const char *first, const char *second, const char *socket)
{
	/* One that closed stays known for 30 s, one that is open is put at least 40 s ahead (relay/PROTOCOL.md 5). */
	enum { CLOSED_MS = 32000 };
	int slot = command(c,
			   (const char *[]){ "EVAL", script, "3", arena_printf(c->mem, "deskbell:online:%lld", (long long)id),
					     first, second, arena_printf(c->mem, "%lld", (long long)c->now + CLOSED_MS), socket,
					     arena_printf(c->mem, "%lld", (long long)c->now),
					     arena_printf(c->mem, "%lld", (long long)id) },
			   10);

	bus_go(c);
	return bus_int(c, slot, 0) > 0;
}

bool person_came(struct ctx *c, int64_t id, bool staff, const char *socket)
{
	return changes(c, come, id, staff ? STAFF : CUSTOMERS, CUSTOMERS, socket);
}

bool person_left(struct ctx *c, int64_t id, const char *socket)
{
	return changes(c, leave, id, STAFF, CUSTOMERS, socket);
}

static bool load(struct ctx *c, const int64_t *ids, size_t n, struct list *to)
{
	for (size_t from = 0; from < n; from += AT_ONCE) {
		struct query q = query_new(c, "SELECT " USER_COLS " FROM users WHERE deleted_at IS NULL AND id IN (");
		struct list part = { 0 };
		for (size_t i = from; i < from + AT_ONCE; i++)
			query_add(&q, i > from ? ", ?" : "?", ARGS(INT(i < n ? ids[i] : 0)));
		query_add(&q, ") ORDER BY id", NOARGS);
		if (!query_list(c, &q, &part, (struct query_row){ user_cols, USER_COLUMNS, sizeof(struct user) }))
			return false;
		append(c, to, &part);
	}
	return true;
}

static bool customers(struct ctx *c, struct list *to, int64_t *total)
{
	int64_t ids[ONLINE_SHOWN];
	size_t n = 0;
	int slot = command(c,
			   (const char *[]){ "EVAL", look, "1", CUSTOMERS, arena_printf(c->mem, "%lld", (long long)c->now),
					     arena_printf(c->mem, "%d", ONLINE_SHOWN) },
			   6);

	bus_go(c);
	const char *text = bus_str(c, slot, NULL);
	*total = 0;
	if (text == NULL) /* Redis is away: nobody can say */
		return true;
	char *p;
	*total = strtoll(text, &p, 10);
	for (; *p == ' ' && p[1] != '\0' && n < ONLINE_SHOWN; n++)
		ids[n] = strtoll(p + 1, &p, 10);
	return load(c, ids, n, to);
}

bool people_online(struct ctx *c, const void *in, void *vout)
{
	struct people_online *out = vout;
	int64_t more;

	(void)in;
	if (!db_list(c, &people_sql[STAFF_ONLINE], &out->users, NOARGS))
		return false;
	out->total = (int64_t)out->users.n;
	if (!customers(c, &out->users, &more))
		return false;
	out->total += more;
	for (size_t i = 0; i < out->users.n; i++)
		show(c, (struct user *)out->users.items + i);
	return true;
}
