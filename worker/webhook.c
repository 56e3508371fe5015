/* Webhooks: taken from the outbox, several at a time, each with its own time limit; tried again when nobody took them. */
#include "../lib/auth/auth.h"
#include "../lib/core/address.h"
#include "../lib/core/log.h"
#include "../lib/core/text.h"
#include "hook_body.h"
#include "net.h"
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ALL_MAX = 16, EACH_MAX = 4, TIMEOUT_MS = 10000, ANSWER_MAX = 65536, IDLE_MS = 10000, LOST_MS = 1000 };

struct transfer {
	struct net_call call; /* first: a call is its transfer */
	struct transfer *next;
	struct arena mem; /* everything below lives here */
	struct delivery delivery;
	struct curl_slist *headers;
	struct buf body;
	int64_t began;
	size_t heard; /* bytes of the answer */
	char error[CURL_ERROR_SIZE];
	bool private_ok, refused;
};
struct hooks {
	struct transfer *transfers;
	int64_t n;
};

static struct hooks *hooks_of(struct worker *w)
{
	if (w->hooks == NULL && (w->hooks = calloc(1, sizeof(*w->hooks))) == NULL)
		abort();
	return w->hooks;
}

static int64_t running(const struct worker *w, int64_t webhook_id)
{
	int64_t n = 0;

	for (const struct transfer *t = w->hooks != NULL ? w->hooks->transfers : NULL; t != NULL; t = t->next)
		n += t->delivery.webhook_id == webhook_id;
	return n;
}

/* -- one transfer -- */

/* A name may lead anywhere, also elsewhere than a minute ago: what counts is the address that is connected to. */
static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct transfer *t = arg;

	(void)purpose;
	if (!t->private_ok && address_private(&a->addr)) {
		t->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

/* Nobody reads the answer; one that does not end is cut off. */
static size_t hear(char *p, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;

	(void)p;
	t->heard += size * n;
	return t->heard <= ANSWER_MAX ? size * n : 0;
}

static void sign(struct transfer *t, const char *secret)
{
	const char *stamp = arena_printf(&t->mem, "%lld", (long long)(now_ms() / 1000));
	char mac[65];

	hmac_hex(mac, secret, stamp, t->body.data, t->body.len);
	net_header(&t->headers, "Content-Type: application/json; charset=utf-8");
	net_header(&t->headers, "Expect:");
	net_header(&t->headers, arena_printf(&t->mem, "X-Deskbell-Event: %s", webhook_event_names[t->delivery.event]));
	net_header(&t->headers, arena_printf(&t->mem, "X-Deskbell-Delivery: %lld", (long long)t->delivery.id));
	net_header(&t->headers, arena_printf(&t->mem, "X-Deskbell-Timestamp: %s", stamp));
	net_header(&t->headers, arena_printf(&t->mem, "X-Deskbell-Signature: sha256=%s", mac));
}

static void prepare(struct transfer *t)
{
	CURL *e = t->call.easy;

	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)TIMEOUT_MS);
	curl_easy_setopt(e, CURLOPT_POST, 1L);
	curl_easy_setopt(e, CURLOPT_POSTFIELDS, t->body.data);
	curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)t->body.len);
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, t->headers);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, t->error);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, hear);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, t);
}

static void drop(struct worker *w, struct transfer *t)
{
	struct hooks *h = w->hooks;

	for (struct transfer **at = &h->transfers; *at != NULL; at = &(*at)->next)
		if (*at == t) {
			*at = t->next;
			h->n--;
			break;
		}
	net_remove(w, &t->call);
	curl_slist_free_all(t->headers);
	buf_free(&t->body);
	arena_free(&t->mem);
	free(t);
}

/* -- what came of it -- */

struct finishing {
	const struct delivery *delivery;
	struct delivery_result result;
	int64_t next_at;
};

static bool finish(struct ctx *c, void *arg)
{
	struct finishing *f = arg;

	return delivery_finish(c, f->delivery, &f->result, &f->next_at);
}

/* Stored or not: if not, the claim lapses and it is sent again, with the same id. */
static void store(struct worker *w, struct transfer *t, const struct delivery_result *r)
{
	struct finishing f = { .delivery = &t->delivery, .result = *r };

	if (!job_run(w, finish, &f, true))
		log_warn(NULL, "webhook.unnoted", "delivery %lld will be sent again", (long long)t->delivery.id);
	else if (!r->delivered)
		log_info(NULL, "webhook.failed", "delivery %lld of webhook %lld: status %lld %s", (long long)t->delivery.id,
			 (long long)t->delivery.webhook_id, (long long)r->response_status, r->error != NULL ? r->error : "");
	w->hooks_at = 0; /* there is room */
}

static void ended(struct worker *w, struct net_call *call, CURLcode code)
{
	struct transfer *t = (struct transfer *)call;
	long status = 0;
	bool answered = code == CURLE_OK || (code == CURLE_WRITE_ERROR && t->heard > ANSWER_MAX);
	const char *why = *t->error != '\0' ? t->error : curl_easy_strerror(code);

	curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	struct delivery_result r = { .delivered = answered && status >= 200 && status < 300,
				     .response_status = answered ? status : 0,
				     .response_ms = mono_ms() - t->began,
				     .error = answered     ? ""
					      : t->refused ? "the address is private"
							   : why };
	store(w, t, &r);
	drop(w, t);
}

/* -- taking up -- */

struct rendering {
	struct transfer *transfer;
	bool gone;
};

static bool render(struct ctx *c, void *arg)
{
	struct rendering *r = arg;

	return hook_body(c, &r->transfer->delivery, &r->transfer->body, &r->gone);
}

static void start(struct worker *w, const struct webhook *x, const struct delivery *d)
{
	struct hooks *h = hooks_of(w);
	struct transfer *t = calloc(1, sizeof(*t));
	struct rendering r = { .transfer = t };

	if (t == NULL)
		abort();
	t->delivery = *d;
	t->delivery.detail = arena_strdup(&t->mem, d->detail);
	t->delivery.error = "";
	t->private_ok = w->cfg.webhook_private;
	t->began = mono_ms();
	t->next = h->transfers;
	h->transfers = t;
	h->n++;
	if (!job_run(w, render, &r, false)) {
		drop(w, t); /* the database is away: the claim lapses */
		return;
	}
	if (r.gone) {
		store(w, t, &(struct delivery_result){ .hopeless = true, .error = "the conversation is gone" });
		drop(w, t);
		return;
	}
	t->call = (struct net_call){ net_easy(w, x->url), ended };
	sign(t, x->secret);
	prepare(t);
	net_add(w, &t->call);
}

struct looking {
	struct arena mem;
	struct list due, taken;
	int64_t webhook_id, room;
};

static bool look(struct ctx *c, void *arg)
{
	return webhook_due(c, &((struct looking *)arg)->due);
}

static bool claim(struct ctx *c, void *arg)
{
	struct looking *l = arg;

	return delivery_claim(c, l->webhook_id, l->room, &l->taken);
}

static bool take_up(struct worker *w, struct looking *l, const struct webhook *x)
{
	int64_t each = EACH_MAX - running(w, x->id), all = ALL_MAX - (w->hooks != NULL ? w->hooks->n : 0);

	l->webhook_id = x->id;
	l->room = each < all ? each : all;
	l->taken = (struct list){ 0 };
	if (l->room <= 0 || !job_run_in(w, &l->mem, claim, l, true))
		return false;
	const struct delivery *d = l->taken.items;
	for (size_t i = 0; i < l->taken.n; i++)
		start(w, x, &d[i]);
	return l->taken.n > 0;
}

void hooks_look(struct worker *w)
{
	struct looking l = { 0 };
	int64_t wait = IDLE_MS;

	if (!job_run_in(w, &l.mem, look, &l, false))
		wait = LOST_MS;
	const struct webhook_due *due = l.due.items;
	for (size_t i = 0; i < l.due.n; i++) {
		int64_t left = due[i].next_at - now_ms();
		if (left <= 0)
			left = take_up(w, &l, &due[i].webhook) ? 0 : LOST_MS;
		wait = left < wait ? left : wait;
	}
	w->hooks_at = mono_ms() + (wait > 0 ? wait : 0);
	arena_free(&l.mem);
}

/* -- stopping -- */

static bool release(struct ctx *c, void *arg)
{
	const struct worker *w = arg;

	for (const struct transfer *t = w->hooks->transfers; t != NULL; t = t->next)
		if (!delivery_release(c, &t->delivery))
			return false;
	return true;
}

/* What was under way is sent again by the next worker: whether it arrived is not known. */
void hooks_stop(struct worker *w)
{
	if (w->hooks == NULL)
		return;
	if (w->hooks->n > 0)
		job_run(w, release, w, true);
	while (w->hooks->transfers != NULL)
		drop(w, w->hooks->transfers);
	free(w->hooks);
	w->hooks = NULL;
}
