/* The same tables as OpenAPI schemas, so that the documents cannot drift from the code. */
#include "json.h"
#include <string.h>

struct report {
	void (*seen)(void *, const struct spec *);
	void *arg;
};

static void put_ref_to(struct buf *b, const struct spec *s, const struct report *r)
{
	r->seen(r->arg, s);
	buf_printf(b, "\"$ref\":\"#/components/schemas/%s\"", s->name);
}

static void put_enum(struct buf *b, const char *const *names)
{
	buf_str(b, "\"type\":\"string\",\"enum\":[");
	for (size_t i = 0; names[i] != NULL; i++) {
		if (i > 0)
			buf_chr(b, ',');
		buf_json(b, names[i], strlen(names[i]));
	}
	buf_chr(b, ']');
}

static void put_limits(struct buf *b, const struct field *f)
{
	bool text = f->as->size == sizeof(char *) && f->as->schema != NULL && strstr(f->as->schema, "\"string\"") != NULL;

	if (f->min == 0 && f->max == 0)
		return;
	if (f->as->schema != NULL && strstr(f->as->schema, "integer") != NULL)
		buf_printf(b, ",\"minimum\":%lld,\"maximum\":%lld", (long long)f->min, (long long)f->max);
	else if (text)
		buf_printf(b, ",\"minLength\":%lld,\"maxLength\":%lld", (long long)f->min, (long long)f->max);
}

static void put_kind(struct buf *b, const struct field *f, const struct report *r)
{
	if (f->as == &as_list) {
		buf_str(b, "\"type\":\"array\",\"items\":{");
		put_ref_to(b, f->arg, r);
		buf_chr(b, '}');
	} else if (f->as == &as_object) {
		put_ref_to(b, f->arg, r);
	} else if (f->as == &as_ref) {
		buf_str(b, "\"anyOf\":[{");
		put_ref_to(b, f->arg, r);
		buf_str(b, "},{\"type\":\"null\"}]");
	} else if (f->as->schema != NULL) {
		buf_str(b, f->as->schema);
		put_limits(b, f);
	} else {
		put_enum(b, f->arg);
	}
}

void field_schema(struct buf *b, const struct field *f, void (*seen)(void *, const struct spec *), void *arg)
{
	const struct report r = { seen, arg };
	bool nullable = (f->flags & NULLABLE) != 0;

	buf_chr(b, '{');
	if (nullable)
		buf_str(b, "\"anyOf\":[{");
	put_kind(b, f, &r);
	if (nullable)
		buf_str(b, "},{\"type\":\"null\"}]");
	if (f->fallback != 0 && f->as == &as_int)
		buf_printf(b, ",\"default\":%lld", (long long)f->fallback);
	if (f->doc != NULL) {
		buf_str(b, ",\"description\":");
		buf_json(b, f->doc, strlen(f->doc));
	}
	if (f->flags & SECRET)
		buf_str(b, ",\"writeOnly\":true");
	buf_chr(b, '}');
}

/* Members an input reads from the body; all of an output. */
static bool shown(const struct field *f, bool input)
{
	return !input || (f->flags & FROM_BODY) || !(f->flags & FROM_TEXTS);
}

void spec_schema(struct buf *b, const struct spec *s, bool input, void (*seen)(void *, const struct spec *), void *arg)
{
	const char *before = "";

	if (s->bare) {
		field_schema(b, s->fields, seen, arg);
		return;
	}
	buf_str(b, "{\"type\":\"object\",\"properties\":{");
	for (const struct field *f = s->fields; f < s->fields + s->n; f++) {
		if (!shown(f, input))
			continue;
		buf_printf(b, "%s\"%s\":", before, f->key);
		field_schema(b, f, seen, arg);
		before = ",";
	}
	buf_chr(b, '}');
	before = ",\"required\":[";
	bool any = false;
	for (const struct field *f = s->fields; f < s->fields + s->n; f++) {
		if (!shown(f, input) || (input ? !(f->flags & REQUIRED) : (f->flags & OMIT_NULL) != 0))
			continue;
		buf_printf(b, "%s\"%s\"", before, f->key);
		before = ",";
		any = true;
	}
	buf_str(b, any ? "]}" : "}");
}
