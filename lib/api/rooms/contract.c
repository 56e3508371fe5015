/* The rooms contract's error shape and table of contents; each noun's rows are in the file of its name. */
#include "../../auth/auth.h"
#include "../../core/settings.h"
#include "../../domain/present.h"
#include "../../domain/sign_in.h"
#include "../access/access.h"
#include "rooms.h"
#include <string.h>

/* The documented shape has one text: the field stands before it. */
static void error(struct ctx *c, struct buf *b, int status)
{
	const char *text = catalog_text(c->texts, c->lang, c->err.key);

	(void)status;
	if (c->err.field != NULL)
		text = arena_printf(c->mem, "%s: %s", c->err.field, text);
	buf_str(b, "{\"detail\":");
	buf_json(b, text, strlen(text));
	buf_chr(b, '}');
}

/* Answers stand for themselves. */
static void wrap(struct ctx *c, struct buf *b, const struct spec *s, const void *out)
{
	(void)c;
	spec_put(b, s, out);
}

static void wrap_schema(struct buf *b, const char *ref)
{
	buf_printf(b, "{\"$ref\":\"%s\"}", ref);
}

/* Whoever calls is there: the idle rule counts every call. */
static bool who_check(struct ctx *c, const struct request *q)
{
	if (!bearer_who_check(c, q))
		return false;
	if (c->access == NULL)
		return true;
	if (c->who.name == NULL || *c->who.name == '\0')
		c->who.name = c->access->user.public_id;
	present_touch(c, c->access->claims->iat * 1000);
	return true;
}

#define TABLE(noun) &rooms_##noun,
static const struct route_table *const tables[] = { ROOMS_NOUNS(TABLE) NULL };
static const char *const prefixes[] = { "/api/chat/", "/uploads/", NULL };
const struct contract rooms_contract = {
	.name = "rooms",
	.door = "chat",
	.prefixes = prefixes,
	.tables = tables,
	.who = bearer_who,
	.who_check = who_check,
	.may = bearer_may,
	.wrap = wrap,
	.error = error,
	.wrap_schema = wrap_schema,
	.error_schema = "{\"type\":\"object\",\"properties\":{\"detail\":{\"type\":\"string\"}},\"required\":[\"detail\"]}",
};
