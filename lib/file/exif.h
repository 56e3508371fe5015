/* exif.h: the one thing of a picture's EXIF block that is kept: which way up it is. Pure. */
#ifndef EXIF_H
#define EXIF_H
#include <stddef.h>

enum { EXIF_MINIMAL = 26 };
/* 1 to 8 as TIFF has it; 0 when the block does not say. A leading "Exif" 0 0 is passed over. */
int exif_orientation(const unsigned char *, size_t);
void exif_minimal(int orientation, unsigned char out[static EXIF_MINIMAL]); /* a block that says this and nothing else */
#endif
