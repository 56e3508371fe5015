/* PNG: a row of chunks. Kept is what the picture needs; notes, times, EXIF and what is unknown go, and so does what follows the
 * end. */
#include "exif.h"
#include "strip_row.h"
#include <string.h>

enum { HEAD = 8, CHECK = 4, BLOCK_MAX = 65536 };

static uint32_t be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void put_be32(unsigned char *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (unsigned char)(v >> (24 - 8 * i));
}

static uint32_t check_sum(const unsigned char *p, size_t n)
{
	uint32_t sum = 0xFFFFFFFF;

	for (size_t i = 0; i < n; i++) {
		sum ^= p[i];
		for (int bit = 0; bit < 8; bit++)
			sum = sum >> 1 ^ (sum & 1 ? 0xEDB88320 : 0);
	}
	return ~sum;
}

static bool wanted(const unsigned char *type)
{
	static const char kept[] = "tRNSgAMAcHRMsRGBiCCPcICPmDCVcLLIsBITbKGDhISTpHYssPLTacTLfcTLfdAT";

	if (type[0] >= 'A' && type[0] <= 'Z') /* without it the picture cannot be shown */
		return true;
	for (size_t i = 0; i + 4 < sizeof(kept); i += 4)
		if (memcmp(type, kept + i, 4) == 0)
			return true;
	return false;
}

static void exif(struct strip *s)
{
	unsigned char chunk[HEAD + EXIF_MINIMAL + CHECK] = { 0, 0, 0, EXIF_MINIMAL, 'e', 'X', 'I', 'f' };
	int way = exif_orientation(s->held, s->n - CHECK);

	if (way >= 2 && !s->oriented) {
		exif_minimal(way, chunk + HEAD);
		put_be32(chunk + HEAD + EXIF_MINIMAL, check_sum(chunk + 4, 4 + EXIF_MINIMAL));
		strip_put(s, chunk, sizeof(chunk));
		s->oriented = true;
	}
	strip_png(s);
}

static void chunk(struct strip *s)
{
	uint32_t n = be32(s->held);
	const unsigned char *type = s->held + 4;
	bool last = memcmp(type, "IEND", 4) == 0, keep = wanted(type), block = memcmp(type, "eXIf", 4) == 0 && n <= BLOCK_MAX;

	if (n > INT32_MAX) {
		strip_over(s);
		return;
	}
	if (keep)
		strip_put(s, s->held, HEAD);
	s->n = 0;
	if (block)
		strip_collect(s, n + CHECK, exif);
	else
		strip_run(s, keep ? STRIP_COPY : STRIP_DROP, (uint64_t)n + CHECK, last ? strip_over : strip_png);
}

void strip_png(struct strip *s)
{
	s->n = 0;
	strip_collect(s, HEAD, chunk);
}
