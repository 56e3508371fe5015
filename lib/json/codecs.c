#include "../core/settings.h"
#include "../core/text.h"
#include "json.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool in_range(struct ctx *c, const struct field *f, int64_t v, bool text)
{
	if (f->min == 0 && f->max == 0)
		return true;
	if (v < f->min)
		return fail_field(c, f->key, text && v == 0 ? "input.missing" : text ? "input.too_short" : "input.too_small");
	if (v > f->max)
		return fail_field(c, f->key, text ? "input.too_long" : "input.too_large");
	return true;
}

/* -- numbers -- */

/* Query and path give texts; a body must give a number. */
static bool get_int(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	bool text_ok = (f->flags & FROM_TEXTS) != 0;

	if ((json_text(j, NULL) != NULL && !text_ok) || !json_int(j, slot))
		return fail_field(c, f->key, "input.not_an_integer");
	return in_range(c, f, *(int64_t *)slot, false);
}

static void put_int(struct buf *b, const struct field *f, const void *slot)
{
	(void)f;
	buf_int(b, *(const int64_t *)slot);
}

static void put_int_or_null(struct buf *b, const struct field *f, const void *slot)
{
	if (*(const int64_t *)slot == 0)
		buf_str(b, "null");
	else
		put_int(b, f, slot);
}

static bool get_real(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	if (!json_object_is_type(json_c(j), json_type_double) && !json_object_is_type(json_c(j), json_type_int))
		return fail_field(c, f->key, "input.not_a_number");
	*(double *)slot = json_object_get_double(json_c(j));
	return isfinite(*(double *)slot) || fail_field(c, f->key, "input.not_a_number");
}

static void add_real(struct buf *b, double v, int decimals)
{
	char text[64];

	if (!isfinite(v)) {
		buf_str(b, "null");
		return;
	}
	int n = snprintf(text, sizeof(text), "%.*f", decimals, v);
	while (n > 0 && text[n - 1] == '0')
		n--;
	if (n > 0 && text[n - 1] == '.')
		n--;
	buf_add(b, n == 2 && text[0] == '-' && text[1] == '0' ? text + 1 : text,
		n == 2 && text[0] == '-' && text[1] == '0' ? 1 : (size_t)n);
}

static void put_real(struct buf *b, const struct field *f, const void *slot)
{
	(void)f;
	add_real(b, *(const double *)slot, 4);
}

static void put_ms_seconds(struct buf *b, const struct field *f, const void *slot)
{
	int64_t ms = *(const int64_t *)slot;

	(void)f;
	add_real(b, ms < 0 ? NAN : (double)ms / 1000, 3);
}

/* -- text -- */

static bool get_str(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	size_t n;
	const char *s = json_text(j, &n);

	if (s == NULL)
		return fail_field(c, f->key, "input.not_a_string");
	if (memchr(s, '\0', n) != NULL || !utf8_valid(s, n)) /* \u0000 and lone surrogates come through the escapes */
		return fail_field(c, f->key, "input.bad_text");
	char *copy = arena_strndup(c->mem, s, n);
	if (f->flags & TRIM)
		copy = text_trim(c->mem, copy);
	*(const char **)slot = copy;
	return in_range(c, f, (int64_t)utf8_count(copy, strlen(copy)), true);
}

static void put_str(struct buf *b, const struct field *f, const void *slot)
{
	const char *s = *(const char *const *)slot;

	(void)f;
	if (s == NULL)
		buf_str(b, "null");
	else
		buf_json(b, s, strlen(s));
}

static void put_text(struct buf *b, const struct field *f, const void *slot)
{
	const char *s = *(const char *const *)slot;

	(void)f;
	buf_json(b, s != NULL ? s : "", s != NULL ? strlen(s) : 0);
}

static bool get_email(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	if (!get_str(c, f, j, slot))
		return false;
	char *s = text_trim(c->mem, *(const char **)slot);
	for (char *p = s; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p |= 0x20;
	*(const char **)slot = s;
	return email_valid(s) || fail_field(c, f->key, "input.bad_email");
}

/* A word that is looked for: what stands behind a NUL would not be looked at. */
static const char *word(const struct json *j)
{
	size_t n;
	const char *s = json_text(j, &n);

	return s != NULL && memchr(s, '\0', n) == NULL ? s : NULL;
}

static bool get_bool(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	const char *s = word(j);

	if (s != NULL && (f->flags & FROM_QUERY) && (strcmp(s, "true") == 0 || strcmp(s, "1") == 0))
		*(bool *)slot = true;
	else if (s != NULL && (f->flags & FROM_QUERY) && (strcmp(s, "false") == 0 || strcmp(s, "0") == 0))
		*(bool *)slot = false;
	else if (json_object_is_type(json_c(j), json_type_boolean))
		*(bool *)slot = json_object_get_boolean(json_c(j));
	else
		return fail_field(c, f->key, "input.not_a_boolean");
	return true;
}

static void put_bool(struct buf *b, const struct field *f, const void *slot)
{
	(void)f;
	buf_str(b, *(const bool *)slot ? "true" : "false");
}

static bool get_enum(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	const char *const *names = f->arg;
	const char *s = word(j);

	if (s == NULL)
		return fail_field(c, f->key, "input.not_a_string");
	for (int i = 0; names[i] != NULL; i++)
		if (strcmp(names[i], s) == 0) {
			*(int *)slot = i;
			return true;
		}
	return fail_field(c, f->key, "input.unknown_value");
}

/* The index of the name plus one, so that zero is "any". */
static bool get_filter(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	if (!get_enum(c, f, j, slot))
		return false;
	++*(int *)slot;
	return true;
}

static void put_enum(struct buf *b, const struct field *f, const void *slot)
{
	const char *name = ((const char *const *)f->arg)[*(const int *)slot];

	buf_json(b, name, strlen(name));
}

static bool get_time(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	const char *s = word(j);

	if (s == NULL)
		return fail_field(c, f->key, "input.not_a_string");
	return iso_parse(s, slot) || fail_field(c, f->key, "input.bad_time");
}

static void put_time(struct buf *b, const struct field *f, const void *slot)
{
	(void)f;
	if (*(const int64_t *)slot == 0) {
		buf_str(b, "null");
		return;
	}
	buf_chr(b, '"');
	buf_time(b, *(const int64_t *)slot);
	buf_chr(b, '"');
}

/* A date is a day of the site's, a time an instant. */
static bool get_moment(struct ctx *c, const struct field *f, const struct json *j, void *slot, int64_t more)
{
	enum { DATE = 10 };
	size_t n = 0;
	bool whole_day = json_text(j, &n) != NULL && n == DATE;

	if (!get_time(c, f, j, slot))
		return false;
	if (whole_day)
		*(int64_t *)slot += more - settings_tz(c->cfg) * 1000;
	return true;
}

static bool get_from(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	return get_moment(c, f, j, slot, 0);
}

static bool get_to(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	enum { DAY_MS = 86400000 };

	return get_moment(c, f, j, slot, DAY_MS);
}

/* -- raw JSON objects: metadata, attributes -- */

static bool get_json(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	size_t n;

	if (!json_object_is_type(json_c(j), json_type_object))
		return fail_field(c, f->key, "input.not_an_object");
	const char *s = json_object_to_json_string_length(json_c(j), JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &n);
	if (f->max > 0 && n > (size_t)f->max)
		return fail_field(c, f->key, "input.too_long");
	if (!utf8_valid(s, n))
		return fail_field(c, f->key, "input.bad_text");
	*(const char **)slot = arena_strndup(c->mem, s, n);
	return true;
}

static void put_json_text(struct buf *b, const struct field *f, const void *slot)
{
	const char *s = *(const char *const *)slot;

	buf_str(b, s != NULL && *s != '\0' ? s : f->flags & NULLABLE ? "null" : "{}");
}

/* -- several and nested -- */

/* One element, as get of a codec with the list's key. */
typedef bool element_fn(struct ctx *, const struct field *, const struct json *, void *slot);

static bool get_elements(struct ctx *c, const struct field *f, const struct json *j, struct list *out, const struct field *each,
			 size_t size, element_fn *get)
{
	if (!json_object_is_type(json_c(j), json_type_array))
		return fail_field(c, f->key, "input.not_a_list");
	size_t n = json_object_array_length(json_c(j));
	if (f->max > 0 && n > (size_t)f->max)
		return fail_field(c, f->key, "input.too_long");
	*out = (struct list){ arena_alloc(c->mem, (n + 1) * size), n };
	for (size_t i = 0; i < n; i++)
		if (!get(c, each, json_of(json_object_array_get_idx(json_c(j), i)), (char *)out->items + i * size))
			return false;
	return true;
}

static bool get_strs(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	return get_elements(c, f, j, slot, &(struct field){ .key = f->key }, sizeof(char *), get_str);
}

/* A text; an integer is taken as its digits. */
static bool get_name(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	int64_t number;

	if (!json_object_is_type(json_c(j), json_type_int) || !json_int(j, &number))
		return get_str(c, f, j, slot);
	*(const char **)slot = arena_printf(c->mem, "%lld", (long long)number);
	return true;
}

static bool get_names(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	return get_elements(c, f, j, slot, &(struct field){ .key = f->key, .flags = TRIM }, sizeof(char *), get_name);
}

static void put_strs(struct buf *b, const struct field *f, const void *slot)
{
	const struct list *l = slot;

	buf_chr(b, '[');
	for (size_t i = 0; i < l->n; i++) {
		if (i > 0)
			buf_chr(b, ',');
		put_str(b, f, (const char *const *)l->items + i);
	}
	buf_chr(b, ']');
}

static bool get_ints(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	return get_elements(c, f, j, slot, &(struct field){ .key = f->key }, sizeof(int64_t), get_int);
}

static void put_ints(struct buf *b, const struct field *f, const void *slot)
{
	const struct list *l = slot;

	(void)f;
	buf_chr(b, '[');
	for (size_t i = 0; i < l->n; i++) {
		if (i > 0)
			buf_chr(b, ',');
		buf_int(b, ((const int64_t *)l->items)[i]);
	}
	buf_chr(b, ']');
}

/* Digits and commas need no escapes. */
static void put_joined_ints(struct buf *b, const struct field *f, const void *slot)
{
	const char *s = *(const char *const *)slot;

	(void)f;
	buf_chr(b, '[');
	buf_str(b, s != NULL ? s : "");
	buf_chr(b, ']');
}

static bool get_one(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	if (!json_object_is_type(json_c(j), json_type_object))
		return fail_field(c, f->key, "input.not_an_object");
	return spec_get(c, f->arg, &(struct sources){ .body = j }, slot);
}

static bool get_list(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	return get_elements(c, f, j, slot, f, ((const struct spec *)f->arg)->size, get_one);
}

static void put_list(struct buf *b, const struct field *f, const void *slot)
{
	const struct list *l = slot;
	const struct spec *s = f->arg;

	buf_chr(b, '[');
	for (size_t i = 0; i < l->n; i++) {
		if (i > 0)
			buf_chr(b, ',');
		spec_put(b, s, (const char *)l->items + i * s->size);
	}
	buf_chr(b, ']');
}

static bool get_object(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	const struct sources from = { .body = j };

	if (!json_object_is_type(json_c(j), json_type_object))
		return fail_field(c, f->key, "input.not_an_object");
	return spec_get(c, f->arg, &from, slot);
}

static void put_object(struct buf *b, const struct field *f, const void *slot)
{
	spec_put(b, f->arg, slot);
}

static void put_ref(struct buf *b, const struct field *f, const void *slot)
{
	const void *at = *(const void *const *)slot;

	if (at == NULL)
		buf_str(b, "null");
	else
		spec_put(b, f->arg, at);
}

bool get_prefixed_id(struct ctx *c, const struct field *f, const struct json *j, const char *prefix, int64_t *out)
{
	size_t n, k = strlen(prefix);
	const char *s = json_text(j, &n);

	if (s == NULL || n <= k || memcmp(s, prefix, k) != 0 || !parse_int(s + k, n - k, out) || *out < 0)
		return fail_field(c, f->key, "input.bad_id");
	return true;
}

#define T_INT "\"type\":\"integer\""
#define T_STR "\"type\":\"string\""
const struct codec as_int = { "int", sizeof(int64_t), get_int, put_int, T_INT };
const struct codec as_int_or_null = { "int_or_null", sizeof(int64_t), get_int, put_int_or_null, "\"type\":[\"integer\",\"null\"]" };
const struct codec as_real = { "real", sizeof(double), get_real, put_real, "\"type\":[\"number\",\"null\"]" };
const struct codec as_str = { "str", sizeof(char *), get_str, put_str, T_STR };
const struct codec as_text = { "text", sizeof(char *), get_str, put_text, T_STR };
const struct codec as_email = { "email", sizeof(char *), get_email, put_str, T_STR ",\"format\":\"email\"" };
const struct codec as_bool = { "bool", sizeof(bool), get_bool, put_bool, "\"type\":\"boolean\"" };
const struct codec as_enum = { "enum", sizeof(int), get_enum, put_enum, NULL };
const struct codec as_filter = { "filter", sizeof(int), get_filter, NULL, NULL };
const struct codec as_time = { "time", sizeof(int64_t), get_time, put_time, T_STR ",\"format\":\"date-time\"" };
#define MOMENT T_STR ",\"examples\":[\"2024-01-15\",\"2024-01-15T11:00:00Z\"]"
const struct codec as_from = { "from", sizeof(int64_t), get_from, NULL, MOMENT };
const struct codec as_to = { "to", sizeof(int64_t), get_to, NULL, MOMENT };
const struct codec as_json = { "json", sizeof(char *), get_json, put_json_text, "\"type\":\"object\"" };
const struct codec as_list = { "list", sizeof(struct list), get_list, put_list, NULL };
const struct codec as_strs = { "strs", sizeof(struct list), get_strs, put_strs,
			       "\"type\":\"array\",\"items\":{\"type\":\"string\"}" };
const struct codec as_names = { "names", sizeof(struct list), get_names, put_strs,
				"\"type\":\"array\",\"items\":{\"type\":[\"string\",\"integer\"]}" };
#define T_INTS "\"type\":\"array\",\"items\":{\"type\":\"integer\"}"
const struct codec as_ints = { "ints", sizeof(struct list), get_ints, put_ints, T_INTS };
const struct codec as_joined_ints = { "joined_ints", sizeof(char *), NULL, put_joined_ints, T_INTS };
const struct codec as_object = { "object", 0, get_object, put_object, NULL };
const struct codec as_ref = { "ref", sizeof(void *), NULL, put_ref, NULL };
const struct codec as_ms_seconds = { "seconds", sizeof(int64_t), NULL, put_ms_seconds, "\"type\":[\"number\",\"null\"]" };
