#include "../../../../lib/bus/subscribe.c"
#include "../../ok.h"
#include "../../servers.h"
#include <sys/socket.h>

static const char *const channels[] = { "deskbell:a", "deskbell:b" };
static const char *channel, *data;
static size_t len;
static bool lost;

static bool next(struct bus_sub *s, int64_t ms)
{
	return bus_next(s, ms, &channel, &data, &len, &lost);
}

/* A connection whose other end is ours. */
static struct bus_sub *wired(int *peer)
{
	int fds[2];
	struct bus_sub *s = bus_subscribe("unix:///nowhere/redis.sock", channels, COUNT(channels));

	ok(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0, "a pair");
	s->redis = redisConnectFd(fds[0]);
	s->lost = false;
	*peer = fds[1];
	return s;
}

/* What arrives, in one piece and byte by byte, and how many messages that is. */
static void check_bytes(void)
{
	static const struct {
		const char *bytes;
		int messages;
		bool hung_up;
		const char *last;
	} rows[] = { { "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n", 1, false, "hi" },
		     { "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$0\r\n\r\n", 1, false, "" },
		     { "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\n1\r\n*3\r\n$7\r\nmessage\r\n$1\r\nb\r\n$1\r\n2\r\n", 2, false,
		       "2" },
		     { "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nx\r\n", 1, false, "x" },
		     { "*4\r\n$8\r\npmessage\r\n$1\r\na\r\n$1\r\na\r\n$1\r\nx\r\n", 0, false, NULL },
		     { "*0\r\n+PONG\r\n:7\r\n$-1\r\n*-1\r\n", 0, false, NULL },
		     { "*3\r\n:1\r\n$1\r\na\r\n$1\r\nx\r\n", 0, false, NULL },
		     { "-ERR no\r\n", 0, false, NULL },
		     { "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$9\r\ncut", 0, false, NULL },
		     { "nonsense\r\n", 0, true, NULL } };

	for (size_t i = 0; i < 2 * COUNT(rows); i++) {
		const char *bytes = rows[i / 2].bytes;
		size_t n = strlen(bytes), piece = i % 2 == 0 ? n : 1;
		int peer, messages = 0;
		struct bus_sub *s = wired(&peer);
		for (size_t at = 0; at < n && bus_sub_fd(s) >= 0; at += piece) {
			ok(write(peer, bytes + at, piece) == (ssize_t)piece, "write");
			while (next(s, 0)) {
				messages++;
				ok(data[len] == '\0' && !lost, "text with its end");
				if (messages == rows[i / 2].messages)
					ok_str(data, rows[i / 2].last);
			}
		}
		ok(messages == rows[i / 2].messages, "<%s>: %d messages", bytes, messages);
		ok((bus_sub_fd(s) < 0) == rows[i / 2].hung_up, "<%s>: %d", bytes, bus_sub_fd(s));
		bus_unsubscribe(s);
		close(peer);
	}
}

static void check_away(void)
{
	int peer;
	struct bus_sub *s = wired(&peer);
	static const int64_t pauses[] = { 100, 200, 400, 800, 1600, 2000, 2000 };

	close(peer);
	ok(!next(s, 0) && bus_sub_fd(s) == -1, "the peer hung up");
	s->backoff = BACKOFF_MIN_MS;
	for (size_t i = 0; i < COUNT(pauses); i++) {
		int64_t before = mono_ms();
		hang_up(s);
		ok(s->next_try >= before + pauses[i] && s->next_try <= mono_ms() + pauses[i], "pause %zu", i);
	}
	int64_t began = mono_ms();
	ok(!next(s, 60) && !lost, "nobody there: no message, and nothing was made anew");
	ok(mono_ms() - began >= 60 && mono_ms() - began < 1000, "it waited its time: %lld ms", (long long)(mono_ms() - began));
	bus_unsubscribe(s);
	s = bus_subscribe("mailto:redis", channels, COUNT(channels));
	ok(!next(s, 0) && bus_sub_fd(s) == -1, "a malformed address is only away");
	bus_unsubscribe(s);
}

static bool heard(struct bus_sub *s, const char *want, bool *was_lost)
{
	*was_lost = false;
	for (int64_t until = mono_ms() + 10000; mono_ms() < until;) {
		bool got = next(s, 200);
		*was_lost = *was_lost || lost;
		if (got)
			return strcmp(data, want) == 0 && strcmp(channel, "deskbell:b") == 0;
		if (want == NULL && *was_lost)
			return true;
	}
	return false;
}

static void publish(struct ctx *c, const char *text)
{
	bus_publish(c, "deskbell:b", text, strlen(text));
	ok(bus_go(c), "published");
	bus_rest(c->bus);
}

static void check_server(void)
{
	struct servers server = { .dir = "" };
	struct arena mem = { 0 };
	struct ctx c = { .mem = &mem };
	bool made;

	ok(servers_dir(&server) && servers_start_redis(&server), "server");
	struct bus_sub *s = bus_subscribe(server.redis_url, channels, COUNT(channels));
	ok(heard(s, NULL, &made) && made && bus_sub_fd(s) >= 0, "subscribed, and said so");
	c.bus = bus_new(server.redis_url);
	publish(&c, "one");
	ok(heard(s, "one", &made) && !made, "heard");
	servers_end(&server.redis, SIGKILL);
	ok(!next(s, 100), "away");
	ok(servers_start_redis(&server), "server again");
	ok(heard(s, NULL, &made) && made, "made anew, and said so");
	bus_free(c.bus);
	c.bus = bus_new(server.redis_url);
	publish(&c, "two");
	ok(heard(s, "two", &made) && !made, "heard again");
	bus_unsubscribe(s);
	bus_free(c.bus);
	arena_free(&mem);
	servers_stop(&server);
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	check_bytes();
	check_away();
	check_server();
	return ok_end();
}
