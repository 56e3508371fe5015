#include "picture.h"
#include "exif.h"
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static uint32_t be(const unsigned char *p, size_t n)
{
	uint32_t v = 0;

	while (n-- > 0)
		v = v << 8 | *p++;
	return v;
}

static uint32_t le(const unsigned char *p, size_t n)
{
	uint32_t v = 0;

	while (n-- > 0)
		v = v << 8 | p[n];
	return v;
}

static bool size(struct picture *out, uint32_t width, uint32_t height)
{
	if (width == 0 || height == 0 || width > INT32_MAX || height > INT32_MAX)
		return false;
	out->width = (int)width;
	out->height = (int)height;
	return true;
}

static void turn(struct picture *out, const unsigned char *exif, size_t n)
{
	int way = exif_orientation(exif, n);

	if (way > 0)
		out->orientation = way;
}

/* A frame's head, whichever way it is coded: FFC0 to FFCF but for tables (C4, CC) and what is not used (C8). */
static bool is_frame(unsigned char code)
{
	return code >= 0xC0 && code <= 0xCF && code != 0xC4 && code != 0xC8 && code != 0xCC;
}

static bool jpeg(const unsigned char *p, size_t n, struct picture *out)
{
	size_t at = 2;

	while (at + 4 <= n) {
		if (p[at] != 0xFF) {
			at++;
			continue;
		}
		unsigned char code = p[at + 1];
		if (code == 0xFF || code <= 1 || (code >= 0xD0 && code <= 0xD8)) {
			at += code == 0xFF ? 1 : 2;
			continue;
		}
		size_t len = be(p + at + 2, 2);
		if (code == 0xD9 || code == 0xDA || len < 2)
			return false;
		if (is_frame(code))
			return at + 9 <= n && size(out, be(p + at + 7, 2), be(p + at + 5, 2));
		if (code == 0xE1 && at + 2 + len <= n && out->orientation == 1)
			turn(out, p + at + 4, len - 2);
		at += 2 + len;
	}
	return false;
}

static bool png(const unsigned char *p, size_t n, struct picture *out)
{
	enum { HEAD = 8, CHECK = 4 };
	size_t at = HEAD;

	if (n < 24 || memcmp(p + 12, "IHDR", 4) != 0 || !size(out, be(p + 16, 4), be(p + 20, 4)))
		return false;
	while (at + HEAD <= n) {
		size_t len = be(p + at, 4);
		if (len > n - at - HEAD || memcmp(p + at + 4, "IEND", 4) == 0)
			break;
		if (memcmp(p + at + 4, "eXIf", 4) == 0)
			turn(out, p + at + HEAD, len);
		at += HEAD + len + CHECK;
		if (at > n)
			break;
	}
	return true;
}

/* The screen, or its first frame where that is larger: what is decoded is the frame. */
static bool gif(const unsigned char *p, size_t n, struct picture *out)
{
	size_t at = 13;

	if (n < at)
		return false;
	uint32_t width = le(p + 6, 2), height = le(p + 8, 2);
	at += p[10] & 0x80 ? (size_t)3 << ((p[10] & 7) + 1) : 0;
	while (at + 1 < n && p[at] == 0x21) { /* extensions: rows of blocks */
		for (at += 2; at < n && p[at] != 0; at += 1 + (size_t)p[at])
			;
		at++;
	}
	if (at + 9 <= n && p[at] == 0x2C) {
		uint32_t w = le(p + at + 5, 2), h = le(p + at + 7, 2);
		width = w > width ? w : width;
		height = h > height ? h : height;
	}
	return size(out, width, height);
}

static bool webp(const unsigned char *p, size_t n, struct picture *out)
{
	enum { HEAD = 8, FIRST = 12 };

	if (n < 30)
		return false;
	if (memcmp(p + FIRST, "VP8 ", 4) == 0)
		return memcmp(p + 23, "\x9d\x01\x2a", 3) == 0 && size(out, le(p + 26, 2) & 0x3FFF, le(p + 28, 2) & 0x3FFF);
	if (memcmp(p + FIRST, "VP8L", 4) == 0)
		return p[20] == 0x2F && size(out, (le(p + 21, 4) & 0x3FFF) + 1, (le(p + 21, 4) >> 14 & 0x3FFF) + 1);
	if (memcmp(p + FIRST, "VP8X", 4) != 0 || !size(out, le(p + 24, 3) + 1, le(p + 27, 3) + 1))
		return false;
	for (size_t at = FIRST; at + HEAD <= n;) {
		size_t len = le(p + at + 4, 4);
		if (len > n - at - HEAD)
			break;
		if (memcmp(p + at, "EXIF", 4) == 0)
			turn(out, p + at + HEAD, len);
		at += HEAD + len + (len & 1);
		if (at > n)
			break;
	}
	return true;
}

static bool read_as_is(const unsigned char *p, size_t n, struct picture *out)
{
	if (n >= 12 && memcmp(p, "\xff\xd8\xff", 3) == 0)
		return jpeg(p, n, out);
	if (n >= 12 && memcmp(p, "\x89PNG\r\n\x1a\n", 8) == 0)
		return png(p, n, out);
	if (n >= 12 && (memcmp(p, "GIF87a", 6) == 0 || memcmp(p, "GIF89a", 6) == 0))
		return gif(p, n, out);
	if (n >= 12 && memcmp(p, "RIFF", 4) == 0 && memcmp(p + 8, "WEBP", 4) == 0)
		return webp(p, n, out);
	return false;
}

bool picture_read(const unsigned char *p, size_t n, struct picture *out)
{
	*out = (struct picture){ .orientation = 1 };
	if (!read_as_is(p, n, out)) {
		*out = (struct picture){ .orientation = 1 };
		return false;
	}
	if (out->orientation >= 5) { /* it lies on its side */
		int width = out->width;
		out->width = out->height;
		out->height = width;
	}
	return true;
}

bool picture_file(const char *path, struct picture *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	bool good = fd >= 0 && fstat(fd, &st) == 0 && st.st_size > 0;
	void *p = good ? mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;

	*out = (struct picture){ .orientation = 1 };
	if (fd >= 0)
		close(fd);
	if (p == MAP_FAILED)
		return false;
	good = picture_read(p, (size_t)st.st_size, out);
	munmap(p, (size_t)st.st_size);
	return good;
}

bool picture_sane(const struct picture *p)
{
	return p->width > 0 && p->height > 0 && p->width <= PICTURE_SIDE_MAX && p->height <= PICTURE_SIDE_MAX &&
	       (int64_t)p->width * p->height <= PICTURE_PIXELS_MAX;
}

bool picture_light(const struct picture *p, int64_t bytes)
{
	return p->width > 0 && p->width <= PICTURE_LIGHT_SIDE && p->height > 0 && p->height <= PICTURE_LIGHT_SIDE &&
	       bytes <= PICTURE_LIGHT_BYTES;
}
