/* Redis: the subscription on one connection, presence on another; both come back by themselves. */
#include "../lib/core/log.h"
#include "../lib/core/redis_url.h"
#include "../lib/core/text.h"
#include "relay.h"
#include <hiredis/adapters/libev.h>
#include <hiredis/async.h>
#include <stdlib.h>
#include <string.h>

enum { PRESENCE_EVERY_MS = 20000, PRESENCE_MS = 60000, GRACE_MS = 30000, BACKOFF_MIN_MS = 100, BACKOFF_MAX_MS = 2000 };

struct link { /* one connection */
	struct relay *relay;
	redisAsyncContext *redis;
	int64_t next_try, backoff;
	bool up, subscribes;
};
struct bus {
	struct link sub, cmd;
	struct redis_url url;
	int64_t presence_at, counters_at;
	int64_t told; /* sockets opened and closed when the counters were written last */
};

static void connect_link(struct link *);

static void later(struct link *l)
{
	l->redis = NULL;
	l->up = false;
	l->next_try = mono(l->relay) + l->backoff;
	l->backoff = l->backoff * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : l->backoff * 2;
	if (l->subscribes && l->relay->redis_up) {
		l->relay->redis_up = false;
		log_warn(NULL, "redis.lost", "the subscription is gone");
		streams_check(l->relay);
	}
}

static void on_connect(const redisAsyncContext *a, int status)
{
	struct link *l = a->data;

	if (status != REDIS_OK)
		later(l); /* hiredis frees the context */
}

static void on_disconnect(const redisAsyncContext *a, int status)
{
	(void)status;
	later(a->data);
}

static void on_published(redisAsyncContext *a, void *any, void *arg)
{
	struct relay *r = ((struct link *)a->data)->relay;
	const redisReply *m = any;

	(void)arg;
	if (m == NULL || m->type != REDIS_REPLY_ARRAY || m->elements < 3)
		return;
	if (m->elements == 4) { /* open channels: PSUBSCRIBE; "deskbell:bench:NAME" is the channel /bench/NAME */
		char name[160];
		int n = snprintf(name, sizeof(name), "/bench/%s", m->element[2]->str + strlen("deskbell:bench:"));
		struct channel *ch = m->element[3]->type == REDIS_REPLY_STRING ? hub_find(&r->hub, name, (size_t)n) : NULL;
		if (ch != NULL) {
			struct frame *f = frame_text(m->element[3]->str, m->element[3]->len, 0, 0);
			channel_send(r, ch, f);
			frame_unref(f);
		}
		return;
	}
	if (m->element[2]->type == REDIS_REPLY_STRING) {
		take_blocks(r, NULL, m->element[2]->str, m->element[2]->len);
	} else if (m->element[0]->str[0] == 's' && !r->redis_up) { /* "subscribe": from now on nothing is missed */
		struct link *l = a->data;
		l->up = true;
		l->backoff = BACKOFF_MIN_MS;
		r->redis_up = true;
		streams_lost(r);
	}
}

static void ignore(redisAsyncContext *a, void *any, void *arg)
{
	(void)a, (void)any, (void)arg;
}

static void connect_link(struct link *l)
{
	struct relay *r = l->relay;
	struct bus *b = r->bus;
	const struct redis_url *u = &b->url;
	redisAsyncContext *a = *u->path ? redisAsyncConnectUnix(u->path) : redisAsyncConnect(u->host, u->port);

	if (a == NULL || a->err != 0) {
		if (a != NULL)
			redisAsyncFree(a);
		later(l);
		return;
	}
	a->data = l;
	l->redis = a;
	redisLibevAttach(r->loop, a);
	redisAsyncSetConnectCallback(a, on_connect);
	redisAsyncSetDisconnectCallback(a, on_disconnect);
	if (*u->password)
		redisAsyncCommand(a, ignore, NULL, "AUTH %s", u->password);
	if (u->database != 0)
		redisAsyncCommand(a, ignore, NULL, "SELECT %d", u->database);
	if (l->subscribes) {
		redisAsyncCommand(a, on_published, NULL, "SUBSCRIBE deskbell:rt");
		if (r->open_channels)
			redisAsyncCommand(a, on_published, NULL, "PSUBSCRIBE deskbell:bench:*");
	} else {
		l->up = true;
		l->backoff = BACKOFF_MIN_MS;
		b->presence_at = 0; /* Redis may have lost its data: write everything again */
	}
}

static void put_presence(struct client *c, int64_t until)
{
	struct relay *r = c->relay;
	char score[32], member[64];

	if (!r->bus->cmd.up)
		return;
	snprintf(score, sizeof(score), "%lld", (long long)until);
	snprintf(member, sizeof(member), "%s-%llu", r->name, (unsigned long long)c->id);
	redisAsyncCommand(r->bus->cmd.redis, ignore, NULL, "ZADD %s %s %s", c->presence, score, member);
	redisAsyncCommand(r->bus->cmd.redis, ignore, NULL, "EXPIRE %s 3600", c->presence);
}

void presence_add(struct client *c, const char *key, size_t n)
{
	struct relay *r = c->relay;

	if (c->presence != NULL && strlen(c->presence) == n && memcmp(c->presence, key, n) == 0)
		return;
	presence_end(c); /* it has signed in as somebody else */
	free(c->presence);
	c->presence = must(strndup(key, n));
	if (r->present_n == r->present_cap) {
		r->present_cap = r->present_cap != 0 ? r->present_cap * 2 : 16;
		r->present = must(realloc(r->present, r->present_cap * sizeof(*r->present)));
	}
	r->present[r->present_n++] = c;
	put_presence(c, now_ms() + PRESENCE_MS);
}

void presence_end(struct client *c)
{
	struct relay *r = c->relay;

	if (c->presence == NULL)
		return;
	put_presence(c, now_ms() + GRACE_MS);
	for (uint32_t i = 0; i < r->present_n; i++)
		if (r->present[i] == c) {
			r->present[i] = r->present[--r->present_n];
			break;
		}
}

static void write_counters(struct relay *r)
{
	struct buf b = { 0 };

	put_counters(r, &b);
	redisAsyncCommand(r->bus->cmd.redis, ignore, NULL, "HSET deskbell:relays %s %b", r->name, b.data, b.len - 1);
	redisAsyncCommand(r->bus->cmd.redis, ignore, NULL, "EXPIRE deskbell:relays 60");
	buf_free(&b);
}

/* Soon after a change, so that who asks is told what is; less often with many sockets, because they are counted one by one. */
static void tell_counters(struct relay *r, bool now)
{
	struct bus *b = r->bus;
	int64_t told = r->n.opened + r->n.closed + r->n.requests;

	if (!now && (told == b->told || mono(r) < b->counters_at))
		return;
	b->told = told;
	b->counters_at = mono(r) + r->clients / 20;
	write_counters(r);
}

void bus_second(struct relay *r)
{
	struct bus *b = r->bus;
	bool all = b->cmd.up && mono(r) >= b->presence_at;

	if (b->sub.redis == NULL && mono(r) >= b->sub.next_try)
		connect_link(&b->sub);
	if (b->cmd.redis == NULL && mono(r) >= b->cmd.next_try)
		connect_link(&b->cmd);
	if (all) {
		b->presence_at = mono(r) + PRESENCE_EVERY_MS;
		for (uint32_t i = 0; i < r->present_n; i++)
			put_presence(r->present[i], now_ms() + PRESENCE_MS);
	}
	if (b->cmd.up)
		tell_counters(r, all);
}

void bus_start(struct relay *r)
{
	struct bus *b = r->bus = must(calloc(1, sizeof(*b)));

	if (!redis_url_parse(r->cfg.redis_url, &b->url))
		log_error(NULL, "redis.url", "DESKBELL_REDIS_URL is malformed");
	b->sub = (struct link){ .relay = r, .backoff = BACKOFF_MIN_MS, .subscribes = true };
	b->cmd = (struct link){ .relay = r, .backoff = BACKOFF_MIN_MS };
	bus_second(r);
}
