/* libjwt signs and parses; it checks neither the time nor the algorithm, so both are checked here (HS256 alone, exp, iat). */
#include "../core/text.h"
#include "keyring.h"
#include <errno.h>
#include <jwt.h>
#include <stdlib.h>
#include <string.h>

enum { TOKEN_MAX = 4096, CLOCK_SKEW_S = 60 };

static bool add_permissions(jwt_t *t, const struct claims *c)
{
	struct arena mem = { 0 };
	char *json = arena_strdup(&mem, "{\"permissions\":[");
	const char *const *names = c->permissions.items;

	for (size_t i = 0; i < c->permissions.n; i++) /* names of ours: letters, digits and colons */
		json = arena_printf(&mem, "%s%s\"%s\"", json, i > 0 ? "," : "", names[i]);
	bool good = jwt_add_grants_json(t, arena_printf(&mem, "%s]}", json)) == 0;
	arena_free(&mem);
	return good;
}

char *jwt_make(struct arena *mem, const struct keyring *ring, const struct claims *c)
{
	const struct key *key = keyring_find(ring, NULL);
	jwt_t *t = NULL;
	char *text = NULL, *out = NULL;

	if (jwt_new(&t) != 0)
		return NULL;
	if (jwt_set_alg(t, JWT_ALG_HS256, key->secret, (int)key->n) == 0 && jwt_add_header(t, "kid", key->kid) == 0 &&
	    jwt_add_grant_int(t, "user_id", (long)c->user_id) == 0 &&
	    jwt_add_grant(t, "email", c->email != NULL ? c->email : "") == 0 && jwt_add_grant(t, "role", c->role) == 0 &&
	    jwt_add_grant_int(t, "iat", (long)c->iat) == 0 && jwt_add_grant_int(t, "exp", (long)c->exp) == 0 &&
	    jwt_add_grant(t, "jti", c->jti) == 0 && jwt_add_grant(t, "fam", c->family) == 0 && add_permissions(t, c))
		text = jwt_encode_str(t);
	if (text != NULL)
		out = arena_strdup(mem, text);
	free(text);
	jwt_free(t);
	return out;
}

/* The kid of the header, from its decoded text: "" = none, NULL = not a header of ours. Looked at before the signature, so trusted
 * for nothing else. */
static const char *find_kid(struct arena *mem, const char *token, size_t n)
{
	const char *dot = memchr(token, '.', n);
	char header[256];

	if (dot == NULL)
		return NULL;
	long len = b64url_dec(header, sizeof(header) - 1, token, (size_t)(dot - token));
	if (len <= 0)
		return NULL;
	header[len] = '\0';
	const char *at = strstr(header, "\"kid\"");
	if (at == NULL)
		return "";
	at += 5;
	at += strspn(at, " :");
	if (*at++ != '"')
		return NULL;
	return arena_strndup(mem, at, strcspn(at, "\"\\"));
}

/* Exactly three parts of canonical base64url: no second spelling of a token is accepted. */
static bool well_formed(const char *token, size_t n)
{
	unsigned char scratch[TOKEN_MAX];
	const char *end = token + n;
	int parts = 0;

	for (const char *p = token; p <= end; parts++) {
		const char *dot = memchr(p, '.', (size_t)(end - p));
		size_t len = (size_t)((dot != NULL ? dot : end) - p);
		if (len == 0 || b64url_dec(scratch, sizeof(scratch), p, len) <= 0)
			return false;
		p += len + 1;
	}
	return parts == 3;
}

static const char *grant_text(struct arena *mem, jwt_t *t, const char *name)
{
	const char *s = jwt_get_grant(t, name);

	return s != NULL ? arena_strdup(mem, s) : NULL;
}

static int64_t grant_int(jwt_t *t, const char *name)
{
	errno = 0;
	long v = jwt_get_grant_int(t, name);
	return errno == 0 ? v : -1;
}

static struct claims *read_claims(struct arena *mem, jwt_t *t, int64_t now_s)
{
	struct claims *c = arena_alloc(mem, sizeof(*c));

	c->user_id = grant_int(t, "user_id");
	c->iat = grant_int(t, "iat");
	c->exp = grant_int(t, "exp");
	c->email = grant_text(mem, t, "email");
	c->role = grant_text(mem, t, "role");
	c->jti = grant_text(mem, t, "jti");
	c->family = grant_text(mem, t, "fam");
	bool good = jwt_get_alg(t) == JWT_ALG_HS256 && c->user_id > 0 && c->exp > now_s && c->iat > 0 &&
		    c->iat <= now_s + CLOCK_SKEW_S && c->jti != NULL && c->family != NULL;
	return good ? c : NULL;
}

const struct claims *jwt_read(struct arena *mem, const struct keyring *ring, const char *token, size_t n, int64_t now_s)
{
	jwt_t *t = NULL;
	struct claims *c = NULL;

	if (n == 0 || n > TOKEN_MAX || !well_formed(token, n))
		return NULL;
	const char *kid = find_kid(mem, token, n);
	const struct key *key = kid != NULL ? keyring_find(ring, *kid != '\0' ? kid : NULL) : NULL;
	if (key == NULL)
		return NULL;
	if (jwt_decode(&t, arena_strndup(mem, token, n), key->secret, (int)key->n) == 0)
		c = read_claims(mem, t, now_s);
	if (t != NULL)
		jwt_free(t);
	return c;
}
