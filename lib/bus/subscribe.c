/* A subscription on its own connection, for programs that wait (the worker). Reconnects by itself. */
#include "../core/log.h"
#include "../core/text.h"
#include "conn.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECT_MS = 500, BACKOFF_MIN_MS = 100, BACKOFF_MAX_MS = 2000 };

struct bus_sub {
	struct redis_url url;
	redisContext *redis;
	redisReply *last;
	const char *const *channels;
	size_t n;
	int64_t next_try, backoff;
	bool lost;
};

struct bus_sub *bus_subscribe(const char *url, const char *const *channels, size_t n)
{
	struct bus_sub *s = calloc(1, sizeof(*s));

	if (s == NULL)
		abort();
	if (!redis_url_parse(url, &s->url))
		log_error(NULL, "redis.url", "DESKBELL_REDIS_URL is malformed");
	s->channels = channels;
	s->n = n;
	s->backoff = BACKOFF_MIN_MS;
	s->lost = true;
	return s;
}

static void drop_last(struct bus_sub *s)
{
	if (s->last != NULL)
		freeReplyObject(s->last);
	s->last = NULL;
}

static void hang_up(struct bus_sub *s)
{
	drop_last(s);
	if (s->redis != NULL)
		redisFree(s->redis);
	s->redis = NULL;
	s->lost = true;
	s->next_try = mono_ms() + s->backoff;
	s->backoff = s->backoff * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : s->backoff * 2;
}

void bus_unsubscribe(struct bus_sub *s)
{
	hang_up(s);
	free(s);
}

int bus_sub_fd(const struct bus_sub *s)
{
	return s->redis != NULL ? s->redis->fd : -1;
}

static bool connect_now(struct bus_sub *s)
{
	if (s->redis != NULL)
		return true;
	if (mono_ms() < s->next_try)
		return false;
	s->redis = bus_dial(&s->url, CONNECT_MS);
	for (size_t i = 0; s->redis != NULL && i < s->n; i++) {
		redisReply *r = redisCommand(s->redis, "SUBSCRIBE %s", s->channels[i]);
		if (r == NULL) {
			redisFree(s->redis);
			s->redis = NULL;
		} else {
			freeReplyObject(r);
		}
	}
	if (s->redis == NULL)
		hang_up(s);
	else
		s->backoff = BACKOFF_MIN_MS;
	return s->redis != NULL;
}

static bool is_message(const redisReply *r)
{
	return r != NULL && r->type == REDIS_REPLY_ARRAY && r->elements == 3 && r->element[0]->type == REDIS_REPLY_STRING &&
	       strcmp(r->element[0]->str, "message") == 0;
}

/* One whole reply that is buffered already; false when more bytes are needed (or the connection broke: hung up). */
static bool buffered(struct bus_sub *s)
{
	void *reply = NULL;

	if (redisGetReplyFromReader(s->redis, &reply) != REDIS_OK) {
		hang_up(s);
		return false;
	}
	drop_last(s);
	s->last = reply;
	return reply != NULL;
}

/* Wait for bytes; false at the time-out or when the connection broke. */
static bool more_bytes(struct bus_sub *s, int64_t left)
{
	struct pollfd p = { .fd = s->redis->fd, .events = POLLIN };

	if (poll(&p, 1, (int)left) <= 0)
		return false;
	if (redisBufferRead(s->redis) == REDIS_OK)
		return true;
	hang_up(s);
	return false;
}

static void wait_out(const struct bus_sub *s, int64_t until)
{
	int64_t now = mono_ms(), wake = s->next_try < until ? s->next_try : until;

	if (wake > now)
		poll(NULL, 0, (int)(wake - now));
}

bool bus_next(struct bus_sub *s, int64_t timeout_ms, const char **channel, const char **data, size_t *len, bool *lost)
{
	int64_t until = mono_ms() + timeout_ms, left;

	*lost = false;
	do {
		if (!connect_now(s)) {
			wait_out(s, until);
			continue;
		}
		*lost = *lost || s->lost;
		s->lost = false;
		do {
			while (s->redis != NULL && buffered(s))
				if (is_message(s->last)) {
					*channel = s->last->element[1]->str;
					*data = s->last->element[2]->str;
					*len = s->last->element[2]->len;
					return true;
				}
			left = until - mono_ms();
		} while (s->redis != NULL && more_bytes(s, left > 0 ? left : 0)); /* what came last is looked at, too */
	} while (s->redis == NULL && mono_ms() < until);
	return false;
}
