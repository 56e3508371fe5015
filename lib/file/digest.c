#include "digest.h"
#include <openssl/evp.h>
#include <string.h>

struct digest {
	EVP_MD_CTX *state;
	bool good;
};

static void drop(void *arg)
{
	EVP_MD_CTX_free(((struct digest *)arg)->state);
}

struct digest *digest_begin(struct arena *mem, enum tus_algorithm by)
{
	const EVP_MD *how = by == TUS_SHA1 ? EVP_sha1() : by == TUS_SHA256 ? EVP_sha256() : EVP_md5();
	struct digest *d = arena_alloc(mem, sizeof(*d));

	d->state = EVP_MD_CTX_new();
	arena_defer(mem, drop, d);
	d->good = d->state != NULL && EVP_DigestInit_ex(d->state, how, NULL) == 1;
	return d->good ? d : NULL;
}

void digest_add(struct digest *d, const void *data, size_t n)
{
	d->good = d->good && EVP_DigestUpdate(d->state, data, n) == 1;
}

bool digest_is(struct digest *d, const struct tus_checksum *want)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	return d->good && EVP_DigestFinal_ex(d->state, sum, &n) == 1 && n == want->n && memcmp(sum, want->digest, n) == 0;
}
