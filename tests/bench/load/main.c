/* wsload --server HOST:PORT --path /bench/ch% [--redis HOST:PORT --publish NAME%]: with --hold it opens its sockets and holds them
   until its input ends, else it publishes. With --tokens FILE --room ID they are members of a chat room, who say what they heard. A
   line of JSON when all are open, another one at the end; 1 when something went wrong.
 */
#include "load.h"
#include <arpa/inet.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

enum { WINDOW_MESSAGES = 16, WINDOW_MIN = 4000, SPARE_FDS = 64, AT_ONCE = 256 };

static struct sockaddr_in address(const char *text)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	const char *colon = strchr(text, ':');
	char host[32];

	snprintf(host, sizeof(host), "%.*s", colon != NULL ? (int)(colon - text) : 0, text);
	if (colon == NULL || inet_pton(AF_INET, host, &a.sin_addr) != 1)
		die("%s: not HOST:PORT", text);
	a.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
	return a;
}

static unsigned number(const char *text)
{
	char *end;
	unsigned long v = strtoul(text, &end, 10);

	if (*text == '\0' || *end != '\0' || v > 10000000)
		die("%s: not a number", text);
	return (unsigned)v;
}

static const char *template(const char *text)
{
	if (strchr(text, '%') == NULL)
		die("%s: has no %% for the channel's number", text);
	return text;
}

static void take_option(struct options *o, int letter, const char *value)
{
	switch (letter) {
	case 's': o->server = address(value); break;
	case 'r': o->redis = address(value); break;
	case 'p': o->path = template(value); break;
	case 'u': o->publish = template(value); break;
	case 'c': o->conns = number(value); break;
	case 'k': o->channels = number(value); break;
	case 't': o->stalled = number(value); break;
	case 'f': o->rate = number(value); break;
	case 'w': o->window = number(value); break;
	case 'b': o->size = number(value); break;
	case 'd': o->seconds = strtod(value, NULL); break;
	case 'n': o->nchan = true; break;
	case 'h': o->hold = true; break;
	case 'o': o->tokens = value; break;
	case 'm': o->room = value; break;
	default: exit(2);
	}
}

static struct options read_options(int argc, char **argv)
{
	static const struct option names[] = {
		{ "server", 1, 0, 's' }, { "redis", 1, 0, 'r' },    { "path", 1, 0, 'p' },    { "publish", 1, 0, 'u' },
		{ "conns", 1, 0, 'c' },  { "channels", 1, 0, 'k' }, { "stalled", 1, 0, 't' }, { "rate", 1, 0, 'f' },
		{ "window", 1, 0, 'w' }, { "size", 1, 0, 'b' },     { "seconds", 1, 0, 'd' }, { "nchan", 0, 0, 'n' },
		{ "hold", 0, 0, 'h' },   { "tokens", 1, 0, 'o' },   { "room", 1, 0, 'm' },    { 0 },
	};
	struct options o = { .conns = 1, .size = 256, .seconds = 1 };
	int letter;

	while ((letter = getopt_long(argc, argv, "", names, NULL)) != -1)
		take_option(&o, letter, optarg);
	if (o.room != NULL) {
		o.hold = true;
		o.channels = 1;
	}
	if (o.channels == 0)
		o.channels = o.conns;
	if ((o.room != NULL) != (o.tokens != NULL))
		die("--room and --tokens go together");
	if (o.conns == 0 || o.path == NULL || o.server.sin_port == 0 || (!o.hold && (o.publish == NULL || o.redis.sin_port == 0)))
		die("needs --server, --path, and --redis with --publish or --hold");
	if (o.size < PAYLOAD_MIN || o.stalled > o.conns)
		die("--size is at least %d, --stalled at most --conns", PAYLOAD_MIN);
	return o;
}

static void prepare(struct load *l)
{
	struct options *o = &l->opt;
	struct rlimit fds = { .rlim_cur = 0 };
	unsigned most = 0;

	getrlimit(RLIMIT_NOFILE, &fds);
	if (fds.rlim_max < o->conns + SPARE_FDS)
		die("%u sockets: at most %llu descriptors are allowed", o->conns, (unsigned long long)fds.rlim_max);
	fds.rlim_cur = fds.rlim_max;
	setrlimit(RLIMIT_NOFILE, &fds);
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	l->conns = must_calloc(o->conns, sizeof(*l->conns));
	l->channels = must_calloc(o->channels, sizeof(*l->channels));
	for (unsigned i = 0; i < o->conns; i++) {
		l->conns[i].id = i;
		l->conns[i].stalled = i < o->stalled;
		unsigned readers = l->channels[i % o->channels].readers += !l->conns[i].stalled;
		most = readers > most ? readers : most;
	}
	if (o->window == 0)
		o->window = most * WINDOW_MESSAGES > WINDOW_MIN ? most * WINDOW_MESSAGES : WINDOW_MIN;
	if (o->room != NULL)
		room_tokens(l);
	l->tcp.before_kb = tcp_memory_kb();
}

static void print_result(const struct load *l)
{
	const struct counts *n = &l->n;
	const struct tcp_watch *t = &l->tcp;

	printf("{\"per_s\":%.0f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"published\":%llu,\"refused\":%llu,\"expected\":%llu,"
	       "\"deliveries\":%llu,"
	       "\"missing\":%llu,\"doubled\":%llu,\"foreign\":%llu,\"bad\":%llu,\"closed\":%llu",
	       l->run_took > 0 ? (double)n->deliveries / l->run_took : 0, hist_ms(&l->hist, 0.5), hist_ms(&l->hist, 0.99),
	       (unsigned long long)n->published, (unsigned long long)n->refused, (unsigned long long)n->expected,
	       (unsigned long long)n->deliveries, (unsigned long long)n->missing, (unsigned long long)n->doubled,
	       (unsigned long long)n->foreign, (unsigned long long)n->bad, (unsigned long long)n->closed);
	printf(",\"others\":%llu,\"max_ms\":%.3f", (unsigned long long)n->others, (double)l->hist.max / 1e6);
	printf(",\"dropped\":%llu,\"tcp_peak_kb\":%lld,\"tcp_back_ms\":%.0f}\n", (unsigned long long)n->dropped,
	       (long long)(t->peak_kb - t->before_kb), t->back_at != 0 ? ((double)t->back_at - (double)t->dropped_at) / 1e6 : -1);
}

static void close_books(struct load *l)
{
	for (unsigned i = 0; l->opt.room != NULL && i < l->opt.conns; i++)
		l->n.missing += l->channels[0].seq - l->conns[i].last;
}

/* False at the end of the input. A line asks what was heard since the last one that began with r. */
static bool asked(struct load *l)
{
	char line[64];
	ssize_t n = read(STDIN_FILENO, line, sizeof(line));

	if (n <= 0)
		return false;
	print_result(l);
	fflush(stdout);
	if (*line == 'r') {
		l->n.deliveries = l->n.others = 0;
		memset(&l->hist, 0, sizeof(l->hist));
	}
	return true;
}

static void hold(struct load *l)
{
	bool more = true;

	watch(l, STDIN_FILENO, NULL, EPOLL_CTL_ADD, EPOLLIN);
	while (more) {
		struct epoll_event e[AT_ONCE];
		for (int n = epoll_wait(l->epoll, e, AT_ONCE, -1); n-- > 0;) {
			if (e[n].data.ptr != NULL)
				conn_event(l, e[n].data.ptr, e[n].events);
			else
				more = asked(l);
		}
	}
	close_books(l);
}

int main(int argc, char **argv)
{
	struct load *l = must_calloc(1, sizeof(*l));

	l->opt = read_options(argc, argv);
	signal(SIGPIPE, SIG_IGN);
	prepare(l);
	if (!l->opt.hold)
		redis_connect(l);
	bool open = open_all(l);
	printf("{\"opened\":%llu,\"failed\":%llu,\"open_per_s\":%.0f}\n", (unsigned long long)l->n.opened,
	       (unsigned long long)l->n.failed, (double)l->n.opened / l->open_took);
	fflush(stdout);
	if (l->opt.hold)
		hold(l);
	else
		run_fanout(l);
	print_result(l);
	return open && l->n.missing + l->n.doubled + l->n.foreign + l->n.bad + l->n.refused + l->n.closed == 0 ? 0 : 1;
}
