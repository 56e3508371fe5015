#include "../../../../lib/http/serve.c"
#include "../../ok.h"

struct in {
	const char *text;
	int64_t id, n;
};
struct out {
	const char *text;
	int64_t id;
};
static const struct field in_fields[] = { FIELD(in, text, "text", as_str, .flags = REQUIRED, .min = 1, .max = 5),
					  FIELD(in, n, "n", as_int, .flags = FROM_QUERY, .min = 1, .max = 9) };
static const struct field id_fields[] = { FIELD(in, id, "id", as_int, .flags = FROM_PATH | REQUIRED) };
static const struct field name_fields[] = { FIELD(in, text, "name", as_str, .flags = FROM_PATH | REQUIRED) };
static const struct field key_fields[] = { FIELD(in, text, "key", as_str, .flags = FROM_PATH | REQUIRED) };
static const struct field out_fields[] = { FIELD(out, text, "text", as_str), FIELD(out, id, "id", as_int) };
static const struct spec in_spec = SPEC("In", in, in_fields), id_spec = SPEC("Id", in, id_fields),
			 key_spec = SPEC("Key", in, key_fields), name_spec = SPEC("Name", in, name_fields),
			 out_spec = SPEC("Out", out, out_fields);

static int ran, published;
static const char *seen_session;

static bool op(struct ctx *c, const void *in, void *out)
{
	const struct in *i = in;
	struct out *o = out;

	(void)c;
	ran++;
	o->text = i->text;
	o->id = i->id + i->n;
	return true;
}

static bool op_nothing(struct ctx *c, const void *in, void *out)
{
	static char event;

	(void)in, (void)out;
	ran++;
	c->events = (struct event *)(void *)&event; /* something happened */
	return true;
}

static bool op_raw(struct ctx *c, const void *in, void *out)
{
	(void)c, (void)in;
	*(struct raw *)out = (struct raw){ 203, "text/plain", "raw\0bytes", 9, "X-Raw: 1\r\n" };
	return true;
}

static bool op_bug(struct ctx *c, const void *in, void *out)
{
	(void)in, (void)out;
	c->events = (struct event *)(void *)&ran;
	return fail(c, E_BUG, "test.bug");
}

static bool op_wait(struct ctx *c, const void *in, void *out)
{
	(void)in, (void)out;
	return fail_wait(c, E_UNAVAILABLE, "test.wait", 7);
}

static bool op_write(struct ctx *c, const void *in, void *out)
{
	static const struct stmt write = { .sql = "UPDATE site SET value = 1" };

	return op_nothing(c, in, out) && db_exec(c, &write, NULL, NOARGS);
}

/* "1" is somebody, "9" an admin, "x" nobody; "late" is found out after the round trip. */
static bool who(struct ctx *c, const struct request *q)
{
	seen_session = q->session_id;
	if (strcmp(q->authorization, "x") == 0)
		return fail(c, E_UNAUTHENTICATED, "test.bad_token");
	c->who.user_id = strtoll(q->authorization, NULL, 10);
	return true;
}

static bool who_check(struct ctx *c, const struct request *q)
{
	return strcmp(q->authorization, "late") != 0 || fail(c, E_UNAUTHENTICATED, "test.signed_out");
}

static bool may(const struct ctx *c, unsigned flags, uint32_t permission)
{
	return c->who.user_id == 9 || !((flags & ADMIN) || permission != 0);
}

static void wrap(struct ctx *c, struct buf *b, const struct spec *s, const void *out)
{
	(void)c;
	buf_str(b, "{\"data\":");
	if (s != NULL)
		spec_put(b, s, out);
	else
		buf_str(b, "null");
	buf_chr(b, '}');
}

static void put_error_as(struct ctx *c, struct buf *b, int status, const char *shape)
{
	buf_printf(b, "%s %d %s %s", shape, status, c->err.key, c->err.field != NULL ? c->err.field : "-");
}

static void error_t(struct ctx *c, struct buf *b, int status)
{
	put_error_as(c, b, status, "t");
}

static void error_u(struct ctx *c, struct buf *b, int status)
{
	put_error_as(c, b, status, "u");
}

static void wrap_schema(struct buf *b, const char *ref)
{
	buf_printf(b, "{\"title\":\"%s\"}", ref != NULL ? ref : "");
}

/* Without a door of its own the second contract takes what names somebody. */
static int claim_u(const struct request *q)
{
	return *q->authorization != '\0' ? 1 : 0;
}

static void publish(struct ctx *c)
{
	(void)c;
	published++;
}

// clang-format off
static const struct route rows[] = {
	{ "GET",    "/t/plain",      ANYONE,    0, LIMIT_NONE,  NULL,      op_nothing, NULL,      200, "" },
	{ "DELETE", "/t/plain",      ANYONE,    0, LIMIT_NONE,  NULL,      op_nothing, NULL,      200, "" },
	{ "POST",   "/t/echo",       ANYONE,    0, LIMIT_NONE,  &in_spec,  op,         &out_spec, 201, "" },
	{ "GET",    "/t/ids/:id",    ANYONE,    0, LIMIT_NONE,  &id_spec,  op,         &out_spec, 200, "" },
	{ "GET",    "/t/keys/:key",  ANYONE,    0, LIMIT_NONE,  &key_spec, op,         &out_spec, 200, "" },
	{ "POST",   "/t/signed",     SIGNED_IN, 0, LIMIT_NONE,  &in_spec,  op,         &out_spec, 200, "" },
	{ "GET",    "/t/admin",      ADMIN,     0, LIMIT_NONE,  NULL,      op_nothing, NULL,      200, "" },
	{ "GET",    "/t/permission", ANYONE,    4, LIMIT_NONE,  NULL,      op_nothing, NULL,      200, "" },
	{ "GET",    "/t/raw",        RAW,       0, LIMIT_NONE,  NULL,      op_raw,     NULL,      200, "" },
	{ "GET",    "/t/bug",        ANYONE,    0, LIMIT_NONE,  NULL,      op_bug,     NULL,      200, "" },
	{ "GET",    "/t/wait",       ANYONE,    0, LIMIT_NONE,  NULL,      op_wait,    NULL,      200, "" },
	{ "POST",   "/t/write",      WRITES,    0, LIMIT_NONE,  NULL,      op_write,   NULL,      200, "" },
	{ "GET",    "/both/:name",   ANYONE,    0, LIMIT_NONE,  &name_spec, op_bug,    NULL,      200, "" },
	{ "DELETE", "/both/:name",   ANYONE,    0, LIMIT_NONE,  &name_spec, op_bug,    NULL,      200, "" },
	{ "POST",   "/t/limited",    ANYONE,    0, LIMIT_LOGIN, NULL,      op_nothing, NULL,      200, "" },
};
static const struct route others[] = {
	{ "PUT",    "/t/plain",      ANYONE,    0, LIMIT_NONE,  NULL,      op_nothing, NULL,      200, "" },
	{ "GET",    "/t/ids/first",  ANYONE,    0, LIMIT_NONE,  NULL,      op_nothing, NULL,      200, "" },
	{ "PUT",    "/t/ids/first",  ANYONE,    0, LIMIT_NONE,  NULL,      op_nothing, NULL,      200, "" },
	{ "GET",    "/both/:id",     ANYONE,    0, LIMIT_NONE,  &id_spec,  op_bug,     NULL,      200, "" },
	{ "GET",    "/both/all",     ANYONE,    0, LIMIT_NONE,  NULL,      op_bug,     NULL,      200, "" },
};
// clang-format on
static const struct route_table table_t = ROUTES(rows), table_u = ROUTES(others);
static const struct contract t = {
	.name = "t",
	.door = "door_t",
	.prefixes = (const char *const[]){ "/t/", "/both/", NULL },
	.tables = (const struct route_table *const[]){ &table_t, NULL },
	.who = who,
	.who_check = who_check,
	.may = may,
	.wrap = wrap,
	.error = error_t,
	.wrap_schema = wrap_schema,
	.error_schema = "{}",
};
static const struct contract u = {
	.name = "u",
	.door = "door_u",
	.prefixes = (const char *const[]){ "/u/", "/both/", "/t/u/", NULL },
	.claim = claim_u,
	.tables = (const struct route_table *const[]){ &table_u, NULL },
	.may = may,
	.wrap = wrap,
	.error = error_u,
	.wrap_schema = wrap_schema,
	.error_schema = "{}",
};
static const struct app app = {
	.name = "api", .contracts = (const struct contract *const[]){ &t, &u }, .n = 2, .publish = publish
};

struct row {
	const char *method, *path, *body, *as; /* as: the Authorization */
	int status;
	const char *answer; /* the body, or how it begins when it ends in "…" */
	const char *header; /* a header line, or NULL */
	int ran, published;
	const char *type, *query, *origin, *door;
};

// clang-format off
static const struct row cases[] = {
	{ "GET", "/t/plain", NULL, NULL, 200, "{\"data\":null}", "X-Request-ID: req_test", .ran = 1, .published = 1, .type = "text/html" },
	{ "GET", "/t/plain", NULL, NULL, 200, "{\"data\":null}", "Cache-Control: no-store", .ran = 1, .published = 1 },
	{ "GET", "/t/plain", NULL, NULL, 200, "{\"data\":null}", "X-Content-Type-Options: nosniff", .ran = 1, .published = 1 },
	{ "HEAD", "/t/plain", NULL, NULL, 200, "{\"data\":null}", NULL, .ran = 1, .published = 1 }, /* who leaves out the body knows its length */
	{ "GET", "/t/plain", "not json", NULL, 200, "{\"data\":null}", NULL, .ran = 1, .published = 1, .type = "text/html" },
	{ "PUT", "/t/plain", NULL, NULL, 200, "{\"data\":null}", NULL, .ran = 1, .published = 1 }, /* the other contract's */

	{ "GET", "/t/ids/first", NULL, NULL, 200, "{\"data\":null}", NULL, .ran = 1, .published = 1 }, /* a word goes before a name */
	{ "PUT", "/t/ids/first", NULL, NULL, 200, "{\"data\":null}", NULL, .ran = 1, .published = 1, .door = "door_t" },
	{ "DELETE", "/t/ids/first", NULL, NULL, 405, "u 405 http.method -", "Allow: GET, PUT", .ran = 0, .published = 0, .door = "door_t" },
	{ "GET", "/both/1", NULL, NULL, 500, "t 500 …", NULL, .ran = 0, .published = 0 },
	{ "GET", "/both/1", NULL, "1", 500, "u 500 …", NULL, .ran = 0, .published = 0 },
	{ "GET", "/both/1", NULL, "1", 500, "t 500 …", NULL, .ran = 0, .published = 0, .door = "door_t" },
	{ "GET", "/both/1", NULL, NULL, 500, "u 500 …", NULL, .ran = 0, .published = 0, .door = "door_u" },
	{ "GET", "/both/all", NULL, NULL, 500, "u 500 …", NULL, .ran = 0, .published = 0, .door = "door_t" },
	{ "DELETE", "/both/1", NULL, NULL, 500, "t 500 …", NULL, .ran = 0, .published = 0, .door = "door_u" },
	{ "PUT", "/both/1", NULL, NULL, 405, "u 405 http.method -", "Allow: GET, DELETE", .ran = 0, .published = 0, .door = "door_u" },
	{ "PUT", "/both/1", NULL, NULL, 405, "t 405 http.method -", "Allow: GET, DELETE", .ran = 0, .published = 0 },
	{ "GET", "/both/1/2", NULL, NULL, 404, "t 404 …", NULL, .ran = 0, .published = 0 },
	{ "GET", "/both/1/2", NULL, NULL, 404, "u 404 …", NULL, .ran = 0, .published = 0, .door = "door_u" },
	{ "GET", "/t/u/1", NULL, NULL, 404, "u 404 …", NULL, .ran = 0, .published = 0, .door = "door_t" }, /* the longer prefix */
	{ "GET", "/t/nothing", NULL, NULL, 404, "t 404 http.no_such_path -", NULL, .ran = 0, .published = 0 },
	{ "GET", "/u/nothing", NULL, NULL, 404, "u 404 http.no_such_path -", NULL, .ran = 0, .published = 0, .door = "t" },
	{ "GET", "/nothing", NULL, NULL, 404, "u 404 http.no_such_path -", NULL, .ran = 0, .published = 0, .door = "u" },
	{ "GET", "/nothing", NULL, NULL, 404, "u 404 http.no_such_path -", NULL, .ran = 0, .published = 0, .door = "door_u" },
	{ "GET", "/nothing", NULL, NULL, 404, "t 404 http.no_such_path -", NULL, .ran = 0, .published = 0, .door = "none" },
	{ "GET", "/t/plain/", NULL, NULL, 404, "t 404 http.no_such_path -", NULL, .ran = 0, .published = 0 },
	{ "GET", "", NULL, NULL, 404, "t 404 http.no_such_path -", NULL, .ran = 0, .published = 0 },
	{ "PATCH", "/t/plain", NULL, NULL, 405, "t 405 http.method -", "Allow: GET, DELETE, PUT", .ran = 0, .published = 0 },
	{ "GET", "/t/echo", NULL, NULL, 405, "t 405 http.method -", "Allow: POST", .ran = 0, .published = 0 },
	{ "HEAD", "/t/echo", NULL, NULL, 405, "t 405 http.method -", "Allow: POST", .ran = 0, .published = 0 },
	{ "post", "/t/echo", NULL, NULL, 405, "t 405 http.method -", "Allow: POST", .ran = 0, .published = 0 },

	{ "POST", "/t/echo", "{\"text\":\"abc\"}", NULL, 201, "{\"data\":{\"text\":\"abc\",\"id\":0}}", NULL, .ran = 1, .published = 0 },
	{ "POST", "/t/echo", "{\"text\":\"abc\"}", NULL, 201, "{\"data\":{\"text\":\"abc\",\"id\":9}}", NULL, .ran = 1, .published = 0, .query = "n=9" },
	{ "POST", "/t/echo", "{\"text\":\"abc\"}", NULL, 201, "{\"data\":…", NULL, .ran = 1, .published = 0, .type = "application/json; charset=utf-8" },
	{ "POST", "/t/echo", "{\"text\":\"abc\"}", NULL, 201, "{\"data\":…", NULL, .ran = 1, .published = 0, .type = "" },
	{ "POST", "/t/echo", "{\"text\":\"abc\"}", NULL, 415, "t 415 http.media_type -", NULL, .ran = 0, .published = 0, .type = "text/plain" },
	{ "POST", "/t/echo", "{\"text\":\"abc\"}", NULL, 415, "t 415 http.media_type -", NULL, .ran = 0, .published = 0, .type = "application/x-www-form-urlencoded" },
	{ "POST", "/t/echo", "{\"text\":\"0123456789012345678901234567890123456789012345678901\"}", NULL, 400, "t 400 input.too_long text", NULL, .ran = 0, .published = 0 },
	{ "POST", "/t/echo", "{\"text\":\"01234567890123456789012345678901234567890123456789012345\"}", NULL, 413, "t 413 http.body_too_large -", NULL, .ran = 0, .published = 0 },
	{ "POST", "/t/echo", "{\"text\":\"01234567890123456789012345678901234567890123456789012345\"}", NULL, 413, "t 413 http.body_too_large -", NULL, .ran = 0, .published = 0, .type = "text/plain" },
	{ "POST", "/t/echo", NULL, NULL, 400, "t 400 input.missing text", NULL, .ran = 0, .published = 0 },
	{ "POST", "/t/echo", "{}", NULL, 400, "t 400 input.missing text", NULL, .ran = 0, .published = 0 },
	{ "POST", "/t/echo", "{", NULL, 400, "t 400 input.not_json -", NULL, .ran = 0, .published = 0 },
	{ "POST", "/t/echo", "{} {}", NULL, 400, "t 400 input.not_json -", NULL, .ran = 0, .published = 0 },
	{ "POST", "/t/echo", "[]", NULL, 400, "t 400 input.not_an_object -", NULL, .ran = 0, .published = 0 },
	{ "POST", "/t/echo", "{\"text\":\"\xff\"}", NULL, 400, "t 400 input.not_json -", NULL, .ran = 0, .published = 0 },
	{ "POST", "/t/echo", "{\"text\":\"abc\"}", NULL, 400, "t 400 input.too_large n", NULL, .ran = 0, .published = 0, .query = "n=10" },
	{ "POST", "/t/echo", "{\"text\":\"abc\"}", NULL, 400, "t 400 input.bad_text query", NULL, .ran = 0, .published = 0, .query = "n=%zz" },

	{ "GET", "/t/ids/12", NULL, NULL, 200, "{\"data\":{\"text\":null,\"id\":12}}", NULL, .ran = 1, .published = 0 },
	{ "GET", "/t/ids/x", NULL, NULL, 400, "t 400 input.not_an_integer id", NULL, .ran = 0, .published = 0 },
	{ "GET", "/t/ids/%31", NULL, NULL, 200, "{\"data\":{\"text\":null,\"id\":1}}", NULL, .ran = 1, .published = 0 },
	{ "GET", "/t/ids/%zz", NULL, NULL, 400, "t 400 input.bad_text id", NULL, .ran = 0, .published = 0 },
	{ "GET", "/t/ids/%00", NULL, NULL, 400, "t 400 input.bad_text id", NULL, .ran = 0, .published = 0 },
	{ "GET", "/t/ids/", NULL, NULL, 404, "t 404 http.no_such_path -", NULL, .ran = 0, .published = 0 },
	{ "GET", "/t/keys/a%2Fb%3A", NULL, NULL, 200, "{\"data\":{\"text\":\"a/b:\",\"id\":0}}", NULL, .ran = 1, .published = 0 },

	/* Who is calling is told first, what is wrong with the rest after. */
	{ "POST", "/t/signed", "{\"text\":\"abc\"}", NULL, 401, "t 401 auth.needed -", NULL, .ran = 0, .published = 0 },
	{ "POST", "/t/signed", "{", NULL, 401, "t 401 auth.needed -", NULL, .ran = 0, .published = 0 },
	{ "POST", "/t/signed", "{", "x", 401, "t 401 test.bad_token -", NULL, .ran = 0, .published = 0 },
	{ "POST", "/t/signed", "{", "late", 401, "t 401 test.signed_out -", NULL, .ran = 0, .published = 0 },
	{ "POST", "/t/signed", "{", "1", 400, "t 400 input.not_json -", NULL, .ran = 0, .published = 0 },
	{ "POST", "/t/signed", "{\"text\":\"abc\"}", "1", 200, "{\"data\":…", NULL, .ran = 1, .published = 0 },
	{ "GET", "/t/plain", NULL, "x", 401, "t 401 test.bad_token -", NULL, .ran = 0, .published = 0 },
	{ "GET", "/t/admin", NULL, NULL, 401, "t 401 auth.needed -", NULL, .ran = 0, .published = 0 },
	{ "GET", "/t/admin", NULL, "1", 403, "t 403 auth.forbidden -", NULL, .ran = 0, .published = 0 },
	{ "GET", "/t/admin", NULL, "9", 200, "{\"data\":null}", NULL, .ran = 1, .published = 1 },
	{ "GET", "/t/permission", NULL, NULL, 401, "t 401 auth.needed -", NULL, .ran = 0, .published = 0 },
	{ "GET", "/t/permission", NULL, "1", 403, "t 403 auth.forbidden -", NULL, .ran = 0, .published = 0 },
	{ "GET", "/t/permission", NULL, "9", 200, "{\"data\":null}", NULL, .ran = 1, .published = 1 },

	{ "GET", "/t/raw", NULL, NULL, 203, "raw…", "X-Raw: 1", .ran = 0, .published = 0, .type = "" },
	{ "GET", "/t/bug", NULL, NULL, 500, "t 500 test.bug -", NULL, .ran = 0, .published = 0 },
	{ "GET", "/t/wait", NULL, NULL, 503, "t 503 test.wait -", "Retry-After: 7", .ran = 0, .published = 0 },
	{ "POST", "/t/write", NULL, NULL, 503, "t 503 db.unavailable -", "Retry-After: 1", .ran = 1, .published = 0 }, /* there is no database here */
	{ "POST", "/t/limited", NULL, NULL, 200, "{\"data\":null}", "X-RateLimit-Limit: 3", .ran = 1, .published = 1 }, /* nor Redis: nobody is refused */

	{ "OPTIONS", "/t/echo", NULL, NULL, 204, "", "Access-Control-Allow-Origin: https://a.example", .ran = 0, .published = 0, .origin = "https://a.example" },
	{ "OPTIONS", "/t/echo", NULL, NULL, 204, "", "Access-Control-Allow-Headers: Authorization", .ran = 0, .published = 0, .origin = "https://a.example" },
	{ "OPTIONS", "/t/echo", NULL, NULL, 204, "", "!Access-Control-", .ran = 0, .published = 0, .origin = "https://b.example" },
	{ "OPTIONS", "/nothing", NULL, NULL, 204, "", "!Access-Control-", .ran = 0, .published = 0 },
	{ "GET", "/t/plain", NULL, NULL, 200, "{\"data\":null}", "Access-Control-Allow-Origin: https://a.example", .ran = 1, .published = 1, .origin = "https://a.example" },
	{ "GET", "/t/plain", NULL, NULL, 200, "{\"data\":null}", "!Access-Control-", .ran = 1, .published = 1, .origin = "https://a.example\r\nX: y" },
	{ "GET", "/t/nothing", NULL, NULL, 404, "t 404 …", "Access-Control-Allow-Origin: https://a.example", .ran = 0, .published = 0, .origin = "https://a.example" },

	{ "GET", "/openapi.json", NULL, NULL, 200, "{\"openapi\":\"3.1.0\"…", NULL, .ran = 0, .published = 0 },
	{ "HEAD", "/openapi.json", NULL, NULL, 200, "{\"openapi\":\"3.1.0\"…", NULL, .ran = 0, .published = 0 },
	{ "POST", "/openapi.json", NULL, NULL, 404, "t 404 http.no_such_path -", NULL, .ran = 0, .published = 0 },
};
// clang-format on

static const char *no_param(const void *env, const char *name)
{
	(void)env, (void)name;
	return "";
}

static bool answers(const char *got, const char *want)
{
	const char *more = strstr(want, "…");

	return more != NULL ? strncmp(got, want, (size_t)(more - want)) == 0 : strcmp(got, want) == 0;
}

static const char *or_empty(const char *s)
{
	return s != NULL ? s : "";
}

static void ask(struct ctx *c, const struct row *r, struct response *out)
{
	struct request q = { .method = r->method,
			     .path = r->path,
			     .query = or_empty(r->query),
			     .content_type = r->type != NULL ? r->type : "application/json",
			     .body = r->body,
			     .n = strlen(or_empty(r->body)),
			     .door = or_empty(r->door),
			     .authorization = or_empty(r->as),
			     .origin = or_empty(r->origin),
			     .if_none_match = "",
			     .param = no_param,
			     .host = "h" };

	c->err = (struct err){ 0 };
	c->who = (struct actor){ 0 };
	c->events = NULL;
	ran = published = 0;
	serve(&app, c, &q, out);
	bus_rest(c->bus);
}

static void check_cases(struct ctx *c, struct response *out)
{
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct row *r = &cases[i];
		ask(c, r, out);
		const char *body = buf_text(out->body);
		ok(out->status == r->status && answers(body, r->answer), "%s %s %s: %d %s", r->method, r->path, or_empty(r->body),
		   out->status, body);
		ok(ran == r->ran && published == r->published, "%s %s: ran %d, published %d", r->method, r->path, ran, published);
		const char *headers = buf_text(out->headers);
		if (r->header != NULL && *r->header == '!')
			ok(strstr(headers, r->header + 1) == NULL, "%s %s: %s", r->method, r->path, headers);
		else if (r->header != NULL)
			ok(strstr(headers, r->header) != NULL, "%s %s: %s", r->method, r->path, headers);
		ok(strcmp(headers + strlen(headers) - 2, "\r\n") == 0 && strstr(headers, "\r\n\r\n") == NULL, "whole lines: %s",
		   headers);
		bool raw = strcmp(r->path, "/t/raw") == 0;
		ok_str(out->type, raw ? "text/plain" : "application/json; charset=utf-8");
		ok(!raw || out->body->len == 9, "all of the bytes");
	}
}

/* The conversation that limits and credentials look at: the path's, else the query's, else the body's. */
static void check_session(struct ctx *c, struct response *out)
{
	static const struct {
		const char *query, *body, *session;
	} from[] = { { NULL, "{\"text\":\"a\"}", NULL },
		     { NULL, "{\"text\":\"a\",\"session_id\":\"b\"}", "b" },
		     { "session_id=q", "{\"text\":\"a\",\"session_id\":\"b\"}", "q" },
		     { "session_id=", "{\"text\":\"a\"}", "" },
		     { NULL, "{\"session_id\":7}", NULL },
		     { "session_id=q", "{", "q" } };

	for (size_t i = 0; i < COUNT(from); i++) {
		ask(c, &(struct row){ .method = "POST", .path = "/t/echo", .body = from[i].body, .query = from[i].query }, out);
		ok((seen_session == NULL) == (from[i].session == NULL) &&
			   (seen_session == NULL || strcmp(seen_session, from[i].session) == 0),
		   "%s %s: %s", or_empty(from[i].query), from[i].body, or_empty(seen_session));
	}
}

int main(void)
{
	struct arena mem = { 0 };
	struct buf headers = { 0 }, body = { 0 };
	struct response out = { .headers = &headers, .body = &body };
	struct settings cfg = { .max_body = 64, .origins = "https://a.example", .rate_limit = 1, .limit_login = 3 };
	struct ctx c = { .mem = &mem,
			 .cfg = &cfg,
			 .db = db_new("mysql://root@/none?socket=/nowhere/db.sock"),
			 .bus = bus_new("unix:///nowhere/redis.sock"),
			 .now = 1700000000000,
			 .request_id = "req_test",
			 .lang = "en",
			 .addr = "192.0.2.1",
			 .user_agent = "" };

	check_cases(&c, &out);
	check_session(&c, &out);
	for (int e = E_OK; e < E__MAX; e++)
		ok(err_status((enum err_code)e) >= 200 && err_status((enum err_code)e) < 600, "every error has a status: %d", e);
	db_free(c.db);
	bus_free(c.bus);
	buf_free(&headers);
	buf_free(&body);
	arena_free(&mem);
	return ok_end();
}
