/* Errors in chat's shape; codes as chat.md lists them. */
#include "../access/shape.h"
#include "chat.h"
#include <string.h>

const char *chat_error_code(const struct err *e)
{
	static const char *const codes[E__MAX] = {
		[E_BAD_INPUT] = "VALIDATION_ERROR",  [E_UNAUTHENTICATED] = "UNAUTHORIZED",      [E_FORBIDDEN] = "FORBIDDEN",
		[E_NOT_FOUND] = "NOT_FOUND",         [E_METHOD] = "METHOD_NOT_ALLOWED",         [E_CONFLICT] = "CONFLICT",
		[E_TOO_LARGE] = "PAYLOAD_TOO_LARGE", [E_MEDIA_TYPE] = "UNSUPPORTED_MEDIA_TYPE", [E_RATE] = "RATE_LIMIT_EXCEEDED",
		[E_UNAVAILABLE] = "DATABASE_ERROR",  [E_FULL] = "INSUFFICIENT_STORAGE",         [E_BUG] = "INTERNAL_ERROR"
	};

	if (e->key != NULL && strcmp(e->key, "session.missing") == 0)
		return "SESSION_NOT_FOUND";
	if (e->key != NULL && strncmp(e->key, "ai.", 3) == 0)
		return "AI_SERVICE_ERROR";
	return codes[e->code] != NULL ? codes[e->code] : "INTERNAL_ERROR";
}

void chat_error(struct ctx *c, struct buf *b, int status)
{
	(void)status;
	buf_str(b, "{\"success\":false,\"error\":{");
	shape_error(c, b, chat_error_code(&c->err));
	buf_str(b, ",\"details\":");
	if (c->err.field != NULL) {
		buf_printf(b, "{\"field\":\"%s\",\"issue\":", c->err.field);
		shape_text(c, b, c->err.key);
		buf_chr(b, '}');
	} else if (c->err.retry_after > 0) {
		buf_printf(b, "{\"retry_after\":%lld}", (long long)c->err.retry_after);
	} else {
		buf_str(b, "null");
	}
	buf_str(b, "}}");
}
