#include "../../../../lib/auth/auth.h"
#include "../../../../lib/core/text.h"
#include "../../ok.h"
#include <jwt.h>
#include <stdlib.h>

static const char secret_a[] = "0123456789abcdef0123456789abcdef";

/* Signed as it should be, but for what a row says: the library that reads it looks at neither algorithm nor end. */
static void check_signed(struct arena *mem, const struct keyring *a)
{
	static const struct {
		const char *what, *claims, *kid;
		jwt_alg_t alg;
		bool good;
	} rows[] = {
		{ "all right", "{\"user_id\":5,\"iat\":1000,\"exp\":2000,\"jti\":\"j\",\"fam\":\"f\"}", "a", JWT_ALG_HS256, true },
		{ "no kid: the first key's", "{\"user_id\":5,\"iat\":1000,\"exp\":2000,\"jti\":\"j\",\"fam\":\"f\"}", NULL,
		  JWT_ALG_HS256, true },
		{ "a kid that is nobody's", "{\"user_id\":5,\"iat\":1000,\"exp\":2000,\"jti\":\"j\",\"fam\":\"f\"}", "b",
		  JWT_ALG_HS256, false },
		{ "HS384", "{\"user_id\":5,\"iat\":1000,\"exp\":2000,\"jti\":\"j\",\"fam\":\"f\"}", "a", JWT_ALG_HS384, false },
		{ "HS512", "{\"user_id\":5,\"iat\":1000,\"exp\":2000,\"jti\":\"j\",\"fam\":\"f\"}", "a", JWT_ALG_HS512, false },
		{ "no end", "{\"user_id\":5,\"iat\":1000,\"jti\":\"j\",\"fam\":\"f\"}", "a", JWT_ALG_HS256, false },
		{ "an end in words", "{\"user_id\":5,\"iat\":1000,\"exp\":\"2000\",\"jti\":\"j\",\"fam\":\"f\"}", "a",
		  JWT_ALG_HS256, false },
		{ "ended", "{\"user_id\":5,\"iat\":1000,\"exp\":1500,\"jti\":\"j\",\"fam\":\"f\"}", "a", JWT_ALG_HS256, false },
		{ "nobody's", "{\"user_id\":0,\"iat\":1000,\"exp\":2000,\"jti\":\"j\",\"fam\":\"f\"}", "a", JWT_ALG_HS256, false },
		{ "a user in words", "{\"user_id\":\"5\",\"iat\":1000,\"exp\":2000,\"jti\":\"j\",\"fam\":\"f\"}", "a",
		  JWT_ALG_HS256, false },
		{ "nothing to revoke it by", "{\"user_id\":5,\"iat\":1000,\"exp\":2000,\"fam\":\"f\"}", "a", JWT_ALG_HS256, false },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		jwt_t *t = NULL;
		jwt_new(&t);
		jwt_add_grants_json(t, rows[i].claims);
		jwt_set_alg(t, rows[i].alg, (const unsigned char *)secret_a, sizeof(secret_a) - 1);
		if (rows[i].kid != NULL)
			jwt_add_header(t, "kid", rows[i].kid);
		char *token = jwt_encode_str(t);
		ok((jwt_read(mem, a, token, strlen(token), 1500) != NULL) == rows[i].good, "%s", rows[i].what);
		free(token);
		jwt_free(t);
	}
}

static const char ring_a[] = "a:0123456789abcdef0123456789abcdef", ring_b[] = "b:fedcba9876543210fedcba9876543210";

int main(void)
{
	struct arena mem = { 0 };
	char why[200] = "", both[200], hash[128], sha[65];
	struct keyring *a = keyring_open(ring_a, "", why, sizeof(why)), *b = keyring_open(ring_b, "", why, sizeof(why));

	snprintf(both, sizeof(both), "%s,%s", ring_b, ring_a);
	struct keyring *rotated = keyring_open(both, "", why, sizeof(why));
	const char *permissions[] = { "conversations:read" };
	struct claims c = { .user_id = 5,
			    .iat = 1000,
			    .exp = 2000,
			    .email = "a@b.cn",
			    .role = "agent",
			    .jti = "j",
			    .family = "f",
			    .permissions = { permissions, 1 } };
	char *token = jwt_make(&mem, a, &c);
	size_t n = strlen(token);
	const struct claims *got = jwt_read(&mem, a, token, n, 1500);

	ok(got != NULL && got->user_id == 5 && strcmp(got->family, "f") == 0, "its own token");
	ok(jwt_read(&mem, rotated, token, n, 1500) != NULL, "the old key still verifies");
	ok(jwt_read(&mem, b, token, n, 1500) == NULL, "another ring does not");
	ok(jwt_read(&mem, a, token, n, 2000) == NULL, "expired");
	ok(jwt_read(&mem, a, token, n, 900) == NULL, "from the future");
	ok(jwt_read(&mem, a, token, n - 1, 1500) == NULL, "cut");
	for (size_t i = 0; i < n; i += 7) {
		char *altered = arena_strdup(&mem, token);
		altered[i] = altered[i] == 'A' ? 'B' : 'A';
		ok(jwt_read(&mem, a, altered, n, 1500) == NULL, "character %zu altered", i);
	}
	static const char *const hostile[] = {
		"", ".", "..", "...", "a.b.c", "eyJhbGciOiJub25lIn0.eyJ1c2VyX2lkIjo1fQ.", "eyJhbGciOiJIUzI1NiJ9.e30.x"
	};
	for (size_t i = 0; i < COUNT(hostile); i++)
		ok(jwt_read(&mem, a, hostile[i], strlen(hostile[i]), 1500) == NULL, "%s", hostile[i]);
	check_signed(&mem, a);
	ok(keyring_open("short:secret", "", why, sizeof(why)) == NULL && strstr(why, "6 bytes") != NULL, "%s", why);
	ok(keyring_open("nokid", "", why, sizeof(why)) == NULL, "no kid");

	ok(password_hash(hash, "password123") && password_check(hash, "password123") && !password_check(hash, "password124"),
	   "passwords");
	ok(!password_check(NULL, "password123"), "nobody's");
	ok(password_ok("八个字的密码也行") && !password_ok("short") && !password_ok("tab\tinside it"), "the rule");
	token_hash(sha, "abc");
	ok_str(sha, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	char *after = token_after(&mem, a, 0, "refresh_", "refresh_x");
	ok(strncmp(after, "refresh_", 8) == 0 && strlen(after) == 51, "what comes after a token is a token: %s", after);
	ok_str(token_after(&mem, a, 0, "refresh_", "refresh_x"), after);
	ok_str(token_after(&mem, rotated, 1, "refresh_", "refresh_x"), after);
	ok(strcmp(token_after(&mem, rotated, 0, "refresh_", "refresh_x"), after) != 0, "another secret, another successor");
	ok(strcmp(token_after(&mem, a, 0, "refresh_", "refresh_y"), after) != 0, "another token, too");
	ok(token_after(&mem, a, 1, "refresh_", "refresh_x") == NULL, "there is no second secret");
	char *ticket = ticket_make(&mem, a, "5:relay-1");
	ok_str(ticket_read(&mem, rotated, ticket), "5:relay-1");
	ticket[6] = ticket[6] == '5' ? '6' : '5';
	ok(ticket_read(&mem, a, ticket) == NULL, "an altered ticket");
	keyring_free(a);
	keyring_free(b);
	keyring_free(rotated);
	arena_free(&mem);
	return ok_end();
}
