#include "kept.h"
#include "../bus/bus.h"
#include "../core/buf.h"
#include "../core/text.h"
#include "row_cache.h"
#include <string.h>

enum { ID_BITS = 50 }; /* scripts in browsers hold it exactly */

int64_t kept_new_id(struct ctx *c)
{
	uint64_t id = 0;

	for (const char *p = random_id(c->mem, "", 16); *p != '\0'; p++)
		id = id * 61 + (unsigned char)*p;
	return (int64_t)(id & ((1ull << ID_BITS) - 1)) + 1;
}

static const char *key_of(struct ctx *c, const struct kept *k, int64_t id)
{
	return arena_printf(c->mem, "%s:%lld", k->name, (long long)id);
}

static bool go(struct ctx *c)
{
	return bus_go(c) || fail(c, E_UNAVAILABLE, "redis.away");
}

bool kept_put(struct ctx *c, const struct kept *k, int64_t id, const void *row)
{
	struct buf b = { 0 };

	row_pack(&b, &k->row, row);
	bus_set(c, key_of(c, k, id), arena_strndup(c->mem, b.data, b.len), b.len, k->seconds);
	buf_free(&b);
	return go(c);
}

bool kept_get(struct ctx *c, const struct kept *k, int64_t id, void *row, bool *found)
{
	int slot = bus_get(c, key_of(c, k, id));
	size_t n = 0;

	memset(row, 0, k->row.rowsz);
	*found = false;
	if (!go(c))
		return false;
	const char *text = bus_str(c, slot, &n);
	*found = text != NULL && row_unpack(c->mem, &k->row, text, n, row);
	return true;
}

bool kept_take(struct ctx *c, const struct kept *k, int64_t id, void *row, bool *found)
{
	const char *key = arena_printf(c->mem, "deskbell:%s-taken:%lld", k->name, (long long)id),
		   *seconds = arena_printf(c->mem, "%lld", (long long)k->seconds);
	const char *argv[] = { "SET", key, "1", "NX", "EX", seconds };
	size_t len[COUNT(argv)];

	for (size_t i = 0; i < COUNT(argv); i++)
		len[i] = strlen(argv[i]);
	if (!kept_get(c, k, id, row, found))
		return false;
	if (!*found)
		return true;
	int slot = bus_cmd(c, COUNT(argv), argv, len);
	if (!go(c))
		return false;
	*found = bus_str(c, slot, NULL) != NULL;
	return true;
}

bool kept_forget(struct ctx *c, const struct kept *k, int64_t id)
{
	bus_del(c, key_of(c, k, id));
	return go(c);
}
