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
	if (memchr(p, '\0', (size_t)(eol - p)) != NULL) /* a channel's name ends there */
		return false;
	while (p < eol) {
		const char *space = memchr(p, ' ', (size_t)(eol - p)), *stop = space != NULL ? space : eol;
		if (stop == p || b->n == WORDS_MAX)
			return false;
		b->words[b->n++] = (struct word){ p, (size_t)(stop - p) };
		p = space != NULL ? space + 1 : eol;
	}
	return true;
}

/* How many words each kind needs at least, and which of them, if they are there, are numbers, from 0 up or of either sign. */
static const struct form {
	char kind;
	unsigned char least, counts, ids;
} forms[] = {
	{ 'E', 3, 1 << 1 | 1 << 2, 1 },
	{ 'K', 3, 1, 0 },
	{ 'S', 3, 1 | 1 << 2, 1 << 1 },
	{ 'D', 2, 1 << 1 | 1 << 2, 1 },
	{ 'T', 2, 1, 0 },
	{ 'X', 2, 1, 0 },
	{ 'M', 2, 1 | 1 << 1, 0 },
	{ 'R', 1, 0, 0 },
	{ 'O', 1, 0, 0 },
	{ 'W', 1, 0, 0 },
	{ 'J', 1, 0, 0 },
	{ 'L', 1, 0, 0 },
	{ 'P', 1, 0, 0 },
	{ 'F', 1, 1, 0 },
	{ 'C', 1, 1, 0 },
	{ 'N', 1, 0, 0 },
	{ 'H', 0, 0, 0 },
	{ 'G', 0, 0, 0 },
	{ '.', 0, 0, 0 },
};

static const struct form *form_of(char kind)
{
	for (size_t i = 0; i < COUNT(forms); i++)
		if (forms[i].kind == kind)
			return &forms[i];
	return NULL;
}

bool word_none(struct word w)
{
	return w.n == 1 && *w.p == '-';
}

static bool numbers_good(const struct block *b, const struct form *f)
{
	int64_t v;

	for (size_t i = 0; i < b->n && i < 3; i++) {
		bool count = f->counts >> i & 1, id = f->ids >> i & 1;
		if ((count && (!parse_int(b->words[i].p, b->words[i].n, &v) || v < 0)) ||
		    (id && !word_none(b->words[i]) && !parse_int(b->words[i].p, b->words[i].n, &v)))
			return false;
	}
	return true;
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
	const struct form *form = form_of(b->kind);
	if (form == NULL || (eol - p > 1 && (p[1] != ' ' || !split(b, p + 2, eol))) || b->n < form->least || !numbers_good(b, form))
		return -1;
	p = eol + 1;
	if (strchr("FSCT", b->kind) != NULL) {
		int64_t len = word_int(b->words[0]);
		if (len >= end - p || p[len] != '\n')
			return -1;
		b->bytes = p;
		b->len = (size_t)len;
		p += len + 1;
	}
	b->end = *at = p;
	return 1;
}
