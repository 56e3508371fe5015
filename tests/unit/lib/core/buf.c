#include "../../../../lib/core/buf.h"
#include "../../ok.h"

static const char *json(struct buf *b, const char *s, size_t n)
{
	buf_clear(b);
	buf_json(b, s, n);
	return buf_text(b);
}

int main(void)
{
	struct buf b = { 0 };
	struct arena mem = { 0 };

	ok_str(json(&b, "你好", 6), "\"你好\"");
	ok_str(json(&b, "a\"b\\c\n\t\x01", 8), "\"a\\\"b\\\\c\\n\\t\\u0001\"");
	ok_str(json(&b, "</script>", 9), "\"<\\/script>\"");
	ok_str(json(&b, "\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xa6", 9), "\"\\u2028\\u2029\xe2\x80\xa6\"");
	ok_str(json(&b, "<", 1), "\"<\"");
	ok_str(json(&b, "\xe2", 1), "\"\xe2\"");
	buf_clear(&b);
	buf_int(&b, INT64_MIN);
	ok_str(buf_text(&b), "-9223372036854775808");
	buf_clear(&b);
	buf_time(&b, 1704103200999);
	ok_str(buf_text(&b), "2024-01-01T10:00:00Z");
	for (int i = 0; i < 100000; i++)
		buf_chr(&b, 'x');
	ok_int(b.len, 100020);
	size_t cap = b.cap;
	buf_clear(&b);
	ok(b.cap == cap, "room is kept");
	buf_free(&b);
	char *p = arena_alloc(&mem, 100000);
	ok(p[0] == 0 && p[99999] == 0, "zeroed");
	arena_reset(&mem);
	ok_int(mem.used, 0);
	ok_str(arena_printf(&mem, "%d-%s", 5, "x"), "5-x");
	arena_free(&mem);
	return ok_end();
}
