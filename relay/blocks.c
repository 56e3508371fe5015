#include "blocks.h"
#include "../lib/core/text.h"
#include <string.h>

int64_t word_int(struct word w)
{
	int64_t v;

	return parse_int(w.p, w.n, &v) ? v : -1;
}

static bool split(struct block *b, const char *p, const char *eol)
{
	while (p < eol) {
		const char *space = memchr(p, ' ', (size_t)(eol - p)), *stop = space != NULL ? space : eol;
		if (stop == p || b->n == WORDS_MAX)
			return false;
		b->words[b->n++] = (struct word){ p, (size_t)(stop - p) };
		p = space != NULL ? space + 1 : eol;
	}
	return true;
}

/* How many words each kind needs at least; '\0' kinds are unknown. */
static int least_words(char kind)
{
	switch (kind) {
	case 'E':
	case 'K': return 3;
	case 'S': return 3;
	case 'D':
	case 'T':
	case 'X':
	case 'M': return 2;
	case 'R':
	case 'O':
	case 'W':
	case 'J':
	case 'L':
	case 'P':
	case 'F':
	case 'C':
	case 'N': return 1;
	case 'H':
	case 'G':
	case '.': return 0;
	default: return -1;
	}
}

int block_next(const char **at, const char *end, struct block *b)
{
	const char *p = *at, *eol;

	*b = (struct block){ .start = p };
	if (p == end)
		return 0;
	eol = memchr(p, '\n', (size_t)(end - p));
	if (eol == NULL)
		return -1;
	b->kind = *p;
	int least = least_words(b->kind);
	if (least < 0 || (eol - p > 1 && (p[1] != ' ' || !split(b, p + 2, eol))) || b->n < (size_t)least)
		return -1;
	p = eol + 1;
	if (strchr("FSCT", b->kind) != NULL) {
		int64_t len = word_int(b->words[0]);
		if (len < 0 || len >= end - p || p[len] != '\n')
			return -1;
		b->bytes = p;
		b->len = (size_t)len;
		p += len + 1;
	}
	b->end = *at = p;
	return 1;
}
