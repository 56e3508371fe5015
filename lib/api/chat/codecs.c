#include "codecs.h"
#include "../../domain/conversation.h"
#include <string.h>

enum { ANSWER_MAX_CHARS = 500, ANSWER_KEY_MAX = 40, ANSWERS_MAX_BYTES = 8192 };

static bool get_msg_id(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	return json_int(j, slot) || get_prefixed_id(c, f, j, "msg_", slot);
}

static void put_msg_id(struct buf *b, const struct field *f, const void *slot)
{
	int64_t id = *(const int64_t *)slot;

	(void)f;
	if (id == 0) {
		buf_str(b, "null");
		return;
	}
	buf_str(b, "\"msg_");
	buf_int(b, id);
	buf_chr(b, '"');
}

static bool get_before(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	const char *s = json_text(j, NULL);

	if (s != NULL && strcmp(s, "latest") == 0) {
		*(int64_t *)slot = INT64_MAX;
		return true;
	}
	return get_msg_id(c, f, j, slot);
}

static void put_active(struct buf *b, const struct field *f, const void *slot)
{
	(void)f;
	buf_str(b, *(const bool *)slot ? "\"active\"" : "\"completed\"");
}

static bool get_answers(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	struct list *out = slot;
	struct answer *a = arena_alloc(c->mem, (size_t)f->max * sizeof(*a));
	const struct field text = { .key = f->key, .flags = TRIM, .min = 0, .max = ANSWER_MAX_CHARS };
	const struct field whole = { .key = f->key, .max = ANSWERS_MAX_BYTES };
	const struct json *value;
	const char *raw;
	size_t at = 0, n = 0;

	if (!as_json.get(c, &whole, j, &raw))
		return false;
	for (const char *key; json_each(j, &at, &key, &value); n++) {
		if (n == (size_t)f->max || strlen(key) > ANSWER_KEY_MAX)
			return fail_field(c, f->key, "input.too_long");
		a[n].name = arena_strdup(c->mem, key);
		if (!as_str.get(c, &text, value, &a[n].value))
			return false;
	}
	*out = (struct list){ a, n };
	return true;
}

#define MSG_ID_SCHEMA "\"type\":\"string\",\"examples\":[\"msg_123\"]"
const struct codec as_msg_id = { "msg_id", sizeof(int64_t), get_msg_id, put_msg_id, MSG_ID_SCHEMA };
const struct codec as_before = { "msg_id_or_latest", sizeof(int64_t), get_before, NULL,
				 "\"type\":\"string\",\"examples\":[\"msg_123\",\"latest\"]" };
const struct codec as_answers = { "answers", sizeof(struct list), get_answers, NULL,
				  "\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}" };
const struct codec as_active = { "active", sizeof(bool), NULL, put_active,
				 "\"type\":\"string\",\"enum\":[\"active\",\"completed\"]" };
