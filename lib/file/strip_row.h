/* strip_row.h: between strip.c and the formats: strip_jpeg.c, strip_png.c, strip_webp.c. */
#ifndef STRIP_ROW_H
#define STRIP_ROW_H
#include "strip.h"

void strip_put(struct strip *, const void *, size_t);
void strip_zeros(struct strip *, uint64_t n);
void strip_run(struct strip *, int run, uint64_t n, void (*then)(struct strip *));
void strip_collect(struct strip *, size_t more, void (*then)(struct strip *)); /* behind what is held */
void strip_over(struct strip *);                                               /* nothing of the rest is kept */

/* Behind the format's signature; held is theirs from here on. */
void strip_jpeg(struct strip *); /* FF D8 FF is held */
void strip_png(struct strip *);
void strip_webp(struct strip *);
#endif
