/* The headers of the tus protocol: whatever stands there, what is read from it is text, is what encodes to it, and is there once.
 */
#include "../../lib/file/tus.h"
#include "../../lib/core/text.h"
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void metadata(struct arena *mem, const char *s, size_t n)
{
	static char again[2 * TUS_HEADER + 64];
	struct tus_metadata m, second;
	size_t at = 0;

	if (!tus_metadata_read(mem, s, n, &m))
		return;
	if (m.n > TUS_PAIRS || (m.n == 0) != (n == 0))
		abort();
	for (size_t i = 0; i < m.n; i++) {
		const char *value = m.pairs[i].value;
		size_t room = sizeof(again) - at, key = strlen(m.pairs[i].key), len = strlen(value);
		if (!utf8_valid(value, len) || tus_metadata_get(&m, m.pairs[i].key) != value)
			abort();
		if (room < key + 3 + sodium_base64_encoded_len(len, sodium_base64_VARIANT_ORIGINAL))
			abort();
		if (i > 0)
			again[at++] = ',';
		memcpy(again + at, m.pairs[i].key, key);
		at += key;
		again[at++] = ' ';
		sodium_bin2base64(again + at, sizeof(again) - at, (const unsigned char *)value, len,
				  sodium_base64_VARIANT_ORIGINAL);
		at += strlen(again + at);
	}
	if (at > TUS_HEADER) /* with a space behind keys without a value it may be a little more than what was read */
		return;
	if (!tus_metadata_read(mem, again, at, &second) || second.n != m.n)
		abort();
	for (size_t i = 0; i < m.n; i++)
		if (strcmp(m.pairs[i].key, second.pairs[i].key) != 0 || strcmp(m.pairs[i].value, second.pairs[i].value) != 0)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	struct arena mem = { 0 };
	struct tus_checksum sum;

	metadata(&mem, (const char *)in, n);
	if (tus_checksum_read((const char *)in, n, &sum) && (sum.n == 0 || sum.n > TUS_DIGEST || (int)sum.by >= TUS_ALGORITHM__MAX))
		abort();
	arena_free(&mem);
	return 0;
}
