/* http.h: contracts as tables, and the one function that serves them. */
#ifndef HTTP_H
#define HTTP_H
#include "../json/spec.h"

/* Who may call and what serve() does around the operation. */
enum {
	ANYONE = 0,
	SESSION = 1,   /* the holder of the conversation's key in the request, or staff: the operation checks which conversation */
	SIGNED_IN = 2, /* any valid access token */
	STAFF = 4,     /* agent, supervisor or admin */
	ADMIN = 8,     /* admin alone */
	WRITES = 16,   /* runs in one transaction, retried on deadlock; events are published after COMMIT */
	UPLOAD = 128,  /* takes multipart/form-data with one file at most, streamed to disk before the operation runs (as_upload) */
	RAW = 32,      /* the operation fills struct raw (a ready body and content type) instead of a spec'd out */
	FORM = 512,    /* takes a form (multipart/form-data without a file, or urlencoded) as well as JSON */
	ALWAYS = 256,  /* also while the site is closed (app.open_check) */
	RESUMABLE = 1024, /* of the tus protocol: its version and headers, HEAD and OPTIONS of its own, a body that the operation
			     reads */
	CACHEABLE = 64,   /* a browser may keep the answer for a minute */
};
enum limit_class { LIMIT_NONE, LIMIT_LOGIN, LIMIT_MESSAGE, LIMIT_ADMIN, LIMIT_SESSION, LIMIT_BATCH, LIMIT__MAX };

typedef bool op_fn(struct ctx *, const void *in, void *out);
struct route {
	const char *method, *path; /* "/api/v1/chat/sessions/:session_id": a :name is a FROM_PATH field of in */
	unsigned flags;
	uint32_t permission; /* a bit of enum permission that the caller needs as well; 0 = none */
	enum limit_class limit;
	const struct spec *in; /* NULL: takes nothing */
	op_fn *op;
	const struct spec *out; /* NULL: data is null; of a RAW row: what it answers when it answers JSON */
	int status;             /* on success */
	const char *doc;        /* one line for openapi.json */
};
struct route_table { /* the rows of one noun */
	const struct route *rows;
	size_t n;
};
#define ROUTES(arr)                                                                                                                \
	{                                                                                                                          \
		(arr), COUNT(arr)                                                                                                  \
	}
struct raw {
	int status;
	const char *type, *body;
	size_t len;
	const char *headers; /* extra header lines, each ending \r\n, or NULL */
};

struct request;
struct contract {
	const char *name;                        /* "chat" */
	const char *door;                        /* where the document puts it: "chat", "kefu" or "desk" (DESKBELL_DOOR) */
	const char *const *prefixes;             /* path prefixes whose 404 and 405 take this contract's shape; NULL-ended */
	const struct route_table *const *tables; /* NULL-ended */
	/* Credentials, in two steps around one Redis round trip: who() reads them and queues what must be asked (and sets
	   c->who.user_id for the limits), who_check() takes the answers and fills c->who. No credentials is true; bad ones fail. */
	bool (*who)(struct ctx *, const struct request *);
	bool (*who_check)(struct ctx *, const struct request *);
	bool (*may)(const struct ctx *, unsigned flags, uint32_t permission); /* somebody is signed in: enough for this route? */
	void (*wrap)(struct ctx *, struct buf *, const struct spec *,
		     const void *out);                         /* success envelope around spec_put; spec may be NULL */
	void (*error)(struct ctx *, struct buf *, int status); /* from c->err */
	void (*wrap_schema)(struct buf *,
			    const char *ref); /* the envelope for openapi.json around {"$ref":ref}; ref NULL = data is null */
	const char *error_schema;             /* the error shape for openapi.json */
	bool (*origin_ok)(struct ctx *, const struct request *); /* may pages of q->origin call this path, though the settings do
								    not list it? NULL = no */
	/* Two contracts may have the same method and path. The one of the door answers; at another door, and where there is none,
	   the one with the higher claim (NULL = 0), then the first. */
	int (*claim)(const struct request *);
};
/* What the programs serve: contracts in order of preference, and what happens to queued events after COMMIT. */
struct app {
	const char *name; /* "api" or "files": its log lines, its socket, how many workers */
	const struct contract *const *contracts;
	size_t n;
	void (*publish)(struct ctx *);                                              /* renders and publishes c->events */
	bool (*realtime)(struct ctx *, const struct request *, struct buf *answer); /* the relay's requests; NULL = none */
	bool (*before_commit)(struct ctx *);                                        /* ctx.before_commit of every request */
	/* Is the site open for c->who? Asked with the credentials, in the same round trip; rows with ALWAYS are not asked. NULL =
	 * yes
	 */
	int (*open_ask)(struct ctx *);
	const char *(*open_take)(struct ctx *, int slot); /* the answer, before it is forgotten */
	bool (*open_check)(struct ctx *, const char *);   /* when it is known who asks */
	void (*after)(struct ctx *);                      /* when the answer is out and ctx.left_over was set; NULL = nothing */
	struct perf *perf;                                /* set by program_main() */
	struct recent *recent;                            /* the same; NULL = nothing is remembered */
};
struct request {
	const char *method, *path, *query; /* path percent-encoded, as sent */
	const char *content_type, *body;   /* body NULL or n bytes */
	size_t n;
	/* A body that was not read yet (multipart): up to n bytes into the buffer, 0 or less at its end. NULL = it is in body. */
	long (*read)(void *arg, char *, size_t);
	void *read_arg;
	bool no_room;              /* for a body that comes slowly: too many do */
	const char *door;          /* DESKBELL_DOOR: "chat", "kefu", "desk" or "" */
	const char *authorization; /* or "" */
	const char *origin, *if_none_match;
	const char *(*param)(const void *env, const char *name); /* any other FastCGI parameter, "" if absent */
	const void *env;
	const char *host;
	const char *session_id; /* the conversation key found in path, query or body by serve(), or NULL */
};
struct response {
	const struct route *route; /* that answered; NULL = none fitted */
	int status;
	bool cacheable;
	const char *type;
	struct buf *headers; /* extra header lines, each ending \r\n */
	struct buf *body;
};
/* One operation, in a transaction if flags has WRITES, tried again after deadlocks. Does not publish. */
MUST bool run_operation(struct ctx *, op_fn *, unsigned flags, const void *in, void *out);
/* Match, authenticate, limit, decode, run, publish, render. Never fails: an error is a response. The buffers are cleared first. */
void serve(const struct app *, struct ctx *, const struct request *, struct response *);
int err_status(enum err_code);
extern const struct codec as_upload; /* const struct upload *: the file of an UPLOAD route */
/* Path against pattern; fills up to max key/value pairs (decoded into the arena). */
bool path_match(struct arena *, const char *pattern, const char *path, struct pairs *out, size_t max);

/* The i-th row of a contract over all its tables, NULL behind the last. */
const struct route *contract_route(const struct contract *, size_t i);
/* openapi.json, OpenAPI 3.1, of every route of every contract. */
void describe(const struct app *, struct buf *);

/* The main loop of every program in cgi-bin: FastCGI on fd 0 or DESKBELL_API_SOCKET with N prefork workers and a supervisor, or
   plain CGI (one request) when there is no FastCGI socket. --describe prints openapi.json; --routes prints "contract METHOD path"
   lines; --error-pages DIR writes what the web server answers while no worker does. */
int program_main(const struct app *, int argc, char **argv);
#endif
