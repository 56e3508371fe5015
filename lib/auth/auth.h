/* auth.h: passwords and tokens: bytes in, claims or no out. Pure but for randomness. */
#ifndef AUTH_H
#define AUTH_H
#include "../core/core.h"

/* argon2id (libsodium), interactive limits of OPSLIMIT 2 / 19 MiB; str fits 128 bytes. check() of a NULL hash takes as long as a
 * real one. */
bool password_hash(char out[static 128], const char *password);
bool password_check(const char *hash, const char *password);
bool password_ok(const char *password); /* the rule for new ones: 8 to 128 characters, no control characters */

/* Access tokens: HS256 JWT with kid; claims as console.md plus jti (DESIGN 5). A key ring has several secrets so that they can be
   rotated: the first signs, all verify. */
struct keyring;
/* spec "kid:secret[,kid:secret]"; if empty, read dir/jwt.secret, made (0600, atomic) when missing. NULL and why[] on failure. */
struct keyring *keyring_open(const char *spec, const char *dir, char *why, size_t whysz);
void keyring_free(struct keyring *);
struct claims {
	int64_t user_id, iat, exp;               /* unix seconds */
	const char *email, *role, *jti, *family; /* family: the refresh family this token came from */
	struct list permissions;                 /* const char * */
};
char *jwt_make(struct arena *, const struct keyring *, const struct claims *);
/* NULL = not ours, altered, wrong algorithm, malformed or expired at now_s. Never reads beyond n. */
const struct claims *jwt_read(struct arena *, const struct keyring *, const char *token, size_t n, int64_t now_s);

/* Opaque tokens: prefix + 32 random base64url characters (192 bits); stored only as sha256 hex (64 characters + NUL). */
char *token_make(struct arena *, const char *prefix);
void token_hash(char out[static 65], const char *token);
/* The one token that comes after this one, by the key ring's nth secret: who has only the database cannot make it. NULL: no such
   secret. */
char *token_after(struct arena *, const struct keyring *, size_t nth, const char *prefix, const char *token);
/* A text that must be readable again, encrypted with the key ring: "kid.base64url". label: what it is, and whose; sealed under one
   it opens under no other. Opened: NULL when altered, or when the key is gone that sealed it. */
enum { SECRET_PLAIN_MAX = 500, SEALED_MAX = 800 };
char *secret_seal(struct arena *, const struct keyring *, const char *label, const char *plain);
const char *secret_open(struct arena *, const struct keyring *, const char *label, const char *sealed);
/* HMAC-SHA-256 of head + "." + body as hex: what receivers of webhooks check. */
void hmac_hex(char out[static 65], const char *secret, const char *head, const char *body, size_t n);
/* A short text signed with the key ring (connection tokens): "conn_" body "." mac. NULL if altered. */
char *ticket_make(struct arena *, const struct keyring *, const char *body);
const char *ticket_read(struct arena *, const struct keyring *, const char *ticket);
#endif
