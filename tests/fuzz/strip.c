/* A picture cut anywhere must be stripped as the whole is, and what is stripped changes no more. What its head says of its size is
 * a size. */
#include "../../lib/file/strip.h"
#include "../../lib/core/buf.h"
#include "../../lib/file/picture.h"
#include <stdlib.h>
#include <string.h>

static bool put(void *arg, const void *data, size_t n)
{
	buf_add(arg, data, n);
	return true;
}

static void strip(struct buf *b, const char *s, size_t n, size_t each)
{
	struct strip *at = malloc(sizeof(*at));

	if (at == NULL)
		abort();
	strip_init(at, put, b);
	for (size_t i = 0; i < n; i += each)
		if (!strip_feed(at, s + i, n - i < each ? n - i : each))
			abort();
	if (!strip_end(at))
		abort();
	free(at);
}

static bool same(const struct buf *a, const struct buf *b)
{
	return a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	struct buf whole = { 0 }, cut = { 0 }, twice = { 0 };
	struct picture size;

	if (n < 2)
		return 0;
	const char *s = (const char *)in + 1;
	strip(&whole, s, n - 1, n);
	strip(&cut, s, n - 1, 1 + in[0] % 37);
	strip(&twice, whole.len > 0 ? whole.data : "", whole.len, n + 64);
	if (!same(&whole, &cut) || !same(&whole, &twice) || whole.len > n - 1 + 64)
		abort();
	if (picture_read(in + 1, n - 1, &size) && (size.width <= 0 || size.height <= 0))
		abort();
	buf_free(&whole);
	buf_free(&cut);
	buf_free(&twice);
	return 0;
}
