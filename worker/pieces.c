#include "pieces.h"
#include "../lib/core/text.h"
#include <string.h>

enum { WIDE_CHARS = 2, WORD_BYTES = 40 };

static size_t blank(const char *s)
{
	return strspn(s, " \n");
}

size_t piece_bytes(const char *s)
{
	size_t n = 0;

	if ((unsigned char)*s >= 0xe0) {
		n = utf8_cut(s, strlen(s), WIDE_CHARS);
		return n + blank(s + n);
	}
	while (s[n] != '\0' && strchr(" \n", s[n]) == NULL && (unsigned char)s[n] < 0xe0 && n < WORD_BYTES)
		n++;
	while (((unsigned char)s[n] & 0xc0) == 0x80) /* a long run is cut between characters */
		n++;
	return n + blank(s + n);
}
