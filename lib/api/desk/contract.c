/* The desk contract's envelope, error shape and table of contents; each noun's rows are in the file of its name. */
#include "../../core/settings.h"
#include "../access/access.h"
#include "../access/link.h"
#include "desk.h"
#include <string.h>

// clang-format off
static const struct field pages_f[] = {
	FIELD(page_meta, number, "page", as_int),
	FIELD(page_meta, size, "limit", as_int),
	FIELD(page_meta, total, "total", as_int),
	FIELD(page_meta, pages, "total_pages", as_int),
};
const struct spec desk_pages = SPEC("DeskPages", page_meta, pages_f);
static const struct field link_f[] = {
	FIELD(link, url, "download_url", as_str, .doc = "To be asked for with no header at all"),
	FIELD(link, expires_at, "expires_at", as_time, .doc = "What began before goes on"),
};
const struct desk_answer desk_link = ANSWER("DeskLink", link, link_f, "desk.link");
// clang-format on

static void put_said(struct ctx *c, struct buf *b, const struct desk_answer *a, const void *out)
{
	const char *holes[COUNT(a->holes)], *key = a->said;

	for (size_t i = 0; i < a->n; i++) {
		holes[i] = *(const char *const *)((const char *)out + a->holes[i]);
		if (holes[i] == NULL) {
			holes[i] = "";
			key = a->otherwise != NULL ? a->otherwise : key;
		}
	}
	const char *text = catalog_fill(c->mem, catalog_text(c->texts, c->lang, key), holes, a->n);
	buf_json(b, text, strlen(text));
}

static void wrap(struct ctx *c, struct buf *b, const struct spec *s, const void *out)
{
	buf_str(b, "{\"success\":true,\"message\":");
	put_said(c, b, (const struct desk_answer *)(const void *)s, out);
	buf_str(b, ",\"data\":");
	spec_put(b, s, out);
	buf_chr(b, '}');
}

/* The key of a text of the catalogue; while the site is closed an admin's own words stand in its place. */
static bool said_by_us(const char *key)
{
	return strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789._") == strlen(key);
}

/* The message names the field, because the documented shape has no place of its own for it. Two more members are for programs: the
   field, and why, in a word that no translation changes. */
static void error(struct ctx *c, struct buf *b, int status)
{
	const char *text = catalog_text(c->texts, c->lang, c->err.key);

	if (c->err.field != NULL)
		text = arena_printf(c->mem, "%s: %s", c->err.field, text);
	buf_str(b, "{\"success\":false,\"message\":");
	buf_json(b, text, strlen(text));
	buf_printf(b, ",\"error_code\":%d,\"timestamp\":\"", status);
	buf_time(b, c->now);
	buf_str(b, "\"");
	if (said_by_us(c->err.key))
		buf_printf(b, ",\"reason\":\"%s\"", c->err.key);
	if (c->err.field != NULL)
		buf_printf(b, ",\"field\":\"%s\"", c->err.field);
	buf_chr(b, '}');
}

static void wrap_schema(struct buf *b, const char *ref)
{
	buf_str(b, "{\"type\":\"object\",\"properties\":{\"success\":{\"type\":\"boolean\"},\"message\":{\"type\":\"string\"},"
		   "\"data\":");
	if (ref != NULL)
		buf_printf(b, "{\"$ref\":\"%s\"}", ref);
	else
		buf_str(b, "{\"type\":\"null\"}");
	buf_str(b, "},\"required\":[\"success\",\"message\",\"data\"]}");
}

/* Health is asked when relays or Redis are down, too, and then nobody can show a connection. */
static bool who(struct ctx *c, const struct request *q)
{
	return strcmp(q->path, "/api/system/health") == 0 ? maybe_connected_who(c, q) : connected_who(c, q);
}

/* Of the paths that kefu has too: what does not name its user as kefu does is desk's (DESIGN 4). */
static int claim(const struct request *q)
{
	(void)q;
	return 1;
}

#define TABLE(noun) &desk_##noun,
static const struct route_table *const tables[] = { DESK_NOUNS(TABLE) NULL };
static const char *const prefixes[] = { "/api/sessions",  "/api/kefu/",   "/api/customer/", "/api/users", "/api/messages",
					"/api/analytics", "/api/system/", "/api/redis/",    NULL };
const struct contract desk_contract = {
	.name = "desk",
	.door = "desk",
	.prefixes = prefixes,
	.tables = tables,
	.who = who,
	.who_check = connected_who_check,
	.may = bearer_may,
	.claim = claim,
	.wrap = wrap,
	.error = error,
	.wrap_schema = wrap_schema,
	.error_schema = "{\"type\":\"object\",\"properties\":{\"success\":{\"type\":\"boolean\"},\"message\":{\"type\":\"string\"},"
			"\"error_code\":{\"type\":\"integer\"},\"timestamp\":{\"type\":\"string\",\"format\":\"date-time\"},"
			"\"reason\":{\"type\":\"string\",\"examples\":[\"connection.needed\"]},"
			"\"field\":{\"type\":\"string\"}},\"required\":[\"success\",\"message\",\"error_code\",\"timestamp\"]}",
};
