#include "recent.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* No process holds a lock here, so none can die holding one: an entry is read as it lies, and its sum tells one that is whole from
   one that two have written at once, or that a process left half-written. */
enum { WORDS = 128, WAYS = 4, SUM = 0, TURN = 1, LENGTHS = 2, BODY = 3 };
_Static_assert(RECENT_BYTES == (WORDS - BODY) * sizeof(uint64_t), "what an entry has room for");

struct entry {
	_Atomic uint64_t words[WORDS];
};
struct recent {
	struct entry *entries;
	_Atomic uint64_t *turn;    /* counts what was put; the oldest of an entry's neighbours makes room */
	_Atomic uint64_t *numbers; /* behind it, in the same last entry */
	size_t sets, bytes;
};

struct recent *recent_new(size_t places)
{
	struct recent *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->sets = (places + WAYS - 1) / WAYS;
	r->bytes = (r->sets * WAYS + 1) * sizeof(struct entry);
	void *at = mmap(NULL, r->bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED || places == 0) {
		free(r);
		return NULL;
	}
	r->entries = at;
	r->turn = r->entries[r->sets * WAYS].words;
	r->numbers = r->turn + 1;
	return r;
}

void recent_free(struct recent *r)
{
	if (r != NULL)
		munmap(r->entries, r->bytes);
	free(r);
}

static uint64_t mix(uint64_t sum, uint64_t word)
{
	sum = (sum ^ word) * 0x9e3779b97f4a7c15u;
	return sum ^ sum >> 29;
}

static uint64_t sum_of(const uint64_t *words, size_t n)
{
	uint64_t sum = 0x6a09e667f3bcc908u;

	for (size_t i = TURN; i < n; i++)
		sum = mix(sum, words[i]);
	return sum;
}

static size_t words_for(size_t keylen, size_t n)
{
	return BODY + (keylen + n + sizeof(uint64_t) - 1) / sizeof(uint64_t);
}

static struct entry *set_of(const struct recent *r, const char *key, size_t keylen)
{
	uint64_t sum = keylen;

	for (size_t i = 0; i < keylen; i++)
		sum = mix(sum, (unsigned char)key[i]);
	return r->entries + (sum >> 16) % r->sets * WAYS;
}

static uint64_t word(const struct entry *e, size_t i)
{
	return atomic_load_explicit(&e->words[i], memory_order_relaxed);
}

/* A whole entry of that key, copied: how many words; 0 = it is another's, or torn. */
static size_t read_entry(const struct entry *e, const char *key, size_t keylen, uint64_t out[static WORDS])
{
	uint64_t lengths = word(e, LENGTHS);
	size_t n = (size_t)(lengths & 0xffffffff);

	if (lengths >> 32 != keylen || keylen + n > RECENT_BYTES)
		return 0;
	size_t words = words_for(keylen, n);
	for (size_t i = 0; i < words; i++)
		out[i] = word(e, i);
	bool whole = out[LENGTHS] == lengths && sum_of(out, words) == out[SUM];
	return whole && memcmp(out + BODY, key, keylen) == 0 ? words : 0;
}

const char *recent_get(struct recent *r, struct arena *mem, const char *key, size_t *n)
{
	size_t keylen = strlen(key);
	uint64_t words[WORDS] = { 0 };

	for (struct entry *e = r != NULL ? set_of(r, key, keylen) : NULL, *end = e + WAYS; r != NULL && e < end; e++) {
		if (read_entry(e, key, keylen, words) == 0)
			continue;
		*n = (size_t)(words[LENGTHS] & 0xffffffff);
		return arena_strndup(mem, (const char *)(words + BODY) + keylen, *n);
	}
	return NULL;
}

/* Where it lies already, or else the one of its neighbours that was put longest ago. */
static struct entry *place_of(const struct recent *r, const char *key, size_t keylen)
{
	struct entry *set = set_of(r, key, keylen), *oldest = set;
	uint64_t words[WORDS] = { 0 };

	for (struct entry *e = set; e < set + WAYS; e++) {
		if (read_entry(e, key, keylen, words) > 0)
			return e;
		if (word(e, TURN) < word(oldest, TURN))
			oldest = e;
	}
	return oldest;
}

void recent_put(struct recent *r, const char *key, const char *bytes, size_t n)
{
	size_t keylen = strlen(key);
	uint64_t words[WORDS] = { 0 };

	if (r == NULL || keylen > RECENT_BYTES)
		return;
	struct entry *e = place_of(r, key, keylen);
	size_t len = keylen + n <= RECENT_BYTES ? n : 0, count = words_for(keylen, len);
	words[TURN] = atomic_fetch_add_explicit(r->turn, 1, memory_order_relaxed) + 1;
	words[LENGTHS] = (uint64_t)keylen << 32 | len;
	memcpy(words + BODY, key, keylen);
	memcpy((char *)(words + BODY) + keylen, bytes, len);
	words[SUM] = sum_of(words, count);
	for (size_t i = 0; i < count; i++)
		atomic_store_explicit(&e->words[i], words[i], memory_order_relaxed);
}

int64_t recent_number(const struct recent *r, enum recent_number which)
{
	return r != NULL ? (int64_t)atomic_load(&r->numbers[which]) : 0;
}

void recent_set(struct recent *r, enum recent_number which, int64_t n)
{
	if (r != NULL)
		atomic_store(&r->numbers[which], (uint64_t)n);
}
