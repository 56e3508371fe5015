/* What must be readable again, such as a provider's key, and must not lie open in the database. */
#include "../core/text.h"
#include "keyring.h"
#include <sodium.h>
#include <string.h>

enum {
	NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	MAC = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	KEY = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
	KEPT_MAX = 16384
};

/* Hashed with a word of its own, so that it is never the key of a token. */
static void derive(unsigned char key[static KEY], const struct key *k)
{
	crypto_generichash(key, KEY, k->secret, k->n, (const unsigned char *)"secret at rest", 14);
}

char *secret_seal(struct arena *mem, const struct keyring *ring, const char *label, const char *plain)
{
	const struct key *k = keyring_find(ring, NULL);
	size_t n = strlen(plain);
	unsigned char key[KEY], *out = arena_alloc(mem, NONCE + n + MAC);
	char *text = arena_alloc(mem, 4 * ((NONCE + n + MAC + 2) / 3) + 1);

	derive(key, k);
	randombytes_buf(out, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE, NULL, (const unsigned char *)plain, n, (const unsigned char *)label,
						   strlen(label), NULL, out, key);
	sodium_memzero(key, sizeof(key));
	b64url_enc(text, out, NONCE + n + MAC);
	return arena_printf(mem, "%s.%s", k->kid, text);
}

const char *secret_open(struct arena *mem, const struct keyring *ring, const char *label, const char *sealed)
{
	unsigned char bytes[KEPT_MAX], key[KEY];
	const char *dot = strchr(sealed, '.');
	const struct key *k = dot != NULL ? keyring_find(ring, arena_strndup(mem, sealed, (size_t)(dot - sealed))) : NULL;
	long n = k != NULL ? b64url_dec(bytes, sizeof(bytes), dot + 1, strlen(dot + 1)) : -1;

	if (n < NONCE + MAC)
		return NULL;
	char *plain = arena_alloc(mem, (size_t)n - NONCE - MAC + 1);
	derive(key, k);
	bool good = crypto_aead_xchacha20poly1305_ietf_decrypt((unsigned char *)plain, NULL, NULL, bytes + NONCE, (size_t)n - NONCE,
							       (const unsigned char *)label, strlen(label), bytes, key) == 0;
	sodium_memzero(key, sizeof(key));
	return good ? plain : NULL;
}
