/* Any bytes become tokens that the index takes: letters and digits of ASCII, within its length. */
#include "../../lib/domain/terms.h"
#include "../../lib/domain/passage.h"
#include "../../lib/domain/question.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void check(const struct buf *b, const char *allowed)
{
	for (size_t i = 0, run = 0; i < b->len; i++) {
		if (strchr(allowed, b->data[i]) == NULL)
			abort();
		run = b->data[i] == ' ' ? 0 : run + 1;
		if (run > 84)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789 ";
	struct buf b = { 0 };
	struct arena mem = { 0 };
	char *text = malloc(n + 1);

	memcpy(text, data, n);
	text[n] = '\0';
	terms_encode(&b, (const char *)data, n);
	check(&b, plain);
	for (int mode = TERMS_NATURAL; mode <= TERMS_ALL; mode++) {
		buf_clear(&b);
		terms_query(&b, text, strlen(text), (enum terms_mode)mode);
		check(&b, "abcdefghijklmnopqrstuvwxyz0123456789 +*");
	}
	question_intent(text);
	question_lang(text, "zh");
	double covered = passage_coverage(&mem, text, text, text);
	if (covered < 0 || covered > 1.0001)
		abort();
	buf_free(&b);
	arena_free(&mem);
	free(text);
	return 0;
}
