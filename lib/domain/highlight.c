/* Where a query's words stand in a text, as HTML. */
#include "../core/buf.h"
#include "../core/text.h"
#include "message_admin.h"
#include <string.h>
#include <strings.h>

enum { WORDS = 12, BEFORE_CHARS = 40, SHOWN_CHARS = 160 };

struct words {
	const char *at[WORDS];
	size_t len[WORDS], n;
};

/* The query's words; the whole of it counts as one when it has no blanks. */
static struct words split(const char *q)
{
	struct words w = { .n = 0 };

	while (w.n < WORDS) {
		q += strspn(q, " \t\r\n");
		size_t n = strcspn(q, " \t\r\n");
		if (n == 0)
			break;
		w.at[w.n] = q;
		w.len[w.n++] = n;
		q += n;
	}
	return w;
}

/* Bytes of the longest word that begins here; 0 = none. Letters of other scripts have no case that matters here. */
static size_t match(const struct words *w, const char *p)
{
	size_t best = 0;

	for (size_t i = 0; i < w->n; i++)
		if (w->len[i] > best && strncasecmp(p, w->at[i], w->len[i]) == 0)
			best = w->len[i];
	return best;
}

static size_t char_bytes(const char *p)
{
	size_t n = 1;

	while (((unsigned char)p[n] & 0xc0) == 0x80)
		n++;
	return n;
}

static void add_html(struct buf *b, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		switch (p[i]) {
		case '<': buf_str(b, "&lt;"); break;
		case '>': buf_str(b, "&gt;"); break;
		case '&': buf_str(b, "&amp;"); break;
		case '"': buf_str(b, "&quot;"); break;
		case '\'': buf_str(b, "&#39;"); break;
		default: buf_chr(b, p[i]);
		}
}

static const char *first_match(const struct words *w, const char *text)
{
	for (const char *p = text; *p != '\0'; p += char_bytes(p))
		if (match(w, p) > 0)
			return p;
	return text;
}

/* Some characters before the match. */
static const char *begin_at(const char *text, const char *match_at)
{
	const char *p = match_at;

	for (int i = 0; i < BEFORE_CHARS && p > text; i++)
		do
			p--;
		while (p > text && ((unsigned char)*p & 0xc0) == 0x80);
	return p;
}

char *message_highlight(struct arena *mem, const char *content, const char *query)
{
	const struct words w = split(query);
	const char *p = begin_at(content, first_match(&w, content));
	struct buf b = { 0 };
	size_t shown = 0;

	if (p > content)
		buf_str(&b, "…");
	while (*p != '\0' && shown < SHOWN_CHARS) {
		size_t n = match(&w, p), step = n > 0 ? n : char_bytes(p);
		buf_str(&b, n > 0 ? "<em>" : "");
		add_html(&b, p, step);
		buf_str(&b, n > 0 ? "</em>" : "");
		shown += n > 0 ? utf8_count(p, n) : 1;
		p += step;
	}
	if (*p != '\0')
		buf_str(&b, "…");
	char *out = arena_strndup(mem, b.data != NULL ? b.data : "", b.len);
	buf_free(&b);
	return out;
}
