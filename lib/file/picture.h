/* picture.h: what the head of a picture says of its size, before anybody decodes it. Pure. */
#ifndef PICTURE_H
#define PICTURE_H
#include "../core/core.h"

/* What a decoder is asked to hold at most, and from where on a picture is heavy enough for a thumbnail. */
enum { PICTURE_SIDE_MAX = 30000, PICTURE_PIXELS_MAX = 50000000, PICTURE_LIGHT_SIDE = 1024, PICTURE_LIGHT_BYTES = 65536 };
struct picture {
	int width, height; /* as it is shown: turned where its EXIF says so; 0 = not known */
	int orientation;   /* 1 to 8 */
};
/* Of JPEG, PNG, GIF and WebP, whole or at least its head; false: none of them, or broken. */
MUST bool picture_read(const unsigned char *, size_t, struct picture *);
MUST bool picture_file(const char *path, struct picture *); /* the same of a file */
bool picture_sane(const struct picture *);                  /* it may be decoded */
bool picture_light(const struct picture *, int64_t bytes);  /* lists may show it as it is */
#endif
