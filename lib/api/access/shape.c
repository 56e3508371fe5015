#include "shape.h"
#include "../../core/settings.h"
#include <string.h>

void shape_data(struct ctx *c, struct buf *b, const struct spec *s, const void *out)
{
	(void)c;
	buf_str(b, "{\"success\":true,\"data\":");
	if (s != NULL)
		spec_put(b, s, out);
	else
		buf_str(b, "null");
	buf_chr(b, '}');
}

void shape_data_schema(struct buf *b, const char *ref)
{
	buf_str(b, "{\"type\":\"object\",\"properties\":{\"success\":{\"type\":\"boolean\"},\"data\":");
	if (ref != NULL)
		buf_printf(b, "{\"$ref\":\"%s\"}", ref);
	else
		buf_str(b, "{\"type\":\"null\"}");
	buf_str(b, "},\"required\":[\"success\",\"data\"]}");
}

void shape_text(struct ctx *c, struct buf *b, const char *key)
{
	const char *text = catalog_text(c->texts, c->lang, key);

	buf_json(b, text, strlen(text));
}

void shape_error(struct ctx *c, struct buf *b, const char *code)
{
	buf_printf(b, "\"code\":\"%s\",\"message\":", code);
	shape_text(c, b, c->err.field != NULL ? "input.invalid" : c->err.key);
}
