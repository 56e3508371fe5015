/* WebP: a RIFF file, which says its length first: what goes is overwritten with zeros where it stands, so that nothing that went
   out before has to be changed. */
#include "exif.h"
#include "strip_row.h"
#include <string.h>

enum { HEAD = 8, BLOCK_MAX = 65536, EXTENDED = 10, XMP_FLAG = 0x04 };
static void chunk(struct strip *);

static uint32_t le32(const unsigned char *p)
{
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

/* What is left of the file cannot be a chunk: its length stays true. */
static void tail(struct strip *s)
{
	s->n = 0;
	if (s->rest > 0)
		strip_run(s, STRIP_ZERO, s->rest, strip_over);
	else
		strip_over(s);
}

static void next(struct strip *s)
{
	s->n = 0;
	if (s->rest < HEAD)
		tail(s);
	else
		strip_collect(s, HEAD, chunk);
}

/* The head of the chunk and the beginning of its data are held; head = what of the data was not collected. */
static void exif(struct strip *s)
{
	size_t n = s->n - HEAD;
	unsigned char block[EXIF_MINIMAL];
	int way = exif_orientation(s->held + HEAD, n);

	if (n < sizeof(block))
		memcpy(s->held, "JUNK", 4);
	strip_put(s, s->held, HEAD);
	exif_minimal(way > 0 ? way : 1, block);
	if (n >= sizeof(block)) {
		strip_put(s, block, sizeof(block));
		n -= sizeof(block);
	}
	strip_zeros(s, n);
	s->n = 0;
	strip_run(s, STRIP_ZERO, s->head, next);
}

/* Which chunks there are: no longer XMP. */
static void extended(struct strip *s)
{
	s->held[HEAD] &= (unsigned char)~XMP_FLAG;
	strip_put(s, s->held, s->n);
	next(s);
}

static bool wanted(const unsigned char *type)
{
	static const char kept[] = "VP8 VP8LALPHANIMANMFICCP";

	for (size_t i = 0; i + 4 < sizeof(kept); i += 4)
		if (memcmp(type, kept + i, 4) == 0)
			return true;
	return false;
}

static void chunk(struct strip *s)
{
	uint64_t n = le32(s->held + 4), all = n + (n & 1);

	all = all < s->rest - HEAD ? all : s->rest - HEAD; /* cut off: as far as it goes */
	s->rest -= HEAD + all;
	if (memcmp(s->held, "VP8X", 4) == 0 && all == EXTENDED) {
		strip_collect(s, EXTENDED, extended);
	} else if (memcmp(s->held, "EXIF", 4) == 0) {
		size_t first = all < BLOCK_MAX ? (size_t)all : BLOCK_MAX;
		s->head = (size_t)all - first;
		strip_collect(s, first, exif);
	} else {
		bool keep = wanted(s->held);
		if (!keep)
			memcpy(s->held, "JUNK", 4);
		strip_put(s, s->held, HEAD);
		s->n = 0;
		strip_run(s, keep ? STRIP_COPY : STRIP_ZERO, all, next);
	}
}

void strip_webp(struct strip *s)
{
	s->rest = le32(s->held + 4);
	s->rest = s->rest > 4 ? s->rest - 4 : 0; /* "WEBP" counts */
	next(s);
}
