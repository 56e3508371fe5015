/* The kefu contract's error shape and table of contents; each noun's rows are in the file of its name. */
#include "../access/access.h"
#include "../access/shape.h"
#include "kefu.h"

const char *kefu_error_code(const struct err *e)
{
	static const char *const codes[E__MAX] = { [E_BAD_INPUT] = "VALIDATION_ERROR",
						   [E_UNAUTHENTICATED] = "UNAUTHORIZED",
						   [E_FORBIDDEN] = "FORBIDDEN",
						   [E_NOT_FOUND] = "NOT_FOUND",
						   [E_METHOD] = "METHOD_NOT_ALLOWED",
						   [E_CONFLICT] = "CONFLICT",
						   [E_TOO_LARGE] = "PAYLOAD_TOO_LARGE",
						   [E_MEDIA_TYPE] = "UNSUPPORTED_MEDIA_TYPE",
						   [E_PRECONDITION] = "PRECONDITION_FAILED",
						   [E_LOCKED] = "LOCKED",
						   [E_CHECKSUM] = "CHECKSUM_MISMATCH",
						   [E_RATE] = "RATE_LIMIT_EXCEEDED",
						   [E_UNAVAILABLE] = "SERVICE_UNAVAILABLE",
						   [E_FULL] = "INSUFFICIENT_STORAGE",
						   [E_BUG] = "INTERNAL_ERROR" };

	return codes[e->code] != NULL ? codes[e->code] : "INTERNAL_ERROR";
}

void kefu_put_error(struct ctx *c, struct buf *b)
{
	shape_error(c, b, kefu_error_code(&c->err));
	buf_str(b, ",\"details\":{");
	if (c->err.field != NULL) {
		buf_printf(b, "\"%s\":", c->err.field);
		shape_text(c, b, c->err.key);
	} else if (c->err.retry_after > 0) {
		buf_printf(b, "\"retry_after\":%lld", (long long)c->err.retry_after);
	}
	buf_chr(b, '}');
}

static void error(struct ctx *c, struct buf *b, int status)
{
	(void)status;
	buf_str(b, "{\"error\":{");
	kefu_put_error(c, b);
	buf_str(b, "},\"timestamp\":\"");
	buf_time(b, c->now);
	buf_str(b, "\"}");
}

/* Answers stand for themselves: what has nothing to say says that it was done. */
static void wrap(struct ctx *c, struct buf *b, const struct spec *s, const void *out)
{
	(void)c;
	if (s != NULL)
		spec_put(b, s, out);
	else
		buf_str(b, "{\"success\":true}");
}

static void wrap_schema(struct buf *b, const char *ref)
{
	if (ref != NULL)
		buf_printf(b, "{\"$ref\":\"%s\"}", ref);
	else
		buf_str(b, "{\"type\":\"object\",\"properties\":{\"success\":{\"type\":\"boolean\",\"const\":true}},\"required\":["
			   "\"success\"]}");
}

/* Of the paths that desk has too: whoever names its user is a client of this contract (DESIGN 4). */
static int claim(const struct request *q)
{
	return *q->param(q->env, "HTTP_X_USER_ID") != '\0' ? 2 : 0;
}

#define TABLE(noun) &kefu_##noun,
static const struct route_table *const tables[] = { KEFU_NOUNS(TABLE) NULL };
static const char *const prefixes[] = { "/api/auth/",   "/api/messages", "/api/users",  "/api/files",     "/api/sessions",
					"/api/portal/", "/api/health",   "/api/stats/", "/api/analytics", NULL };
const struct contract kefu_contract = {
	.name = "kefu",
	.door = "kefu",
	.prefixes = prefixes,
	.tables = tables,
	.who = bearer_who,
	.who_check = bearer_who_check,
	.may = bearer_may,
	.claim = claim,
	.wrap = wrap,
	.error = error,
	.wrap_schema = wrap_schema,
	.error_schema = "{\"type\":\"object\",\"properties\":{\"error\":{\"type\":\"object\",\"properties\":{\"code\":{\"type\":"
			"\"string\"},\"message\":{\"type\":\"string\"},\"details\":{\"type\":\"object\"}},\"required\":[\"code\","
			"\"message\",\"details\"]},\"timestamp\":{\"type\":\"string\",\"format\":\"date-time\"}},\"required\":["
			"\"error\",\"timestamp\"]}",
};
