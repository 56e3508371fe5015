/* digest.h: a checksum of bytes as they come. */
#ifndef DIGEST_H
#define DIGEST_H
#include "tus.h"

struct digest;
struct digest *digest_begin(struct arena *, enum tus_algorithm); /* NULL when this machine does not know it */
void digest_add(struct digest *, const void *, size_t);
bool digest_is(struct digest *, const struct tus_checksum *); /* once, at the end */
#endif
