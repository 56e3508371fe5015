#include "row_cache.h"
#include "../core/text.h"
#include <stdlib.h>
#include <string.h>

/* Record separator between columns; a lone 0x01 is NULL. What people write may hold these too: then ESC and a letter stand for it.
 */
enum { SEP = 0x1e, NONE = 0x01, ESC = 0x1b, LETTER = 0x40 };

static bool is_special(char ch)
{
	return ch == SEP || ch == NONE || ch == ESC;
}

static void pack_text(struct buf *b, const char *s)
{
	static const char special[] = { SEP, NONE, ESC, '\0' };

	if (s == NULL)
		buf_chr(b, NONE);
	for (size_t n; s != NULL && *s != '\0'; s += n) {
		n = strcspn(s, special);
		buf_add(b, s, n);
		if (is_special(s[n])) {
			buf_chr(b, ESC);
			buf_chr(b, (char)(s[n] + LETTER));
			n++;
		}
	}
}

static const char *unpack_text(struct arena *mem, const char *p, size_t n)
{
	if (n == 1 && *p == NONE)
		return NULL;
	char *out = arena_strndup(mem, p, n), *to = out;
	for (const char *from = out; *from != '\0'; from++)
		*to++ = *from == ESC && from[1] != '\0' ? (char)(*++from - LETTER) : *from;
	*to = '\0';
	return out;
}

void row_pack(struct buf *b, const struct stmt *s, const void *row)
{
	for (size_t i = 0; i < s->ncols; i++) {
		const char *slot = (const char *)row + s->cols[i].off;
		switch (s->cols[i].as) {
		case COL_INT: buf_int(b, *(const int64_t *)slot); break;
		case COL_BOOL: buf_int(b, *(const bool *)slot); break;
		case COL_ENUM: buf_int(b, *(const int *)slot); break;
		case COL_REAL: buf_printf(b, "%.17g", *(const double *)slot); break;
		case COL_STR: pack_text(b, *(const char *const *)slot); break;
		}
		buf_chr(b, SEP);
	}
}

static bool unpack_real(const char *p, size_t n, double *out)
{
	char text[40], *end;

	if (n == 0 || n >= sizeof(text))
		return false;
	memcpy(text, p, n);
	text[n] = '\0';
	*out = strtod(text, &end);
	return *end == '\0';
}

static bool unpack_number(const struct col *col, const char *p, size_t n, void *slot)
{
	int64_t v;

	if (col->as == COL_REAL)
		return unpack_real(p, n, slot);
	if (!parse_int(p, n, &v))
		return false;
	if (col->as == COL_INT)
		*(int64_t *)slot = v;
	else if (col->as == COL_BOOL)
		*(bool *)slot = v != 0;
	else if (col->as == COL_ENUM)
		*(int *)slot = (int)v;
	return true;
}

bool row_unpack(struct arena *mem, const struct stmt *s, const char *p, size_t n, void *row)
{
	const char *end = p + n;

	for (size_t i = 0; i < s->ncols; i++) {
		const char *stop = memchr(p, SEP, (size_t)(end - p));
		void *slot = (char *)row + s->cols[i].off;
		if (stop == NULL)
			return false;
		if (s->cols[i].as == COL_STR)
			*(const char **)slot = unpack_text(mem, p, (size_t)(stop - p));
		else if (!unpack_number(&s->cols[i], p, (size_t)(stop - p), slot))
			return false;
		p = stop + 1;
	}
	return p == end;
}
