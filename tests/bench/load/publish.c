/* The publisher: numbered messages as pipelined PUBLISH commands. */
#include "load.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

enum { NCHAN_TTL_S = 5, NCHAN_HEAD = 23, NCHAN_TAIL = 5 };

static void make_head(struct load *l, unsigned number)
{
	struct channel *ch = &l->channels[number];
	const char *mark = strchr(l->opt.publish, '%');
	struct buf name = { 0 };

	buf_printf(&name, "%.*s%u%s", (int)(mark - l->opt.publish), l->opt.publish, number, mark + 1);
	buf_printf(&ch->head, "*3\r\n$7\r\nPUBLISH\r\n$%zu\r\n%s\r\n$%zu\r\n", name.len, buf_text(&name),
		   l->opt.size + (l->opt.nchan ? (size_t)NCHAN_HEAD + NCHAN_TAIL : 0));
	buf_free(&name);
}

void redis_connect(struct load *l)
{
	int one = 1;

	for (unsigned i = 0; i < l->opt.channels; i++)
		make_head(l, i);
	l->redis = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (l->redis < 0 || connect(l->redis, (struct sockaddr *)&l->opt.redis, sizeof(l->opt.redis)) < 0)
		die("redis: %m");
	setsockopt(l->redis, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	fcntl(l->redis, F_SETFL, O_NONBLOCK);
	watch(l, l->redis, l, EPOLL_CTL_ADD, EPOLLIN);
}

static void put_hex(struct buf *b, uint64_t v, int digits)
{
	char text[16];

	for (int i = digits; i-- > 0; v >>= 4)
		text[i] = "0123456789abcdef"[v & 15];
	buf_add(b, text, (size_t)digits);
}

static void put_payload(struct load *l, uint64_t channel, uint64_t seq)
{
	static const char filling[] = "a message of the benchmark ";

	put_hex(&l->out, channel, HEX_CHANNEL);
	put_hex(&l->out, seq, HEX_SEQ);
	put_hex(&l->out, now_ns(), HEX_TIME);
	for (size_t left = l->opt.size - PAYLOAD_MIN, n; left > 0; left -= n) {
		n = left < sizeof(filling) - 1 ? left : sizeof(filling) - 1;
		buf_add(&l->out, filling, n);
	}
}

/* How nchan's workers tell each other of a message that is not stored: a msgpack array around the payload. nchan keeps each message
   in its shared memory for the given time, and goes silent when that is full. */
static void put_nchan_head(struct load *l)
{
	uint32_t ttl = htonl(NCHAN_TTL_S), when = htonl((uint32_t)time(NULL)), size = htonl(l->opt.size);

	buf_add(&l->out, "\x9a\xa3msg\xce", 6);
	buf_add(&l->out, &ttl, 4);
	buf_add(&l->out, "\xce", 1);
	buf_add(&l->out, &when, 4);
	buf_add(&l->out, "\0\0\0\xdb", 4);
	buf_add(&l->out, &size, 4);
}

void publish(struct load *l)
{
	unsigned number = (unsigned)(l->n.published++ % l->opt.channels);
	struct channel *ch = &l->channels[number];

	buf_add(&l->out, ch->head.data, ch->head.len);
	if (l->opt.nchan)
		put_nchan_head(l);
	put_payload(l, number, ++ch->seq);
	if (l->opt.nchan)
		buf_add(&l->out, "\xd9\0\xd9\0\0", NCHAN_TAIL);
	buf_add(&l->out, "\r\n", 2);
	l->n.expected += ch->readers;
}

void redis_flush(struct load *l)
{
	while (l->out_at < l->out.len) {
		ssize_t n = send(l->redis, l->out.data + l->out_at, l->out.len - l->out_at, MSG_NOSIGNAL);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			die("redis: %m");
		if (n < 0)
			break;
		l->out_at += (size_t)n;
	}
	bool waits = l->out_at < l->out.len;
	if (!waits) {
		buf_clear(&l->out);
		l->out_at = 0;
	}
	if (waits != l->redis_waits)
		watch(l, l->redis, l, EPOLL_CTL_MOD, waits ? EPOLLIN | EPOLLOUT : EPOLLIN);
	l->redis_waits = waits;
}

/* ":2\r\n" for each message, "-ERR …" for a refused one: the first byte of a line decides. */
void redis_event(struct load *l, uint32_t events)
{
	char answers[65536];

	if (events & EPOLLOUT)
		redis_flush(l);
	ssize_t n = recv(l->redis, answers, sizeof(answers), 0);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		die("redis closed the connection");
	for (ssize_t i = 0; i < n; i++) {
		l->n.answered += answers[i] == '\n';
		l->n.refused += answers[i] == '-';
	}
}
