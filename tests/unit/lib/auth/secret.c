#include "../../../../lib/auth/auth.h"
#include "../../ok.h"

static const char ring_a[] = "a:0123456789abcdef0123456789abcdef", ring_b[] = "b:fedcba9876543210fedcba9876543210";

int main(void)
{
	struct arena mem = { 0 };
	char why[200] = "", both[200], plain[SECRET_PLAIN_MAX + 1];
	struct keyring *a = keyring_open(ring_a, "", why, sizeof(why)), *b = keyring_open(ring_b, "", why, sizeof(why));

	snprintf(both, sizeof(both), "%s,%s", ring_b, ring_a);
	struct keyring *rotated = keyring_open(both, "", why, sizeof(why));
	const char *sealed = secret_seal(&mem, a, "key:1", "sk-secret"), *again = secret_seal(&mem, a, "key:1", "sk-secret");
	const char *opened = secret_open(&mem, a, "key:1", sealed);

	ok(opened != NULL && strcmp(opened, "sk-secret") == 0, "what was sealed opens");
	ok(strstr(sealed, "secret") == NULL && strncmp(sealed, "a.", 2) == 0, "it does not lie open: %s", sealed);
	ok(strcmp(sealed, again) != 0, "the same text is never sealed alike");
	ok(secret_open(&mem, a, "key:2", sealed) == NULL, "under another label it stays closed");
	ok(secret_open(&mem, b, "key:1", sealed) == NULL, "another ring does not open it");
	opened = secret_open(&mem, rotated, "key:1", sealed);
	ok(opened != NULL && strcmp(opened, "sk-secret") == 0, "after a rotation the old key still opens");
	ok(strncmp(secret_seal(&mem, rotated, "x", ""), "b.", 2) == 0, "the new one seals");
	for (size_t i = 0, n = strlen(sealed); i < n; i++) {
		char *altered = arena_strdup(&mem, sealed);
		altered[i] = altered[i] == 'A' ? 'B' : 'A';
		ok(secret_open(&mem, a, "key:1", altered) == NULL, "character %zu altered", i);
		ok(secret_open(&mem, a, "key:1", arena_strndup(&mem, sealed, i)) == NULL, "cut at %zu", i);
	}
	static const char *const hostile[] = { "", ".", "a", "a.", "a.AAAA", "zz.AAAA", "a.!!!!", "a.." };
	for (size_t i = 0; i < COUNT(hostile); i++)
		ok(secret_open(&mem, a, "key:1", hostile[i]) == NULL, "hostile %zu", i);
	memset(plain, 'k', SECRET_PLAIN_MAX);
	plain[SECRET_PLAIN_MAX] = '\0';
	const char *longest = secret_seal(&mem, a, "key:1", plain);
	ok(strlen(longest) <= SEALED_MAX && strcmp(secret_open(&mem, a, "key:1", longest), plain) == 0, "the longest fits: %zu",
	   strlen(longest));
	keyring_free(a);
	keyring_free(b);
	keyring_free(rotated);
	arena_free(&mem);
	return ok_end();
}
