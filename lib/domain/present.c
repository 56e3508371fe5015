#include "present.h"
#include "../bus/bus.h"
#include "../core/text.h"
#include "row_cache.h"
#include "sql_tables.h"
#include "user.h"
#include <stdlib.h>
#include <string.h>

enum { AGENT_CHARS = 300, COLUMNS = 4 /* of a person in what LIST answers */ };
#define SEEN "deskbell:present"        /* user -> when it was seen last */
#define SINCE "deskbell:present:since" /* user -> its sign-in */
#define WHO "deskbell:present:who"     /* user -> the columns below */

static const struct col who_cols[] = {
	{ COL_STR, offsetof(struct present, addr) },
	{ COL_STR, offsetof(struct present, agent) },
	{ COL_STR, offsetof(struct present, name) },
};
static const struct stmt who_row = { .sql = "", ROW(present, who_cols) };

enum { LAST_SIGN_IN, SQL__MAX };
const struct stmt present_sql[] = {
	[LAST_SIGN_IN] = { "SELECT addr FROM refresh_tokens WHERE user_id = ? AND addr <> '' ORDER BY expires_at DESC LIMIT 1",
			   ROW(text_row, text_cols) },
};
const size_t present_sql_n = SQL__MAX;

/* ARGV: user, now, idle since, sign-in, who ("" = not known), and how that is put. Who was away begins anew. */
static const char touch[] =
	"local seen = redis.call('ZSCORE', KEYS[1], ARGV[1]) "
	"if not seen or tonumber(seen) < tonumber(ARGV[3]) then redis.call('HSET', KEYS[2], ARGV[1], ARGV[4]) end "
	"redis.call('ZADD', KEYS[1], 'GT', ARGV[2], ARGV[1]) "
	"if ARGV[5] ~= '' then redis.call(ARGV[6], KEYS[3], ARGV[1], ARGV[5]) end "
	"for i = 1, 3 do redis.call('PEXPIRE', KEYS[i], 3600000) end return 1";
/* ARGV: idle since. Forgets those, answers user, seen, since, who of the others. */
static const char list[] =
	"local gone, out = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[1], 'LIMIT', 0, 1000), {} for _, u in "
	"ipairs(gone) do redis.call('ZREM', KEYS[1], u) redis.call('HDEL', KEYS[2], u) redis.call('HDEL', KEYS[3], u) end local "
	"here = redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], '+inf', 'WITHSCORES') for i = 1, #here, 2 do local n = #out out[n + "
	"1], out[n + 2] = here[i], here[i + 1] out[n + 3] = redis.call('HGET', KEYS[2], here[i]) or '0' out[n + 4] = "
	"redis.call('HGET', KEYS[3], here[i]) or '' end return out";

static const char *number(struct ctx *c, int64_t n)
{
	return arena_printf(c->mem, "%lld", (long long)n);
}

static int script(struct ctx *c, const char *text, const char *const *values, const size_t *sizes, int n)
{
	const char *argv[16] = { "EVAL", text, "3", SEEN, SINCE, WHO };
	size_t len[16];

	for (int i = 0; i < 6; i++)
		len[i] = strlen(argv[i]);
	for (int i = 0; i < n; i++) {
		argv[6 + i] = values[i];
		len[6 + i] = sizes != NULL && sizes[i] > 0 ? sizes[i] : strlen(values[i]);
	}
	return bus_cmd(c, 6 + n, argv, len);
}

void present_touch(struct ctx *c, int64_t signed_in_at)
{
	const char *agent = c->user_agent != NULL ? c->user_agent : "";
	struct present p = { .addr = c->addr,
			     .agent = arena_strndup(c->mem, agent, utf8_cut(agent, strlen(agent), AGENT_CHARS)),
			     .name = c->who.name };
	struct buf who = { 0 };

	if (p.addr != NULL && *p.addr != '\0')
		row_pack(&who, &who_row, &p);
	const char *values[] = { number(c, c->who.user_id),
				 number(c, c->now),
				 number(c, c->now - PRESENT_IDLE_MS),
				 number(c, signed_in_at != 0 ? signed_in_at : c->now),
				 buf_text(&who),
				 *agent != '\0' ? "HSET" : "HSETNX" /* a frame does not say its program again */ };
	script(c, touch, values, (size_t[COUNT(values)]){ [4] = who.len }, COUNT(values));
	bus_send(c);
	buf_free(&who);
}

void present_forget(struct ctx *c, int64_t user_id)
{
	const char *user = number(c, user_id);
	static const struct {
		const char *command, *key;
	} rows[] = { { "ZREM", SEEN }, { "HDEL", SINCE }, { "HDEL", WHO } };

	for (size_t i = 0; i < COUNT(rows); i++)
		bus_cmd(c, 3, (const char *[]){ rows[i].command, rows[i].key, user },
			(size_t[]){ strlen(rows[i].command), strlen(rows[i].key), strlen(user) });
	bus_send(c);
}

static bool read_person(struct ctx *c, const char *const *text, struct present *p)
{
	bool known = row_unpack(c->mem, &who_row, text[3], strlen(text[3]), p);

	if (!known)
		p->addr = p->agent = p->name = "";
	p->user_id = strtoll(text[0], NULL, 10);
	p->seen_at = strtoll(text[1], NULL, 10);
	p->login_at = strtoll(text[2], NULL, 10);
	return p->user_id > 0;
}

static int earlier(const void *a, const void *b)
{
	const struct present *x = a, *y = b;

	return x->login_at != y->login_at ? (x->login_at > y->login_at) - (x->login_at < y->login_at)
					  : (x->user_id > y->user_id) - (x->user_id < y->user_id);
}

static bool away(struct ctx *c)
{
	return fail_wait(c, E_UNAVAILABLE, "redis.away", 1);
}

bool present_list(struct ctx *c, const void *in, void *vout)
{
	struct present_list_out *out = vout;
	const char *idle = number(c, c->now - PRESENT_IDLE_MS);
	int slot = script(c, list, &idle, NULL, 1);

	(void)in;
	if (!bus_go(c))
		return away(c);
	struct list all = bus_items(c, slot);
	const char *const *text = all.items;
	struct present *p = arena_alloc(c->mem, (all.n / COLUMNS + 1) * sizeof(*p));
	out->people = (struct list){ p, 0 };
	for (size_t i = 0; i + COLUMNS <= all.n; i += COLUMNS) {
		if (!read_person(c, text + i, p))
			continue;
		if (!is_staff(c) && p->user_id != c->who.user_id)
			p->addr = p->agent = "";
		p++;
		out->people.n++;
	}
	qsort(out->people.items, out->people.n, sizeof(*p), earlier);
	return true;
}

bool present_count(struct ctx *c, int64_t *n)
{
	int slot = bus_zcount(c, "present", c->now - PRESENT_IDLE_MS, INT64_MAX);

	bus_go(c);
	*n = bus_int(c, slot, -1);
	return *n >= 0 || away(c);
}

bool present_address(struct ctx *c, const void *vin, void *vout)
{
	const struct present_address_in *in = vin;
	struct present_address_out *out = vout;
	struct text_row row = { 0 };
	struct present p = { 0 };
	struct user u;
	size_t n = 0;
	bool found;

	out->user_id = in->user_id;
	if (!user_get(c, in->user_id, &u))
		return false;
	const char *argv[] = { "HGET", WHO, number(c, in->user_id) };
	int slot = bus_cmd(c, 3, argv, (size_t[]){ 4, strlen(WHO), strlen(argv[2]) });
	bus_go(c);
	const char *text = bus_str(c, slot, &n);
	if (text != NULL && row_unpack(c->mem, &who_row, text, n, &p) && p.addr != NULL && *p.addr != '\0') {
		out->addr = p.addr;
		return true;
	}
	if (!db_find(c, &present_sql[LAST_SIGN_IN], &row, &found, ARGS(INT(in->user_id))))
		return false;
	out->addr = row.text;
	return found || fail(c, E_NOT_FOUND, "room.no_address");
}

/* That it was seen is noted with its credentials, as by any call; here it is made sure of. */
bool present_beat(struct ctx *c, const void *in, void *out)
{
	int64_t n;

	(void)in;
	((struct present_beat_out *)out)->at = c->now;
	return present_count(c, &n);
}
