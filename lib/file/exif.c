#include "exif.h"
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { ORIENTATION = 0x0112, SHORT = 3, ENTRY = 12, HEAD = 8 };

static uint32_t number(const unsigned char *p, size_t n, bool big)
{
	uint32_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v << 8 | p[big ? i : n - 1 - i];
	return v;
}

int exif_orientation(const unsigned char *p, size_t n)
{
	if (n >= 6 && memcmp(p, "Exif\0", 6) == 0) {
		p += 6;
		n -= 6;
	}
	if (n < HEAD || (memcmp(p, "MM\0*", 4) != 0 && memcmp(p, "II*\0", 4) != 0))
		return 0;
	bool big = *p == 'M';
	size_t at = number(p + 4, 4, big);
	if (at > n - 2)
		return 0;
	size_t entries = number(p + at, 2, big);
	for (at += 2; entries-- > 0 && at + ENTRY <= n; at += ENTRY) {
		const unsigned char *e = p + at;
		if (number(e, 2, big) != ORIENTATION || number(e + 2, 2, big) != SHORT)
			continue;
		uint32_t v = number(e + HEAD, 2, big);
		return v >= 1 && v <= 8 ? (int)v : 0;
	}
	return 0;
}

void exif_minimal(int orientation, unsigned char out[static EXIF_MINIMAL])
{
	/* the first directory at 8 with one entry: tag, type, how many, the value; and no second directory */
	static const unsigned char block[EXIF_MINIMAL] = { 'M', 'M', 0, '*', 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, SHORT, 0, 0, 0, 1 };

	memcpy(out, block, EXIF_MINIMAL);
	out[19] = (unsigned char)orientation;
}
