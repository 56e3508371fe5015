/* The console contract's envelope, error shape and table of contents; each noun's rows are in the file of its name. */
#include "../../core/settings.h"
#include "../access/access.h"
#include "../access/signed_in.h"
#include "console.h"
#include "error.h"
#include <string.h>

// clang-format off
static const struct field meta_f[] = {
	FIELD(page_meta, number, "current_page", as_int),
	FIELD(page_meta, size, "per_page", as_int),
	FIELD(page_meta, total, "total_count", as_int),
	FIELD(page_meta, pages, "total_pages", as_int),
};
const struct spec console_meta = SPEC("ConsoleMeta", page_meta, meta_f);

static const struct field person_f[] = {
	FIELD(person, id, "id", as_int),
	FIELD(person, name, "full_name", as_text),
	FIELD(person, avatar_url, "avatar_url", as_str, .flags = NULLABLE),
};
const struct spec console_person = SPEC("ConsolePerson", person, person_f);
// clang-format on

const char *console_error_code(const struct err *e)
{
	static const char *const codes[E__MAX] = {
		[E_BAD_INPUT] = "VALIDATION_ERROR",   [E_UNAUTHENTICATED] = "AUTH_REQUIRED", [E_FORBIDDEN] = "PERMISSION_DENIED",
		[E_NOT_FOUND] = "RESOURCE_NOT_FOUND", [E_METHOD] = "VALIDATION_ERROR",       [E_CONFLICT] = "VALIDATION_ERROR",
		[E_TOO_LARGE] = "VALIDATION_ERROR",   [E_MEDIA_TYPE] = "VALIDATION_ERROR",   [E_RATE] = "RATE_LIMIT_EXCEEDED"
	};

	return codes[e->code] != NULL ? codes[e->code] : "INTERNAL_ERROR";
}

static void put_text(struct ctx *c, struct buf *b, const char *key)
{
	const char *text = catalog_text(c->texts, c->lang, key);

	buf_json(b, text, strlen(text));
}

void console_put_error(struct ctx *c, struct buf *b)
{
	buf_printf(b, "\"code\":\"%s\",\"message\":", console_error_code(&c->err));
	put_text(c, b, c->err.field != NULL ? "input.invalid" : c->err.key);
	buf_str(b, ",\"details\":[");
	if (c->err.field != NULL) {
		buf_printf(b, "{\"field\":\"%s\",\"message\":", c->err.field);
		put_text(c, b, c->err.key);
		buf_chr(b, '}');
	}
	buf_chr(b, ']');
}

static void error(struct ctx *c, struct buf *b, int status)
{
	(void)status;
	buf_str(b, "{\"success\":false,\"error\":{");
	console_put_error(c, b);
	buf_printf(b, "},\"request_id\":\"%s\"}", c->request_id);
}

static void wrap(struct ctx *c, struct buf *b, const struct spec *s, const void *out)
{
	(void)c;
	buf_str(b, "{\"success\":true,\"data\":");
	if (s != NULL)
		spec_put(b, s, out);
	else
		buf_str(b, "null");
	buf_chr(b, '}');
}

static void wrap_schema(struct buf *b, const char *ref)
{
	buf_str(b, "{\"type\":\"object\",\"properties\":{\"success\":{\"type\":\"boolean\"},\"data\":");
	if (ref != NULL)
		buf_printf(b, "{\"$ref\":\"%s\"}", ref);
	else
		buf_str(b, "{\"type\":\"null\"}");
	buf_str(b, "},\"required\":[\"success\",\"data\"]}");
}

#define TABLE(noun) &console_##noun,
static const struct route_table *const tables[] = { CONSOLE_NOUNS(TABLE) & auth_routes, NULL };
static const char *const prefixes[] = { "/api/v1/", "/api/v1/auth/", NULL };
const struct contract console_contract = {
	.name = "console",
	.door = "kefu",
	.prefixes = prefixes,
	.tables = tables,
	.who = bearer_who,
	.who_check = bearer_who_check,
	.may = bearer_may,
	.wrap = wrap,
	.error = error,
	.wrap_schema = wrap_schema,
	.error_schema = "{\"type\":\"object\",\"properties\":{\"success\":{\"type\":\"boolean\"},\"error\":{\"type\":\"object\","
			"\"properties\":{"
			"\"code\":{\"type\":\"string\"},\"message\":{\"type\":\"string\"},\"details\":{\"type\":\"array\","
			"\"items\":{\"type\":\"object\"}}},"
			"\"required\":[\"code\",\"message\"]},\"request_id\":{\"type\":\"string\"}},\"required\":[\"success\","
			"\"error\",\"request_id\"]}",
};
