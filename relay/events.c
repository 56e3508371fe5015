/* Answers and publications, block by block; fan-out to channels. */
#include "../lib/core/log.h"
#include "relay.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIRECT_MAX = 64, HOLD_MS = 300 };

/* -- to one client, through its hold and its skips -- */

static bool covered(struct client *c, const struct frame *f)
{
	for (unsigned i = 0; i < c->skip_n; i++)
		if (c->skip[i].stream == f->stream) {
			if (f->seq <= c->skip[i].seq)
				return true;
			c->skip[i] = c->skip[--c->skip_n]; /* the stream has passed it */
			break;
		}
	if (c->skip_n == 0) {
		free(c->skip);
		c->skip = NULL;
	}
	return false;
}

static void hold_frame(struct client *c, struct frame *f)
{
	enum { HELD_MAX = 1000, HELD_BYTES_MAX = 1 << 20 };
	struct hold *h = c->hold;

	if (h->n >= HELD_MAX || h->bytes + f->len > HELD_BYTES_MAX) {
		c->relay->n.held_closed++;
		client_close(c, 1013, "catching_up_too_slow");
		return;
	}
	if (h->n == h->cap) {
		h->cap = h->cap != 0 ? h->cap * 2 : 8;
		h->frames = must(realloc(h->frames, h->cap * sizeof(*h->frames)));
	}
	f->ref++;
	h->frames[h->n++] = f;
	h->bytes += f->len;
}

void client_deliver(struct client *c, struct frame *f)
{
	if (c->state != CLIENT_OPEN)
		return;
	if (c->hold != NULL) {
		hold_frame(c, f);
		return;
	}
	if (c->skip != NULL && f->stream != 0 && covered(c, f))
		return;
	c->relay->n.deliveries++;
	out_push(c, f);
}

/* -- to a channel -- */

void member_catch_up(struct channel *ch, struct member *m)
{
	struct client *c = m->client;
	uint32_t from = m->next - ch->base;

	m->next = ch->base + ch->pending_n;
	for (uint32_t i = from; i < ch->pending_n && c->state == CLIENT_OPEN; i++)
		client_deliver(c, ch->pending[i]);
}

static void drop_pending(struct channel *ch)
{
	for (uint32_t i = 0; i < ch->pending_n; i++)
		frame_unref(ch->pending[i]);
	ch->base += ch->pending_n;
	ch->pending_n = 0;
	free(ch->pending);
	ch->pending = NULL;
	ch->pending_cap = 0;
}

static void line_up(struct relay *r, struct channel *ch)
{
	ch->sweep_next = NULL;
	if (r->sweeps == NULL)
		r->sweeps = ch;
	else
		r->sweeps_last->sweep_next = ch;
	r->sweeps_last = ch;
}

static void keep_for_sweep(struct relay *r, struct channel *ch, struct frame *f)
{
	if (ch->pending_n == ch->pending_cap) {
		ch->pending_cap = ch->pending_cap != 0 ? ch->pending_cap * 2 : 8;
		ch->pending = must(realloc(ch->pending, ch->pending_cap * sizeof(*ch->pending)));
	}
	f->ref++;
	ch->pending[ch->pending_n++] = f;
	if (!ch->sweeping) {
		ch->sweeping = true;
		ch->cursor = 0;
		line_up(r, ch);
	} else if (ch->cursor > 0) {
		ch->again = true; /* those before the cursor get it in the next round */
	}
}

void channel_send(struct relay *r, struct channel *ch, struct frame *f)
{
	if (ch->sweeping || ch->n > DIRECT_MAX) {
		keep_for_sweep(r, ch, f);
		return;
	}
	for (uint32_t i = ch->n; i-- > 0;) /* downwards: a client that goes swaps in the last */
		if (i < ch->n)
			client_deliver(ch->members[i].client, f);
}

/* A few members of the oldest sweep; then the next channel's turn. */
static int sweep_one(struct channel *ch, int budget)
{
	int used = 0;

	while (ch->cursor < ch->n && used < budget) {
		struct member *m = &ch->members[ch->cursor++];
		struct client *c = m->client;
		if (m->next == ch->base + ch->pending_n)
			continue;
		member_catch_up(ch, m);
		if (c->state != CLIENT_GONE && !c->writing && c->out != NULL)
			out_flush(c);
		used++;
		if (c->local && c->state != CLIENT_GONE) {
			ch->members[0].client->relay->pace.last = c->io.fd;
			used++; /* the web server takes longer over it than its reader would */
		}
	}
	return used;
}

static bool sweep_done(struct channel *ch)
{
	if (ch->cursor < ch->n)
		return false;
	if (ch->again) {
		ch->again = false;
		ch->cursor = 0;
		return false;
	}
	return true;
}

bool sweep_some(struct relay *r, int budget)
{
	while (budget > 0 && r->sweeps != NULL) {
		struct channel *ch = r->sweeps;
		r->sweeps = ch->sweep_next;
		budget -= sweep_one(ch, budget) + 1;
		if (!sweep_done(ch)) {
			line_up(r, ch);
			continue;
		}
		ch->sweeping = false;
		ch->cursor = 0;
		drop_pending(ch);
		if (ch->n == 0)
			hub_drop_empty(&r->hub, ch);
	}
	return r->sweeps != NULL;
}

/* Whoever leaves gets what was published while it was in. */
void leave_channel(struct relay *r, struct client *c, struct channel *ch)
{
	for (unsigned i = 0; i < c->subs_n; i++)
		if (c->subs[i].channel == ch) {
			member_catch_up(ch, &ch->members[c->subs[i].slot]);
			break;
		}
	if (c->state != CLIENT_GONE)
		hub_leave(&r->hub, c, ch);
}

/* -- one event -- */

/* A client in several of an event's channels gets it by the first of them. */
static bool first_for(const struct client *c, struct channel *const *channels, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (hub_in(c, channels[k]))
			return false;
	return true;
}

static void send_to_small(struct channel *const *channels, size_t i, struct frame *f, const struct client *except)
{
	struct channel *ch = channels[i];

	for (uint32_t k = ch->n; k-- > 0;) {
		if (k >= ch->n)
			continue;
		struct client *c = ch->members[k].client;
		if (c != except && (i == 0 || first_for(c, channels, i)))
			client_deliver(c, f);
	}
}

static struct client *find_named(struct channel *const *channels, size_t n, struct word name)
{
	char text[64];

	for (size_t i = 0; i < n; i++)
		for (uint32_t k = 0; k < channels[i]->n && channels[i]->n <= DIRECT_MAX; k++) {
			struct client *c = channels[i]->members[k].client;
			int len = snprintf(text, sizeof(text), "%s-%llu", c->relay->name, (unsigned long long)c->id);
			if (len == (int)name.n && memcmp(text, name.p, name.n) == 0)
				return c;
		}
	return NULL;
}

static void send_target(struct relay *r, const struct block *b, struct word except, int64_t stream, int64_t seq)
{
	struct channel *channels[WORDS_MAX];
	size_t n = 0;

	for (size_t i = 1; i < b->n; i++) {
		struct channel *ch = hub_find(&r->hub, b->words[i].p, b->words[i].n);
		if (ch != NULL && ch->n > 0)
			channels[n++] = ch;
	}
	if (n == 0)
		return;
	struct frame *f = frame_text(b->bytes, b->len, stream, seq);
	r->n.built++;
	const struct client *self = except.n > 0 ? find_named(channels, n, except) : NULL;
	for (size_t i = 0; i < n; i++) {
		/* Only the first may be large without care: a later one's members are looked up, which small ones can afford. */
		if (i == 0 && (channels[0]->sweeping || channels[0]->n > DIRECT_MAX))
			keep_for_sweep(r, channels[0], f);
		else
			send_to_small(channels, i, f, self);
	}
	frame_unref(f);
}

void deliver_event(struct relay *r, const char *p, size_t n, int64_t stream, int64_t seq)
{
	const char *end = p + n;
	struct word except = { 0 };
	struct block b;

	while (block_next(&p, end, &b) == 1) {
		if (b.kind == 'N')
			except = b.words[0];
		else if (b.kind == 'T')
			send_target(r, &b, except, stream, seq);
	}
}

/* E was read: everything up to its '.' is the event. */
static bool take_event(struct relay *r, const struct block *e, const char **p, const char *end)
{
	int64_t stream = word_none(e->words[0]) ? 0 : word_int(e->words[0]);
	int64_t seq = word_int(e->words[1]), id = word_int(e->words[2]);
	const char *body = *p;
	struct block b;
	int got;

	while ((got = block_next(p, end, &b)) == 1 && b.kind != '.')
		if (b.kind != 'T' && b.kind != 'N')
			return false;
	if (got != 1)
		return false;
	size_t n = (size_t)(b.start - body);
	r->n.events++;
	if (stream == 0)
		deliver_event(r, body, n, 0, 0);
	else
		stream_event(r, stream, seq, id, body, n);
	return true;
}

/* -- the other blocks -- */

static void kick(struct relay *r, const struct block *b)
{
	struct channel *ch = hub_find(&r->hub, b->words[2].p, b->words[2].n);
	char why[64];

	snprintf(why, sizeof(why), "%.*s", (int)b->words[1].n, b->words[1].p);
	while (ch != NULL && ch->n > 0) {
		struct client *c = ch->members[ch->n - 1].client;
		bool last = ch->n == 1;
		client_close(c, (int)word_int(b->words[0]), why);
		if (last)
			return; /* the channel went with its last member */
		ch = hub_find(&r->hub, b->words[2].p, b->words[2].n);
	}
}

static void recheck(struct relay *r, const struct block *b)
{
	struct channel *ch = hub_find(&r->hub, b->words[0].p, b->words[0].n);

	for (uint32_t i = 0; ch != NULL && i < ch->n; i++)
		client_recheck(ch->members[i].client, RECHECK_CHANGED);
}

static void join(struct relay *r, struct client *c, const struct block *b)
{
	enum { CHANNELS_MAX = 1000 };

	for (size_t i = 0; i < b->n && c->subs_n < CHANNELS_MAX; i++)
		hub_join(hub_get(&r->hub, b->words[i].p, b->words[i].n), c);
	if (c->hold == NULL)
		client_hold(c, mono(r) + HOLD_MS);
}

static void leave(struct relay *r, struct client *c, const struct block *b)
{
	if (b->n == 1 && b->words[0].n == 1 && *b->words[0].p == '*') {
		while (c->state != CLIENT_GONE && c->subs_n > 0)
			leave_channel(r, c, c->subs[c->subs_n - 1].channel);
		return;
	}
	for (size_t i = 0; i < b->n; i++) {
		struct channel *ch = hub_find(&r->hub, b->words[i].p, b->words[i].n);
		if (ch != NULL)
			leave_channel(r, c, ch);
	}
}

static void set_who(struct client *c, struct word w)
{
	if (w.n > 1023)
		return;
	free(c->who);
	c->who = must(strndup(w.p, w.n));
}

static void send_block(struct client *c, const struct block *b)
{
	if (b->len > 0) {
		struct frame *f = frame_text(b->bytes, b->len, 0, 0);
		out_push(c, f);
		frame_unref(f);
	}
	if (b->kind == 'S' && c->state == CLIENT_OPEN)
		client_cover(c, word_int(b->words[1]), word_int(b->words[2]));
}

static void for_client(struct relay *r, struct client *c, const struct block *b)
{
	char why[64];

	switch (b->kind) {
	case 'W': set_who(c, b->words[0]); break;
	case 'J': join(r, c, b); break;
	case 'L': leave(r, c, b); break;
	case 'P': presence_add(c, b->words[0].p, b->words[0].n); break;
	case 'F':
	case 'S': send_block(c, b); break;
	case 'H': client_hold(c, 0); break;
	case 'G': client_go(c); break;
	case 'X':
		snprintf(why, sizeof(why), "%.*s", (int)b->words[1].n, b->words[1].p);
		client_close(c, (int)word_int(b->words[0]), why);
		break;
	default: break;
	}
}

void take_blocks(struct relay *r, struct client *c, const char *p, size_t n)
{
	const char *end = p + n;
	struct block b, next = { 0 };
	int got;

	while ((got = block_next(&p, end, &b)) == 1) {
		if (b.kind == 'C') {
			next = b; /* asked last: as who the W says, in what the J says */
		} else if (b.kind == 'E') {
			if (!take_event(r, &b, &p, end)) {
				got = -1;
				break;
			}
		} else if (b.kind == 'K') {
			kick(r, &b);
		} else if (b.kind == 'R') {
			recheck(r, &b);
		} else if (c != NULL && c->state == CLIENT_OPEN) {
			for_client(r, c, &b);
		}
	}
	if (got < 0) {
		r->n.bad_blocks++;
		log_warn(NULL, "blocks.bad", "a payload of %zu bytes is malformed", n);
	}
	if (next.kind != '\0' && c != NULL && c->state == CLIENT_OPEN)
		client_continue(c, next.bytes, next.len);
}
