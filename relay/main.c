/* deskbell-relay [--open-channels]: sockets in, channels out (PROTOCOL.md). --open-channels is for benchmarks on loopback alone: a
   socket opened as /bench/NAME is in the channel NAME, and what is published on deskbell:bench:NAME goes there. */
#include "../lib/core/log.h"
#include "../lib/core/text.h"
#include "relay.h"
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 4096, ACCEPTS_A_TURN = 64, STOP_S = 2 };

void *must(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

/* -- listening -- */

static void on_accept(struct ev_loop *loop, ev_io *w, int events)
{
	struct relay *r = w->data;

	(void)loop, (void)events;
	for (int i = 0; i < ACCEPTS_A_TURN; i++) {
		int fd = accept4(w->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0) {
			client_accept(r, fd, w == &r->accept_unix);
		} else if (errno == EMFILE || errno == ENFILE) { /* rest a second: those who wait stay in the backlog */
			ev_io_stop(loop, w);
			r->accepting = false;
			log_warn(NULL, "socket.limit", "no descriptors left at %u sockets", r->clients);
			return;
		} else {
			return;
		}
	}
}

static int listen_on(int fd, const struct sockaddr *a, socklen_t n)
{
	if (fd >= 0 && bind(fd, a, n) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	log_error(NULL, "listen", "%s", strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

static int listen_unix(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(a.sun_path)) {
		log_error(NULL, "listen", "%s: path too long", path);
		return -1;
	}
	memcpy(a.sun_path, path, strlen(path) + 1);
	unlink(path);
	int fd = listen_on(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), (struct sockaddr *)&a, sizeof(a));
	if (fd >= 0)
		chmod(path, 0666); /* the web server is another user; the directory decides who comes near */
	return fd;
}

/* "127.0.0.1:9000" */
static int listen_tcp(const struct relay *r, const char *where)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	const char *colon = strrchr(where, ':');
	char host[64] = "";
	int one = 1;

	if (colon == NULL || colon - where >= (long)sizeof(host))
		return -1;
	memcpy(host, where, (size_t)(colon - where));
	a.sin_port = htons((uint16_t)strtol(colon + 1, NULL, 10));
	if (inet_pton(AF_INET, host, &a.sin_addr) != 1 || (r->open_channels && strncmp(host, "127.", 4) != 0)) {
		log_error(NULL, "listen", "%s: not an address, or not loopback with --open-channels", where);
		return -1;
	}
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0) {
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
		setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one));
	}
	return listen_on(fd, (struct sockaddr *)&a, sizeof(a));
}

void relay_ready(struct relay *r)
{
	r->ready = true;
	log_info(NULL, "relay.ready", "%s", r->name);
}

static void accept_more(struct relay *r)
{
	if (r->accepting || r->stopping)
		return;
	r->accepting = true;
	if (r->accept_unix.fd >= 0)
		ev_io_start(r->loop, &r->accept_unix);
	if (r->accept_tcp.fd >= 0)
		ev_io_start(r->loop, &r->accept_tcp);
}

static bool listen_all(struct relay *r)
{
	int local = listen_unix(r->cfg.relay_socket), tcp = *r->cfg.relay_listen ? listen_tcp(r, r->cfg.relay_listen) : -1;

	ev_io_init(&r->accept_unix, on_accept, local, EV_READ);
	ev_io_init(&r->accept_tcp, on_accept, tcp, EV_READ);
	r->accept_unix.data = r->accept_tcp.data = r;
	accept_more(r);
	return local >= 0 && (tcp >= 0 || *r->cfg.relay_listen == '\0');
}

/* -- the loop -- */

static void on_second(struct ev_loop *loop, ev_timer *t, int events)
{
	struct relay *r = t->data;

	(void)loop, (void)events;
	client_second(r);
	bus_second(r);
	if (!r->open_channels)
		streams_second(r);
	accept_more(r);
}

static void on_turn(struct ev_loop *loop, ev_prepare *p, int events)
{
	struct relay *r = p->data;

	(void)loop, (void)events;
	out_turn(r);
	client_free_gone(r);
}

static void on_spin(struct ev_loop *loop, ev_idle *i, int events)
{
	(void)loop, (void)i, (void)events; /* keeps the loop from blocking while large channels have more to write */
}

static void on_hold_timer(struct ev_loop *loop, ev_timer *t, int events)
{
	(void)loop, (void)events;
	client_holds_end(t->data);
}

static void on_throttle_timer(struct ev_loop *loop, ev_timer *t, int events)
{
	(void)loop, (void)events;
	throttle_look(t->data);
}

static void on_hup(struct ev_loop *loop, ev_signal *s, int events)
{
	struct relay *r = s->data;
	struct settings fresh;
	char why[512] = "";

	(void)loop, (void)events;
	log_reopen();
	/* Origins and limits hold for sockets opened from now on; addresses stay. The arena keeps the old texts: sockets may show
	 * them. */
	if (settings_reload(&fresh, &r->settings_mem, why, sizeof(why)))
		r->cfg = fresh;
	else
		log_error(NULL, "settings.bad", "%s; the old ones stay", why);
}

static void on_stop_time(struct ev_loop *loop, ev_timer *t, int events)
{
	struct relay *r = t->data;

	(void)events;
	if (r->clients == 0 || mono(r) > r->stop_at)
		ev_break(loop, EVBREAK_ALL);
}

/* No new sockets, a polite close for the open ones, two seconds for them to take it. */
static void on_term(struct ev_loop *loop, ev_signal *s, int events)
{
	struct relay *r = s->data;

	(void)events;
	if (r->stopping)
		return;
	r->stopping = true;
	ev_io_stop(loop, &r->accept_unix);
	ev_io_stop(loop, &r->accept_tcp);
	for (int i = 0; i < WHEEL; i++)
		for (struct client *c = r->wheel[i], *next; c != NULL; c = next) {
			next = c->next;
			client_close(c, 1001, "going_away");
		}
	while (r->handshakes != NULL)
		client_close(r->handshakes, 0, "going_away");
	r->stop_at = mono(r) + STOP_S * 1000;
	ev_timer_start(loop, &r->stop_timer);
}

static void start_timers(struct relay *r)
{
	ev_timer_init(&r->second, on_second, 0, 1);
	ev_timer_init(&r->hold_timer, on_hold_timer, 0, 0.05);
	ev_timer_init(&r->throttle_timer, on_throttle_timer, 0, 0.05);
	ev_timer_init(&r->stop_timer, on_stop_time, 0, 0.02);
	r->second.data = r->hold_timer.data = r->throttle_timer.data = r->stop_timer.data = r;
	ev_timer_start(r->loop, &r->second);
}

static void start_watchers(struct relay *r)
{
	ev_prepare_init(&r->turn, on_turn);
	ev_idle_init(&r->spin, on_spin);
	r->turn.data = r;
	out_turn_init(r);
	ev_prepare_start(r->loop, &r->turn);
}

static void start_signals(struct relay *r)
{
	ev_signal_init(&r->term, on_term, SIGTERM);
	ev_signal_init(&r->intr, on_term, SIGINT);
	ev_signal_init(&r->hup, on_hup, SIGHUP);
	r->term.data = r->intr.data = r->hup.data = r;
	ev_signal_start(r->loop, &r->term);
	ev_signal_start(r->loop, &r->intr);
	ev_signal_start(r->loop, &r->hup);
}

static void raise_limit(void)
{
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) == 0) {
		l.rlim_cur = l.rlim_max;
		setrlimit(RLIMIT_NOFILE, &l);
	}
}

static void make_name(struct relay *r)
{
	char *id = random_id(&r->settings_mem, "r", 10);

	snprintf(r->name, sizeof(r->name), "%s", id);
}

int main(int argc, char **argv)
{
	struct relay *r = must(calloc(1, sizeof(*r)));
	char why[512] = "";

	if (!settings_reload(&r->cfg, &r->settings_mem, why, sizeof(why))) {
		fprintf(stderr, "%s\n", why);
		return EXIT_FAILURE;
	}
	log_open("relay", r->cfg.log, strcmp(r->cfg.log_level, "debug") == 0 ? LOG_DEBUG : LOG_INFO);
	signal(SIGPIPE, SIG_IGN);
	raise_limit();
	r->open_channels = argc > 1 && strcmp(argv[1], "--open-channels") == 0;
	r->loop = ev_default_loop(EVBACKEND_EPOLL | EVFLAG_NOENV);
	r->started = now_ms();
	make_name(r);
	hub_init(&r->hub);
	fcgi_init(r);
	streams_init(r);
	if (!listen_all(r))
		return EXIT_FAILURE;
	start_timers(r);
	start_watchers(r);
	start_signals(r);
	bus_start(r);
	if (r->open_channels)
		relay_ready(r);
	ev_run(r->loop, 0);
	return EXIT_SUCCESS;
}
