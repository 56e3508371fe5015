#include "../../../../lib/domain/row_cache.c"
#include "../../ok.h"
#include <stdint.h>

struct thing {
	int64_t n;
	const char *text, *other;
	bool flag;
};
static const struct col cols[] = {
	{ COL_INT, offsetof(struct thing, n) },
	{ COL_STR, offsetof(struct thing, text) },
	{ COL_STR, offsetof(struct thing, other) },
	{ COL_BOOL, offsetof(struct thing, flag) },
};
static const struct stmt row = { .sql = "", ROW(thing, cols) };

static bool same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

int main(void)
{
	static const char *const texts[] = { NULL,           "",    "x",       "\x1e", "\x01", "\x1b", "a\x1e\x1b\x01z\x1b",
					     "\x1b\x1b\x1e", "^A[", "你好\x1e" };
	struct arena mem = { 0 };
	struct buf b = { 0 };

	for (size_t i = 0; i < COUNT(texts); i++)
		for (size_t k = 0; k < COUNT(texts); k++) {
			struct thing in = { INT64_MIN + (int64_t)i, texts[i], texts[k], k % 2 == 0 }, out = { 0 };
			buf_clear(&b);
			row_pack(&b, &row, &in);
			ok(row_unpack(&mem, &row, b.data, b.len, &out), "%zu %zu is read", i, k);
			ok(out.n == in.n && same(out.text, in.text) && same(out.other, in.other) && out.flag == in.flag,
			   "%zu %zu is what was written", i, k);
			ok(!row_unpack(&mem, &row, b.data, b.len - 1, &out), "cut short it is none");
		}
	buf_free(&b);
	arena_free(&mem);
	return ok_end();
}
