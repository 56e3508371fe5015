/* deskbell-thumbnail: a picture on standard input, a small one of it as WebP on standard output. The worker starts one for each
   picture. Pictures come from anybody, so this process can do nothing else: no other file or socket is open or can be opened,
   memory, time and output have limits, and it has nobody's secrets: its memory is its own, its environment is empty.
   Exit status: 0 made, 1 the picture is broken or asks for too much, 2 it may work another time. */
#include "../lib/file/disk.h"
#include "../lib/file/picture.h"
#include <gd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WIDTH = 640, HEIGHT = 512, QUALITY = 75, CPU_SECONDS = 20, OUTPUT_MAX = 1 << 20, MEMORY = 640 << 20 };
enum { MADE, BROKEN, AGAIN };

static bool limit(int what, rlim_t most)
{
	return setrlimit((__rlimit_resource_t)what, &(struct rlimit){ most, most }) == 0;
}

/* Behind this, nothing can be opened any more. */
static bool confine(off_t size)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* the next worker begins anew */
	if (close_range(3, ~0U, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || nice(10) == -1)
		return false;
#ifndef __SANITIZE_ADDRESS__ /* which reserves more than any limit */
	if (!limit(RLIMIT_AS, (rlim_t)MEMORY + (rlim_t)size))
		return false;
#else
	(void)size;
#endif
	return limit(RLIMIT_CPU, CPU_SECONDS) && limit(RLIMIT_FSIZE, OUTPUT_MAX) && limit(RLIMIT_CORE, 0) &&
	       limit(RLIMIT_NPROC, 0) && limit(RLIMIT_NOFILE, 0);
}

/* The machine's memory running out is this process's end before anybody else's. */
static void volunteer(void)
{
	FILE *f = fopen("/proc/self/oom_score_adj", "we");

	if (f != NULL) {
		fputs("1000", f);
		fclose(f);
	}
}

static void say_nothing(int level, const char *text, va_list args)
{
	(void)level;
	(void)text;
	(void)args;
}

static gdImagePtr decode(unsigned char *p, size_t n)
{
	if (n > INT32_MAX)
		return NULL;
	if (p[0] == 0xFF)
		return gdImageCreateFromJpegPtrEx((int)n, p, 1);
	if (p[0] == 0x89)
		return gdImageCreateFromPngPtr((int)n, p);
	return p[0] == 'G' ? gdImageCreateFromGifPtr((int)n, p) : gdImageCreateFromWebpPtr((int)n, p);
}

static gdImagePtr blank(int width, int height)
{
	gdImagePtr im = gdImageCreateTrueColor(width, height);

	if (im == NULL)
		return NULL;
	gdImageAlphaBlending(im, 0);
	gdImageSaveAlpha(im, 1);
	return im;
}

static gdImagePtr shrink(gdImagePtr from, int most_x, int most_y)
{
	double x = (double)most_x / gdImageSX(from), y = (double)most_y / gdImageSY(from), by = x < y ? x : y;
	int width, height;

	by = by < 1 ? by : 1;
	width = (int)(gdImageSX(from) * by + 0.5);
	height = (int)(gdImageSY(from) * by + 0.5);
	width = width > 0 ? width : 1;
	height = height > 0 ? height : 1;
	gdImagePtr to = blank(width, height);
	if (to != NULL)
		gdImageCopyResampled(to, from, 0, 0, 0, 0, width, height, gdImageSX(from), gdImageSY(from));
	return to;
}

/* As its EXIF says, which the thumbnail has none of: 2 to 4 mirrored or upside down, 5 to 8 on its side. */
static gdImagePtr upright(gdImagePtr from, int way)
{
	int w = gdImageSX(from), h = gdImageSY(from);
	gdImagePtr to = blank(way >= 5 ? h : w, way >= 5 ? w : h);

	if (to == NULL)
		return NULL;
	for (int y = 0; y < gdImageSY(to); y++)
		for (int x = 0; x < gdImageSX(to); x++) {
			int sx = way >= 5 ? y : x, sy = way >= 5 ? x : y;
			if (way == 2 || way == 3 || way == 7 || way == 8)
				sx = w - 1 - sx;
			if (way == 3 || way == 4 || way == 6 || way == 7)
				sy = h - 1 - sy;
			gdImageSetPixel(to, x, y, gdImageGetTrueColorPixel(from, sx, sy));
		}
	return to;
}

static int make(unsigned char *p, size_t n)
{
	struct picture size;
	int length = 0;

	if (!picture_read(p, n, &size) || !picture_sane(&size))
		return BROKEN;
	gdImagePtr whole = decode(p, n);
	if (whole == NULL || (int64_t)gdImageSX(whole) * gdImageSY(whole) > PICTURE_PIXELS_MAX)
		return BROKEN;
	bool side = size.orientation >= 5;
	gdImagePtr small = shrink(whole, side ? HEIGHT : WIDTH, side ? WIDTH : HEIGHT);
	gdImageDestroy(whole);
	if (small != NULL && size.orientation > 1)
		small = upright(small, size.orientation);
	char *out = small != NULL ? gdImageWebpPtrEx(small, &length, QUALITY) : NULL;
	if (out == NULL)
		return BROKEN;
	return disk_write(STDOUT_FILENO, out, (size_t)length) == (size_t)length ? MADE : AGAIN;
}

int main(void)
{
	struct stat st;

	signal(SIGXFSZ, SIG_IGN);
	gdSetErrorMethod(say_nothing);
	if (fstat(STDIN_FILENO, &st) != 0 || st.st_size < 12)
		_exit(BROKEN);
	volunteer();
	unsigned char *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, STDIN_FILENO, 0);
	if (p == MAP_FAILED || !confine(st.st_size))
		_exit(AGAIN);
	_exit(make(p, (size_t)st.st_size)); /* nothing to close or free that the end does not */
}
