/* tus.h: what the headers of the tus protocol say (tus.io, version 1.0.0). Pure. */
#ifndef TUS_H
#define TUS_H
#include "../core/core.h"

enum { TUS_HEADER = 4096, TUS_PAIRS = 16, TUS_DIGEST = 32 };
struct tus_metadata {
	struct {
		const char *key, *value; /* a text: valid UTF-8 without NUL; "" when none is given */
	} pairs[TUS_PAIRS];
	size_t n;
};
/* Upload-Metadata: "key BASE64,key BASE64". False when it is malformed, too much, or names a key twice. Into the arena. */
bool tus_metadata_read(struct arena *, const char *, size_t n, struct tus_metadata *);
const char *tus_metadata_get(const struct tus_metadata *, const char *key); /* NULL = it is not there */

enum tus_algorithm { TUS_SHA1, TUS_SHA256, TUS_MD5, TUS_ALGORITHM__MAX };
extern const char *const tus_algorithm_names[TUS_ALGORITHM__MAX];
struct tus_checksum {
	enum tus_algorithm by;
	unsigned char digest[TUS_DIGEST];
	size_t n;
};
/* Upload-Checksum: "sha1 BASE64". False when it is malformed or of a kind that is not known. */
bool tus_checksum_read(const char *, size_t n, struct tus_checksum *);
#endif
