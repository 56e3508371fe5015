#include "inbox.h"
#include "../bus/bus.h"
#include "../core/origin.h"
#include "../core/text.h"
#include "audit.h"
#include "inbox_text.h"
#include "row_cache.h"
#include "sql_tables.h"
#include <string.h>

const char *const inbox_locale_names[] = { "auto", "zh", "en", NULL };

enum { CACHE_S = 300, TOMBSTONE_S = 5, TOKEN_CHARS = 20 };
static const char known_origins[] = "inbox-origins", default_color[] = "#0b6a56";

#define COLS                                                                                                                       \
	"id, name, website_token, allowed_origins, greeting, greeting_delay, color, business_hours, pre_chat_fields, "             \
	"offline_message, locale, enabled, created_at, updated_at"
static const struct col inbox_cols[] = {
	{ COL_INT, offsetof(struct inbox, id) },
	{ COL_STR, offsetof(struct inbox, name) },
	{ COL_STR, offsetof(struct inbox, website_token) },
	{ COL_STR, offsetof(struct inbox, origins_text) },
	{ COL_STR, offsetof(struct inbox, greeting) },
	{ COL_INT, offsetof(struct inbox, greeting_delay) },
	{ COL_STR, offsetof(struct inbox, color) },
	{ COL_STR, offsetof(struct inbox, hours_text) },
	{ COL_STR, offsetof(struct inbox, fields_text) },
	{ COL_STR, offsetof(struct inbox, offline_message) },
	{ COL_ENUM, offsetof(struct inbox, locale) },
	{ COL_BOOL, offsetof(struct inbox, enabled) },
	{ COL_INT, offsetof(struct inbox, created_at) },
	{ COL_INT, offsetof(struct inbox, updated_at) },
};

enum { PAGE, TOTAL, BY_ID, LOCK, BY_TOKEN, ORIGINS, ADD, CHANGE, TOKEN, DELETE, DELETE_AI, SQL__MAX };
const struct stmt inbox_sql[] = {
	[PAGE] = { "SELECT " COLS " FROM inboxes ORDER BY id LIMIT ? OFFSET ?", ROW(inbox, inbox_cols) },
	[TOTAL] = { "SELECT COUNT(*) FROM inboxes", ROW(number, number_cols) },
	[BY_ID] = { "SELECT " COLS " FROM inboxes WHERE id = ?", ROW(inbox, inbox_cols) },
	[LOCK] = { "SELECT " COLS " FROM inboxes WHERE id = ? FOR UPDATE", ROW(inbox, inbox_cols) },
	[BY_TOKEN] = { "SELECT " COLS " FROM inboxes WHERE website_token = ?", ROW(inbox, inbox_cols) },
	[ORIGINS] = { "SELECT allowed_origins FROM inboxes WHERE enabled = 1", ROW(text_row, text_cols) },
	[ADD] = { "INSERT INTO inboxes (name, website_token, allowed_origins, greeting, greeting_delay, color, business_hours, "
		  "pre_chat_fields, offline_message, locale, enabled, created_at, updated_at) "
		  "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	[CHANGE] = { "UPDATE inboxes SET name = ?, allowed_origins = ?, greeting = ?, greeting_delay = ?, color = ?, "
		     "business_hours = ?, pre_chat_fields = ?, offline_message = ?, locale = ?, enabled = ?, updated_at = ? "
		     "WHERE id = ?" },
	[TOKEN] = { "UPDATE inboxes SET website_token = ?, updated_at = ? WHERE id = ?" },
	[DELETE_AI] = { "DELETE FROM inbox_ai WHERE inbox_id = ?" }, /* its key goes with it */
	[DELETE] = { "DELETE FROM inboxes WHERE id = ?" },
};
const size_t inbox_sql_n = SQL__MAX;

/* -- what Redis keeps: an inbox by its token, and all origins that some inbox allows -- */

static const char *cache_key(struct ctx *c, const char *token)
{
	return arena_printf(c->mem, "inbox:%s", token);
}

/* NX, and a tombstone after a change: a reader that was slow cannot put the old one back. */
static void remember(struct ctx *c, const char *key, const char *text, size_t n)
{
	const char *full = arena_printf(c->mem, "deskbell:%s", key), *ttl = arena_printf(c->mem, "%d", CACHE_S);

	bus_cmd(c, 6, (const char *[]){ "SET", full, text, "EX", ttl, "NX" }, (size_t[]){ 3, strlen(full), n, 2, strlen(ttl), 2 });
	bus_go(c);
}

static void forget(struct ctx *c, const char *token)
{
	bus_set(c, cache_key(c, token), "", 0, TOMBSTONE_S);
	bus_set(c, known_origins, "", 0, TOMBSTONE_S);
	bus_go(c);
}

static void remember_inbox(struct ctx *c, const struct inbox *x)
{
	struct buf b = { 0 };

	row_pack(&b, &inbox_sql[BY_TOKEN], x);
	remember(c, cache_key(c, x->website_token), arena_strndup(c->mem, b.data, b.len), b.len);
	buf_free(&b);
}

static bool token_form(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n <= 64 && strspn(s, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-") == n;
}

static bool cached(struct ctx *c, const char *token, struct inbox *x)
{
	int slot = bus_get(c, cache_key(c, token));
	size_t n;

	bus_go(c);
	const char *text = bus_str(c, slot, &n);
	return text != NULL && n > 0 && row_unpack(c->mem, &inbox_sql[BY_TOKEN], text, n, x);
}

static bool origin_allowed(const struct ctx *c, const struct inbox *x)
{
	const char *const *patterns = x->allowed_origins.items;

	if (c->origin == NULL || *c->origin == '\0' || x->allowed_origins.n == 0)
		return true;
	for (size_t i = 0; i < x->allowed_origins.n; i++)
		if (origin_matches(patterns[i], c->origin))
			return true;
	return false;
}

bool inbox_by_token(struct ctx *c, const char *token, struct inbox *x, bool *found)
{
	*found = false;
	if (!token_form(token))
		return true;
	*found = cached(c, token, x);
	if (!*found) {
		*x = (struct inbox){ 0 };
		if (!db_find(c, &inbox_sql[BY_TOKEN], x, found, ARGS(STR(token))))
			return false;
		if (*found)
			remember_inbox(c, x);
	}
	*found = *found && x->enabled;
	if (!*found)
		return true;
	inbox_unpack(c, x);
	return origin_allowed(c, x) || fail(c, E_FORBIDDEN, "inbox.origin");
}

bool inbox_public(struct ctx *c, const void *vin, void *out)
{
	const struct inbox_public_in *in = vin;
	bool found;

	return inbox_by_token(c, in->token, out, &found) && (found || fail(c, E_NOT_FOUND, "inbox.missing"));
}

/* Every pattern of every inbox, one a line; "*" stands for an inbox that any page may show. */
static bool read_origins(struct ctx *c, const char **text)
{
	struct list rows = { 0 };
	struct buf b = { 0 };

	if (!db_list(c, &inbox_sql[ORIGINS], &rows, NOARGS))
		return false;
	for (size_t i = 0; i < rows.n; i++) {
		const char *one = ((const struct text_row *)rows.items)[i].text;
		buf_str(&b, *one != '\0' ? one : "*\n");
	}
	*text = arena_strdup(c->mem, rows.n > 0 ? buf_text(&b) : "-\n"); /* none at all: kept as well, and matches nothing */
	buf_free(&b);
	remember(c, known_origins, *text, strlen(*text));
	return true;
}

bool inbox_origins(struct ctx *c, struct list *out)
{
	int slot = bus_get(c, known_origins);

	bus_go(c);
	const char *text = bus_str(c, slot, NULL);
	if ((text == NULL || *text == '\0') && !read_origins(c, &text))
		return false;
	*out = inbox_lines(c->mem, text);
	return true;
}

bool inbox_knows_origin(struct ctx *c, const char *origin)
{
	struct err before = c->err;
	struct list l;

	if (!inbox_origins(c, &l)) {
		c->err = before; /* the route itself says what is the matter */
		return false;
	}
	for (size_t i = 0; i < l.n; i++) {
		const char *pattern = ((const char *const *)l.items)[i];
		if (strcmp(pattern, "*") == 0 || origin_matches(pattern, origin))
			return true;
	}
	return false;
}

/* -- for staff -- */

bool inbox_list(struct ctx *c, const void *vin, void *vout)
{
	const struct inbox_list_in *in = vin;
	struct inbox_list_out *out = vout;
	struct number total;

	if (!db_list(c, &inbox_sql[PAGE], &out->inboxes, ARGS(INT(in->page.size), INT(page_offset(&in->page)))) ||
	    !db_one(c, &inbox_sql[TOTAL], &total, "db.failed", NOARGS))
		return false;
	for (size_t i = 0; i < out->inboxes.n; i++)
		inbox_unpack(c, (struct inbox *)out->inboxes.items + i);
	out->meta = page_meta(&in->page, total.n);
	return true;
}

static bool read_one(struct ctx *c, int64_t id, struct inbox *x)
{
	*x = (struct inbox){ 0 };
	if (!db_one(c, &inbox_sql[BY_ID], x, "inbox.missing", ARGS(INT(id))))
		return false;
	inbox_unpack(c, x);
	return true;
}

bool inbox_get(struct ctx *c, const void *vin, void *out)
{
	const struct inbox_id_in *in = vin;

	return read_one(c, in->id, out);
}

static bool color_ok(const char *s)
{
	return s != NULL && strlen(s) == 7 && *s == '#' && strspn(s + 1, "0123456789abcdefABCDEF") == 6;
}

static bool check_texts(struct ctx *c, const struct inbox *x)
{
	const struct {
		const char *field, *text;
		bool lines;
	} rows[] = { { "name", x->name, false },
		     { "greeting", x->greeting, true },
		     { "offline_message", x->offline_message, true } };

	for (size_t i = 0; i < COUNT(rows); i++)
		if (!text_plain(rows[i].text, rows[i].lines))
			return fail_field(c, rows[i].field, "input.bad_text");
	return color_ok(x->color) || fail_field(c, "color", "inbox.bad_color");
}

/* What was sent, over what is there. */
static bool apply(struct ctx *c, const struct inbox_write_in *in, struct inbox *x)
{
	if (in->has & INBOX_HAS_NAME)
		x->name = in->name;
	if (in->has & INBOX_HAS_GREETING)
		x->greeting = in->greeting;
	if (in->has & INBOX_HAS_DELAY)
		x->greeting_delay = in->greeting_delay;
	if (in->has & INBOX_HAS_COLOR)
		x->color = in->color;
	if (in->has & INBOX_HAS_OFFLINE)
		x->offline_message = in->offline_message;
	if (in->has & INBOX_HAS_LOCALE)
		x->locale = in->locale;
	if (in->has & INBOX_HAS_ENABLED)
		x->enabled = in->enabled;
	return check_texts(c, x) &&
	       (!(in->has & INBOX_HAS_ORIGINS) || inbox_pack_origins(c, &in->allowed_origins, &x->origins_text)) &&
	       (!(in->has & INBOX_HAS_HOURS) || inbox_pack_hours(c, &in->business_hours, &x->hours_text)) &&
	       (!(in->has & INBOX_HAS_FIELDS) || inbox_pack_fields(c, &in->pre_chat_fields, &x->fields_text));
}

/* The audit log names it: its row may be gone by then. */
static bool note(struct ctx *c, const char *action, const struct inbox *x)
{
	struct buf b = { 0 };

	buf_str(&b, "{\"name\":");
	buf_json(&b, x->name, strlen(x->name));
	buf_chr(&b, '}');
	const char *details = arena_strndup(c->mem, b.data, b.len);
	buf_free(&b);
	return audit(c, action, x->id, details);
}

bool inbox_create(struct ctx *c, const void *vin, void *out)
{
	const struct inbox_write_in *in = vin;
	struct inbox x = { .name = "",
			   .greeting = "",
			   .color = default_color,
			   .offline_message = "",
			   .enabled = true,
			   .origins_text = "",
			   .hours_text = "+00:00\n",
			   .fields_text = "",
			   .website_token = random_id(c->mem, "ib_", TOKEN_CHARS) };

	if (!apply(c, in, &x) || !db_exec(c, &inbox_sql[ADD], &x.id,
					  ARGS(STR(x.name), STR(x.website_token), STR(x.origins_text), STR(x.greeting),
					       INT(x.greeting_delay), STR(x.color), STR(x.hours_text), STR(x.fields_text),
					       STR(x.offline_message), INT(x.locale), INT(x.enabled), INT(c->now), INT(c->now))))
		return false;
	forget(c, x.website_token);
	return note(c, "inbox:create", &x) && read_one(c, x.id, out);
}

bool inbox_update(struct ctx *c, const void *vin, void *out)
{
	const struct inbox_write_in *in = vin;
	struct inbox x = { 0 };

	if (!db_one(c, &inbox_sql[LOCK], &x, "inbox.missing", ARGS(INT(in->id))) || !apply(c, in, &x) ||
	    !db_exec(c, &inbox_sql[CHANGE], NULL,
		     ARGS(STR(x.name), STR(x.origins_text), STR(x.greeting), INT(x.greeting_delay), STR(x.color), STR(x.hours_text),
			  STR(x.fields_text), STR(x.offline_message), INT(x.locale), INT(x.enabled), INT(c->now), INT(x.id))))
		return false;
	forget(c, x.website_token);
	return note(c, "inbox:update", &x) && read_one(c, x.id, out);
}

bool inbox_delete(struct ctx *c, const void *vin, void *out)
{
	const struct inbox_id_in *in = vin;
	struct inbox x = { 0 };

	(void)out;
	if (!db_one(c, &inbox_sql[LOCK], &x, "inbox.missing", ARGS(INT(in->id))) ||
	    !db_exec(c, &inbox_sql[DELETE_AI], NULL, ARGS(INT(x.id))) || !db_exec(c, &inbox_sql[DELETE], NULL, ARGS(INT(x.id))))
		return false;
	forget(c, x.website_token);
	return note(c, "inbox:delete", &x);
}

bool inbox_rotate_token(struct ctx *c, const void *vin, void *out)
{
	const struct inbox_id_in *in = vin;
	struct inbox x = { 0 };

	if (!db_one(c, &inbox_sql[LOCK], &x, "inbox.missing", ARGS(INT(in->id))) ||
	    !db_exec(c, &inbox_sql[TOKEN], NULL, ARGS(STR(random_id(c->mem, "ib_", TOKEN_CHARS)), INT(c->now), INT(x.id))))
		return false;
	forget(c, x.website_token);
	return note(c, "inbox:rotate_token", &x) && read_one(c, x.id, out);
}
