#include "redis_admin.h"
#include "../bus/bus.h"
#include "../core/text.h"
#include "audit.h"
#include <stdlib.h>
#include <string.h>

enum { BATCH = 10, FLUSH_COUNT = 1000 };
static const char prefix[] = "deskbell:";

static int command(struct ctx *c, const char *const *argv, int n)
{
	size_t len[8];

	for (int i = 0; i < n; i++)
		len[i] = strlen(argv[i]);
	return bus_cmd(c, n, argv, len);
}

/* -- status -- */

/* The value behind "name:" in what INFO says. */
static const char *info(struct ctx *c, const char *text, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = text; p != NULL && *p != '\0'; p = strchr(p, '\n'), p += p != NULL)
		if (strncmp(p, name, n) == 0 && p[n] == ':')
			return arena_strndup(c->mem, p + n + 1, strcspn(p + n + 1, "\r\n"));
	return NULL;
}

static int64_t info_number(struct ctx *c, const char *text, const char *name)
{
	const char *s = info(c, text, name);

	return s != NULL ? strtoll(s, NULL, 10) : 0;
}

bool redis_status(struct ctx *c, const void *in, void *vout)
{
	struct redis_status *out = vout;
	int all = command(c, (const char *[]){ "INFO" }, 1), size = command(c, (const char *[]){ "DBSIZE" }, 1);

	(void)in;
	bus_go(c);
	const char *text = bus_str(c, all, NULL);
	out->connected = text != NULL;
	out->keys = bus_int(c, size, 0);
	if (text == NULL)
		return true;
	out->version = info(c, text, "redis_version");
	out->used_memory_human = info(c, text, "used_memory_human");
	out->used_memory = info_number(c, text, "used_memory");
	out->clients = info_number(c, text, "connected_clients");
	out->uptime_s = info_number(c, text, "uptime_in_seconds");
	return true;
}

/* -- keys -- */

/* Whatever is asked for, it is looked for among Deskbell's own. */
static const char *own(struct ctx *c, const char *pattern)
{
	if (pattern == NULL || *pattern == '\0')
		pattern = "*";
	return strncmp(pattern, prefix, strlen(prefix)) == 0 ? pattern : arena_printf(c->mem, "%s%s", prefix, pattern);
}

/* items: the next cursor, then keys. */
static bool scan(struct ctx *c, const char *pattern, const char *cursor, int64_t count, struct list *items)
{
	int slot = command(c,
			   (const char *[]){ "SCAN", cursor, "MATCH", pattern, "COUNT",
					     arena_printf(c->mem, "%lld", (long long)count) },
			   6);

	bus_go(c);
	*items = bus_items(c, slot);
	return items->n > 0 || fail_wait(c, E_UNAVAILABLE, "redis.away", 1);
}

static void describe(struct ctx *c, struct redis_key *keys, size_t n)
{
	int type[BATCH], ttl[BATCH];

	for (size_t i = 0; i < n; i++) {
		type[i] = command(c, (const char *[]){ "TYPE", keys[i].key }, 2);
		ttl[i] = command(c, (const char *[]){ "TTL", keys[i].key }, 2);
	}
	bus_go(c);
	for (size_t i = 0; i < n; i++) {
		const char *text = bus_str(c, type[i], NULL);
		keys[i].type = text != NULL ? text : "none";
		keys[i].ttl = bus_int(c, ttl[i], -2);
	}
}

static bool cursor_ok(const char *s)
{
	return *s != '\0' && strlen(s) <= 20 && strspn(s, "0123456789") == strlen(s);
}

bool redis_keys(struct ctx *c, const void *vin, void *vout)
{
	const struct redis_keys_in *in = vin;
	struct redis_keys *out = vout;
	struct list items;
	const char *cursor = in->cursor != NULL ? in->cursor : "0";

	if (!cursor_ok(cursor))
		return fail_field(c, "cursor", "input.bad_id");
	if (!scan(c, own(c, in->pattern), cursor, in->count, &items))
		return false;
	const char *const *text = items.items;
	struct redis_key *keys = arena_alloc(c->mem, items.n * sizeof(*keys));
	out->cursor = text[0];
	for (size_t i = 1; i < items.n; i++)
		if (utf8_valid(text[i], strlen(text[i])))
			keys[out->keys.n++].key = text[i];
	out->keys.items = keys;
	for (size_t i = 0; i < out->keys.n; i += BATCH)
		describe(c, keys + i, out->keys.n - i < BATCH ? out->keys.n - i : BATCH);
	return true;
}

/* -- flush -- */

/* Nobody could make these again, or not at once. */
static bool kept(const char *key)
{
	static const char *const kinds[] = { "online:", "relays",      "customers-online", "viewing:", "limit:",
					     "login-",  "maintenance", "worker",           "bench:" };

	for (size_t i = 0; i < COUNT(kinds); i++)
		if (strncmp(key + strlen(prefix), kinds[i], strlen(kinds[i])) == 0)
			return true;
	return false;
}

static int64_t drop(struct ctx *c, const struct list *items)
{
	const char *const *text = items->items;
	int64_t deleted = 0;

	for (size_t i = 1; i < items->n;) {
		int slots[BUS_MAX], n = 0;
		for (; i < items->n && n < BUS_MAX; i++)
			if (!kept(text[i]))
				slots[n++] = command(c, (const char *[]){ "DEL", text[i] }, 2);
		if (n > 0)
			bus_go(c);
		for (int k = 0; k < n; k++)
			deleted += bus_int(c, slots[k], 0);
	}
	return deleted;
}

bool redis_flush(struct ctx *c, const void *vin, void *vout)
{
	const struct redis_flush_in *in = vin;
	struct redis_flush_out *out = vout;
	const char *pattern = own(c, in->pattern), *cursor = "0";
	struct list items;

	if (!in->confirm)
		return fail_field(c, "confirm", "redis.confirm");
	do {
		if (!scan(c, pattern, cursor, FLUSH_COUNT, &items))
			return false;
		cursor = ((const char *const *)items.items)[0];
		out->deleted += drop(c, &items);
	} while (strcmp(cursor, "0") != 0);
	return audit(c, "redis:flush", 0, audit_named(c, "pattern", pattern));
}
