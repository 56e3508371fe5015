#include "histogram.h"
#include "../core/buf.h"
#include <math.h>

static const double GROWTH = 1.05;

static const char *number(const char *p, uint64_t *n)
{
	for (*n = 0; *p >= '0' && *p <= '9'; p++)
		*n = *n * 10 + (uint64_t)(*p - '0');
	return p;
}

void histogram_read(struct histogram *h, const char *p)
{
	uint64_t bucket, count;

	while (p != NULL && *p != '\0') {
		while (*p == ' ')
			p++;
		p = number(p, &bucket);
		if (*p != ':')
			return;
		p = number(p + 1, &count);
		if (bucket < HISTOGRAM_BUCKETS)
			h->count[bucket] += (uint32_t)count;
	}
}

char *histogram_text(struct arena *mem, const struct histogram *h)
{
	struct buf b = { 0 };

	for (int i = 0; i < HISTOGRAM_BUCKETS; i++)
		if (h->count[i] > 0)
			buf_printf(&b, "%s%d:%u", b.len > 0 ? " " : "", i, h->count[i]);
	char *text = arena_strdup(mem, buf_text(&b));
	buf_free(&b);
	return text;
}

double histogram_at(const struct histogram *h, double share)
{
	uint64_t n = 0, below = 0;

	for (int i = 0; i < HISTOGRAM_BUCKETS; i++)
		n += h->count[i];
	uint64_t rank = (uint64_t)ceil(share * (double)n);
	for (int i = 0; i < HISTOGRAM_BUCKETS; i++) {
		below += h->count[i];
		if (n > 0 && below >= rank && below > 0)
			return i == 0 ? 0 : pow(GROWTH, i - 0.5);
	}
	return NAN;
}
