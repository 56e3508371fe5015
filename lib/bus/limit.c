/* Sliding windows: the current fixed window's count plus the part of the one before that still lies inside. */
#include "bus.h"

static const char *key(struct ctx *c, const struct limit *l, int64_t window)
{
	return arena_printf(c->mem, "limit:%s:%s:%lld", l->name, l->subject, (long long)window);
}

void limit_ask(struct ctx *c, struct limit *l)
{
	int64_t window = c->now / 1000 / l->window_s;

	l->slot_now = bus_incr(c, key(c, l, window), 2 * l->window_s);
	l->slot_before = bus_get(c, key(c, l, window - 1));
}

/* A refused call takes its own count back, so that hammering does not make the wait longer. */
static void take_back(struct ctx *c, const struct limit *l)
{
	const char *k = arena_printf(c->mem, "deskbell:%s", key(c, l, c->now / 1000 / l->window_s));
	size_t n = 0;

	while (k[n] != '\0')
		n++;
	bus_cmd(c, 2, (const char *[]){ "DECR", k }, (size_t[]){ 4, n });
	bus_go(c);
}

bool limit_answer(struct ctx *c, struct limit *l)
{
	int64_t window_ms = l->window_s * 1000, into = c->now % window_ms;
	int64_t now = bus_int(c, l->slot_now, 0), before = bus_int(c, l->slot_before, 0);
	int64_t used = now + (before * (window_ms - into) + window_ms - 1) / window_ms; /* a part of a call is one */

	l->reset_s = (window_ms - into + 999) / 1000;
	l->remaining = used < l->max ? l->max - used : 0;
	if (used <= l->max)
		return true;
	take_back(c, l);
	return false;
}
