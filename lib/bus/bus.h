/* bus.h: Redis: publish, caches, limits. With relay/bus.c the only user of hiredis. Nothing here is needed for correctness:
   every function answers "nothing there" when Redis is away, quickly (500 ms at most, then not tried again for 1 s). */
#ifndef BUS_H
#define BUS_H
#include "../core/core.h"

struct bus *bus_new(const char *url); /* DESKBELL_REDIS_URL; connects on first use. Never NULL. */
void bus_free(struct bus *);
bool bus_up(struct ctx *);   /* PING */
void bus_rest(struct bus *); /* between requests: forget replies, which live in the request's arena */

/* Commands of one round trip. Each is queued, bus_go() sends all and reads all. Keys get the prefix "deskbell:". Slot numbers are
   handed back by the queueing calls; results are read by slot after bus_go() (in the request's arena). A failed go leaves nil
   results. */
enum { BUS_MAX = 32 };
int bus_cmd(struct ctx *, int argc, const char *const *argv, const size_t *argvlen); /* raw; keys are the caller's */
int bus_get(struct ctx *, const char *key);
int bus_exists(struct ctx *, const char *key);
int bus_set(struct ctx *, const char *key, const void *, size_t, int64_t ttl_s);
void bus_note_full(struct ctx *); /* c->err's key is there for a minute: "db.full" (sent, and not waited for) */
int bus_del(struct ctx *, const char *key);
int bus_incr(struct ctx *, const char *key, int64_t ttl_s); /* INCR and EXPIRE */
int bus_publish(struct ctx *, const char *channel, const void *, size_t);
int bus_zcount(struct ctx *, const char *key, int64_t min, int64_t max);
bool bus_go(struct ctx *);
/* Sends what is queued without waiting for the replies, which nobody asks for: they are read before the next command. False when
   Redis is away. */
bool bus_send(struct ctx *);
const char *bus_str(struct ctx *, int slot, size_t *len); /* NULL = nil or Redis away; len may be NULL */
int64_t bus_int(struct ctx *, int slot, int64_t otherwise);
struct list bus_items(struct ctx *,
		      int slot); /* const char *: the texts of a list, of lists within it too; n = 0: none, or Redis away */

/* A sliding window (two fixed windows, the older one weighted): may one more happen? Redis away: yes. Queue with limit_ask, read
   with limit_answer after bus_go. */
struct limit {
	const char *name;    /* "login" */
	const char *subject; /* an address, "u5", a session id */
	int64_t max, window_s;
	int slot_now, slot_before;  /* filled by limit_ask */
	int64_t remaining, reset_s; /* filled by limit_answer: calls left, seconds until the oldest part of the window is gone */
};
void limit_ask(struct ctx *, struct limit *);
bool limit_answer(struct ctx *, struct limit *); /* false: over the limit (no fail()) */

/* For the worker: wait up to timeout_ms for a message on the given channels of its own connection. NULL = none. */
struct bus_sub;
struct bus_sub *bus_subscribe(const char *url, const char *const *channels, size_t n); /* reconnects by itself */
/* Fills *channel, *data (valid until the next call) and *len. *lost is set when the subscription was (re)made since the last call.
 */
bool bus_next(struct bus_sub *, int64_t timeout_ms, const char **channel, const char **data, size_t *len, bool *lost);
int bus_sub_fd(const struct bus_sub *); /* -1 while not connected */
void bus_unsubscribe(struct bus_sub *);
#endif
