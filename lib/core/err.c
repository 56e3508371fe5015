#include "core.h"

static bool first(struct ctx *c, struct err e)
{
	if (c->err.code == E_OK)
		c->err = e;
	return false;
}

bool fail(struct ctx *c, enum err_code code, const char *key)
{
	return first(c, (struct err){ .code = code, .key = key });
}

bool fail_field(struct ctx *c, const char *field, const char *key)
{
	return first(c, (struct err){ .code = E_BAD_INPUT, .key = key, .field = field });
}

bool fail_wait(struct ctx *c, enum err_code code, const char *key, int64_t retry_after_s)
{
	return first(c, (struct err){ .code = code, .key = key, .retry_after = retry_after_s });
}

bool failed_for_now(enum err_code code)
{
	return code == E_UNAVAILABLE || code == E_FULL;
}
