#include "../core/text.h"
#include "auth.h"
#include <sodium.h>
#include <string.h>

enum { OPS = 2, MEMORY = 19 * 1024 * 1024, CHARS_MIN = 8, CHARS_MAX = 128 };

bool password_hash(char out[static 128], const char *password)
{
	_Static_assert(crypto_pwhash_argon2id_STRBYTES <= 128, "the hash must fit");

	return sodium_init() >= 0 && crypto_pwhash_argon2id_str(out, password, strlen(password), OPS, MEMORY) == 0;
}

/* An unknown account costs as much time as a wrong password: nobody learns which it was. */
bool password_check(const char *hash, const char *password)
{
	static const char nobody[] =
		"$argon2id$v=19$m=19456,t=2,p=1$c29tZSBzYWx0IDE2IGJ5dA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	const char *against = hash != NULL ? hash : nobody;

	if (sodium_init() < 0)
		return false;
	bool same = crypto_pwhash_argon2id_str_verify(against, password, strlen(password)) == 0;
	return same && hash != NULL;
}

bool password_ok(const char *password)
{
	size_t n = strlen(password), chars = utf8_count(password, n);

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)password[i] < 0x20 || password[i] == 0x7f)
			return false;
	return chars >= CHARS_MIN && chars <= CHARS_MAX;
}
