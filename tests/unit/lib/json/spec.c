#include "../../../../lib/json/spec.h"
#include "../../ok.h"
#include <math.h>
#include <stdlib.h>

static const char *const kinds[] = { "text", "image", NULL };
struct thing {
	int64_t id;
	uint64_t has;
	const char *name, *meta;
	bool on;
	int kind;
	int64_t at;
	double rate;
	struct list tags;
};
static const struct field fields[] = {
	FIELD(thing, id, "id", as_int, .flags = FROM_PATH | REQUIRED, .min = 1, .max = 100),
	FIELD(thing, name, "name", as_str, .flags = REQUIRED, .min = 1, .max = 3, .bit = 1),
	FIELD(thing, meta, "meta", as_json, .max = 20, .bit = 2),
	FIELD(thing, on, "on", as_bool, .bit = 4),
	FIELD(thing, kind, "kind", as_enum, .arg = kinds, .bit = 8),
	FIELD(thing, at, "at", as_time),
	FIELD(thing, rate, "rate", as_real),
	FIELD(thing, tags, "tags", as_strs, .max = 2),
};
static const struct spec spec = SPEC_HAS("Thing", thing, fields);

static bool get(struct ctx *c, const char *id, const char *body, struct thing *out)
{
	const char *const keys[] = { "id" }, *const values[] = { id };
	struct sources from = { .path = { keys, values, 1 } };

	c->err = (struct err){ 0 };
	*out = (struct thing){ 0 };
	from.body = json_parse(c, body, strlen(body));
	return from.body != NULL && spec_get(c, &spec, &from, out);
}

static void check_input(struct ctx *c)
{
	static const struct {
		const char *id, *body, *field, *key;
	} rows[] = {
		{ "5", "{\"name\":\"a\"}", NULL, NULL },
		{ "5", "{\"name\":\"你好吗\"}", NULL, NULL }, /* characters, not bytes */
		{ "5", "{\"name\":\"abcd\"}", "name", "input.too_long" },
		{ "5", "{\"name\":\"\"}", "name", "input.missing" },
		{ "5", "{}", "name", "input.missing" },
		{ "5", "{\"name\":5}", "name", "input.not_a_string" },
		{ "5", "{\"name\":\"a\\u0000\"}", "name", "input.bad_text" },
		{ "0", "{\"name\":\"a\"}", "id", "input.too_small" },
		{ "101", "{\"name\":\"a\"}", "id", "input.too_large" },
		{ "x", "{\"name\":\"a\"}", "id", "input.not_an_integer" },
		{ "5", "{\"name\":\"a\",\"on\":\"yes\"}", "on", "input.not_a_boolean" },
		{ "5", "{\"name\":\"a\",\"kind\":\"video\"}", "kind", "input.unknown_value" },
		{ "5", "{\"name\":\"a\",\"kind\":1}", "kind", "input.not_a_string" },
		{ "5", "{\"name\":\"a\",\"at\":\"yesterday\"}", "at", "input.bad_time" },
		{ "5", "{\"name\":\"a\",\"meta\":[]}", "meta", "input.not_an_object" },
		{ "5", "{\"name\":\"a\",\"meta\":{\"k\":\"0123456789012345\"}}", "meta", "input.too_long" },
		{ "5", "{\"name\":\"a\",\"tags\":[\"x\",\"y\",\"z\"]}", "tags", "input.too_long" },
		{ "5", "{\"name\":\"a\",\"tags\":[1]}", "tags", "input.not_a_string" },
		{ "5", "{\"name\":\"a\",\"rate\":\"1\"}", "rate", "input.not_a_number" },
		{ "5", "{\"name\":\"a\"}x", NULL, "input.not_json" },
		{ "5", "{\"name\":\"a\",}", NULL, "input.not_json" },
		{ "5", "[1", NULL, "input.not_json" },
		{ "5", "[]", NULL, "input.not_an_object" },
		{ "5", "[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]", NULL, "input.not_json" },
		{ "5", "{\"name\":\"\xff\"}", NULL, "input.not_json" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct thing t;
		bool good = get(c, rows[i].id, rows[i].body, &t);
		ok(good == (rows[i].key == NULL), "%s", rows[i].body);
		if (rows[i].key != NULL)
			ok_str(c->err.key, rows[i].key);
		if (rows[i].field != NULL)
			ok_str(c->err.field, rows[i].field);
	}
}

int main(void)
{
	struct arena mem = { 0 };
	struct ctx c = { .mem = &mem };
	struct buf b = { 0 };
	struct thing t;

	check_input(&c);
	ok(get(&c, "7",
	       "{\"name\":\"a\",\"on\":true,\"kind\":\"image\",\"meta\":{\"a\":1},\"rate\":0.5,\"tags\":[\"x\"],\"unknown\":1}",
	       &t),
	   "all members");
	ok_int(t.id, 7);
	ok_int(t.has, 1 | 2 | 4 | 8);
	t.at = 1704103200000;
	spec_put(&b, &spec, &t);
	ok_str(buf_text(&b), "{\"id\":7,\"name\":\"a\",\"meta\":{\"a\":1},\"on\":true,\"kind\":\"image\",\"at\":\"2024-01-01T10:00:"
			     "00Z\",\"rate\":0.5,\"tags\":[\"x\"]}");
	buf_clear(&b);
	spec_put(&b, &spec, &(struct thing){ .rate = NAN });
	ok_str(buf_text(&b),
	       "{\"id\":0,\"name\":null,\"meta\":{},\"on\":false,\"kind\":\"text\",\"at\":null,\"rate\":null,\"tags\":[]}");
	buf_free(&b);
	arena_free(&mem);
	return ok_end();
}
