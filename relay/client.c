#include "../lib/core/log.h"
#include "relay.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HANDSHAKE_S = 10, STRANGER_S = 10, SILENT_S = 60, CLOSING_S = 5, PATIENCE_MS = 10000, MUCH_BYTES = 256 << 10 };

struct input {
	struct input *next;
	size_t n;
	char bytes[];
};

uint32_t now_s(const struct relay *r)
{
	return (uint32_t)(mono(r) / 1000);
}

/* -- lists: handshakes in order of arrival; the ping wheel -- */

void list_add(struct client **first, struct client *c)
{
	c->prev = NULL;
	c->next = *first;
	if (*first != NULL)
		(*first)->prev = c;
	*first = c;
}

void list_remove(struct client **first, struct client *c)
{
	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		*first = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	c->prev = c->next = NULL;
}

static struct client **list_of(struct client *c)
{
	return c->state == CLIENT_HANDSHAKE ? &c->relay->handshakes : &c->relay->wheel[c->slot];
}

/* -- the end -- */

static void drop_hold(struct client *c)
{
	struct hold *h = c->hold;

	if (h == NULL)
		return;
	for (uint32_t i = 0; i < h->n; i++)
		frame_unref(h->frames[i]);
	free(h->frames);
	free(h->covered);
	free(h);
	c->hold = NULL;
}

static void on_closed(struct relay *r, void *arg, bool answered, const char *body, size_t n)
{
	(void)r, (void)arg, (void)answered, (void)body, (void)n;
}

static void gone(struct client *c, const char *why)
{
	struct relay *r = c->relay;

	if (c->state == CLIENT_GONE)
		return;
	log_debug(NULL, "socket.closed", "%llu %s", (unsigned long long)c->id, why);
	list_remove(list_of(c), c);
	c->state = CLIENT_GONE;
	ev_io_stop(r->loop, &c->io);
	close(c->io.fd);
	if (c->request != NULL)
		fcgi_forget_client(c->request);
	c->request = NULL;
	presence_end(c);
	if (c->who != NULL && !r->stopping) /* its parameters are written at once: the request outlives the client */
		fcgi_forget_client(fcgi_call(r, "/realtime/close", c, "", "", 0, on_closed, NULL, 1000));
	hub_leave_all(&r->hub, c);
	out_free(c);
	drop_hold(c);
	ws_free(c);
	addr_drop(r, c->addr);
	r->clients--;
	r->n.closed++;
	c->next = r->gone;
	r->gone = c;
}

void client_free_gone(struct relay *r)
{
	struct client **at = &r->gone, *c;

	while ((c = *at) != NULL) {
		if (c->dirty || c->watched || c->stranger || c->throttled) {
			at = &c->next;
			continue;
		}
		*at = c->next;
		for (struct input *i = c->inputs, *next; i != NULL; i = next) {
			next = i->next;
			free(i);
		}
		free(c->later);
		free(c->in);
		free(c->who);
		free(c->info);
		free(c->presence);
		free(c->skip);
		if (c->endpoint_owned)
			free((char *)(uintptr_t)c->endpoint);
		free(c);
	}
}

void client_reset(struct client *c, const char *why)
{
	struct linger now = { .l_onoff = 1, .l_linger = 0 };

	if (c->state == CLIENT_GONE)
		return;
	setsockopt(c->io.fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	gone(c, why);
}

void client_close(struct client *c, int code, const char *why)
{
	if (c->state == CLIENT_GONE || (c->state == CLIENT_CLOSING && code != 0))
		return;
	if (code == 0 || c->state == CLIENT_HANDSHAKE) {
		gone(c, why);
		return;
	}
	uint8_t payload[125] = { (uint8_t)(code >> 8), (uint8_t)code };
	size_t n = strlen(why) < sizeof(payload) - 2 ? strlen(why) : sizeof(payload) - 2;
	memcpy(payload + 2, why, n);
	struct frame *f = frame_make(0x88, payload, n + 2, 0, 0);
	out_push(c, f);
	frame_unref(f);
	if (c->state == CLIENT_GONE)
		return;
	log_debug(NULL, "socket.closing", "%llu %d %s", (unsigned long long)c->id, code, why);
	c->state = CLIENT_CLOSING;
	c->last_in = now_s(c->relay); /* from now on: since when it closes */
	hub_leave_all(&c->relay->hub, c);
	drop_hold(c);
}

/* -- reading on and off: a socket whose request is under way is not read: that is its back-pressure -- */

static void set_reading(struct client *c, bool read)
{
	if (c->state == CLIENT_GONE || c->reading == read)
		return;
	c->reading = read;
	ev_io_stop(c->relay->loop, &c->io);
	ev_io_set(&c->io, c->io.fd, (c->writing ? EV_WRITE : 0) | (read ? EV_READ : 0));
	ev_io_start(c->relay->loop, &c->io);
}

/* -- holds -- */

static void watch_hold(struct client *c)
{
	struct relay *r = c->relay;

	if (c->watched)
		return;
	c->watched = true;
	if (r->holds_n == r->holds_cap) {
		r->holds_cap = r->holds_cap != 0 ? r->holds_cap * 2 : 64;
		r->holds = must(realloc(r->holds, r->holds_cap * sizeof(*r->holds)));
	}
	r->holds[r->holds_n++] = c;
	if (!ev_is_active(&r->hold_timer))
		ev_timer_again(r->loop, &r->hold_timer);
}

void client_hold(struct client *c, int64_t until)
{
	if (c->hold == NULL)
		c->hold = must(calloc(1, sizeof(*c->hold)));
	c->hold->until = until;
	if (until != 0)
		watch_hold(c);
}

void client_cover(struct client *c, int64_t stream, int64_t seq)
{
	struct hold *h;

	if (c->hold == NULL)
		client_hold(c, 0);
	h = c->hold;
	for (uint32_t i = 0; i < h->covered_n; i++)
		if (h->covered[i].stream == stream) {
			h->covered[i].seq = seq > h->covered[i].seq ? seq : h->covered[i].seq;
			return;
		}
	if (h->covered_n == h->covered_cap) {
		h->covered_cap = h->covered_cap != 0 ? h->covered_cap * 2 : 4;
		h->covered = must(realloc(h->covered, h->covered_cap * sizeof(*h->covered)));
	}
	h->covered[h->covered_n++] = (struct skip){ stream, seq };
}

static bool was_covered(const struct hold *h, const struct frame *f)
{
	for (uint32_t i = 0; f->stream != 0 && i < h->covered_n; i++)
		if (h->covered[i].stream == f->stream)
			return f->seq <= h->covered[i].seq;
	return false;
}

/* Caught up beyond what the relay has forwarded: those frames still come, and this socket has them. */
static void keep_skips(struct client *c, const struct hold *h)
{
	for (uint32_t i = 0; i < h->covered_n && c->skip_n < 1000; i++) {
		int64_t at = stream_position(c->relay, h->covered[i].stream);
		if (at >= h->covered[i].seq)
			continue;
		c->skip = must(realloc(c->skip, (c->skip_n + 1u) * sizeof(*c->skip)));
		c->skip[c->skip_n++] = h->covered[i];
		stream_behind(c->relay, h->covered[i].stream, h->covered[i].seq);
	}
}

void client_go(struct client *c)
{
	struct hold *h = c->hold;

	if (h == NULL)
		return;
	c->hold = NULL;
	/* Frames of large channels that were published before: in the order of the others they come now, through the same sieve. */
	for (unsigned i = 0; i < c->subs_n && c->state == CLIENT_OPEN; i++) {
		struct channel *ch = c->subs[i].channel;
		if (ch->members[c->subs[i].slot].next != ch->base + ch->pending_n) {
			c->hold = h;
			member_catch_up(ch, &ch->members[c->subs[i].slot]);
			if (c->hold == NULL) /* too much: it is closed, and what was held is gone */
				return;
			c->hold = NULL;
		}
	}
	for (uint32_t i = 0; i < h->n && c->state == CLIENT_OPEN; i++)
		if (!was_covered(h, h->frames[i])) {
			c->relay->n.deliveries++;
			out_push(c, h->frames[i]);
		}
	if (c->state == CLIENT_OPEN)
		keep_skips(c, h);
	c->hold = h;
	drop_hold(c);
}

void client_holds_end(struct relay *r)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < r->holds_n; i++) {
		struct client *c = r->holds[i];
		bool timed = c->state == CLIENT_OPEN && c->hold != NULL && c->hold->until != 0;
		if (timed && c->hold->until > mono(r)) {
			r->holds[kept++] = c;
			continue;
		}
		c->watched = false;
		if (timed)
			client_go(c);
	}
	r->holds_n = kept;
	if (kept == 0)
		ev_timer_stop(r->loop, &r->hold_timer);
}

/* -- frames in -- */

static void ready(struct client *);

static void on_answer(struct relay *r, void *arg, bool answered, const char *body, size_t n)
{
	struct client *c = arg;

	if (c == NULL) { /* the socket is gone, but what was stored concerns others */
		if (answered)
			take_blocks(r, NULL, body, n);
		return;
	}
	c->answering = true;
	if (!answered)
		client_close(c, 1013, "no_answer");
	else
		take_blocks(r, c, body, n);
	c->answering = false;
	if (c->state == CLIENT_OPEN && c->request == NULL)
		ready(c);
}

static void ask(struct client *c, const char *path, const char *frame_id, const char *body, size_t n)
{
	c->request = fcgi_call(c->relay, path, c, frame_id, body, n, on_answer, c, PATIENCE_MS);
}

static struct input *input_new(const char *p, size_t n)
{
	struct input *i = must(malloc(sizeof(*i) + n));

	*i = (struct input){ .n = n };
	memcpy(i->bytes, p, n);
	return i;
}

/* The next page of what it missed is not fetched faster than it takes the one before. */
void client_continue(struct client *c, const char *body, size_t n)
{
	if (c->out != NULL && c->out->bytes > MUCH_BYTES)
		c->later = input_new(body, n);
	else
		ask(c, "/realtime/continue", "", body, n);
}

void client_drained(struct client *c)
{
	struct input *i = c->later;

	if (i == NULL || c->state != CLIENT_OPEN)
		return;
	c->later = NULL;
	ask(c, "/realtime/continue", "", i->bytes, i->n);
	free(i);
}

void client_recheck(struct client *c, enum recheck what)
{
	c->recheck = what > c->recheck ? (uint8_t)what : c->recheck;
	if (c->request != NULL || c->later != NULL || c->answering || c->state != CLIENT_OPEN || c->recheck == RECHECK_NONE)
		return; /* a request that is under way may have looked before the change: asked when that is answered */
	const char *body = c->recheck == RECHECK_LOST ? "lost" : "";
	c->recheck = RECHECK_NONE;
	ask(c, "/realtime/recheck", "", body, strlen(body));
}

static void said_info(struct client *c)
{
	c->announced = true;
	free(c->info); /* said once; from now on `who` remembers */
	c->info = NULL;
	set_reading(c, false);
}

void client_announce(struct client *c)
{
	ask(c, "/realtime/open", "", "", 0);
	said_info(c);
}

static void send_input(struct client *c, const char *p, size_t n)
{
	char id[96];

	c->frames_in++;
	c->relay->n.frames_in++;
	snprintf(id, sizeof(id), "%s-%llu-%u", c->relay->name, (unsigned long long)c->id, c->frames_in);
	ask(c, "/realtime/frame", id, p, n);
	said_info(c);
}

void client_input(struct client *c, const char *p, size_t n)
{
	if (c->request == NULL && c->later == NULL && c->inputs == NULL && throttle_take(c)) {
		send_input(c, p, n);
		return;
	}
	struct input *i = input_new(p, n);
	if (c->inputs == NULL)
		c->inputs_end = &c->inputs;
	*c->inputs_end = i;
	c->inputs_end = &i->next;
	set_reading(c, false);
}

/* Its request was answered: what waited for that, then reading again. */
static void ready(struct client *c)
{
	struct input *i = c->inputs;

	client_recheck(c, RECHECK_NONE);
	if (c->request != NULL || c->later != NULL)
		return;
	if (i == NULL) {
		set_reading(c, true);
		return;
	}
	if (!throttle_take(c))
		return;
	c->inputs = i->next;
	send_input(c, i->bytes, i->n);
	free(i);
}

void client_go_on(struct client *c)
{
	if (c->request == NULL && c->later == NULL && !c->answering)
		ready(c);
}

/* -- who must say who it is -- */

void client_strange(struct client *c)
{
	struct relay *r = c->relay;

	c->stranger = true;
	if (r->strangers_n == r->strangers_cap) {
		r->strangers_cap = r->strangers_cap != 0 ? r->strangers_cap * 2 : 16;
		r->strangers = must(realloc(r->strangers, r->strangers_cap * sizeof(*r->strangers)));
	}
	r->strangers[r->strangers_n++] = (struct stranger){ c, now_s(r) };
}

static void strangers_end(struct relay *r)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < r->strangers_n; i++) {
		struct client *c = r->strangers[i].client;
		bool waiting = c->state == CLIENT_OPEN && c->subs_n == 0;
		if (waiting && now_s(r) - r->strangers[i].since <= STRANGER_S) {
			r->strangers[kept++] = r->strangers[i];
			continue;
		}
		c->stranger = false;
		if (waiting)
			client_close(c, 4401, "not_signed_in");
	}
	r->strangers_n = kept;
}

/* -- once a second: one slot of the wheel is pinged; slow handshakes and silent peers end -- */

static void ping_slot(struct relay *r, uint32_t slot)
{
	struct frame *ping = frame_make(0x89, "", 0, 0, 0);

	for (struct client *c = r->wheel[slot], *next; c != NULL; c = next) {
		next = c->next;
		if (now_s(r) - c->last_in > (c->state == CLIENT_CLOSING ? CLOSING_S : SILENT_S))
			client_reset(c, "silent");
		else
			out_push(c, ping);
	}
	frame_unref(ping);
}

void client_second(struct relay *r)
{
	for (struct client *c = r->handshakes, *next; c != NULL; c = next) {
		next = c->next;
		if (now_s(r) - c->last_in > HANDSHAKE_S)
			client_close(c, 0, "slow_handshake");
	}
	strangers_end(r);
	r->wheel_at = (r->wheel_at + 1) % WHEEL;
	ping_slot(r, r->wheel_at);
}
