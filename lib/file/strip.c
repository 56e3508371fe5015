#include "strip.h"
#include "exif.h"
#include "strip_row.h"
#include <string.h>

/* -- runs: what happens to the next bytes, whatever the format -- */

void strip_put(struct strip *s, const void *data, size_t n)
{
	s->failed = s->failed || (n > 0 && !s->put(s->arg, data, n));
}

void strip_zeros(struct strip *s, uint64_t n)
{
	static const char zeros[4096];

	for (; n > 0 && !s->failed; n -= n < sizeof(zeros) ? n : sizeof(zeros))
		strip_put(s, zeros, n < sizeof(zeros) ? (size_t)n : sizeof(zeros));
}

void strip_run(struct strip *s, int run, uint64_t n, void (*then)(struct strip *))
{
	s->run = run;
	s->left = n;
	s->step = then;
}

void strip_collect(struct strip *s, size_t more, void (*then)(struct strip *))
{
	strip_run(s, STRIP_COLLECT, more, then);
}

void strip_over(struct strip *s)
{
	s->n = 0;
	strip_run(s, STRIP_DROP, UINT64_MAX, strip_over);
}

/* Also what is held. */
static void passing(struct strip *s)
{
	strip_put(s, s->held, s->n);
	s->n = 0;
	strip_run(s, STRIP_COPY, UINT64_MAX, passing);
}

/* -- which format -- */

enum { FIRST = 3, PNG_HEAD = 8, RIFF_HEAD = 12 };

/* The signature is held, whole, if it is one. */
static void begin_format(struct strip *s)
{
	bool png = memcmp(s->held, "\x89PNG\r\n\x1a\n", PNG_HEAD) == 0;
	bool webp = s->n == RIFF_HEAD && memcmp(s->held + 8, "WEBP", 4) == 0;

	if (!png && !webp) {
		passing(s);
		return;
	}
	strip_put(s, s->held, s->n);
	(png ? strip_png : strip_webp)(s);
}

static void begin(struct strip *s)
{
	if (memcmp(s->held, "\xff\xd8\xff", FIRST) == 0)
		strip_jpeg(s);
	else if (memcmp(s->held, "\x89PN", FIRST) == 0)
		strip_collect(s, PNG_HEAD - FIRST, begin_format);
	else if (memcmp(s->held, "RIF", FIRST) == 0)
		strip_collect(s, RIFF_HEAD - FIRST, begin_format);
	else
		passing(s);
}

void strip_init(struct strip *s, bool (*put)(void *arg, const void *, size_t), void *arg)
{
	s->put = put;
	s->arg = arg;
	s->failed = s->oriented = false;
	s->n = 0;
	s->rest = 0;
	strip_collect(s, FIRST, begin);
}

/* -- bytes -- */

static size_t take(struct strip *s, const unsigned char *p, size_t n)
{
	if (s->run == STRIP_SCAN) { /* compressed data up to the next 0xFF */
		const unsigned char *mark = memchr(p, 0xFF, n);
		size_t plain = mark != NULL ? (size_t)(mark - p) : n;
		strip_put(s, p, plain);
		s->left = mark != NULL ? 0 : 1;
		return plain + (mark != NULL);
	}
	n = n < s->left ? n : (size_t)s->left;
	if (s->run == STRIP_COLLECT) {
		memcpy(s->held + s->n, p, n);
		s->n += n;
	} else if (s->run == STRIP_COPY) {
		strip_put(s, p, n);
	} else if (s->run == STRIP_ZERO) {
		strip_zeros(s, n);
	}
	s->left -= n;
	return n;
}

bool strip_feed(struct strip *s, const void *data, size_t n)
{
	const unsigned char *p = data;

	while (n > 0 && !s->failed) {
		size_t used = take(s, p, n);
		p += used;
		n -= used;
		while (s->left == 0 && !s->failed)
			s->step(s);
	}
	return !s->failed;
}

/* A file that ends within its first bytes is none of the three. */
bool strip_end(struct strip *s)
{
	if (s->run == STRIP_COLLECT && (s->step == begin || s->step == begin_format))
		strip_put(s, s->held, s->n);
	strip_over(s);
	return !s->failed;
}
