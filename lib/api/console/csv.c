#include "csv.h"
#include "../../core/csv.h"
#include <string.h>

static void comma(struct buf *b, bool *first)
{
	if (!*first)
		buf_chr(b, ',');
	*first = false;
}

static void put_keys(struct buf *b, const struct spec *s, const char *before, bool *first)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct field *f = &s->fields[i];
		if (f->as == &as_object) {
			put_keys(b, f->arg, f->key, first);
		} else if (f->as != &as_list) {
			comma(b, first);
			if (before != NULL)
				buf_printf(b, "%s_", before);
			buf_str(b, f->key);
		}
	}
}

/* A number is what the codec prints; null is an empty cell; a text (a date too) loses its quotes. */
static void put_value(struct buf *b, const struct field *f, const void *slot)
{
	struct buf text = { 0 };

	if (f->as == &as_str || f->as == &as_text) {
		csv_text(b, *(const char *const *)slot);
		return;
	}
	f->as->put(&text, f, slot);
	const char *s = buf_text(&text);
	if (*s == '"')
		buf_add(b, s + 1, text.len - 2);
	else if (strcmp(s, "null") != 0)
		buf_str(b, s);
	buf_free(&text);
}

static void put_row(struct buf *b, const struct spec *s, const char *item, bool *first)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct field *f = &s->fields[i];
		if (f->as == &as_object) {
			put_row(b, f->arg, item + f->off, first);
		} else if (f->as != &as_list) {
			comma(b, first);
			put_value(b, f, item + f->off);
		}
	}
}

void csv_table(struct buf *b, const struct spec *s, const struct list *l)
{
	bool first = true;

	buf_str(b, "\xef\xbb\xbf");
	put_keys(b, s, NULL, &first);
	buf_str(b, "\r\n");
	for (size_t i = 0; i < l->n; i++) {
		first = true;
		put_row(b, s, (const char *)l->items + i * s->size, &first);
		buf_str(b, "\r\n");
	}
}
