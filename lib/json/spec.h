/* spec.h: one row per JSON member; one reader and one writer for all of them. Only lib/json uses json-c. */
#ifndef SPEC_H
#define SPEC_H
#include "../core/buf.h"
#include "../core/core.h"

struct json; /* a parsed value (json_object); opaque outside lib/json */
struct field;
struct codec { /* how one C type looks in one dialect */
	const char *name;
	size_t size; /* of the C member; 0 = any; checked against every row by tests/check */
	bool (*get)(struct ctx *, const struct field *, const struct json *, void *slot); /* NULL: output only */
	void (*put)(struct buf *, const struct field *, const void *slot);                /* NULL: input only */
	const char *schema; /* OpenAPI: "\"type\":\"integer\"" without braces; NULL: made from arg (list, object, enum) */
};
enum {
	REQUIRED = 1,
	FROM_PATH = 2,     /* read from the path */
	FROM_QUERY = 4,    /* read from the query string */
	FROM_BODY = 8,     /* read from the JSON body or form too (default when neither of the above is set) */
	NULLABLE = 16,     /* input: null is accepted and means absent; output: documented as possibly null */
	OMIT_NULL = 32,    /* output: leave the member out when it is null/zero/empty */
	TRIM = 64,         /* input text: trimmed before its length is checked */
	SECRET = 128,      /* never logged; marked writeOnly in openapi.json */
	FROM_HEADER = 256, /* read from the header that is called like it; rows of a protocol that talks by headers */
	FROM_TEXTS = FROM_PATH | FROM_QUERY | FROM_HEADER,
};
struct field {
	const char *key;
	const struct codec *as;
	size_t off, size;
	unsigned flags;
	int64_t min, max; /* integer range, or text length in characters; both 0 = free */
	int64_t fallback; /* integer default when absent */
	const void *arg;  /* enum: const char *const names[]; list/object/ref: struct spec */
	uint64_t bit;     /* set in the input's "has" member when the field was there */
	const char *doc;  /* one line for openapi.json */
};
struct spec {
	const char *name; /* component name in openapi.json, e.g. "ChatMessage" */
	const struct field *fields;
	size_t n, size;
	bool bare;  /* output: its only field's value stands for itself: a list without an object around it */
	size_t has; /* offset of a uint64_t member that collects .bit, or 0 for none (put it anywhere but first) */
};
#define FIELD(T, member, name, codec, ...)                                                                                         \
	{                                                                                                                          \
		.key = (name), .as = &(codec), .off = offsetof(struct T, member), .size = sizeof(((struct T *)0)->member),         \
		__VA_ARGS__                                                                                                        \
	}
#define SPEC(nm, T, arr)                                                                                                           \
	{                                                                                                                          \
		.name = (nm), .fields = (arr), .n = COUNT(arr), .size = sizeof(struct T)                                           \
	}
#define SPEC_HAS(nm, T, arr)                                                                                                       \
	{                                                                                                                          \
		.name = (nm), .fields = (arr), .n = COUNT(arr), .size = sizeof(struct T), .has = offsetof(struct T, has)           \
	}

/* Where a request's values come from; each may be NULL. Path, query and header hold texts only. */
struct pairs {
	const char *const *keys, *const *values;
	size_t n;
};
struct sources {
	const struct json *body;
	struct pairs path, query, header;
};

/* Strict UTF-8, one value and nothing behind it, depth ≤ 16. NULL and fail(E_BAD_INPUT, "input.not_json") otherwise.
   Freed with the arena. n = 0 gives an empty object. */
const struct json *json_parse(struct ctx *, const char *, size_t n);
/* An object member as text (NULL if absent or not a string), for the few who look before a spec is known (frame types). */
const char *json_member_str(const struct json *, const char *key);
const struct json *json_member(const struct json *, const char *key);
const struct json *json_at(const struct json *, size_t i); /* an item of a list; NULL: no list, or not so long */
/* The members of an object one by one, in order: false behind the last. *at starts at 0. */
bool json_each(const struct json *, size_t *at, const char **key, const struct json **value);
/* An object of text members, from a decoded form: then forms meet JSON bodies. */
const struct json *json_from_pairs(struct ctx *, const struct pairs *);

/* Fill dst (zeroed) from the sources. The first mistake fails with the field's name and a key: input.missing, input.not_an_integer,
   input.not_a_string, input.not_a_boolean, input.not_an_object, input.not_a_list, input.too_short, input.too_long, input.too_small,
   input.too_large, input.unknown_value, input.bad_text, input.bad_email, input.bad_time, input.bad_id. Unknown members are ignored.
 */
MUST bool spec_get(struct ctx *, const struct spec *, const struct sources *, void *dst);
void spec_put(struct buf *, const struct spec *, const void *src); /* {"…":…} in one pass */

/* -- codecs every contract may use. A contract's own (ids such as "msg_12") live in lib/api/<contract>/codecs.c -- */
extern const struct codec as_int, /* int64_t; from texts too */
	as_int_or_null,           /* int64_t; 0 is null on output */
	as_real,                  /* double: shortest form with at most 4 decimals; NAN is null */
	as_str,                   /* const char *: NULL is null */
	as_text,                  /* const char *: NULL is "" */
	as_email,                 /* const char *: lower-cased on input */
	as_bool,                  /* bool */
	as_enum,                  /* int: index into arg's names; input fails on others */
	as_filter,                /* int: 1 + the index into arg's names; absent stays 0 = any; input only */
	as_from, as_to,           /* int64_t ms: a day of the site or a time; as_to: a day counts whole; input only */
	as_time,                  /* int64_t ms: "2024-01-01T10:00:00Z"; 0 is null; input by iso_parse */
	as_json,        /* const char *: raw JSON text (an object); NULL is {}, or null when NULLABLE; input: any JSON object,
			 * re-serialised, at most .max bytes
			 */
	as_list,        /* struct list of arg's spec */
	as_strs,        /* struct list of const char *, at most .max */
	as_names,       /* the same; input: integers too, as their digits */
	as_ints,        /* struct list of int64_t, at most .max */
	as_joined_ints, /* const char *: "3,17,204", as a list of integers; NULL is []; output only */
	as_object,      /* an embedded struct of arg's spec */
	as_ref,         /* const struct T *: arg's spec; NULL is null */
	as_ms_seconds;  /* int64_t ms shown as seconds with at most 3 decimals; -1 is null; output only */

/* Integer pieces that contracts' own codecs share: read an id behind a prefix ("msg_"), as text. */
bool get_prefixed_id(struct ctx *, const struct field *, const struct json *, const char *prefix, int64_t *out);
const char *json_text(const struct json *, size_t *n); /* a string value, NULL if it is none */
bool json_int(const struct json *, int64_t *out);      /* a JSON integer, or a text that is one */
/* The schema of one member ({…}), for parameters. */
void field_schema(struct buf *, const struct field *, void (*seen)(void *, const struct spec *), void *arg);
/* The OpenAPI schema of a spec as JSON; nested specs as $ref to #/components/schemas/NAME; each new one is reported to seen(). */
void spec_schema(struct buf *, const struct spec *, bool input, void (*seen)(void *, const struct spec *), void *arg);
#endif
