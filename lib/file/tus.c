#include "tus.h"
#include "../core/text.h"
#include <sodium.h>
#include <string.h>

/* Strict: padded, no bits to spare, nothing else in between. -1 = malformed. */
static long decode(unsigned char *out, size_t cap, const char *s, size_t n)
{
	const char *end;
	size_t got;

	if (sodium_base642bin(out, cap, s, n, NULL, &got, &end, sodium_base64_VARIANT_ORIGINAL) != 0 || end != s + n)
		return -1;
	return (long)got;
}

static bool good_key(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] <= ' ' || (unsigned char)s[i] > '~')
			return false;
	return n > 0;
}

static bool read_pair(struct arena *mem, const char *s, size_t n, struct tus_metadata *out)
{
	const char *space = memchr(s, ' ', n);
	size_t key = space != NULL ? (size_t)(space - s) : n, rest = space != NULL ? n - key - 1 : 0;
	unsigned char *value = arena_alloc(mem, rest + 1);
	long got = decode(value, rest, s + n - rest, rest);

	if (out->n == TUS_PAIRS || !good_key(s, key) || got < 0 || !utf8_valid((const char *)value, (size_t)got))
		return false;
	value[got] = '\0';
	const char *name = arena_strndup(mem, s, key);
	if (tus_metadata_get(out, name) != NULL)
		return false;
	out->pairs[out->n].key = name;
	out->pairs[out->n++].value = (const char *)value;
	return true;
}

bool tus_metadata_read(struct arena *mem, const char *s, size_t n, struct tus_metadata *out)
{
	const char *end = s + n, *comma;

	out->n = 0;
	if (n == 0 || n > TUS_HEADER)
		return n == 0;
	do {
		comma = memchr(s, ',', (size_t)(end - s));
		const char *stop = comma != NULL ? comma : end;
		if (!read_pair(mem, s, (size_t)(stop - s), out))
			return false;
		s = stop + 1;
		while (s < end && *s == ' ') /* what joins two lines of a header may leave one */
			s++;
	} while (comma != NULL && s <= end);
	return true;
}

const char *tus_metadata_get(const struct tus_metadata *m, const char *key)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->pairs[i].key, key) == 0)
			return m->pairs[i].value;
	return NULL;
}

const char *const tus_algorithm_names[TUS_ALGORITHM__MAX] = { "sha1", "sha256", "md5" };

bool tus_checksum_read(const char *s, size_t n, struct tus_checksum *out)
{
	static const size_t lengths[TUS_ALGORITHM__MAX] = { 20, 32, 16 };

	for (int i = 0; i < TUS_ALGORITHM__MAX; i++) {
		size_t k = strlen(tus_algorithm_names[i]);
		if (n <= k || memcmp(s, tus_algorithm_names[i], k) != 0 || s[k] != ' ')
			continue;
		long got = decode(out->digest, sizeof(out->digest), s + k + 1, n - k - 1);
		out->by = (enum tus_algorithm)i;
		out->n = got > 0 ? (size_t)got : 0;
		return out->n == lengths[i];
	}
	return false;
}
