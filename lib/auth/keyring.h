/* keyring.h: the secrets, for the files of lib/auth. */
#ifndef KEYRING_H
#define KEYRING_H
#include "auth.h"

enum { KEYS_MAX = 8, KID_MAX = 32, SECRET_MIN = 32, SECRET_MAX = 256 };
struct key {
	char kid[KID_MAX + 1];
	unsigned char secret[SECRET_MAX];
	size_t n;
};
struct keyring {
	struct key keys[KEYS_MAX];
	size_t n;
};
const struct key *keyring_find(const struct keyring *, const char *kid); /* NULL kid: the first */
#endif
