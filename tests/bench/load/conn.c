/* One socket: its handshake, and the frames of a server that neither masks nor fragments. */
#include "load.h"
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_SIZE = 1 << 18, FRAME_MAX = 1 << 20, ANSWER_MAX = 8192, CONNS_A_SOURCE = 4000, CONTROL_MAX = 125 };
/* The key of RFC 6455's example for everyone: caches are no concern here, and the answer is known. */
static const char KEY[] = "dGhlIHNhbXBsZSBub25jZQ==", ACCEPT[] = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

static void conn_close(struct load *l, struct conn *c)
{
	if (c->state == CONN_OPEN && c->stalled) {
		l->n.dropped++;
		l->tcp.dropped_at = now_ns();
	} else if (c->state == CONN_OPEN) {
		l->n.closed++;
	} else {
		l->n.failed++;
	}
	c->state = CONN_CLOSED;
	close(c->fd);
	buf_free(&c->in);
}

/* Many source addresses, and RST at the end: thousands of ports are used again and again within a minute. */
static void prepare(const struct load *l, const struct conn *c)
{
	const struct linger reset = { .l_onoff = 1 };
	const int one = 1;
	struct sockaddr_in from = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + c->id / CONNS_A_SOURCE) };

	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof(one));
	if (l->opt.conns > CONNS_A_SOURCE && bind(c->fd, (struct sockaddr *)&from, sizeof(from)) < 0)
		die("bind: %m");
}

void conn_start(struct load *l, struct conn *c)
{
	if (l->bytes == NULL)
		l->bytes = must_calloc(1, READ_SIZE + FRAME_MAX);
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		die("socket: %m");
	prepare(l, c);
	c->state = CONN_CONNECTING;
	if (connect(c->fd, (struct sockaddr *)&l->opt.server, sizeof(l->opt.server)) < 0 && errno != EINPROGRESS) {
		conn_close(l, c);
		return;
	}
	watch(l, c->fd, c, EPOLL_CTL_ADD, EPOLLOUT);
}

static void ask(struct load *l, struct conn *c)
{
	char text[1024];
	const char *mark = strchr(l->opt.path, '%');
	int n = snprintf(text, sizeof(text),
			 "GET %.*s%u%s HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
			 "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n\r\n",
			 (int)(mark - l->opt.path), l->opt.path, c->id % l->opt.channels, mark + 1, KEY);

	if (n >= (int)sizeof(text) || send(c->fd, text, (size_t)n, MSG_NOSIGNAL) != n) {
		conn_close(l, c);
		return;
	}
	c->state = CONN_HANDSHAKE;
	watch(l, c->fd, c, EPOLL_CTL_MOD, EPOLLIN);
}

/* Bytes used, 0: more is needed, -1: refused. */
static ssize_t take_answer(struct load *l, struct conn *c, const uint8_t *p, size_t n)
{
	const uint8_t *end = memmem(p, n, "\r\n\r\n", 4);

	if (end == NULL)
		return n > ANSWER_MAX ? -1 : 0;
	size_t used = (size_t)(end - p) + 4;
	if (n < 12 || memcmp(p, "HTTP/1.1 101", 12) != 0 || memmem(p, used, ACCEPT, sizeof(ACCEPT) - 1) == NULL)
		return -1;
	if (l->opt.room != NULL) {
		c->state = CONN_JOINING;
		return room_sign_in(l, c) ? (ssize_t)used : -1;
	}
	c->state = CONN_OPEN;
	l->n.opened++;
	l->progress = l->now;
	if (c->stalled)
		watch(l, c->fd, c, EPOLL_CTL_MOD, EPOLLRDHUP);
	return (ssize_t)used;
}

static uint64_t unhex(const uint8_t *p, int n)
{
	uint64_t v = 0;

	for (int i = 0; i < n; i++)
		v = v << 4 | (uint64_t)(p[i] <= '9' ? p[i] - '0' : p[i] - 'a' + 10);
	return v;
}

static void take_message(struct load *l, struct conn *c, const uint8_t *p, size_t n)
{
	if (n != l->opt.size) {
		l->n.bad++;
		return;
	}
	uint64_t channel = unhex(p, HEX_CHANNEL), seq = unhex(p + HEX_CHANNEL, HEX_SEQ);
	if (channel != c->id % l->opt.channels || seq == 0 || seq > l->channels[channel].seq) {
		l->n.foreign++;
	} else if (seq <= c->last) { /* or late, which is no better */
		l->n.doubled++;
	} else {
		l->n.missing += seq - c->last - 1;
		c->last = seq;
		l->n.deliveries++;
		l->progress = l->now;
		hist_add(&l->hist, l->now - unhex(p + HEX_CHANNEL + HEX_SEQ, HEX_TIME));
	}
}

static bool send_pong(const struct conn *c, const uint8_t *p, size_t n)
{
	uint8_t frame[6 + CONTROL_MAX] = { 0x8a, (uint8_t)(0x80 | n) }; /* a mask of zeros changes nothing */

	if (n > CONTROL_MAX)
		return false;
	memcpy(frame + 6, p, n);
	return send(c->fd, frame, n + 6, MSG_NOSIGNAL) == (ssize_t)n + 6;
}

static bool take_frame(struct load *l, struct conn *c, uint8_t first, const uint8_t *p, size_t n)
{
	if (l->opt.room != NULL && first == 0x81)
		return room_frame(l, c, p, n);
	if (first == 0x81 || first == 0x82)
		take_message(l, c, p, n);
	else if (first == 0x89)
		return send_pong(c, p, n);
	else
		l->n.bad += first != 0x88;
	return first != 0x88;
}

/* Bytes of a frame's head, and of its payload; 0: not yet there. */
static size_t frame_head(const uint8_t *p, size_t n, uint64_t *payload)
{
	size_t head = n < 2 ? 0 : p[1] < 126 ? 2 : p[1] == 126 ? 4 : 10;

	if (head == 0 || n < head)
		return 0;
	*payload = head == 2 ? p[1] : 0;
	for (size_t i = 2; i < head; i++)
		*payload = *payload << 8 | p[i];
	return head;
}

/* Bytes used, -1: to be closed. */
static ssize_t take_bytes(struct load *l, struct conn *c, const uint8_t *p, size_t n)
{
	size_t used = 0, head;
	uint64_t payload;

	if (c->state == CONN_HANDSHAKE) {
		ssize_t answer = take_answer(l, c, p, n);
		if (answer <= 0)
			return answer;
		used = (size_t)answer;
	}
	while ((head = frame_head(p + used, n - used, &payload)) > 0) {
		if (payload > FRAME_MAX / 2)
			return -1;
		if (n - used - head < payload)
			break;
		if (!take_frame(l, c, p[used], p + used + head, payload))
			return -1;
		used += head + payload;
	}
	return (ssize_t)used;
}

static void conn_read(struct load *l, struct conn *c)
{
	size_t have = c->in.len;

	if (have > 0)
		memcpy(l->bytes, c->in.data, have);
	ssize_t n = recv(c->fd, l->bytes + have, READ_SIZE, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	l->now = now_ns();
	ssize_t used = n <= 0 ? -1 : take_bytes(l, c, l->bytes, have + (size_t)n);
	if (used < 0) {
		conn_close(l, c);
		return;
	}
	buf_clear(&c->in);
	if ((size_t)used < have + (size_t)n)
		buf_add(&c->in, l->bytes + used, have + (size_t)n - (size_t)used);
}

static void conn_connected(struct load *l, struct conn *c)
{
	int error = 0;
	socklen_t n = sizeof(error);

	getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &n);
	if (error != 0)
		conn_close(l, c);
	else
		ask(l, c);
}

void conn_event(struct load *l, struct conn *c, uint32_t events)
{
	if (c->state == CONN_CONNECTING)
		conn_connected(l, c);
	else if (c->state == CONN_OPEN && c->stalled) /* the server gave it up */
		conn_close(l, c);
	else if (c->state != CONN_CLOSED && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
		conn_read(l, c);
}
