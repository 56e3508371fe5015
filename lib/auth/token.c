#include "../core/text.h"
#include "keyring.h"
#include <sodium.h>
#include <string.h>

enum { TOKEN_CHARS = 33 }; /* 33 base62 characters hold 196 bits */

char *token_make(struct arena *mem, const char *prefix)
{
	return random_id(mem, prefix, TOKEN_CHARS);
}

void token_hash(char out[static 65], const char *token)
{
	unsigned char hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(hash, (const unsigned char *)token, strlen(token));
	sodium_bin2hex(out, 65, hash, sizeof(hash));
}

void hmac_hex(char out[static 65], const char *secret, const char *head, const char *body, size_t n)
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state s;

	crypto_auth_hmacsha256_init(&s, (const unsigned char *)secret, strlen(secret));
	crypto_auth_hmacsha256_update(&s, (const unsigned char *)head, strlen(head));
	crypto_auth_hmacsha256_update(&s, (const unsigned char *)".", 1);
	crypto_auth_hmacsha256_update(&s, (const unsigned char *)body, n);
	crypto_auth_hmacsha256_final(&s, mac);
	sodium_bin2hex(out, 65, mac, sizeof(mac));
}

/* HMAC-SHA-512-256 keyed by a hash of the secret with a word of its own, so that a ticket's key is never a token's. */
static void sign(unsigned char mac[static crypto_auth_BYTES], const struct key *k, const char *what, const char *body, size_t n)
{
	unsigned char key[crypto_auth_KEYBYTES];

	crypto_generichash(key, sizeof(key), k->secret, k->n, (const unsigned char *)what, strlen(what));
	crypto_auth(mac, (const unsigned char *)body, n, key);
	sodium_memzero(key, sizeof(key));
}

char *token_after(struct arena *mem, const struct keyring *ring, size_t nth, const char *prefix, const char *token)
{
	unsigned char mac[crypto_auth_BYTES];
	char text[64];

	if (nth >= ring->n)
		return NULL;
	sign(mac, &ring->keys[nth], "token after", token, strlen(token));
	b64url_enc(text, mac, sizeof(mac));
	return arena_printf(mem, "%s%s", prefix, text);
}

char *ticket_make(struct arena *mem, const struct keyring *ring, const char *body)
{
	unsigned char mac[crypto_auth_BYTES];
	char text[64];

	sign(mac, keyring_find(ring, NULL), "ticket", body, strlen(body));
	b64url_enc(text, mac, sizeof(mac));
	return arena_printf(mem, "conn_%s.%s", body, text);
}

const char *ticket_read(struct arena *mem, const struct keyring *ring, const char *ticket)
{
	const char *dot = strrchr(ticket, '.');
	unsigned char mac[crypto_auth_BYTES], want[crypto_auth_BYTES];

	if (strncmp(ticket, "conn_", 5) != 0 || dot == NULL || dot < ticket + 5 ||
	    b64url_dec(mac, sizeof(mac), dot + 1, strlen(dot + 1)) != (long)sizeof(mac))
		return NULL;
	size_t n = (size_t)(dot - ticket) - 5;
	for (size_t i = 0; i < ring->n; i++) {
		sign(want, &ring->keys[i], "ticket", ticket + 5, n);
		if (sodium_memcmp(mac, want, sizeof(mac)) == 0)
			return arena_strndup(mem, ticket + 5, n);
	}
	return NULL;
}
