/* redis_admin.h: a look into Redis, at Deskbell's keys alone. */
#ifndef REDIS_ADMIN_H
#define REDIS_ADMIN_H
#include "../core/core.h"

struct redis_status {
	bool connected;
	const char *version, *used_memory_human;
	int64_t used_memory, clients, keys, uptime_s;
};
bool redis_status(struct ctx *, const void *in, void *out); /* never fails */

struct redis_keys_in {
	const char *pattern, *cursor; /* pattern: with or without the prefix */
	int64_t count;
};
struct redis_key {
	const char *key, *type;
	int64_t ttl; /* seconds; -1 = for good */
};
struct redis_keys {
	struct list keys;   /* struct redis_key */
	const char *cursor; /* "0" = that was all */
};
bool redis_keys(struct ctx *, const void *in, void *out); /* one step of SCAN; "redis.away" */

struct redis_flush_in {
	const char *pattern;
	bool confirm;
};
struct redis_flush_out {
	int64_t deleted;
};
/* Caches go. What nobody could make again stays: who is connected, limits, failed sign-ins, maintenance. */
bool redis_flush(struct ctx *, const void *in, void *out);
#endif
