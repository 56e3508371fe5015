/* Opening, publishing, waiting for what is under way. */
#include "load.h"
#include <errno.h>
#include <sys/epoll.h>

enum { EVENTS = 512, HANDSHAKES = 256, UNANSWERED = 128 };
static const double OPEN_PATIENCE_S = 10, DRAIN_PATIENCE_S = 2, DOUBLES_S = 0.05, SETTLE_S = 0.3;

static double since(uint64_t ns)
{
	return (double)(now_ns() - ns) / (double)SECOND;
}

void turn(struct load *l, int ms)
{
	struct epoll_event ev[EVENTS];
	int n = epoll_wait(l->epoll, ev, EVENTS, ms);

	if (n < 0 && errno != EINTR)
		die("epoll_wait: %m");
	for (int i = 0; i < n; i++) {
		if (ev[i].data.ptr == l)
			redis_event(l, ev[i].events);
		else
			conn_event(l, ev[i].data.ptr, ev[i].events);
	}
	if (l->opt.stalled > 0)
		tcp_look(l);
}

static void turns_for(struct load *l, double seconds)
{
	for (uint64_t start = now_ns(); since(start) < seconds;)
		turn(l, 1);
}

bool open_all(struct load *l)
{
	uint64_t start = l->progress = now_ns();
	unsigned next = 0;

	while (l->n.opened + l->n.failed < l->opt.conns && since(l->progress) < OPEN_PATIENCE_S) {
		while (next < l->opt.conns && next - l->n.opened - l->n.failed < HANDSHAKES)
			conn_start(l, &l->conns[next++]);
		turn(l, 1);
	}
	l->open_took = since(start);
	turns_for(l, SETTLE_S); /* a server may say 101 before it has subscribed */
	return l->n.opened == l->opt.conns;
}

static bool may_publish(const struct load *l, double elapsed)
{
	if (l->opt.rate > 0)
		return l->n.published < (uint64_t)(elapsed * l->opt.rate) + 1;
	return l->n.published - l->n.answered < UNANSWERED && l->n.expected < l->n.deliveries + l->opt.window;
}

static bool under_way(const struct load *l)
{
	return l->n.deliveries + l->n.missing < l->n.expected && since(l->progress) < DRAIN_PATIENCE_S;
}

static bool tcp_under_way(const struct load *l)
{
	return l->n.dropped > 0 && l->tcp.back_at == 0 && since(l->tcp.dropped_at) < DRAIN_PATIENCE_S;
}

/* The rate is that of the deliveries: from the first message's way out to the last one's arrival. */
void run_fanout(struct load *l)
{
	uint64_t start = l->progress = now_ns();
	double elapsed = 0;

	for (; (elapsed = since(start)) < l->opt.seconds && since(l->progress) < DRAIN_PATIENCE_S; turn(l, 1)) {
		while (may_publish(l, elapsed))
			publish(l);
		redis_flush(l);
	}
	while (under_way(l) || l->out_at < l->out.len)
		turn(l, 1);
	l->run_took = (double)(l->progress - start) / (double)SECOND;
	turns_for(l, DOUBLES_S);
	while (tcp_under_way(l))
		turn(l, 1);
	for (unsigned i = 0; i < l->opt.conns; i++)
		if (!l->conns[i].stalled)
			l->n.missing += l->channels[i % l->opt.channels].seq - l->conns[i].last;
}
