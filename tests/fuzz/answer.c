/* What api.fcgi sends, record by record: however it is cut, the same body and the same status, and nothing behind the end counts.
 */
#include "../../lib/core/text.h"
#include "../../relay/fcgi.c"

void *must(void *p)
{
	return p;
}

int64_t mono(const struct relay *r)
{
	(void)r;
	return 0;
}

void client_close(struct client *c, int code, const char *why)
{
	(void)c, (void)code, (void)why;
}

static void demand(bool holds)
{
	if (!holds)
		__builtin_trap();
}

/* True when its end was seen. */
static bool feed(struct request *q, const uint8_t *p, size_t n, size_t piece)
{
	for (size_t k; n > 0; p += k, n -= k) {
		k = piece == 0 || piece > n ? n : piece;
		buf_add(&q->in, p, k);
		if (!take_records(q))
			return true;
	}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct request whole = { 0 }, cut = { 0 };

	if (n < 1)
		return 0;
	bool ended_whole = feed(&whole, p + 1, n - 1, 0), ended_cut = feed(&cut, p + 1, n - 1, 1 + (size_t)p[0]);
	demand(ended_whole == ended_cut && whole.body.len == cut.body.len);
	demand(cut.body.len == 0 || memcmp(cut.body.data, whole.body.data, cut.body.len) == 0);
	size_t before = whole.body.len;
	demand(read_status(&whole) == 0 || whole.body.len + 4 <= before);
	buf_free(&whole.in);
	buf_free(&whole.body);
	buf_free(&cut.in);
	buf_free(&cut.body);
	return 0;
}
