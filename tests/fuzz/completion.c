/* Any bytes, cut anywhere: the same answer as in one piece, and what is shown only grows. */
#include "../../worker/completion.c"
#include "../../worker/spoken.c"
#include "../../worker/sse.c"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void check_shown(const struct completion *a, size_t *before)
{
	struct spoken s = spoken_of(a->text.data != NULL ? a->text.data : "", a->text.len, a->ended);

	if (s.n < *before)
		abort();
	*before = s.n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena mem = { 0 };
	struct completion whole, parts;
	const char *p = (const char *)data;
	size_t shown = 0;

	completion_begin(&whole, &mem);
	completion_begin(&parts, &mem);
	completion_feed(&whole, p, n);
	completion_end(&whole, true);
	for (size_t at = 0, step; at < n; at += step) { /* the input says where it is cut */
		step = 1 + data[at] % 7;
		step = step < n - at ? step : n - at;
		if (!completion_feed(&parts, p + at, step))
			break;
		check_shown(&parts, &shown);
	}
	completion_end(&parts, true);
	if (whole.ended != parts.ended || whole.failed != parts.failed || whole.text.len != parts.text.len)
		abort();
	if (whole.text.len > 0 && memcmp(whole.text.data, parts.text.data, whole.text.len) != 0)
		abort();
	if (whole.ended == whole.failed || whole.text.len > COMPLETION_MAX)
		abort();
	completion_free(&whole);
	completion_free(&parts);
	arena_free(&mem);
	return 0;
}
