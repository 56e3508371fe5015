#include "csv.h"
#include <string.h>

void csv_plain(struct buf *b, const char *s)
{
	if (s == NULL)
		return;
	if (strpbrk(s, "\",\r\n") == NULL) {
		buf_str(b, s);
		return;
	}
	buf_chr(b, '"');
	for (; *s != '\0'; s++) {
		if (*s == '"')
			buf_chr(b, '"');
		buf_chr(b, *s);
	}
	buf_chr(b, '"');
}

/* Spreadsheets of East Asian languages take the full-width signs for the same. */
static bool runs(const char *s)
{
	static const char *const wide[] = { "\uff1d", "\uff0b", "\uff0d", "\uff20" };

	for (size_t i = 0; i < COUNT(wide); i++)
		if (strncmp(s, wide[i], strlen(wide[i])) == 0)
			return true;
	return *s != '\0' && strchr("=+-@\t\r\n", *s) != NULL;
}

void csv_text(struct buf *b, const char *s)
{
	if (s == NULL || !runs(s)) {
		csv_plain(b, s);
		return;
	}
	struct buf cell = { 0 };
	buf_chr(&cell, '\'');
	buf_str(&cell, s);
	csv_plain(b, buf_text(&cell));
	buf_free(&cell);
}

void csv_next(struct buf *b)
{
	buf_chr(b, ',');
}

void csv_end(struct buf *b)
{
	buf_str(b, "\r\n");
}
