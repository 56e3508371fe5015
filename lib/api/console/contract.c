/* The console contract's envelope, error shape and table of contents; each noun's rows are in the file of its name. */
#include "../access/access.h"
#include "../access/shape.h"
#include "../access/signed_in.h"
#include "console.h"
#include "error.h"

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

void console_put_error(struct ctx *c, struct buf *b)
{
	shape_error(c, b, console_error_code(&c->err));
	buf_str(b, ",\"details\":[");
	if (c->err.field != NULL) {
		buf_printf(b, "{\"field\":\"%s\",\"message\":", c->err.field);
		shape_text(c, b, c->err.key);
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
	.wrap = shape_data,
	.error = error,
	.wrap_schema = shape_data_schema,
	.error_schema = "{\"type\":\"object\",\"properties\":{\"success\":{\"type\":\"boolean\"},\"error\":{\"type\":\"object\","
			"\"properties\":{"
			"\"code\":{\"type\":\"string\"},\"message\":{\"type\":\"string\"},\"details\":{\"type\":\"array\","
			"\"items\":{\"type\":\"object\"}}},"
			"\"required\":[\"code\",\"message\"]},\"request_id\":{\"type\":\"string\"}},\"required\":[\"success\","
			"\"error\",\"request_id\"]}",
};
