#include "program.h"
#include "../auth/auth.h"
#include "../bus/bus.h"
#include "../core/address.h"
#include "../core/log.h"
#include "../core/text.h"
#include "../db/db.h"
#include "../file/sniff.h"
#include "decode.h"
#include "perf.h"
#include "serve.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

static enum log_level level_of(const char *name)
{
	static const char *const names[] = { "debug", "info", "warn", "error" };

	for (size_t i = 0; i < COUNT(names); i++)
		if (strcmp(names[i], name) == 0)
			return (enum log_level)i;
	return LOG_INFO;
}

/* DESKBELL_CONTRACTS: the contracts that this pool answers; the relay's requests are answered by every pool. */
static bool choose_contracts(struct program *p, const struct app *app, char *why, size_t whysz)
{
	const char *wanted = p->cfg.contracts;
	size_t named = *wanted != '\0' ? 1 : 0;

	for (const char *s = wanted; *s != '\0'; s++)
		named += *s == ',';
	p->app = *app;
	p->app.contracts = p->chosen;
	p->app.n = 0;
	for (size_t i = 0; i < app->n && i < CONTRACTS_MAX; i++)
		if (*wanted == '\0' || token_in_list(wanted, app->contracts[i]->name))
			p->chosen[p->app.n++] = app->contracts[i];
	if (*wanted == '\0' || p->app.n == named)
		return true;
	snprintf(why, whysz, "DESKBELL_CONTRACTS is \"%s\": not all of these are contracts of this program", wanted);
	return false;
}

bool program_open(struct program *p, const struct app *app)
{
	char why[512] = "";

	*p = (struct program){ 0 };
	if (!settings_read(&p->cfg, &p->settings_mem, why, sizeof(why))) {
		log_error(NULL, "settings.bad", "%s", why);
		return false;
	}
	if (!choose_contracts(p, app, why, sizeof(why))) {
		log_error(NULL, "settings.bad", "%s", why);
		return false;
	}
	log_open(app->name, p->cfg.log, level_of(p->cfg.log_level));
	p->texts = catalog_open(p->cfg.templates, why, sizeof(why));
	p->keys = p->texts != NULL ? keyring_open(p->cfg.jwt_secret, p->cfg.var, why, sizeof(why)) : NULL;
	if (p->keys == NULL) {
		log_error(NULL, "settings.bad", "%s", why);
		return false;
	}
	p->db = db_new(p->cfg.db_url);
	p->bus = bus_new(p->cfg.redis_url);
	p->sniffer = sniffer_new();
	return true;
}

void program_close(struct program *p)
{
	if (p->db != NULL)
		db_free(p->db);
	if (p->bus != NULL)
		bus_free(p->bus);
	keyring_free(p->keys);
	sniffer_free(p->sniffer);
	catalog_close(p->texts);
	buf_free(&p->headers);
	buf_free(&p->body);
	arena_free(&p->mem);
	arena_free(&p->settings_mem);
}

static bool good_request_id(const char *s)
{
	size_t n = strlen(s);

	return n >= 8 && n <= 64 && strspn(s, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-") == n;
}

/* The peer, or the last hop a trusted proxy reports. */
static const char *client_address(struct ctx *c, const char *peer, const char *forwarded)
{
	if (*forwarded == '\0' || !token_in_list(c->cfg->trusted_proxies, peer))
		return peer;
	const char *last = strrchr(forwarded, ',');
	last = last != NULL ? last + 1 : forwarded;
	last += strspn(last, " ");
	size_t n = strspn(last, "0123456789abcdefABCDEF.:");
	return n > 0 && n < 46 ? arena_strndup(c->mem, last, n) : peer;
}

/* What a proxy of this machine brings from elsewhere comes by loopback too: it is known by the headers that proxies add. */
static bool from_here(const struct ctx *c, param_fn *param, const void *env)
{
	static const char *const added[] = { "HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA" };
	const char *peer = param(env, "REMOTE_ADDR");

	if (*param(env, added[0]) != '\0' && token_in_list(c->cfg->trusted_proxies, peer))
		return address_is_loopback(c->addr);
	for (size_t i = 0; i < COUNT(added); i++)
		if (*param(env, added[i]) != '\0')
			return false;
	return address_is_loopback(peer);
}

/* A page of this very host is no stranger. */
static const char *other_origin(const char *origin, const char *host)
{
	const char *own = strstr(origin, "://");

	return own != NULL && strcasecmp(own + 3, host) == 0 ? "" : origin;
}

static void context(struct program *p, struct ctx *c)
{
	*c = (struct ctx){ .mem = &p->mem,
			   .cfg = &p->cfg,
			   .texts = p->texts,
			   .keys = p->keys,
			   .db = p->db,
			   .bus = p->bus,
			   .sniffer = p->sniffer,
			   .now = now_ms(),
			   .perf = p->app.perf,
			   .recent = p->app.recent,
			   .open_until = &p->open_until,
			   .before_commit = p->app.before_commit };
}

static void begin(struct program *p, struct ctx *c, param_fn *param, const void *env)
{
	const char *id = param(env, "HTTP_X_REQUEST_ID");

	context(p, c);
	c->request_id = good_request_id(id) ? id : random_id(c->mem, "req_", 16);
	c->lang = pick_lang(param(env, "HTTP_ACCEPT_LANGUAGE"));
	c->user_agent = param(env, "HTTP_USER_AGENT");
	if (!utf8_valid(c->user_agent, strlen(c->user_agent)))
		c->user_agent = "";
	c->origin = other_origin(param(env, "HTTP_ORIGIN"), param(env, "HTTP_HOST"));
	c->addr = client_address(c, param(env, "REMOTE_ADDR"), param(env, "HTTP_X_FORWARDED_FOR"));
	c->local = from_here(c, param, env);
}

static const char *request_path(struct ctx *c, param_fn *param, const void *env)
{
	const char *uri = param(env, "REQUEST_URI");

	if (*uri == '\0') /* a server that has none, and the relay */
		return arena_printf(c->mem, "%s%s", param(env, "SCRIPT_NAME"), param(env, "PATH_INFO"));
	return arena_strndup(c->mem, uri, strcspn(uri, "?"));
}

static void realtime(struct program *p, struct ctx *c, const struct request *q, struct response *out)
{
	out->type = "text/plain; charset=utf-8";
	out->status = 200;
	buf_clear(out->headers);
	buf_clear(out->body);
	if (p->app.realtime(c, q, out->body))
		return;
	buf_clear(out->body);
	out->status = err_status(c->err.code != E_OK ? c->err.code : E_BUG);
	log_warn(c, "realtime.failed", "%s: %s", q->path, c->err.key != NULL ? c->err.key : "?");
}

bool body_is_streamed(const char *content_type)
{
	return strncasecmp(content_type, "multipart/", 10) == 0 || strncasecmp(content_type, tus_type, strlen(tus_type)) == 0;
}

void program_apart(struct program *p)
{
	p->db = db_new(p->cfg.db_url);
	p->bus = bus_new(p->cfg.redis_url);
}

static int64_t mono_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void timed(struct program *p, struct ctx *c, const struct request *q, struct response *out)
{
	int64_t began = mono_us();

	serve(&p->app, c, q, out);
	perf_note(p->app.perf, out->route, out->status, c->now, mono_us() - began);
}

void program_request(struct program *p, param_fn *param, const void *env, const struct body *body, struct response *out)
{
	struct ctx c;

	p->busy = true;
	begin(p, &c, param, env);
	struct request q = { .method = param(env, "REQUEST_METHOD"),
			     .path = request_path(&c, param, env),
			     .query = param(env, "QUERY_STRING"),
			     .content_type = param(env, "CONTENT_TYPE"),
			     .body = body->data,
			     .n = body->n,
			     .read = body->read,
			     .read_arg = body->arg,
			     .no_room = body->no_room,
			     .door = param(env, "DESKBELL_DOOR"),
			     .authorization = param(env, "HTTP_AUTHORIZATION"),
			     .origin = param(env, "HTTP_ORIGIN"),
			     .if_none_match = param(env, "HTTP_IF_NONE_MATCH"),
			     .host = param(env, "HTTP_HOST"),
			     .param = param,
			     .env = env };
	*out = (struct response){ .headers = &p->headers, .body = &p->body };
	if (p->app.realtime != NULL && strcmp(param(env, "DESKBELL_RELAY"), "1") == 0 && strncmp(q.path, "/realtime/", 10) == 0)
		realtime(p, &c, &q, out);
	else
		timed(p, &c, &q, out);
	p->left_over = c.left_over;
	snprintf(p->type, sizeof(p->type), "%s", out->type);
	out->type = p->type;
	bus_rest(p->bus);
	arena_reset(&p->mem);
	p->busy = false;
}

void program_after(struct program *p)
{
	struct ctx c;

	if (!p->left_over || p->app.after == NULL)
		return;
	p->left_over = false;
	p->busy = true;
	context(p, &c);
	c.request_id = random_id(c.mem, "req_", 16);
	c.lang = "zh";
	c.user_agent = c.origin = c.addr = "";
	p->app.after(&c);
	if (c.events != NULL && p->app.publish != NULL)
		p->app.publish(&c);
	bus_rest(p->bus);
	arena_reset(&p->mem);
	p->busy = false;
}

void put_status_line(struct buf *b, const struct response *r)
{
	buf_printf(b, "Status: %d\r\n", r->status);
	if (r->status != 204)
		buf_printf(b, "Content-Type: %s\r\n", r->type);
	buf_add(b, r->headers->data, r->headers->len);
	buf_str(b, "\r\n");
}
