/* program.h: what a worker process keeps between requests, for the files of lib/http. */
#ifndef PROGRAM_H
#define PROGRAM_H
#include "../core/core.h"
#include "../core/settings.h"
#include "http.h"

enum { CONTRACTS_MAX = 8 };
struct program {
	struct app app; /* those contracts that DESKBELL_CONTRACTS chose */
	const struct contract *chosen[CONTRACTS_MAX];
	struct settings cfg;
	struct arena settings_mem, mem;
	struct catalog *texts;
	struct keyring *keys;
	struct sniffer *sniffer;
	struct db *db;
	struct bus *bus;
	int64_t open_until; /* ctx.open_until */
	struct buf headers, body;
	char type[128]; /* of the answer: it may have been made in the request's arena */
	bool left_over; /* ctx.left_over of the last request */
	bool busy;      /* in a request: SIGTERM waits for its end */
};
/* Settings, catalogues, keys, connections. False after logging why. */
bool program_open(struct program *, const struct app *);
void program_close(struct program *);

typedef const char *param_fn(const void *env, const char *name); /* "" if absent */
/* A request's body: read, or (multipart) to be read. */
struct body {
	const char *data; /* n bytes, or NULL */
	size_t n;
	long (*read)(void *arg, char *, size_t); /* NULL = it is in data */
	void *arg;
	bool no_room; /* request.no_room */
};
bool body_is_streamed(const char *content_type);
/* One request: parameters by param(env). The answer is in p->headers and p->body. */
void program_request(struct program *, param_fn *, const void *env, const struct body *, struct response *);
/* In a process that was forked: connections of its own, the parent's stay what they are. */
void program_apart(struct program *);
/* What the last one left to do, now that its answer is out. */
void program_after(struct program *);
void put_status_line(
	struct buf *,
	const struct response *); /* "Status: 200 OK\r\nContent-Type: …\r\n", and the answer's headers and an empty line */

int fastcgi_worker(struct program *); /* fd 0 listens; until SIGTERM */
int plain_cgi(struct program *);      /* one request from environ and stdin */
/* dir/CONTRACT-STATUS.html: what lighttpd answers by itself; the body is JSON in the contract's shape. False after saying why. */
bool write_error_pages(struct program *, const char *dir);
struct supervised {
	int64_t workers;
	int (*work)(const void *);
	bool (*reload)(const void *arg, int64_t *workers); /* on SIGHUP: settings anew; false = go on with the old ones */
	const void *arg;
};
int supervise(int fd, const struct supervised *); /* prefork on the listening fd; respawns; SIGTERM drains, SIGHUP renews */
#endif
