#include "serve.h"
#include "../bus/bus.h"
#include "../core/address.h"
#include "../core/log.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "../db/db.h"
#include "decode.h"
#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum { TRIES = 5, WINDOW_S = 60, OPEN_MS = 400 };

static const int statuses[E__MAX] = { [E_OK] = 200,           [E_BAD_INPUT] = 400,   [E_UNAUTHENTICATED] = 401,
				      [E_FORBIDDEN] = 403,    [E_NOT_FOUND] = 404,   [E_METHOD] = 405,
				      [E_CONFLICT] = 409,     [E_TOO_LARGE] = 413,   [E_MEDIA_TYPE] = 415,
				      [E_PRECONDITION] = 412, [E_LOCKED] = 423,      [E_CHECKSUM] = 460,
				      [E_RATE] = 429,         [E_UNAVAILABLE] = 503, [E_FULL] = 507,
				      [E_BUG] = 500 };

int err_status(enum err_code e)
{
	return statuses[e];
}

/* -- the operation, in its transaction -- */

static bool run_once(struct ctx *c, op_fn *op, unsigned flags, const void *in, void *out)
{
	if (!(flags & WRITES))
		return op(c, in, out);
	if (!db_begin(c))
		return false;
	if (op(c, in, out) && db_commit(c))
		return true;
	db_rollback(c);
	c->events = NULL; /* what did not happen is not told */
	return false;
}

bool run_operation(struct ctx *c, op_fn *op, unsigned flags, const void *in, void *out)
{
	for (int tries = 1;; tries++) {
		if (run_once(c, op, flags, in, out))
			return true;
		if (!(flags & WRITES) || c->err.code != E_UNAVAILABLE || !db_retryable(c) || tries == TRIES) {
			if (c->err.code == E_FULL)
				bus_note_full(c);
			return false;
		}
		log_info(c, "db.retry", "%s, try %d", c->err.key, tries);
		c->err = (struct err){ 0 };
		poll(NULL, 0, 2 + (int)(random() % 10) * tries); /* two that collided do not collide again */
	}
}

/* -- limits -- */

static int64_t limit_max(const struct settings *s, enum limit_class k)
{
	const int64_t max[LIMIT__MAX] = { [LIMIT_LOGIN] = s->limit_login,
					  [LIMIT_MESSAGE] = s->limit_message,
					  [LIMIT_ADMIN] = s->limit_admin,
					  [LIMIT_SESSION] = s->limit_session,
					  [LIMIT_BATCH] = s->limit_batch };
	return max[k];
}

/* Logins and new sessions count by address (of IPv6 by its network), messages by their sender, the rest by user. */
static const char *limit_subject(struct ctx *c, const struct request *q, enum limit_class k)
{
	if (k == LIMIT_LOGIN || k == LIMIT_SESSION)
		return address_counted(c->mem, c->addr);
	if (c->who.user_id != 0)
		return arena_printf(c->mem, "u%lld", (long long)c->who.user_id);
	return q->session_id != NULL ? q->session_id : address_counted(c->mem, c->addr);
}

static bool check_limit(struct ctx *c, struct limit *l, struct response *out)
{
	bool within = limit_answer(c, l);

	buf_printf(out->headers, "X-RateLimit-Limit: %lld\r\nX-RateLimit-Remaining: %lld\r\nX-RateLimit-Reset: %lld\r\n",
		   (long long)l->max, (long long)l->remaining, (long long)l->reset_s);
	return within || fail_wait(c, E_RATE, "http.rate", l->reset_s);
}

/* -- what comes before the operation -- */

static const char *find_session(const struct sources *from)
{
	static const char key[] = "session_id";
	const struct pairs *in[] = { &from->path, &from->query };

	for (size_t k = 0; k < COUNT(in); k++)
		for (size_t i = 0; i < in[k]->n; i++)
			if (strcmp(in[k]->keys[i], key) == 0)
				return in[k]->values[i];
	return from->body != NULL ? json_member_str(from->body, key) : NULL;
}

static bool read_path(struct ctx *c, const struct route *r, const struct request *q, struct pairs *out)
{
	out->keys = arena_alloc(c->mem, PATH_MAX_NAMES * sizeof(*out->keys));
	out->values = arena_alloc(c->mem, PATH_MAX_NAMES * sizeof(*out->values));
	if (!path_match(c->mem, r->path, q->path, out, PATH_MAX_NAMES))
		return fail(c, E_NOT_FOUND, "http.no_such_path");
	for (size_t i = 0; i < out->n; i++)
		if (out->values[i] == NULL)
			return fail_field(c, out->keys[i], "input.bad_text");
	return true;
}

/* Of all headers those that the operation takes. */
static void read_headers(struct ctx *c, const struct spec *in, const struct request *q, struct pairs *out)
{
	const char **keys = NULL, **values = NULL;

	for (const struct field *f = in->fields; f < in->fields + in->n; f++) {
		if (!(f->flags & FROM_HEADER))
			continue;
		char *name = arena_printf(c->mem, "HTTP_%s", f->key);
		for (char *p = name; *p != '\0'; p++)
			*p = *p == '-' ? '_' : *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
		const char *value = q->param(q->env, name);
		if (*value == '\0')
			continue;
		if (keys == NULL) {
			keys = arena_alloc(c->mem, in->n * sizeof(*keys));
			values = arena_alloc(c->mem, in->n * sizeof(*values));
		}
		keys[out->n] = f->key;
		values[out->n++] = value;
	}
	out->keys = keys;
	out->values = values;
}

static bool read_sources(struct ctx *c, const struct route *r, const struct request *q, struct sources *from)
{
	if (!read_path(c, r, q, &from->path))
		return false;
	if (!decode_query(c->mem, q->query, &from->query))
		return fail_field(c, "query", "input.bad_text");
	if (r->flags & UPLOAD) /* when it is known who is calling: upload_read() */
		return true;
	if (r->in != NULL)
		read_headers(c, r->in, q, &from->header);
	if (r->flags & RESUMABLE)
		return tus_begin(c, q);
	if ((r->flags & FORM) && is_form_type(q->content_type))
		return true; /* the same: form_read() */
	if (q->n > (size_t)c->cfg->max_body)
		return fail(c, E_TOO_LARGE, "http.body_too_large");
	if (q->n == 0 || strcmp(q->method, "GET") == 0)
		return true;
	if (q->read != NULL || !is_json_type(q->content_type))
		return fail(c, E_MEDIA_TYPE, "http.media_type");
	from->body = json_parse(c, q->body, q->n);
	return from->body != NULL;
}

static bool allowed(struct ctx *c, const struct contract *k, const struct route *r)
{
	if (!(r->flags & (SIGNED_IN | STAFF | ADMIN)) && r->permission == 0)
		return true;
	if (c->who.user_id == 0)
		return fail(c, E_UNAUTHENTICATED, "auth.needed");
	return k->may(c, r->flags, r->permission) || fail(c, E_FORBIDDEN, "auth.forbidden");
}

/* Who it is and whether they may: credentials and limits cost one Redis round trip together. */
static bool admit(const struct app *app, struct ctx *c, const struct match *m, const struct request *q, struct response *out)
{
	enum limit_class k = c->cfg->rate_limit ? m->route->limit : LIMIT_NONE;
	struct limit l = { .name = (const char *const[]){ "", "login", "message", "admin", "session", "batch" }[k],
			   .window_s = WINDOW_S };

	if (m->contract->who != NULL && !m->contract->who(c, q))
		return false;
	if (k != LIMIT_NONE) {
		l.max = limit_max(c->cfg, k);
		l.subject = limit_subject(c, q, k);
		limit_ask(c, &l);
	}
	/* That the site was open a moment ago is good enough: asking each time would cost a round trip of its own. */
	bool ask = app->open_ask != NULL && !(m->route->flags & ALWAYS) && (c->open_until == NULL || c->now >= *c->open_until);
	int open = ask ? app->open_ask(c) : 0;
	bus_go(c);
	const char *state = ask ? app->open_take(c, open) : NULL;
	if (k != LIMIT_NONE) { /* first: a who_check() that asks MySQL and caches makes a round trip of its own */
		bool within = check_limit(c, &l, out);
		if (!within)
			return false;
	}
	if (m->contract->who_check != NULL && !m->contract->who_check(c, q))
		return false;
	if (ask && !app->open_check(c, state))
		return false;
	if (ask && c->open_until != NULL && state != NULL && strcmp(state, "-") == 0)
		*c->open_until = c->now + OPEN_MS;
	return allowed(c, m->contract, m->route);
}

static bool answer(const struct app *app, struct ctx *c, const struct match *m, struct request *q, struct response *out)
{
	const struct route *r = m->route;
	struct sources from = { 0 };
	bool readable = read_sources(c, r, q, &from);
	struct err unreadable = c->err;

	c->err = (struct err){ 0 }; /* who is calling is told first, what is wrong with the body after */
	q->session_id = find_session(&from);
	if (!admit(app, c, m, q, out))
		return false;
	if (!readable) {
		c->err = unreadable;
		return false;
	}
	if (r->flags & UPLOAD && !upload_read(c, q, &from))
		return false;
	if (r->flags & FORM && is_form_type(q->content_type) && !form_read(c, q, &from))
		return false;
	void *in = arena_alloc(c->mem, r->in != NULL ? r->in->size : 1);
	size_t out_size = r->flags & RAW ? sizeof(struct raw) : r->out != NULL ? r->out->size : 1;
	void *result = arena_alloc(c->mem, out_size);
	if ((r->in != NULL && !spec_get(c, r->in, &from, in)) || !run_operation(c, r->op, r->flags, in, result))
		return false;
	if (c->events != NULL && app->publish != NULL)
		app->publish(c);
	out->status = r->status;
	out->cacheable = (r->flags & CACHEABLE) != 0;
	if (r->flags & RAW) {
		const struct raw *raw = result;
		out->status = raw->status;
		out->type = raw->type;
		out->cacheable = out->cacheable && raw->status == 200;
		buf_add(out->body, raw->body, raw->len);
		if (raw->headers != NULL)
			buf_str(out->headers, raw->headers);
	} else {
		m->contract->wrap(c, out->body, r->out, result);
	}
	return true;
}

/* -- what comes after -- */

static void put_common_headers(struct ctx *c, struct response *out)
{
	buf_printf(out->headers,
		   "X-Request-ID: %s\r\nCache-Control: %s\r\nX-Content-Type-Options: nosniff\r\nVary: Accept-Language%s\r\n",
		   c->request_id, out->cacheable ? "private, max-age=60" : "no-store", out->cacheable ? ", Origin" : "");
	if (c->err.retry_after > 0)
		buf_printf(out->headers, "Retry-After: %lld\r\n", (long long)c->err.retry_after);
}

static void put_error(struct ctx *c, const struct contract *k, struct response *out)
{
	out->status = err_status(c->err.code);
	buf_clear(out->body);
	k->error(c, out->body, out->status);
	if (c->err.code == E_BUG)
		log_error(c, "http.bug", "%s", c->err.key);
}

static bool describe_route(const struct app *app, const struct request *q, struct response *out)
{
	if (strcmp(q->path, "/openapi.json") != 0 || strcmp(q->method, "GET") != 0)
		return false;
	describe(app, out->body);
	return true;
}

void serve(const struct app *app, struct ctx *c, const struct request *asked, struct response *out)
{
	struct request q = *asked;
	struct buf allow = { 0 };
	struct match m;

	buf_clear(out->headers);
	buf_clear(out->body);
	out->route = NULL;
	out->status = 200;
	out->cacheable = false;
	out->type = "application/json; charset=utf-8";
	tus_method(app, &q);
	if (!cors(app, c, &q, out) && !describe_route(app, &q, out)) {
		bool found = find_route(app, &q, &m, &allow);
		out->route = m.route;
		if (!found)
			fail(c, m.contract != NULL ? E_METHOD : E_NOT_FOUND,
			     m.contract != NULL ? "http.method" : "http.no_such_path");
		if (!found && m.contract != NULL)
			buf_printf(out->headers, "Allow: %s\r\n", buf_text(&allow));
		if (!found || !answer(app, c, &m, &q, out))
			put_error(c, m.contract != NULL ? m.contract : contract_for(app, &q), out);
	}
	if (out->route != NULL && out->route->flags & RESUMABLE)
		tus_headers(&q, out);
	put_common_headers(c, out);
	buf_free(&allow);
}
