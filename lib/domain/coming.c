#include "coming.h"
#include "../bus/bus.h"
#include <string.h>

enum { AT_ONCE = 50 /* a second */, LATE_AT_ONCE = 200, ARGS_MAX = 10 };
#define NOW "deskbell:coming:now"   /* how many this second */
#define ORDER "deskbell:coming"     /* user -> when it was kept */
#define WHAT "deskbell:coming:what" /* user -> "1 SOCKET" or "0 SOCKET" */

/* ARGV: most, now, user, what. Who is kept already is not overtaken by its own news. */
static const char keep[] = "local n = redis.call('INCR', KEYS[1]) if n == 1 then redis.call('PEXPIRE', KEYS[1], 1000) end "
			   "if n <= tonumber(ARGV[1]) and not redis.call('ZSCORE', KEYS[2], ARGV[3]) then return 1 end "
			   "redis.call('ZADD', KEYS[2], 'NX', ARGV[2], ARGV[3]) redis.call('HSET', KEYS[3], ARGV[3], ARGV[4]) "
			   "for i = 2, 3 do redis.call('EXPIRE', KEYS[i], 600) end return 0";
static const char take[] = "local ids, out = redis.call('ZPOPMIN', KEYS[2], ARGV[1]), {} "
			   "for i = 1, #ids, 2 do out[i], out[i + 1] = ids[i], redis.call('HGET', KEYS[3], ids[i]) or '' "
			   "redis.call('HDEL', KEYS[3], ids[i]) end return out";

static int script(struct ctx *c, const char *text, const char *const *values, int n)
{
	const char *argv[ARGS_MAX] = { "EVAL", text, "3", NOW, ORDER, WHAT };
	size_t len[ARGS_MAX];

	for (int i = 0; i < n; i++)
		argv[6 + i] = values[i];
	for (int i = 0; i < 6 + n; i++)
		len[i] = strlen(argv[i]);
	return bus_cmd(c, 6 + n, argv, len);
}

static const char *number(struct ctx *c, int64_t n)
{
	return arena_printf(c->mem, "%lld", (long long)n);
}

bool coming_now(struct ctx *c, const struct coming *who)
{
	const char *values[] = { number(c, AT_ONCE), number(c, c->now), who->public_id,
				 arena_printf(c->mem, "%d %s", who->there, who->socket) };
	int slot = script(c, keep, values, COUNT(values));

	bus_go(c);
	return bus_int(c, slot, 1) != 0;
}

void coming_late(struct ctx *c, struct list *out, bool *more)
{
	const char *most = number(c, LATE_AT_ONCE);
	int slot = script(c, take, &most, 1);

	bus_go(c);
	struct list all = bus_items(c, slot);
	const char *const *text = all.items;
	struct coming *who = arena_alloc(c->mem, (all.n / 2 + 1) * sizeof(*who));
	*out = (struct list){ who, 0 };
	for (size_t i = 0; i + 1 < all.n; i += 2)
		if (strlen(text[i + 1]) > 2)
			who[out->n++] = (struct coming){ text[i], text[i + 1] + 2, *text[i + 1] == '1' };
	*more = all.n / 2 == LATE_AT_ONCE;
}
