/* The self-test's steps over Redis: a message that comes back, and one that the worker answers. */
#include "../bus/bus.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "health.h"
#include "probe.h"
#include <sodium.h>
#include <string.h>

enum { PATIENCE_MS = 1000, FRESH_MS = 30000 };

static const char *channel_of(struct ctx *c, int64_t id)
{
	return arena_printf(c->mem, "deskbell:probe:%lld", (long long)id);
}

int probe_answer(struct ctx *c, int64_t id)
{
	return bus_publish(c, channel_of(c, id), "worker", strlen("worker"));
}

/* Publishes and waits for what comes on the channel of this id. False: not even connected. */
static bool exchange(struct ctx *c, int64_t id, const char *channel, const char *text, bool *came)
{
	const char *const channels[] = { channel_of(c, id) };
	struct bus_sub *s = bus_subscribe(c->cfg->redis_url, channels, COUNT(channels));
	const char *on, *data;
	size_t n;
	bool there, lost;

	*came = bus_next(s, 0, &on, &data, &n, &lost);
	there = lost && bus_up(c);
	if (there) {
		bus_publish(c, channel != NULL ? channel : channels[0], text, strlen(text));
		there = bus_go(c);
	}
	if (there)
		*came = bus_next(s, PATIENCE_MS, &on, &data, &n, &lost);
	bus_unsubscribe(s);
	return there;
}

static int64_t new_id(void)
{
	return (int64_t)randombytes_random() + 1;
}

struct finding probe_redis(struct ctx *c, struct probing *p)
{
	bool came = false;

	p->redis = exchange(c, new_id(), NULL, "self-test", &came);
	if (!p->redis)
		return (struct finding){ PROBE_FAIL, "probe.redis_away", { NULL } };
	return came ? (struct finding){ PROBE_OK, "probe.fine", { NULL } }
		    : (struct finding){ PROBE_FAIL, "probe.redis_silent", { NULL } };
}

/* One that is in the middle of a long job answers later: then its last sign of life tells. */
struct finding probe_worker(struct ctx *c, struct probing *p)
{
	int64_t id = new_id(), age;
	bool came = false;

	if (!p->redis || !exchange(c, id, "deskbell:wake", arena_printf(c->mem, "probe %lld", (long long)id), &came))
		return (struct finding){ PROBE_WARN, "probe.worker_unknown", { NULL } };
	if (came)
		return (struct finding){ PROBE_OK, "probe.fine", { NULL } };
	if (!p->database)
		return (struct finding){ PROBE_WARN, "probe.worker_waits", { NULL } };
	age = health_worker_age(c);
	if (age < 0 || age > FRESH_MS)
		return (struct finding){ PROBE_FAIL, "probe.worker_gone", { NULL } };
	return (struct finding){ PROBE_WARN, "probe.worker_busy", { arena_printf(c->mem, "%lld", (long long)(age / 1000)) } };
}
