/* The settings as the back office sees them: read, checked, changed. What answers make of them: ai_setup.c. */
#include "inbox_ai.h"
#include "../auth/auth.h"
#include "../core/address.h"
#include "../core/buf.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "audit.h"
#include "inbox.h"
#include "inbox_ai_row.h"
#include "inbox_text.h"
#include "setting.h"
#include "sql_tables.h"
#include <math.h>
#include <string.h>
#include <strings.h>

enum { DAY_S = 86400 };
const char *const inbox_ai_provider_names[] = { "site", "builtin", "openai", "off", NULL };
const char *const inbox_ai_hours_names[] = { "always", "outside_business_hours", NULL };

const struct col inbox_ai_cols[] = {
	{ COL_INT, offsetof(struct inbox_ai, inbox_id) },   { COL_ENUM, offsetof(struct inbox_ai, provider) },
	{ COL_STR, offsetof(struct inbox_ai, url) },        { COL_STR, offsetof(struct inbox_ai, model) },
	{ COL_STR, offsetof(struct inbox_ai, sealed_key) }, { COL_INT, offsetof(struct inbox_ai, key_set_at) },
	{ COL_STR, offsetof(struct inbox_ai, prompt) },     { COL_REAL, offsetof(struct inbox_ai, temperature) },
	{ COL_INT, offsetof(struct inbox_ai, max_tokens) }, { COL_INT, offsetof(struct inbox_ai, timeout_s) },
	{ COL_REAL, offsetof(struct inbox_ai, price_in) },  { COL_REAL, offsetof(struct inbox_ai, price_out) },
	{ COL_REAL, offsetof(struct inbox_ai, day_cost) },  { COL_STR, offsetof(struct inbox_ai, languages_text) },
	{ COL_ENUM, offsetof(struct inbox_ai, hours) },     { COL_INT, offsetof(struct inbox_ai, updated_at) },
};
_Static_assert(COUNT(inbox_ai_cols) == INBOX_AI_COLUMNS, "the count in inbox_ai_row.h");

static const struct col today_cols[] = {
	{ COL_INT, offsetof(struct inbox_ai_today, answers) },   { COL_INT, offsetof(struct inbox_ai_today, estimated) },
	{ COL_INT, offsetof(struct inbox_ai_today, tokens_in) }, { COL_INT, offsetof(struct inbox_ai_today, tokens_out) },
	{ COL_REAL, offsetof(struct inbox_ai_today, cost) },
};

enum { BY_INBOX, INBOX, TODAY, PUT, SQL__MAX };
const struct stmt inbox_ai_sql[] = {
	[BY_INBOX] = { "SELECT " INBOX_AI_COLS " FROM inbox_ai a WHERE a.inbox_id = ?", INBOX_AI_ROW },
	[INBOX] = { "SELECT name FROM inboxes WHERE id = ? FOR UPDATE", ROW(text_row, text_cols) },
	[TODAY] = { "SELECT answers, estimated, tokens_in, tokens_out, cost FROM ai_days WHERE inbox_id = ? AND day = ?",
		    ROW(inbox_ai_today, today_cols) },
	[PUT] = { "REPLACE INTO inbox_ai (inbox_id, provider, url, model, sealed_key, key_set_at, prompt, temperature, max_tokens, "
		  "timeout_s, price_in, price_out, day_cost, languages, hours, updated_at) "
		  "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
};
const size_t inbox_ai_sql_n = SQL__MAX;

/* -- reading -- */

void inbox_ai_unpack(struct ctx *c, struct inbox_ai *x)
{
	if (x->temperature < 0)
		x->temperature = NAN;
	x->languages = inbox_lines(c->mem, x->languages_text);
	x->key_set = *x->sealed_key != '\0';
}

int64_t inbox_ai_day(const struct ctx *c)
{
	return (c->now / 1000 + settings_tz(c->cfg)) / DAY_S;
}

bool inbox_ai_today(struct ctx *c, struct inbox_ai *x)
{
	bool found;

	x->today = (struct inbox_ai_today){ 0 };
	if (!db_find(c, &inbox_ai_sql[TODAY], &x->today, &found, ARGS(INT(x->inbox_id), INT(inbox_ai_day(c)))))
		return false;
	x->spent = x->day_cost > 0 && x->today.cost >= x->day_cost;
	return true;
}

/* A key belongs to the address that it was typed for: it is never sent to another. */
static const char *label(struct ctx *c, const struct inbox_ai *x)
{
	return arena_printf(c->mem, "ai key of inbox %lld for %s", (long long)x->inbox_id, x->url);
}

const char *inbox_ai_key(struct ctx *c, const struct inbox_ai *x)
{
	return *x->sealed_key == '\0' || c->keys == NULL ? NULL : secret_open(c->mem, c->keys, label(c, x), x->sealed_key);
}

static bool read_row(struct ctx *c, int64_t inbox_id, struct inbox_ai *x)
{
	bool found;

	if (!db_find(c, &inbox_ai_sql[BY_INBOX], x, &found, ARGS(INT(inbox_id))))
		return false;
	if (!found)
		*x = (struct inbox_ai){ .inbox_id = inbox_id,
					.url = "",
					.model = "",
					.sealed_key = "",
					.prompt = "",
					.temperature = -1,
					.languages_text = "" };
	inbox_ai_unpack(c, x);
	return true;
}

static bool show(struct ctx *c, int64_t inbox_id, struct inbox_ai *x)
{
	struct site_settings site;

	if (!read_row(c, inbox_id, x) || !inbox_ai_today(c, x) || !site_settings_read(c, &site))
		return false;
	x->key_lost = x->key_set && inbox_ai_key(c, x) == NULL;
	x->default_prompt = catalog_fill(c->mem, catalog_text(c->texts, c->lang, "ai.prompt.who"), &site.site_name, 1);
	x->site_provider = c->cfg->ai_provider;
	return true;
}

bool inbox_ai_get(struct ctx *c, const void *vin, void *out)
{
	const struct inbox_id_in *in = vin;
	struct inbox inbox;

	return inbox_get(c, in, &inbox) && show(c, in->id, out);
}

/* -- checking -- */

/* The host alone, behind the scheme; false for what is none, and for what names somebody ("user:pass@"). */
static bool url_host(const char *s, char *host, size_t cap)
{
	bool bracket = *s == '[';
	size_t n = strcspn(s, bracket ? "]" : ":/?#");

	if (bracket)
		s++, n--;
	if (n == 0 || n >= cap || memchr(s, '@', n) != NULL)
		return false;
	memcpy(host, s, n);
	host[n] = '\0';
	s += n + bracket;
	return strcspn(s, "@?#") == strlen(s);
}

const char *inbox_ai_url_fault(const char *url, bool private_ok)
{
	char host[256];
	bool tls = strncasecmp(url, "https://", 8) == 0, plain = strncasecmp(url, "http://", 7) == 0;

	for (const char *p = url; *p != '\0'; p++)
		if (*p <= ' ' || *p == 0x7f || (unsigned char)*p >= 0x80)
			return "inbox_ai.bad_url";
	if ((!tls && !plain) || strlen(url) > INBOX_AI_URL_MAX || !url_host(url + (tls ? 8 : 7), host, sizeof(host)))
		return "inbox_ai.bad_url";
	if (!private_ok && host_private(host))
		return "inbox_ai.private";
	/* A name is looked up when it is called: what it leads to is checked then (worker/provider.c). */
	return plain && !host_private(host) && strchr(host, '.') != NULL ? "inbox_ai.plain" : NULL;
}

static bool check_languages(struct ctx *c, const struct list *l, const char **out)
{
	const char *const *items = l->items;
	struct buf b = { 0 };

	for (size_t i = 0; i < l->n; i++) {
		if (strcmp(items[i], "zh") != 0 && strcmp(items[i], "en") != 0)
			return fail_field(c, "languages", "input.unknown_value");
		if (b.len == 0 || strstr(buf_text(&b), items[i]) == NULL)
			buf_printf(&b, "%s\n", items[i]);
	}
	*out = arena_strdup(c->mem, b.len > 0 ? buf_text(&b) : "");
	buf_free(&b);
	return true;
}

static bool check_numbers(struct ctx *c, const struct inbox_ai *x)
{
	enum { MOST = 1000000 };
	const struct {
		const char *field;
		double value;
	} rows[] = { { "price_in", x->price_in }, { "price_out", x->price_out }, { "day_cost", x->day_cost } };

	if (!isnan(x->temperature) && (x->temperature < 0 || x->temperature > 2))
		return fail_field(c, "temperature", "inbox_ai.bad_temperature");
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].value < 0 || rows[i].value > MOST)
			return fail_field(c, rows[i].field, "inbox_ai.bad_money");
	bool site = x->provider == INBOX_AI_SITE && (*c->cfg->ai_price_in != '\0' || *c->cfg->ai_price_out != '\0');
	if (x->day_cost > 0 && x->price_in == 0 && x->price_out == 0 && !site)
		return fail_field(c, "day_cost", "inbox_ai.no_price");
	return true;
}

static bool check_whole(struct ctx *c, const struct inbox_ai *x, const struct inbox *inbox)
{
	if (!text_plain(x->prompt, true))
		return fail_field(c, "prompt", "input.bad_text");
	if (!text_plain(x->model, false))
		return fail_field(c, "model", "input.bad_text");
	if (x->hours == INBOX_AI_OUTSIDE && inbox->business_hours.days.n == 0)
		return fail_field(c, "hours", "inbox_ai.no_hours");
	if (x->provider == INBOX_AI_OPENAI && *x->url == '\0')
		return fail_field(c, "url", "inbox_ai.url_missing");
	if (x->provider == INBOX_AI_OPENAI && *x->model == '\0')
		return fail_field(c, "model", "inbox_ai.model_missing");
	const char *fault = *x->url != '\0' ? inbox_ai_url_fault(x->url, c->cfg->ai_private != 0) : NULL;
	if (fault != NULL)
		return fail_field(c, "url", fault);
	return check_numbers(c, x);
}

/* -- changing -- */

/* What costs money and leads to other machines is for admins. What stays the same is nobody's change. */
static bool may(struct ctx *c, const struct inbox_ai_write_in *in, const struct inbox_ai *x)
{
	bool moves = ((in->has & INBOX_AI_HAS_PROVIDER) && in->provider != x->provider) ||
		     ((in->has & INBOX_AI_HAS_URL) && strcmp(in->url, x->url) != 0) || (in->has & INBOX_AI_HAS_KEY);

	return !moves || c->who.role == ROLE_ADMIN || fail(c, E_FORBIDDEN, "inbox_ai.admins");
}

static bool take_key(struct ctx *c, const char *key, struct inbox_ai *x)
{
	if (strlen(key) > SECRET_PLAIN_MAX)
		return fail_field(c, "api_key", "input.too_long");
	for (const char *p = key; *p != '\0'; p++)
		if (*p <= ' ' || (unsigned char)*p >= 0x7f)
			return fail_field(c, "api_key", "inbox_ai.bad_key");
	x->key_set_at = *key != '\0' ? c->now : 0;
	x->sealed_key = *key != '\0' ? secret_seal(c->mem, c->keys, label(c, x), key) : "";
	return true;
}

static bool apply(struct ctx *c, const struct inbox_ai_write_in *in, struct inbox_ai *x)
{
	if (in->has & INBOX_AI_HAS_PROVIDER)
		x->provider = in->provider;
	if ((in->has & INBOX_AI_HAS_URL) && strcmp(in->url, x->url) != 0) {
		x->url = in->url;
		x->sealed_key = ""; /* it was for the other address */
		x->key_set_at = 0;
	}
	if (in->has & INBOX_AI_HAS_MODEL)
		x->model = in->model;
	if (in->has & INBOX_AI_HAS_PROMPT)
		x->prompt = in->prompt;
	if (in->has & INBOX_AI_HAS_TEMPERATURE)
		x->temperature = in->temperature < 0 ? NAN : in->temperature;
	if (in->has & INBOX_AI_HAS_TOKENS)
		x->max_tokens = in->max_tokens;
	if (in->has & INBOX_AI_HAS_TIMEOUT)
		x->timeout_s = in->timeout_s;
	if (in->has & INBOX_AI_HAS_PRICE_IN)
		x->price_in = in->price_in;
	if (in->has & INBOX_AI_HAS_PRICE_OUT)
		x->price_out = in->price_out;
	if (in->has & INBOX_AI_HAS_DAY_COST)
		x->day_cost = in->day_cost;
	if (in->has & INBOX_AI_HAS_HOURS)
		x->hours = in->hours;
	return (!(in->has & INBOX_AI_HAS_LANGUAGES) || check_languages(c, &in->languages, &x->languages_text)) &&
	       (!(in->has & INBOX_AI_HAS_KEY) || take_key(c, in->api_key, x));
}

/* {"name":"Shop","changed":["url","api_key"]}: what was touched, and of the key nothing else. */
static bool note(struct ctx *c, const struct inbox_ai_write_in *in, const char *name)
{
	static const char *const fields[] = { "provider",    "url",        "model",     "api_key",  "prompt",
					      "temperature", "max_tokens", "timeout_s", "price_in", "price_out",
					      "day_cost",    "languages",  "hours" };
	struct buf b = { 0 };
	const char *comma = "";

	buf_str(&b, "{\"name\":");
	buf_json(&b, name, strlen(name));
	buf_str(&b, ",\"changed\":[");
	for (size_t i = 0; i < COUNT(fields); i++)
		if (in->has & (1ull << i)) {
			buf_printf(&b, "%s\"%s\"", comma, fields[i]);
			comma = ",";
		}
	buf_str(&b, "]}");
	const char *details = arena_strndup(c->mem, b.data, b.len);
	buf_free(&b);
	return audit(c, "inbox:ai", in->id, details);
}

bool inbox_ai_update(struct ctx *c, const void *vin, void *out)
{
	const struct inbox_ai_write_in *in = vin;
	struct inbox inbox;
	struct inbox_ai x;
	struct text_row name;

	if (!db_one(c, &inbox_ai_sql[INBOX], &name, "inbox.missing", ARGS(INT(in->id))) ||
	    !inbox_get(c, &(struct inbox_id_in){ in->id }, &inbox) || !read_row(c, in->id, &x) || !may(c, in, &x) ||
	    !apply(c, in, &x) || !check_whole(c, &x, &inbox))
		return false;
	return db_exec(c, &inbox_ai_sql[PUT], NULL,
		       ARGS(INT(x.inbox_id), INT(x.provider), STR(x.url), STR(x.model), STR(x.sealed_key), INT(x.key_set_at),
			    STR(x.prompt), REAL(isnan(x.temperature) ? -1 : x.temperature), INT(x.max_tokens), INT(x.timeout_s),
			    REAL(x.price_in), REAL(x.price_out), REAL(x.day_cost), STR(x.languages_text), INT(x.hours),
			    INT(c->now))) &&
	       note(c, in, name.text) && show(c, in->id, out);
}
