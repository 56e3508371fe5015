#include "../../../../lib/file/strip.c"
#include "../../../../lib/core/buf.h"
#include "../../ok.h"
#include <stdlib.h>

static bool put(void *arg, const void *data, size_t n)
{
	buf_add(arg, data, n);
	return true;
}

static bool refuse(void *arg, const void *data, size_t n)
{
	(void)arg;
	(void)data;
	(void)n;
	return false;
}

/* TIFF blocks with an orientation and a position (the words "GPS 31N") behind it. */
#define TIFF_6                                                                                                                     \
	"II*\0\x08\0\0\0\x02\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\x25\x88\x04\0\x01\0\0\0\x26\0\0\0\0\0\0\0GPS 31N!" /* 46          \
														     */
#define SIX "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"                                       /* 26 */
#define ONE "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x01\0\0\0\0\0\0"
#define FRAME "\xff\xc0\0\x0b\x08\0\x10\0\x18\x01\x01\x11\0"
#define SCAN                                                                                                                       \
	"\xff\xda\0\x03\x01"                                                                                                       \
	"ab\xff\0c\xff\xd0"                                                                                                        \
	"d"
#define EOI_ "\xff\xd9"
#define Z10 "\0\0\0\0\0\0\0\0\0\0"
#define PNG_ "\x89PNG\r\n\x1a\n"
#define IHDR_ "\0\0\0\x01IHDRx1234"
#define IEND_ "\0\0\0\0IEND\xae\x42\x60\x82"
#define B(s) (s), sizeof(s) - 1
// clang-format off
static const struct {
	const char *name, *in; size_t n; const char *out; size_t m;
} rows[] = {
	{ "none of them", B("hello"), B("hello") },
	{ "nothing", B(""), B("") },
	{ "two bytes", B("\xff\xd8"), B("\xff\xd8") },
	{ "a RIFF that is none", B("RIFF\x08\0\0\0WAVEEXIFxxxx"), B("RIFF\x08\0\0\0WAVEEXIFxxxx") },
	{ "a PNG that is none", B("\x89PNx0000EXIF"), B("\x89PNx0000EXIF") },

	{ "JPEG: nothing to take", B("\xff\xd8" FRAME SCAN EOI_), B("\xff\xd8" FRAME SCAN EOI_) },
	{ "JPEG: EXIF goes, its orientation stays", B("\xff\xd8\xff\xe1\0\x36" "Exif\0\0" TIFF_6 FRAME SCAN EOI_),
		B("\xff\xd8\xff\xe1\0\x22" "Exif\0\0" SIX FRAME SCAN EOI_) },
	{ "JPEG: the first orientation counts", B("\xff\xd8\xff\xe1\0\x22" "Exif\0\0" SIX "\xff\xe1\0\x22" "Exif\0\0" SIX FRAME EOI_),
		B("\xff\xd8\xff\xe1\0\x22" "Exif\0\0" SIX FRAME EOI_) },
	{ "JPEG: upright needs no EXIF", B("\xff\xd8\xff\xe1\0\x22" "Exif\0\0" ONE FRAME SCAN EOI_), B("\xff\xd8" FRAME SCAN EOI_) },
	{ "JPEG: XMP, IPTC, notes, other applications", B("\xff\xd8\xff\xe1\0\x06http\xff\xed\0\x06" "8BIM\xff\xfe\0\x05" "hi!\xff\xe2\0\x06MPF\0\xff\xef\0\x02" FRAME SCAN EOI_),
		B("\xff\xd8" FRAME SCAN EOI_) },
	{ "JPEG: colours stay", B("\xff\xd8\xff\xe2\0\x10ICC_PROFILE\0pp\xff\xee\0\x07" "Adobe" FRAME EOI_), B("\xff\xd8\xff\xe2\0\x10ICC_PROFILE\0pp\xff\xee\0\x07" "Adobe" FRAME EOI_) },
	{ "JPEG: JFIF without its preview", B("\xff\xd8\xff\xe0\0\x13JFIF\0\x01\x01\x01\0\x60\0\x60\x01\x01rgb" FRAME EOI_), B("\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\x01\0\x60\0\x60\0\0" FRAME EOI_) },
	{ "JPEG: what hangs behind the end", B("\xff\xd8" FRAME SCAN EOI_ "PK\x03\x04 GPS"), B("\xff\xd8" FRAME SCAN EOI_) },
	{ "JPEG: EXIF between two scans", B("\xff\xd8" FRAME SCAN "\xff\xe1\0\x06http" SCAN EOI_), B("\xff\xd8" FRAME SCAN SCAN EOI_) },
	{ "JPEG: bytes between segments", B("\xff\xd8" FRAME "GPS\xff\xff\xff\xda\0\x02" "ab" EOI_), B("\xff\xd8" FRAME "\xff\xda\0\x02" "ab" EOI_) },
	{ "JPEG: a length that is none", B("\xff\xd8" FRAME "\xff\xdb\0\x01GPS"), B("\xff\xd8" FRAME) },
	{ "JPEG: cut within EXIF", B("\xff\xd8\xff\xe1\0\x36" "Exif\0\0II*"), B("\xff\xd8") },
	{ "JPEG: cut within the scan", B("\xff\xd8" FRAME "\xff\xda\0\x02" "abc"), B("\xff\xd8" FRAME "\xff\xda\0\x02" "abc") },

	{ "PNG: texts, times, unknown ones and the end's tail go", B(PNG_ IHDR_ "\0\0\0\x02tEXthi1234" "\0\0\0\x01iTXtx1234" "\0\0\0\0zTXt1234" "\0\0\0\x01tIMEx1234" "\0\0\0\x01" "caBXx1234" "\0\0\0\x02IDATab1234" IEND_ "GPS"),
		B(PNG_ IHDR_ "\0\0\0\x02IDATab1234" IEND_) },
	{ "PNG: what the picture needs stays", B(PNG_ IHDR_ "\0\0\0\x01gAMAx1234" "\0\0\0\x01tRNSx1234" "\0\0\0\x01" "fdATx1234" IEND_), B(PNG_ IHDR_ "\0\0\0\x01gAMAx1234" "\0\0\0\x01tRNSx1234" "\0\0\0\x01" "fdATx1234" IEND_) },
	{ "PNG: EXIF", B(PNG_ IHDR_ "\0\0\0\x2e" "eXIf" TIFF_6 "1234" IEND_), B(PNG_ IHDR_ "\0\0\0\x1a" "eXIf" SIX "\xd6\x67\x4b\x69" IEND_) },
	{ "PNG: upright", B(PNG_ IHDR_ "\0\0\0\x1a" "eXIf" ONE "1234" IEND_), B(PNG_ IHDR_ IEND_) },
	{ "PNG: a length that is none", B(PNG_ IHDR_ "\x80\0\0\0IDATGPS"), B(PNG_ IHDR_) },
	{ "PNG: cut", B(PNG_ IHDR_ "\0\0\0\x09IDATab"), B(PNG_ IHDR_ "\0\0\0\x09IDATab") },

	{ "WebP: nothing to take", B("RIFF\x0e\0\0\0WEBPVP8 \x02\0\0\0ab"), B("RIFF\x0e\0\0\0WEBPVP8 \x02\0\0\0ab") },
	{ "WebP: EXIF keeps its place", B("RIFF\x56\0\0\0WEBPVP8X" "\x0a\0\0\0\x0c" "\0\0\0\0\0\0\0\0\0" "EXIF\x2e\0\0\0" TIFF_6 "XMP \x02\0\0\0hi"),
		B("RIFF\x56\0\0\0WEBPVP8X" "\x0a\0\0\0\x08" "\0\0\0\0\0\0\0\0\0" "EXIF\x2e\0\0\0" SIX Z10 Z10 "JUNK\x02\0\0\0\0\0") },
	{ "WebP: what follows the end", B("RIFF\x0e\0\0\0WEBPVP8 \x02\0\0\0abGPS"), B("RIFF\x0e\0\0\0WEBPVP8 \x02\0\0\0ab") },
	{ "WebP: an odd length", B("RIFF\x1a\0\0\0WEBPwhat\x01\0\0\0xyVP8 \x04\0\0\0abcd"), B("RIFF\x1a\0\0\0WEBPJUNK\x01\0\0\0\0\0VP8 \x04\0\0\0abcd") },
	{ "WebP: a length beyond the end", B("RIFF\x10\0\0\0WEBPVP8 \xff\xff\0\0abcdGPS"), B("RIFF\x10\0\0\0WEBPVP8 \xff\xff\0\0abcd") },
	{ "WebP: a tail that is no chunk", B("RIFF\x11\0\0\0WEBPVP8 \x02\0\0\0abGPS"), B("RIFF\x11\0\0\0WEBPVP8 \x02\0\0\0ab\0\0\0") },
	{ "WebP: an EXIF too short for an orientation", B("RIFF\x0e\0\0\0WEBPEXIF\x02\0\0\0hi"), B("RIFF\x0e\0\0\0WEBPJUNK\x02\0\0\0\0\0") },
};
// clang-format on

static void check(size_t i, size_t each)
{
	struct strip *s = malloc(sizeof(*s));
	struct buf got = { 0 };

	if (s == NULL)
		abort();
	strip_init(s, put, &got);
	for (size_t at = 0; at < rows[i].n; at += each)
		ok(strip_feed(s, rows[i].in + at, rows[i].n - at < each ? rows[i].n - at : each), "%s", rows[i].name);
	ok(strip_end(s), "%s", rows[i].name);
	ok(got.len == rows[i].m && (got.len == 0 || memcmp(got.data, rows[i].out, got.len) == 0), "%s by %zu: %zu bytes, not %zu",
	   rows[i].name, each, got.len, rows[i].m);
	buf_free(&got);
	free(s);
}

/* What is longer than what is held goes all the same; nothing stands in memory twice. */
static void long_ones(void)
{
	enum { N = 300000 };
	struct strip *s = malloc(sizeof(*s));
	struct buf in = { 0 }, got = { 0 };

	if (s == NULL)
		abort();
	buf_add(&in, "RIFF", 4);
	buf_add(&in, (unsigned char[]){ (N + 12) & 0xff, (N + 12) >> 8 & 0xff, (N + 12) >> 16, 0 }, 4);
	buf_add(&in, "WEBPEXIF", 8);
	buf_add(&in, (unsigned char[]){ N & 0xff, N >> 8 & 0xff, N >> 16, 0 }, 4);
	buf_add(&in, TIFF_6, sizeof(TIFF_6) - 1);
	while (in.len < N + 20)
		buf_chr(&in, 'G');
	strip_init(s, put, &got);
	ok(strip_feed(s, in.data, in.len) && strip_end(s), "a long one");
	ok_int(got.len, in.len);
	ok(memcmp(got.data + 20, SIX, sizeof(SIX) - 1) == 0, "its orientation");
	ok(memchr(got.data, 'G', got.len) == NULL, "nothing else");
	strip_init(s, refuse, NULL);
	ok(!strip_feed(s, in.data, in.len) && !strip_end(s), "a sink that refuses");
	buf_free(&in);
	buf_free(&got);
	free(s);
}

int main(int argc, char **argv)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		check(i, rows[i].n + 1);
		for (size_t each = 1; each < 7; each++)
			check(i, each);
	}
	long_ones();
	/* strip FOLDER: the rows as a fuzzer's first inputs */
	for (size_t i = 0; argc > 1 && i < COUNT(rows); i++) {
		char path[4096];
		snprintf(path, sizeof(path), "%s/row%02zu", argv[1], i);
		FILE *f = fopen(path, "w");
		if (f != NULL) {
			fwrite("\x03", 1, 1, f);
			fwrite(rows[i].in, 1, rows[i].n, f);
			fclose(f);
		}
	}
	return ok_end();
}
