#include "json.h"
#include <string.h>

static const char *find_pair(const struct pairs *p, const char *key)
{
	for (size_t i = p->n; i-- > 0;) /* the last one wins */
		if (strcmp(p->keys[i], key) == 0)
			return p->values[i];
	return NULL;
}

static void put_json(void *o)
{
	json_object_put(o);
}

/* The path says it, else the query, else the body: each field says which it accepts. */
static const struct json *find_value(struct ctx *c, const struct field *f, const struct sources *from)
{
	const char *text = NULL;

	if (f->flags & FROM_PATH)
		text = find_pair(&from->path, f->key);
	if (text == NULL && (f->flags & FROM_QUERY))
		text = find_pair(&from->query, f->key);
	if (text == NULL && (f->flags & FROM_HEADER))
		text = find_pair(&from->header, f->key);
	if (text != NULL) {
		json_object *o = json_object_new_string(text);
		arena_defer(c->mem, put_json, o);
		return json_of(o);
	}
	if ((f->flags & FROM_TEXTS) && !(f->flags & FROM_BODY))
		return NULL;
	return from->body != NULL ? json_member(from->body, f->key) : NULL;
}

static bool has_member(const struct json *body, const char *key)
{
	return json_object_is_type(json_c(body), json_type_object) && json_object_object_get_ex(json_c(body), key, NULL);
}

static bool absent(struct ctx *c, const struct field *f, const struct sources *from, void *slot)
{
	bool null_given = from->body != NULL && !(f->flags & FROM_TEXTS) && has_member(from->body, f->key);

	if (f->flags & REQUIRED)
		return fail_field(c, f->key, "input.missing");
	if (null_given && !(f->flags & NULLABLE) && f->as != &as_str && f->as != &as_text && f->as != &as_json)
		return fail_field(c, f->key, "input.missing");
	if (f->fallback != 0 && f->as->size == sizeof(int64_t) && f->as != &as_str)
		*(int64_t *)slot = f->fallback;
	return true;
}

bool spec_get(struct ctx *c, const struct spec *s, const struct sources *from, void *dst)
{
	if (from->body != NULL && !json_object_is_type(json_c(from->body), json_type_object))
		return fail_field(c, NULL, "input.not_an_object");
	for (const struct field *f = s->fields; f < s->fields + s->n; f++) {
		void *slot = (char *)dst + f->off;
		const struct json *v = find_value(c, f, from);
		if (v == NULL) {
			if (!absent(c, f, from, slot))
				return false;
			continue;
		}
		if (!f->as->get(c, f, v, slot))
			return false;
		if (s->has != 0)
			*(uint64_t *)((char *)dst + s->has) |= f->bit;
	}
	return true;
}

/* Zero or NULL in any of the C types a codec may have. */
static bool empty(const struct field *f, const void *slot)
{
	static const char zero[64];

	return f->size <= sizeof(zero) && memcmp(slot, zero, f->size) == 0;
}

void spec_put(struct buf *b, const struct spec *s, const void *src)
{
	char before = '{';

	if (s->bare) {
		s->fields->as->put(b, s->fields, (const char *)src + s->fields->off);
		return;
	}
	for (const struct field *f = s->fields; f < s->fields + s->n; f++) {
		const void *slot = (const char *)src + f->off;
		if ((f->flags & OMIT_NULL) && empty(f, slot))
			continue;
		size_t n = strlen(f->key);
		buf_room(b, n + 8);
		buf_chr(b, before);
		buf_chr(b, '"');
		buf_add(b, f->key, n);
		buf_add(b, "\":", 2);
		f->as->put(b, f, slot);
		before = ',';
	}
	if (before == '{')
		buf_chr(b, '{');
	buf_chr(b, '}');
}
