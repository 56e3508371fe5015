/* Requests of every route of every contract, made of its own fields: members of any kind, in the body, the query and the path. What
 * is taken can be written again as JSON; what is not says which field is at fault. */
#include "../../lib/api/chat/chat.h"
#include "../../lib/api/console/console.h"
#include "../../lib/api/desk/desk.h"
#include "../../lib/api/kefu/kefu.h"
#include "../../lib/api/rooms/rooms.h"
#include "../../lib/core/settings.h"
#include "../../lib/core/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUTES_MAX = 2000, DEEP = 3 };
static const struct spec *specs[ROUTES_MAX];
static size_t specs_n;

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static void find_specs(void)
{
	static const struct contract *const contracts[] = { &chat_contract, &console_contract, &desk_contract, &kefu_contract,
							    &rooms_contract };
	const struct route *r;

	for (size_t k = 0; k < COUNT(contracts); k++)
		for (size_t i = 0; (r = contract_route(contracts[k], i)) != NULL; i++)
			if (r->in != NULL && specs_n < ROUTES_MAX)
				specs[specs_n++] = r->in;
	demand(specs_n > 100 && specs_n < ROUTES_MAX);
}

struct source {
	const uint8_t *p, *end;
};

static unsigned take(struct source *s)
{
	return s->p < s->end ? *s->p++ : 0;
}

/* As escapes, so that the text is valid whatever it is: NUL, halves of pairs. */
static void put_escapes(struct source *s, struct buf *b)
{
	buf_chr(b, '"');
	for (unsigned n = take(s) % 8; n > 0; n--) {
		unsigned high = take(s);
		buf_printf(b, "\\u%02x%02x", high, take(s));
	}
	buf_chr(b, '"');
}

static void put_letters(struct source *s, struct buf *b)
{
	buf_chr(b, '"');
	for (unsigned n = take(s) % 64; n > 0; n--)
		buf_chr(b, " \t#%&(),-./0123456789:;=?@[]_abcdefghijklmnopqrstuvwxyzABCXYZ{}~"[take(s) % 64]);
	buf_chr(b, '"');
}

static void put_long(struct source *s, struct buf *b)
{
	buf_chr(b, '"');
	for (unsigned n = take(s) * 16; n > 0; n--)
		buf_str(b, n % 7 == 0 ? "\xe4\xb8\x80" : "x");
	buf_chr(b, '"');
}

static void put_integer(struct source *s, struct buf *b)
{
	uint64_t v = 0;

	for (unsigned n = take(s) % 10; n > 0; n--)
		v = v << 8 | take(s);
	buf_printf(b, take(s) % 4 == 0 ? "-%llu" : "%llu", (unsigned long long)v);
}

static void put_name(struct source *s, struct buf *b, const struct field *f)
{
	const char *const *names = f->as == &as_enum || f->as == &as_filter ? f->arg : NULL;
	size_t n = 0;

	while (names != NULL && names[n] != NULL)
		n++;
	buf_printf(b, "\"%s\"", n > 0 ? names[take(s) % n] : "none");
}

static void put_object(struct source *, struct buf *, const struct spec *, int depth);

static void put_nested(struct source *s, struct buf *b, const struct field *f, int depth)
{
	bool has_spec = f->as == &as_object || f->as == &as_list || f->as == &as_ref;

	if (has_spec)
		put_object(s, b, f->arg, depth + 1);
	else
		buf_printf(b, "{\"a\":\"%u\",\"b\":{}}", take(s));
}

static void put_value(struct source *s, struct buf *b, const struct field *f, int depth)
{
	static const char *const usual[] = {
		"null",   "true",       "false",          "0",
		"1",      "1e3",        "1e999",          "0.00001",
		"\"\"",   "\"a@b.co\"", "\"2024-02-29\"", "\"2024-01-01T10:00:00.123+08:00\"",
		"[]",     "{}",         "\"msg_12\"",     "\"https://a.example/b?c=d\"",
		"\"on\"", "\"-1\"",
	};

	switch (take(s) % 12) {
	case 0: put_escapes(s, b); break;
	case 1: put_letters(s, b); break;
	case 2: put_long(s, b); break;
	case 3:
	case 4: put_integer(s, b); break;
	case 5:
	case 6: put_name(s, b, f); break;
	case 7: put_nested(s, b, f, depth); break;
	case 8:
		buf_chr(b, '[');
		for (unsigned n = take(s) % 4, i = 0; i < n && depth < DEEP; i++) {
			buf_str(b, i > 0 ? "," : "");
			if (f->as == &as_list)
				put_nested(s, b, f, depth);
			else
				put_value(s, b, f, depth + 1);
		}
		buf_chr(b, ']');
		break;
	default: buf_str(b, usual[take(s) % COUNT(usual)]); break;
	}
}

static void put_object(struct source *s, struct buf *b, const struct spec *spec, int depth)
{
	bool first = true;

	buf_chr(b, '{');
	for (size_t i = 0; i < spec->n && depth < DEEP; i++) {
		if (take(s) % 8 == 0 && !(spec->fields[i].flags & REQUIRED))
			continue;
		buf_printf(b, "%s\"%s\":", first ? "" : ",", spec->fields[i].key);
		put_value(s, b, &spec->fields[i], depth);
		first = false;
	}
	buf_chr(b, '}');
}

/* Texts for what stands in the path, the query or a header: bytes as they come, or those of a value. */
static void put_pairs(struct source *s, struct arena *mem, const struct spec *spec, struct pairs *out)
{
	const char **keys = arena_alloc(mem, (spec->n + 1) * sizeof(*keys)),
		   **values = arena_alloc(mem, (spec->n + 1) * sizeof(*values));
	struct buf b = { 0 };

	*out = (struct pairs){ keys, values, 0 };
	for (size_t i = 0; i < spec->n; i++) {
		const struct field *f = &spec->fields[i];
		if (!(f->flags & FROM_TEXTS) || take(s) % 8 == 0)
			continue;
		buf_clear(&b);
		put_value(s, &b, f, 0);
		const char *text = buf_text(&b);
		size_t n = strlen(text);
		bool quoted = n >= 2 && *text == '"';
		const char *decoded = percent_decode(mem, quoted ? text + 1 : text, quoted ? n - 2 : n, true);
		keys[out->n] = f->key;
		values[out->n++] = decoded != NULL ? decoded : "";
	}
	buf_free(&b);
}

/* Some fields are only ever read. */
static bool writable(const struct spec *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->fields[i].as->put == NULL)
			return false;
	return true;
}

static void check(struct ctx *c, const struct spec *spec, const struct sources *from)
{
	void *in = arena_alloc(c->mem, spec->size);
	struct buf b = { 0 };
	bool good = true;

	c->err = (struct err){ 0 };
	if (!spec_get(c, spec, from, in)) {
		good = c->err.key != NULL && (c->err.code == E_NOT_FOUND || (c->err.code == E_BAD_INPUT && c->err.field != NULL));
	} else if (writable(spec)) {
		spec_put(&b, spec, in);
		good = json_parse(c, buf_text(&b), b.len) != NULL;
	}
	if (!good)
		fprintf(stderr, "%s: %d %s %s, written: %s\n", spec->name, (int)c->err.code, c->err.key, c->err.field,
			buf_text(&b));
	demand(good);
	buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const struct settings cfg = { .timezone = "+08:00" };
	struct arena mem = { 0 };
	struct ctx c = { .mem = &mem, .cfg = &cfg, .lang = "zh", .now = 1700000000000 };
	struct source s = { p, p + n };
	struct buf body = { 0 };
	struct sources from;

	if (specs_n == 0)
		find_specs();
	unsigned high = take(&s);
	const struct spec *spec = specs[(high << 8 | take(&s)) % specs_n];
	put_pairs(&s, &mem, spec, &from.query);
	from.path = from.header = from.query;
	put_object(&s, &body, spec, 0);
	from.body = json_parse(&c, buf_text(&body), body.len);
	if (from.body != NULL)
		check(&c, spec, &from);
	buf_free(&body);
	arena_free(&mem);
	return 0;
}
