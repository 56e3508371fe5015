/* How fast a socket may speak: what comes faster waits, unread, and nothing is dropped. */
#include "relay.h"
#include <stdlib.h>

enum { BURST_MS = 2000 }; /* so much of its allowance may be used up at once */

static void remember(struct client *c)
{
	struct relay *r = c->relay;

	if (c->throttled)
		return;
	c->throttled = true;
	r->n.throttled++;
	if (r->throttled_n == r->throttled_cap) {
		r->throttled_cap = r->throttled_cap != 0 ? r->throttled_cap * 2 : 16;
		r->throttled = must(realloc(r->throttled, r->throttled_cap * sizeof(*r->throttled)));
	}
	r->throttled[r->throttled_n++] = c;
	if (!ev_is_active(&r->throttle_timer))
		ev_timer_again(r->loop, &r->throttle_timer);
}

bool throttle_take(struct client *c)
{
	const struct settings *cfg = &c->relay->cfg;
	int64_t now = mono(c->relay);

	if (!cfg->rate_limit)
		return true;
	if (c->paid_until < now - BURST_MS)
		c->paid_until = now - BURST_MS;
	if (c->paid_until >= now) {
		remember(c);
		return false;
	}
	c->paid_until += 1000 / cfg->limit_frames;
	return true;
}

void throttle_look(struct relay *r)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < r->throttled_n; i++) {
		struct client *c = r->throttled[i];
		bool open = c->state == CLIENT_OPEN;
		if (open)
			c->last_in = now_s(r); /* it is we who do not read */
		if (open && c->paid_until >= mono(r)) {
			r->throttled[kept++] = c;
			continue;
		}
		c->throttled = false;
		if (open)
			client_go_on(c);
	}
	r->throttled_n = kept;
	if (kept == 0)
		ev_timer_stop(r->loop, &r->throttle_timer);
}
