#include "../core/text.h"
#include "json.h"
#include <limits.h>
#include <string.h>

enum { DEPTH_MAX = 16 };

static void put(void *o)
{
	json_object_put(o);
}

static const struct json *keep(struct ctx *c, json_object *o)
{
	arena_defer(c->mem, put, o);
	return json_of(o);
}

static bool only_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
		p++;
	return p == end;
}

const struct json *json_parse(struct ctx *c, const char *text, size_t n)
{
	if (only_space(text, text + n))
		return keep(c, json_object_new_object());
	if (n > INT_MAX || !utf8_valid(text, n)) {
		fail(c, E_BAD_INPUT, "input.not_json");
		return NULL;
	}
	struct json_tokener *t = json_tokener_new_ex(DEPTH_MAX);
	if (t == NULL)
		abort();
	json_tokener_set_flags(t, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	json_object *o = json_tokener_parse_ex(t, text, (int)n);
	enum json_tokener_error err = json_tokener_get_error(t);
	if (err == json_tokener_continue && o == NULL) { /* a bare number ends only with the text */
		o = json_tokener_parse_ex(t, "", 1);
		err = json_tokener_get_error(t);
	}
	size_t used = json_tokener_get_parse_end(t);
	json_tokener_free(t);
	if (err != json_tokener_success || (used < n && !only_space(text + used, text + n))) {
		json_object_put(o);
		fail(c, E_BAD_INPUT, "input.not_json");
		return NULL;
	}
	return keep(c, o);
}

const struct json *json_member(const struct json *j, const char *key)
{
	json_object *v = NULL;

	if (!json_object_is_type(json_c(j), json_type_object))
		return NULL;
	json_object_object_get_ex(json_c(j), key, &v);
	return json_of(v);
}

const struct json *json_at(const struct json *j, size_t i)
{
	if (j == NULL || !json_object_is_type(json_c(j), json_type_array) || i >= json_object_array_length(json_c(j)))
		return NULL;
	return json_of(json_object_array_get_idx(json_c(j), i));
}

const char *json_text(const struct json *j, size_t *n)
{
	if (j == NULL || !json_object_is_type(json_c(j), json_type_string))
		return NULL;
	if (n != NULL)
		*n = (size_t)json_object_get_string_len(json_c(j));
	return json_object_get_string(json_c(j));
}

const char *json_member_str(const struct json *j, const char *key)
{
	size_t n;
	const char *s = j != NULL ? json_text(json_member(j, key), &n) : NULL;

	return s != NULL && memchr(s, '\0', n) == NULL ? s : NULL;
}

bool json_int(const struct json *j, int64_t *out)
{
	size_t n;
	const char *s = json_text(j, &n);

	if (s != NULL)
		return parse_int(s, n, out);
	if (!json_object_is_type(json_c(j), json_type_int))
		return false;
	*out = json_object_get_int64(json_c(j));
	/* json-c clamps what does not fit: tell the clamped from the real by the unsigned view */
	return !(*out == INT64_MAX && json_object_get_uint64(json_c(j)) > (uint64_t)INT64_MAX);
}

const struct json *json_from_pairs(struct ctx *c, const struct pairs *p)
{
	json_object *o = json_object_new_object();

	for (size_t i = 0; i < p->n; i++)
		json_object_object_add(o, p->keys[i], json_object_new_string(p->values[i]));
	return keep(c, o);
}

bool json_each(const struct json *j, size_t *at, const char **key, const struct json **value)
{
	struct json_object_iterator it, end;

	if (!json_object_is_type(json_c(j), json_type_object))
		return false;
	it = json_object_iter_begin(json_c(j));
	end = json_object_iter_end(json_c(j));
	for (size_t i = 0; i < *at && !json_object_iter_equal(&it, &end); i++)
		json_object_iter_next(&it);
	if (json_object_iter_equal(&it, &end))
		return false;
	++*at;
	*key = json_object_iter_peek_name(&it);
	*value = json_of(json_object_iter_peek_value(&it));
	return true;
}
