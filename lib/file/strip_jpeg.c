/* JPEG: a row of segments, then compressed data up to the next one. Kept are the tables, the frame, the colour profile, and of the
   JFIF head all but its preview. A sender's broken bytes between segments are passed over, as decoders do. */
#include "exif.h"
#include "strip_row.h"
#include <string.h>

enum { SOI = 0xD8, EOI = 0xD9, SOS = 0xDA, APP0 = 0xE0, APP1 = 0xE1, APP2 = 0xE2, APP14 = 0xEE, APP15 = 0xEF, COM = 0xFE };
enum { JFIF = 14 }; /* of its data, without the preview */

static void code(struct strip *);
static void after_ff(struct strip *);

static void marker(struct strip *s)
{
	s->n = 0;
	strip_collect(s, 1, code);
}

static void code(struct strip *s)
{
	bool mark = s->held[0] == 0xFF;

	s->n = 0;
	strip_collect(s, 1, mark ? after_ff : code);
}

static void scan_code(struct strip *);

/* Behind an 0xFF of the compressed data. */
static void scan_mark(struct strip *s)
{
	s->n = 0;
	strip_collect(s, 1, scan_code);
}

static void scan(struct strip *s)
{
	strip_run(s, STRIP_SCAN, 1, scan_mark);
}

static void scan_code(struct strip *s)
{
	unsigned char at = s->held[0];

	if (at != 0 && (at < 0xD0 || at > 0xD7)) {
		after_ff(s);
		return;
	}
	strip_put(s, (unsigned char[]){ 0xFF, at }, 2);
	scan(s);
}

static void put_segment(struct strip *s, unsigned char kind, const void *data, size_t n)
{
	strip_put(s, (unsigned char[]){ 0xFF, kind, (unsigned char)((n + 2) >> 8), (unsigned char)(n + 2) }, 4);
	strip_put(s, data, n);
}

static void put_orientation(struct strip *s, const unsigned char *data, size_t n)
{
	unsigned char block[6 + EXIF_MINIMAL] = "Exif\0";
	int way = n > 6 && memcmp(data, "Exif\0", 6) == 0 ? exif_orientation(data, n) : 0;

	if (way < 2 || s->oriented)
		return;
	exif_minimal(way, block + 6);
	put_segment(s, APP1, block, sizeof(block));
	s->oriented = true;
}

/* An application's segment is here, whole: FF code is not held, its length is not either. */
static void application(struct strip *s)
{
	static const struct {
		unsigned char code;
		const char *name;
		size_t n;
	} kept[] = { { APP2, "ICC_PROFILE", 12 }, { APP14, "Adobe", 5 } };

	if (s->code == APP1)
		put_orientation(s, s->held, s->n);
	if (s->code == APP0 && s->n >= JFIF && memcmp(s->held, "JFIF", 5) == 0) {
		s->held[JFIF - 2] = s->held[JFIF - 1] = 0; /* the preview's width and height */
		put_segment(s, APP0, s->held, JFIF);
	}
	for (size_t i = 0; i < COUNT(kept); i++)
		if (s->code == kept[i].code && s->n >= kept[i].n && memcmp(s->held, kept[i].name, kept[i].n) == 0)
			put_segment(s, s->code, s->held, s->n);
	marker(s);
}

static void sized(struct strip *s)
{
	size_t n = (size_t)s->held[0] << 8 | s->held[1];

	s->n = 0;
	if (n < 2) {
		strip_over(s);
	} else if ((s->code >= APP0 && s->code <= APP15) || s->code == COM) {
		strip_collect(s, n - 2, application);
	} else {
		strip_put(s, (unsigned char[]){ 0xFF, s->code, (unsigned char)(n >> 8), (unsigned char)n }, 4);
		strip_run(s, STRIP_COPY, n - 2, s->code == SOS ? scan : marker);
	}
}

static void after_ff(struct strip *s)
{
	s->code = s->held[0];
	s->n = 0;
	if (s->code == 0xFF) {
		strip_collect(s, 1, after_ff);
	} else if (s->code == EOI) {
		strip_put(s, "\xff\xd9", 2);
		strip_over(s);
	} else if (s->code == 0 || s->code == 1 || (s->code >= 0xD0 && s->code <= SOI)) {
		marker(s);
	} else {
		strip_collect(s, 2, sized);
	}
}

void strip_jpeg(struct strip *s)
{
	strip_put(s, "\xff\xd8", 2);
	s->n = 0;
	strip_collect(s, 1, after_ff);
}
