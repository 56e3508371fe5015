/* Any bytes are cut into passages: within their bounds, in order, none empty, no code point cut, nothing lost but headings, rules
   and blanks; and become plain text that is no longer. */
#include "../../lib/core/text.h"
#include "../../lib/domain/markdown.h"
#include "../../lib/domain/passage_cut.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void check(bool good)
{
	if (!good)
		abort();
}

/* Without these no line is a heading, a rule or underlined. */
static bool bare(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (memchr("#=-*_", text[i], 5) != NULL)
			return false;
	return true;
}

static size_t letters(const char *text, size_t n)
{
	size_t said = 0;

	for (size_t i = 0; i < n; i++)
		said += memchr(" \t\r\n\xe3\x80", text[i], 6) == NULL;
	return said;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct passage_cutter c;
	struct passage_piece p;
	struct buf b = { 0 };
	char *text = malloc(n + 1);
	const char *at = text;
	size_t said = 0;

	memcpy(text, data, n);
	text[n] = '\0';
	bool valid = utf8_valid(text, n);
	passage_begin(&c, text, n);
	while (passage_next(&c, &p)) {
		check(p.n > 0 && p.n <= PASSAGE_MAX && p.text >= at && p.text + p.n <= text + n);
		check(strchr(" \t\r\n", p.text[0]) == NULL || p.text[0] == '\0');
		check(!valid || (utf8_valid(p.text, p.n) && utf8_valid(p.heading, strlen(p.heading))));
		at = p.text + p.n;
		said += letters(p.text, p.n);
		buf_clear(&b);
		markdown_plain(&b, p.text, p.n);
		check(b.len <= 3 * p.n && (!valid || utf8_valid(b.data != NULL ? b.data : "", b.len)));
	}
	check(!bare(text, n) || said == letters(text, n));
	buf_free(&b);
	free(text);
	return 0;
}
