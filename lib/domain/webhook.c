#include "webhook.h"
#include "../auth/auth.h"
#include "../core/address.h"
#include "../core/buf.h"
#include "../core/recent.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "audit.h"
#include "event.h"
#include "sql_tables.h"
#include <string.h>
#include <strings.h>

const char *const webhook_event_names[] = {
	"conversation.created", "conversation.updated", "conversation.resolved", "message.created", "rating.created", "ping", NULL
};
const char *const delivery_status_names[] = { "pending", "delivered", "failed", NULL };

enum { URL_MAX = 2000, SECRET_MIN = 16, HOST_MAX = 253, EVENT_BITS = 8 };
enum { FRESH_MS = 1000, COMMITTED_MS = 30000 }; /* a webhook's change is committed by then, or not at all */

#define COLS "id, url, events, secret, enabled, created_at, updated_at"
static const struct col webhook_cols[] = {
	{ COL_INT, offsetof(struct webhook, id) },         { COL_STR, offsetof(struct webhook, url) },
	{ COL_INT, offsetof(struct webhook, events) },     { COL_STR, offsetof(struct webhook, secret) },
	{ COL_BOOL, offsetof(struct webhook, enabled) },   { COL_INT, offsetof(struct webhook, created_at) },
	{ COL_INT, offsetof(struct webhook, updated_at) },
};

enum { PAGE, TOTAL, BY_ID, LOCK, ADD, CHANGE, DELETE, WANT_LOCK, WANT, SQL__MAX };
const struct stmt webhook_sql[] = {
	[PAGE] = { "SELECT " COLS " FROM webhooks ORDER BY id LIMIT ? OFFSET ?", ROW(webhook, webhook_cols) },
	[TOTAL] = { "SELECT COUNT(*) FROM webhooks", ROW(number, number_cols) },
	[BY_ID] = { "SELECT " COLS " FROM webhooks WHERE id = ?", ROW(webhook, webhook_cols) },
	[LOCK] = { "SELECT " COLS " FROM webhooks WHERE id = ? FOR UPDATE", ROW(webhook, webhook_cols) },
	[ADD] = { "INSERT INTO webhooks (url, events, secret, enabled, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)" },
	[CHANGE] = { "UPDATE webhooks SET url = ?, events = ?, secret = ?, enabled = ?, updated_at = ? WHERE id = ?" },
	[DELETE] = { "DELETE FROM webhooks WHERE id = ?" },
	/* For WEBHOOKS_UNHEARD: one row that is read by its key, beside every locked conversation. */
	[WANT_LOCK] = { "INSERT INTO site (name, value) VALUES ('webhooks', '0') ON DUPLICATE KEY UPDATE name = name" },
	[WANT] = { "UPDATE site SET value = (SELECT BIT_OR(events) FROM webhooks WHERE enabled = 1) WHERE name = 'webhooks'" },
};
const size_t webhook_sql_n = SQL__MAX;

/* -- what nobody wants to hear -- */

/* One number, so that no two of them are mixed: the time above the bits. */
void webhook_unheard_at(struct ctx *c, int64_t bits, int64_t asked)
{
	recent_set(c->recent, RECENT_UNHEARD, asked << EVENT_BITS | (bits & ((1 << EVENT_BITS) - 1)));
}

bool webhook_unheard(const struct ctx *c, int64_t *bits)
{
	int64_t read = recent_number(c->recent, RECENT_UNHEARD), asked = read >> EVENT_BITS;

	*bits = read & ((1 << EVENT_BITS) - 1);
	return asked > recent_number(c->recent, RECENT_UNHEARD_FROM) && mono_ms() - asked < FRESH_MS;
}

/* -- pure -- */

static bool plain(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s <= 0x20 || (unsigned char)*s >= 0x7f)
			return false;
	return true;
}

/* The host between scheme and path, without port and brackets; false for what is none. */
static bool url_host(const char *s, char host[static HOST_MAX + 1])
{
	size_t whole = strcspn(s, "/?#"), n;
	int64_t port = 1;
	bool bracket = *s == '[';

	if (bracket)
		s++, whole--;
	n = strspn(s, bracket ? "0123456789abcdefABCDEF:." : "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");
	if (n == 0 || n > HOST_MAX || n > whole || (bracket && s[n] != ']'))
		return false;
	memcpy(host, s, n);
	host[n] = '\0';
	n += bracket;
	return n == whole || (s[n] == ':' && parse_int(s + n + 1, whole - n - 1, &port) && port > 0 && port < 65536);
}

const char *webhook_url_fault(const char *url, bool private_ok)
{
	char host[HOST_MAX + 1];
	size_t scheme = strncasecmp(url, "https://", 8) == 0 ? 8 : strncasecmp(url, "http://", 7) == 0 ? 7 : 0;

	if (scheme == 0 || strlen(url) > URL_MAX || !plain(url) || !url_host(url + scheme, host))
		return "webhook.bad_url";
	return !private_ok && host_private(host) ? "webhook.private" : NULL;
}

/* -- for staff -- */

bool webhook_list(struct ctx *c, const void *vin, void *vout)
{
	const struct webhook_list_in *in = vin;
	struct webhook_list_out *out = vout;
	struct number total;

	if (!db_list(c, &webhook_sql[PAGE], &out->webhooks, ARGS(INT(in->page.size), INT(page_offset(&in->page)))) ||
	    !db_one(c, &webhook_sql[TOTAL], &total, "db.failed", NOARGS))
		return false;
	out->meta = page_meta(&in->page, total.n);
	return true;
}

bool webhook_get(struct ctx *c, const void *vin, void *out)
{
	const struct webhook_id_in *in = vin;

	return db_one(c, &webhook_sql[BY_ID], out, "webhook.missing", ARGS(INT(in->id)));
}

static bool apply(struct ctx *c, const struct webhook_write_in *in, struct webhook *x)
{
	const char *fault;

	if (in->has & WEBHOOK_HAS_URL)
		x->url = in->url;
	if (in->has & WEBHOOK_HAS_EVENTS)
		x->events = in->events;
	if (in->has & WEBHOOK_HAS_ENABLED)
		x->enabled = in->enabled;
	if (in->has & WEBHOOK_HAS_SECRET) {
		if (strlen(in->secret) < SECRET_MIN)
			return fail_field(c, "secret", "input.too_short");
		x->secret = in->secret;
	}
	fault = in->has & WEBHOOK_HAS_URL ? webhook_url_fault(in->url, c->cfg->webhook_private) : NULL;
	if (fault != NULL)
		return fail_field(c, "url", fault);
	return x->events != 0 || fail_field(c, "events", "input.missing");
}

/* The audit log names the address: the row may be gone by then. */
static bool note(struct ctx *c, const char *action, const struct webhook *x)
{
	struct buf b = { 0 };

	buf_str(&b, "{\"url\":");
	buf_json(&b, x->url, strlen(x->url));
	buf_chr(&b, '}');
	const char *details = arena_strndup(c->mem, b.data, b.len);
	buf_free(&b);
	return audit(c, action, x->id, details);
}

/* Two who change webhooks at once take turns from here on: neither loses what the other wants. */
static bool lock_wanted(struct ctx *c)
{
	return db_exec(c, &webhook_sql[WANT_LOCK], NULL, NOARGS);
}

/* What was read before, and may be until this is committed, is not relied on. */
static bool note_wanted(struct ctx *c)
{
	recent_set(c->recent, RECENT_UNHEARD_FROM, mono_ms() + COMMITTED_MS);
	return db_exec(c, &webhook_sql[WANT], NULL, NOARGS);
}

static bool store(struct ctx *c, const struct webhook *x)
{
	return db_exec(c, &webhook_sql[CHANGE], NULL,
		       ARGS(STR(x->url), INT(x->events), STR(x->secret), INT(x->enabled), INT(c->now), INT(x->id)));
}

bool webhook_create(struct ctx *c, const void *vin, void *out)
{
	const struct webhook_write_in *in = vin;
	struct webhook x = { .enabled = true, .secret = token_make(c->mem, "whsec_") };
	struct number total;

	if (!apply(c, in, &x) || !lock_wanted(c) || !db_one(c, &webhook_sql[TOTAL], &total, "db.failed", NOARGS))
		return false;
	if (total.n >= WEBHOOKS_MAX)
		return fail(c, E_BAD_INPUT, "webhook.too_many");
	return db_exec(c, &webhook_sql[ADD], &x.id,
		       ARGS(STR(x.url), INT(x.events), STR(x.secret), INT(x.enabled), INT(c->now), INT(c->now))) &&
	       note_wanted(c) && note(c, "webhook:create", &x) &&
	       db_one(c, &webhook_sql[BY_ID], out, "webhook.missing", ARGS(INT(x.id)));
}

static bool locked(struct ctx *c, int64_t id, struct webhook *x)
{
	*x = (struct webhook){ 0 };
	return db_one(c, &webhook_sql[LOCK], x, "webhook.missing", ARGS(INT(id)));
}

bool webhook_update(struct ctx *c, const void *vin, void *out)
{
	const struct webhook_write_in *in = vin;
	struct webhook x;

	if (!lock_wanted(c) || !locked(c, in->id, &x) || !apply(c, in, &x) || !store(c, &x) || !note_wanted(c) ||
	    !note(c, "webhook:update", &x))
		return false;
	if (x.enabled) /* what waited while it was off goes now */
		event_wake(c, "webhook", x.id);
	return db_one(c, &webhook_sql[BY_ID], out, "webhook.missing", ARGS(INT(x.id)));
}

bool webhook_rotate_secret(struct ctx *c, const void *vin, void *out)
{
	const struct webhook_id_in *in = vin;
	struct webhook x;

	if (!locked(c, in->id, &x))
		return false;
	x.secret = token_make(c->mem, "whsec_");
	*(struct webhook *)out = x;
	return store(c, &x) && note(c, "webhook:rotate_secret", &x);
}

bool webhook_delete(struct ctx *c, const void *vin, void *out)
{
	const struct webhook_id_in *in = vin;
	struct webhook x;

	(void)out;
	return lock_wanted(c) && locked(c, in->id, &x) && db_exec(c, &webhook_sql[DELETE], NULL, ARGS(INT(in->id))) &&
	       note_wanted(c) && note(c, "webhook:delete", &x);
}
