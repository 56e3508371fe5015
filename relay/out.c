/* Writing: frames are queued during a loop turn and go out together at its end, one sendmsg a client. */
#include "relay.h"
#include <errno.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum { QUEUE_BYTES_MAX = 1 << 20, QUEUE_AGE_MS = 10000, IOV = 64, TURN_BUDGET = 256, PACE_MS = 20 };

static void want_write(struct client *c, bool write)
{
	int events = (write ? EV_WRITE : 0) | (c->reading ? EV_READ : 0);

	if (c->writing == write)
		return;
	c->writing = write;
	ev_io_stop(c->relay->loop, &c->io);
	ev_io_set(&c->io, c->io.fd, events);
	ev_io_start(c->relay->loop, &c->io);
}

void out_free(struct client *c)
{
	struct queue *q = c->out;

	if (q == NULL)
		return;
	while (q->first < q->n)
		frame_unref(q->frames[q->first++]);
	free(q->frames);
	free(q);
	c->out = NULL;
}

static void mark_dirty(struct client *c)
{
	struct relay *r = c->relay;

	if (c->dirty || c->writing)
		return;
	c->dirty = true;
	if (r->dirty_n == r->dirty_cap) {
		r->dirty_cap = r->dirty_cap != 0 ? r->dirty_cap * 2 : 256;
		r->dirty = must(realloc(r->dirty, r->dirty_cap * sizeof(*r->dirty)));
	}
	r->dirty[r->dirty_n++] = c;
}

static void make_room(struct queue *q)
{
	if (q->n < q->cap)
		return;
	if (q->first > 0) {
		memmove(q->frames, q->frames + q->first, (q->n - q->first) * sizeof(*q->frames));
		q->n -= q->first;
		q->first = 0;
		return;
	}
	q->cap = q->cap != 0 ? q->cap * 2 : 4;
	q->frames = must(realloc(q->frames, q->cap * sizeof(*q->frames)));
}

void out_push(struct client *c, struct frame *f)
{
	if (c->state == CLIENT_GONE)
		return;
	if (c->out == NULL)
		c->out = must(calloc(1, sizeof(*c->out)));
	struct queue *q = c->out;
	if (q->bytes + f->len > QUEUE_BYTES_MAX + 4096 || (c->writing && mono(c->relay) - q->since > QUEUE_AGE_MS)) {
		c->relay->n.slow_closed++;
		client_reset(c, "slow_consumer");
		return;
	}
	make_room(q);
	f->ref++;
	q->frames[q->n++] = f;
	q->bytes += f->len;
	c->relay->n.frames_out++;
	mark_dirty(c);
}

static int fill_iov(const struct queue *q, struct iovec *v)
{
	int n = 0;

	for (uint32_t i = q->first; i < q->n && n < IOV; i++, n++)
		v[n] = (struct iovec){ q->frames[i]->data, q->frames[i]->len };
	v[0].iov_base = (uint8_t *)v[0].iov_base + q->off;
	v[0].iov_len -= q->off;
	return n;
}

static void written(struct queue *q, size_t w)
{
	q->bytes -= (uint32_t)w;
	w += q->off;
	while (q->first < q->n && w >= q->frames[q->first]->len) {
		w -= q->frames[q->first]->len;
		frame_unref(q->frames[q->first++]);
	}
	q->off = (uint32_t)w;
}

void out_flush(struct client *c)
{
	struct queue *q;

	while ((q = c->out) != NULL && q->first < q->n) {
		struct iovec v[IOV] = { 0 };
		struct msghdr m = { .msg_iov = v, .msg_iovlen = (size_t)fill_iov(q, v) };
		ssize_t w = sendmsg(c->io.fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
		c->relay->n.writes++;
		if (w < 0 && (errno == EAGAIN || errno == EINTR)) {
			if (!c->writing)
				q->since = mono(c->relay);
			want_write(c, true);
			return;
		}
		if (w < 0) {
			client_close(c, 0, "write_error");
			return;
		}
		written(q, (size_t)w);
	}
	out_free(c); /* an idle client holds no queue */
	if (c->state == CLIENT_GONE)
		return;
	want_write(c, false);
	client_drained(c);
	if (c->state == CLIENT_CLOSING && c->peer_closed)
		client_close(c, 0, "closed");
	else if (c->state == CLIENT_CLOSING)
		shutdown(c->io.fd, SHUT_WR); /* the peer answers and closes; the wheel ends those that do not */
}

/* -- large channels -- */

static bool unread(int fd)
{
	int n = 0;

	return ioctl(fd, SIOCOUTQ, &n) == 0 && n > 0;
}

/* Two slices may be on their way; the next one waits until the older of them was read, but not for a reader who does not read. */
static bool pace_waits(struct relay *r)
{
	struct pace *p = &r->pace;

	if (p->on_way[1] < 0)
		return false;
	if (unread(p->on_way[0]) && mono(r) - p->since < PACE_MS)
		return true;
	p->on_way[0] = p->on_way[1];
	p->on_way[1] = -1;
	p->since = mono(r);
	return false;
}

static void pace_sent(struct relay *r)
{
	struct pace *p = &r->pace;

	if (p->last < 0)
		return;
	if (p->on_way[0] < 0)
		p->since = mono(r);
	p->on_way[p->on_way[0] < 0 ? 0 : 1] = p->last;
	p->last = -1;
}

static void on_look(struct ev_loop *loop, ev_timer *t, int events)
{
	(void)loop, (void)t, (void)events; /* the turn looks */
}

void out_turn_init(struct relay *r)
{
	r->pace = (struct pace){ .last = -1, .on_way = { -1, -1 } };
	ev_timer_init(&r->pace.look, on_look, 0, 0.001);
}

/* A slice of large channels. A web server has one loop for everybody: handed thousands of frames at once, it would answer nobody
   else until it had passed them on. So it is handed a slice when it has taken the one before. True: the next turn is not to be
   waited for.
 */
static bool sweep_turn(struct relay *r)
{
	bool waits = r->sweeps != NULL && pace_waits(r);

	if (!waits) {
		sweep_some(r, TURN_BUDGET);
		pace_sent(r);
		waits = r->sweeps != NULL && pace_waits(r);
	}
	if (waits && !ev_is_active(&r->pace.look))
		ev_timer_again(r->loop, &r->pace.look);
	else if (!waits && ev_is_active(&r->pace.look))
		ev_timer_stop(r->loop, &r->pace.look);
	return r->sweeps != NULL && !waits;
}

/* Clients with something to write, oldest first, then large channels: a budget a turn, so that one fan-out does not make others
 * wait. */
void out_turn(struct relay *r)
{
	int budget = TURN_BUDGET;

	while (budget > 0 && r->dirty_at < r->dirty_n) {
		struct client *c = r->dirty[r->dirty_at++];
		c->dirty = false;
		if (c->state != CLIENT_GONE) {
			out_flush(c);
			budget--;
		}
	}
	bool more = r->dirty_at < r->dirty_n;
	if (!more)
		r->dirty_at = r->dirty_n = 0;
	more = sweep_turn(r) || more || r->dirty_n > 0;
	if (more && !ev_is_active(&r->spin))
		ev_idle_start(r->loop, &r->spin);
	else if (!more && ev_is_active(&r->spin))
		ev_idle_stop(r->loop, &r->spin);
}
