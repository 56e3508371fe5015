#include "../../../../lib/file/picture.c"
#include "../../ok.h"

#define SIX "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
#define PNG_ "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"
#define B(s) (s), sizeof(s) - 1
// clang-format off
static const struct {
	const char *name, *in; size_t n; int width, height, orientation;
} rows[] = {
	{ "none", B("hello, this is none of them"), 0, 0, 1 },
	{ "nothing", B(""), 0, 0, 1 },
	{ "JPEG", B("\xff\xd8\xff\xe0\0\x04xx\xff\xc2\0\x0b\x08\0\x10\0\x18\x01\x01\x11\0"), 24, 16, 1 },
	{ "JPEG on its side", B("\xff\xd8\xff\xe1\0\x22" "Exif\0\0" SIX "\xff\xc0\0\x0b\x08\0\x10\0\x18\x01\x01\x11\0"), 16, 24, 6 },
	{ "JPEG: tables are no frame", B("\xff\xd8\xff\xc4\0\x0b\x08\0\x10\0\x18\x01\x01\x11\0\xff\xc1\0\x0b\x08\0\x11\0\x19\x01"), 25, 17, 1 },
	{ "JPEG without a frame", B("\xff\xd8\xff\xda\0\x02xxxxxxxxxxxx"), 0, 0, 1 },
	{ "JPEG without a height", B("\xff\xd8\xff\xc0\0\x0b\x08\0\0\0\x18\x01\x01\x11\0"), 0, 0, 1 },
	{ "JPEG cut within its frame", B("\xff\xd8\xff\xe0\0\x04xx\xff\xc0\0\x0b\x08\0"), 0, 0, 1 },
	{ "PNG", B(PNG_ "\0\0\x4e\x20\0\0\0\x05\x08\x02\0\0\0" "1234"), 20000, 5, 1 },
	{ "PNG on its side", B(PNG_ "\0\0\x4e\x20\0\0\0\x05\x08\x02\0\0\0" "1234\0\0\0\x1a" "eXIf" SIX "1234"), 5, 20000, 6 },
	{ "PNG: a chunk longer than the file", B(PNG_ "\0\0\0\x07\0\0\0\x05\x08\x02\0\0\0" "1234\xff\xff\xff\xff" "eXIf" SIX "1234"), 7, 5, 1 },
	{ "PNG larger than a number", B(PNG_ "\xff\0\0\x07\0\0\0\x05\x08\x02\0\0\0" "1234"), 0, 0, 1 },
	{ "GIF", B("GIF89a\x18\0\x10\0\0\0\0,\0\0\0\0\x18\0\x10\0\0"), 24, 16, 1 },
	{ "GIF with a frame larger than its screen", B("GIF87a\x01\0\x01\0\x80\0\0rgbrgb!\xf9\x04\0\0\0\0\0,\0\0\0\0\xff\xff\xff\xfe\0"), 65535, 65279, 1 },
	{ "WebP, lossy", B("RIFF\x60\0\0\0WEBPVP8 \x54\0\0\0\xf0\x03\0\x9d\x01\x2a\x18\0\x10\0\0\0\0\0"), 24, 16, 1 },
	{ "WebP, lossless", B("RIFF\x60\0\0\0WEBPVP8L\x54\0\0\0\x2f\x17\xc0\x03\0\0\0\0\0\0\0\0\0\0\0"), 24, 16, 1 },
	{ "WebP, extended", B("RIFF\x60\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x17\0\0\x0f\0\0"), 24, 16, 1 },
	{ "WebP, extended, on its side", B("RIFF\x60\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x17\0\0\x0f\0\0" "EXIF\x1a\0\0\0" SIX), 16, 24, 6 },
	{ "WebP, cut", B("RIFF\x60\0\0\0WEBPVP8X\x0a\0\0\0"), 0, 0, 1 },
};
// clang-format on

static const struct {
	int width, height, bytes;
	bool sane, light;
} limits[] = {
	{ 0, 0, 10, false, false },          { 1, 1, 70, true, true },        { 1024, 1024, 65536, true, true },
	{ 1024, 1024, 65537, true, false },  { 1025, 1, 100, true, false },   { 8000, 6000, 9000000, true, false },
	{ 20000, 20000, 100, false, false }, { 30001, 1, 100, false, false }, { 1, 30000, 100, true, false },
};

int main(void)
{
	struct picture p;

	for (size_t i = 0; i < COUNT(rows); i++) {
		bool good = picture_read((const unsigned char *)rows[i].in, rows[i].n, &p);
		ok(good == (rows[i].width > 0), "%s", rows[i].name);
		ok(p.width == rows[i].width && p.height == rows[i].height && p.orientation == rows[i].orientation,
		   "%s: %d x %d, way %d", rows[i].name, p.width, p.height, p.orientation);
	}
	for (size_t i = 0; i < COUNT(limits); i++) {
		p = (struct picture){ limits[i].width, limits[i].height, 1 };
		ok(picture_sane(&p) == limits[i].sane && picture_light(&p, limits[i].bytes) == limits[i].light, "row %zu", i);
	}
	ok(!picture_file("/nonexistent", &p) && p.orientation == 1, "no file");
	return ok_end();
}
