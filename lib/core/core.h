/* core.h: what every layer may use: memory, errors, the request context. Knows nothing but libc. */
#ifndef CORE_H
#define CORE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MUST __attribute__((warn_unused_result))

/* -- memory: one arena per request; nothing in a request is freed by hand -- */
struct arena {
	struct chunk *chunks;
	struct defer *defers;
	size_t used; /* bytes handed out since the last reset */
};
void *arena_alloc(struct arena *, size_t); /* zeroed, 16-byte aligned, never NULL: aborts over ARENA_MAX */
void *arena_grow(struct arena *, void *old, size_t oldsz, size_t newsz);
char *arena_strdup(struct arena *, const char *);
char *arena_strndup(struct arena *, const char *, size_t);
char *arena_printf(struct arena *, const char *, ...) __attribute__((format(printf, 2, 3)));
void arena_defer(struct arena *, void (*fn)(void *), void *arg);
void arena_reset(struct arena *); /* runs defers, newest first; keeps one chunk for the next request */
void arena_free(struct arena *);  /* as reset, and keeps nothing */

/* -- errors: a code says what kind, a key says which message (templates/messages.*) -- */
enum err_code {
	E_OK,
	E_BAD_INPUT,
	E_UNAUTHENTICATED,
	E_FORBIDDEN,
	E_NOT_FOUND,
	E_METHOD,
	E_CONFLICT,
	E_TOO_LARGE,
	E_MEDIA_TYPE,
	E_PRECONDITION, /* 412 */
	E_LOCKED,       /* 423: somebody else is at it */
	E_CHECKSUM,     /* 460 (tus): the bytes are not those that were sent */
	E_RATE,
	E_UNAVAILABLE,
	E_FULL, /* 507: no room on the disk */
	E_BUG,
	E__MAX
};
struct err {
	enum err_code code;
	const char *key;     /* "session.missing": stable, translated at the edge */
	const char *field;   /* the input member at fault, or NULL */
	int64_t retry_after; /* seconds, with E_RATE, E_UNAVAILABLE and E_FULL; 0 = not said */
};

/* A sequence of structs in the arena. */
struct list {
	void *items;
	size_t n;
};

/* A request's body that its operation reads itself, up to n bytes. */
struct incoming {
	long (*read)(void *arg, char *, size_t); /* 0 or less at its end */
	void *arg;
	int64_t n;
};

/* Who is calling, as found by a contract's who(); all zero is nobody. */
struct actor {
	int64_t user_id;         /* 0 = nobody known */
	int role;                /* enum role, lib/domain/user.h */
	uint32_t permissions;    /* bits of enum permission, lib/domain/user.h */
	int64_t conversation_id; /* the one conversation whose key was shown; 0 = none */
	const char *name;        /* as others see it; "" if unknown */
	const char *family;      /* the sign-in its token came from, or NULL */
};

struct db;
struct bus;
struct event;
struct settings;
struct catalog;
struct keyring;
struct access;
struct upload;
struct perf;
struct sniffer;
struct recent;
struct ctx { /* lives for exactly one request (or one job of the worker) */
	struct arena *mem;
	const struct settings *cfg;
	const struct catalog *texts;
	const struct keyring *keys;
	struct db *db;
	struct bus *bus;
	struct err err; /* set once, by fail() */
	int64_t now;    /* unix ms, read once, so tests can pin it; once more where a lock orders what happens */
	struct actor who;
	struct access *access;       /* between a contract's who() and who_check() */
	const char *request_id;      /* "req_…" */
	const char *lang;            /* "zh" or "en" */
	const char *addr;            /* client's IP address, text */
	bool local;                  /* it is this very machine, and no proxy stands between that is not known */
	const char *user_agent;      /* "" if none */
	const char *origin;          /* of the page that asks, when it is on another host; "" or NULL if none */
	const struct upload *upload; /* the request's file, complete on disk and not yet visible; or NULL */
	struct sniffer *sniffer;     /* of the program, for uploads; NULL = it takes none */
	const struct incoming *body; /* of a RESUMABLE route (http.h): bytes for the operation to read; NULL = none */
	const struct perf *perf;     /* of the program that answers; NULL = none */
	struct recent *recent;       /* what the program's processes remember together (recent.h); NULL = nothing */
	int64_t *open_until;         /* ms: the worker asks from then on whether the site is closed; NULL = each time */
	struct event *events;        /* queued by the domain, published after COMMIT, oldest first */
	struct event **events_end;
	bool left_over;                      /* there is more to do when the answer is out: app.after of http.h */
	bool (*before_commit)(struct ctx *); /* the last thing in every transaction; false rolls it back. NULL = nothing */
};

/* Record the first failure and return false, so callers write: return fail(...). */
bool fail(struct ctx *, enum err_code, const char *key);
bool fail_field(struct ctx *, const char *field, const char *key); /* E_BAD_INPUT */
bool fail_wait(struct ctx *, enum err_code, const char *key, int64_t retry_after_s);
bool failed_for_now(enum err_code); /* E_UNAVAILABLE or E_FULL: the same may be well when it is tried again */
#endif
