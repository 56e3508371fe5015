#include "row_cache.h"
#include "../core/text.h"
#include <string.h>

enum { SEP = 0x1e, NONE = 0x01 }; /* record separator between columns; a lone 0x01 is NULL */

static void pack_text(struct buf *b, const char *s)
{
	if (s == NULL)
		buf_chr(b, NONE);
	else
		buf_str(b, s);
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

static bool unpack_number(const struct col *col, const char *p, size_t n, void *slot)
{
	int64_t v;

	if (!parse_int(p, n, &v))
		return false;
	if (col->as == COL_INT)
		*(int64_t *)slot = v;
	else if (col->as == COL_BOOL)
		*(bool *)slot = v != 0;
	else if (col->as == COL_ENUM)
		*(int *)slot = (int)v;
	return col->as != COL_REAL;
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
			*(const char **)slot = stop - p == 1 && *p == NONE ? NULL : arena_strndup(mem, p, (size_t)(stop - p));
		else if (!unpack_number(&s->cols[i], p, (size_t)(stop - p), slot))
			return false;
		p = stop + 1;
	}
	return p == end;
}
