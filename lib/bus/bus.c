#include "../core/log.h"
#include "../core/text.h"
#include "conn.h"
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TIMEOUT_MS = 500, AWAY_MS = 1000 };

struct reply {
	const char *text; /* NULL = nil */
	size_t len;
	int64_t number;
	bool has_number;
	struct list items;
	int skip; /* replies of the slot's further commands (EXPIRE behind INCR), read and dropped */
};
struct bus {
	struct redis_url url;
	bool url_ok, broken;
	redisContext *redis;
	int64_t away_until;
	int queued; /* slots of the round trip being built */
	int total;  /* commands appended */
	int owed;   /* replies of an earlier bus_send, not read yet */
	bool read;  /* the replies are of an earlier go: the next command begins anew */
	struct reply replies[BUS_MAX];
};

struct bus *bus_new(const char *url)
{
	struct bus *b = calloc(1, sizeof(*b));

	if (b == NULL)
		abort();
	b->url_ok = redis_url_parse(url, &b->url);
	if (!b->url_ok)
		log_error(NULL, "redis.url", "DESKBELL_REDIS_URL is not of the form redis://host:port/0 or unix:///path");
	return b;
}

static void hang_up(struct bus *b)
{
	b->owed = 0;
	if (b->redis != NULL)
		redisFree(b->redis);
	b->redis = NULL;
}

void bus_free(struct bus *b)
{
	hang_up(b);
	free(b);
}

static bool connected(struct bus *b)
{
	if (b->redis != NULL)
		return true;
	if (!b->url_ok || mono_ms() < b->away_until)
		return false;
	b->redis = bus_dial(&b->url, TIMEOUT_MS);
	if (b->redis == NULL) {
		b->away_until = mono_ms() + AWAY_MS;
		log_warn(NULL, "redis.away", "cannot connect");
	}
	return b->redis != NULL;
}

static void lost(struct ctx *c, struct bus *b)
{
	log_warn(c, "redis.lost", "%s", b->redis != NULL ? b->redis->errstr : "");
	hang_up(b);
}

/* A new round trip begins: what was read before is gone. */
static void start_over(struct bus *b)
{
	if (!b->read)
		return;
	memset(b->replies, 0, sizeof(b->replies));
	b->queued = b->total = 0;
	b->read = b->broken = false;
}

static size_t count_texts(const redisReply *r)
{
	size_t n = r->type == REDIS_REPLY_STRING ? 1 : 0;

	for (size_t i = 0; r->type == REDIS_REPLY_ARRAY && i < r->elements; i++)
		n += count_texts(r->element[i]);
	return n;
}

static void take_texts(struct ctx *c, const redisReply *r, const char **texts, size_t *n)
{
	if (r->type == REDIS_REPLY_STRING)
		texts[(*n)++] = arena_strndup(c->mem, r->str, r->len);
	for (size_t i = 0; r->type == REDIS_REPLY_ARRAY && i < r->elements; i++)
		take_texts(c, r->element[i], texts, n);
}

static bool read_reply(struct ctx *c, struct reply *out)
{
	struct bus *b = c->bus;
	void *any = NULL;

	if (redisGetReply(b->redis, &any) != REDIS_OK || any == NULL)
		return false;
	redisReply *r = any;
	if (out != NULL && (r->type == REDIS_REPLY_STRING || r->type == REDIS_REPLY_STATUS)) {
		out->text = arena_strndup(c->mem, r->str, r->len);
		out->len = r->len;
		out->has_number = parse_int(r->str, r->len, &out->number);
	} else if (out != NULL && r->type == REDIS_REPLY_INTEGER) {
		out->number = r->integer;
		out->has_number = true;
	} else if (out != NULL && r->type == REDIS_REPLY_ARRAY) {
		const char **texts = arena_alloc(c->mem, (count_texts(r) + 1) * sizeof(*texts));
		out->items.items = texts;
		take_texts(c, r, texts, &out->items.n);
	} else if (r->type == REDIS_REPLY_ERROR) {
		log_warn(c, "redis.error", "%s", r->str);
	}
	freeReplyObject(r);
	return true;
}

static void settle(struct ctx *c)
{
	struct bus *b = c->bus;

	for (; b->owed > 0; b->owed--)
		if (!read_reply(c, NULL)) {
			lost(c, b);
			return;
		}
}

/* Nothing is owed and yet there is something to read: the server has ended the connection while nobody spoke. */
static bool ended(const struct bus *b)
{
	struct pollfd p = { .fd = b->redis->fd, .events = POLLIN };

	return poll(&p, 1, 0) != 0;
}

static bool append(struct ctx *c, int argc, const char *const *argv, const size_t *len)
{
	struct bus *b = c->bus;

	settle(c);
	/* Seen before it is used: else what is told first after a restart of Redis would be told to nobody. */
	if (b->queued == 0 && b->redis != NULL && ended(b))
		hang_up(b);
	if (b->broken || !connected(b) || redisAppendCommandArgv(b->redis, argc, (const char **)(uintptr_t)argv, len) != REDIS_OK)
		b->broken = true;
	return !b->broken;
}

int bus_cmd(struct ctx *c, int argc, const char *const *argv, const size_t *len)
{
	struct bus *b = c->bus;

	start_over(b);
	if (b->queued == BUS_MAX) /* a programming error: no caller comes near */
		abort();
	append(c, argc, argv, len);
	return b->queued++;
}

static const char *full(struct ctx *c, const char *key)
{
	return arena_printf(c->mem, "deskbell:%s", key);
}

static int cmd(struct ctx *c, const char *const *argv, int argc)
{
	size_t len[8];

	for (int i = 0; i < argc; i++)
		len[i] = strlen(argv[i]);
	return bus_cmd(c, argc, argv, len);
}

static const char *number(struct ctx *c, int64_t v)
{
	return arena_printf(c->mem, "%lld", (long long)v);
}

int bus_get(struct ctx *c, const char *key)
{
	return cmd(c, (const char *[]){ "GET", full(c, key) }, 2);
}

int bus_exists(struct ctx *c, const char *key)
{
	return cmd(c, (const char *[]){ "EXISTS", full(c, key) }, 2);
}

int bus_set(struct ctx *c, const char *key, const void *value, size_t n, int64_t ttl_s)
{
	const char *k = full(c, key), *ttl = number(c, ttl_s);

	return bus_cmd(c, 5, (const char *[]){ "SET", k, value, "EX", ttl }, (size_t[]){ 3, strlen(k), n, 2, strlen(ttl) });
}

void bus_note_full(struct ctx *c)
{
	enum { NOTED_S = 60 };

	bus_set(c, c->err.key, "1", 1, NOTED_S);
	bus_send(c);
}

int bus_del(struct ctx *c, const char *key)
{
	return cmd(c, (const char *[]){ "DEL", full(c, key) }, 2);
}

int bus_incr(struct ctx *c, const char *key, int64_t ttl_s)
{
	const char *k = full(c, key), *ttl = number(c, ttl_s);
	int slot = cmd(c, (const char *[]){ "INCR", k }, 2);

	append(c, 3, (const char *[]){ "EXPIRE", k, ttl }, (size_t[]){ 6, strlen(k), strlen(ttl) });
	c->bus->replies[slot].skip = 1;
	return slot;
}

int bus_publish(struct ctx *c, const char *channel, const void *data, size_t n)
{
	return bus_cmd(c, 3, (const char *[]){ "PUBLISH", channel, data }, (size_t[]){ 7, strlen(channel), n });
}

int bus_zcount(struct ctx *c, const char *key, int64_t min, int64_t max)
{
	return cmd(c, (const char *[]){ "ZCOUNT", full(c, key), number(c, min), max == INT64_MAX ? "+inf" : number(c, max) }, 4);
}

bool bus_go(struct ctx *c)
{
	struct bus *b = c->bus;

	if (b->read || b->queued == 0)
		return !b->broken;
	b->read = true;
	for (int i = 0; i < b->queued && !b->broken; i++) {
		int more = b->replies[i].skip;
		b->broken = !read_reply(c, &b->replies[i]);
		while (more-- > 0 && !b->broken)
			b->broken = !read_reply(c, NULL);
	}
	if (b->broken && b->redis != NULL)
		lost(c, b);
	if (b->broken)
		memset(b->replies, 0, sizeof(b->replies));
	return !b->broken;
}

bool bus_send(struct ctx *c)
{
	struct bus *b = c->bus;
	int done = b->broken;

	if (b->read || b->queued == 0)
		return !b->broken;
	b->read = true;
	while (!done && redisBufferWrite(b->redis, &done) == REDIS_OK)
		;
	b->broken = b->broken || !done;
	for (int i = 0; i < b->queued && !b->broken; i++)
		b->owed += 1 + b->replies[i].skip;
	if (b->broken && b->redis != NULL)
		lost(c, b);
	return !b->broken;
}

const char *bus_str(struct ctx *c, int slot, size_t *len)
{
	const struct reply *r = &c->bus->replies[slot];

	if (len != NULL)
		*len = r->len;
	return r->text;
}

int64_t bus_int(struct ctx *c, int slot, int64_t otherwise)
{
	const struct reply *r = &c->bus->replies[slot];

	return r->has_number ? r->number : otherwise;
}

struct list bus_items(struct ctx *c, int slot)
{
	return c->bus->replies[slot].items;
}

bool bus_up(struct ctx *c)
{
	int slot = cmd(c, (const char *[]){ "PING" }, 1);

	return bus_go(c) && bus_str(c, slot, NULL) != NULL;
}

/* The request is over: its replies pointed into its arena. */
void bus_rest(struct bus *b)
{
	if (!b->read && b->queued > 0) /* commands were queued and never sent for: their replies would answer the next request */
		hang_up(b);
	b->read = true;
	start_over(b);
}
