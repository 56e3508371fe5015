#include "markdown.h"
#include <string.h>

enum { DEEP = 6, EMPHASIS = 3, RULE = 3, LEVELS = 6 };

struct span {
	const char *begin, *p, *end; /* begin: of the line, to look back */
};
struct mark {
	struct buf *out;
	struct span at;
	int deep;
};

static void put_inline(struct buf *out, struct span s, int deep);

static bool blank(char ch)
{
	return ch == ' ' || ch == '\t';
}

static bool alnum(char ch)
{
	return (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (unsigned char)ch >= 0x80;
}

static size_t run_of(const char *p, const char *end, char ch)
{
	size_t n = 0;

	while (p + n < end && p[n] == ch)
		n++;
	return n;
}

/* -- within a line: each answers how many bytes it took; 0 = it is not that -- */

static size_t take_escaped(const struct mark *m)
{
	const char *p = m->at.p;

	if (p + 1 >= m->at.end || p[1] <= ' ' || alnum(p[1]))
		return 0;
	buf_chr(m->out, p[1]);
	return 2;
}

static size_t take_code(const struct mark *m)
{
	const char *p = m->at.p, *end = m->at.end;
	size_t n = run_of(p, end, '`');

	for (const char *q = p + n; q < end; q++) {
		size_t k = run_of(q, end, '`');
		if (k == n) {
			buf_add(m->out, p + n, (size_t)(q - p) - n);
			return (size_t)(q - p) + n;
		}
		q += k;
	}
	return 0;
}

/* Intraword marks are none in Latin words (snake_case, 5*3); what they enclose may not begin or end with a blank. */
static size_t take_emphasis(const struct mark *m)
{
	const char *begin = m->at.begin, *p = m->at.p, *end = m->at.end;
	char ch = *p;
	size_t n = run_of(p, end, ch);
	bool inner = p > begin && alnum(p[-1]) && (ch == '_' || (unsigned char)p[-1] < 0x80);

	if (n > EMPHASIS || (ch == '~' && n != 2) || p + n >= end || blank(p[n]) || (inner && n < 2) || (inner && ch == '_'))
		return 0;
	for (const char *q = p + n + 1; q < end; q++) {
		size_t k = run_of(q, end, ch);
		if (k == n && !blank(q[-1]) && !(ch == '_' && q + k < end && alnum(q[k]))) {
			put_inline(m->out, (struct span){ p + n, p + n, q }, m->deep - 1);
			return (size_t)(q - p) + n;
		}
		q += k;
	}
	return 0;
}

/* Of "](address "title")" the address; what stands behind it, or NULL. */
static const char *link_address(const char *p, const char *end, const char **at, size_t *n)
{
	if (end - p < 3 || p[0] != ']' || p[1] != '(')
		return NULL;
	const char *close = memchr(p, ')', (size_t)(end - p));
	if (close == NULL)
		return NULL;
	*at = p + 2;
	for (*n = 0; *at + *n < close && !blank((*at)[*n]);)
		++*n;
	if (*n > 1 && **at == '<' && (*at)[*n - 1] == '>') {
		++*at;
		*n -= 2;
	}
	return close + 1;
}

static size_t take_link(const struct mark *m, bool picture)
{
	const char *p = m->at.p + picture, *end = m->at.end, *words = p + 1, *address = NULL;
	size_t n = 0, depth = 1;

	if (p >= end || *p != '[')
		return 0;
	for (p = words; p < end && depth > 0; p++)
		depth = *p == '[' ? depth + 1 : *p == ']' ? depth - 1 : depth;
	if (depth > 0)
		return 0;
	const char *close = p - 1, *behind = link_address(close, end, &address, &n);
	if (behind == NULL)
		return 0;
	put_inline(m->out, (struct span){ words, words, close }, m->deep - 1);
	bool same = (size_t)(close - words) == n && memcmp(words, address, n) == 0;
	if (!picture && !same && n > 0 && *address != '#')
		buf_printf(m->out, " (%.*s)", (int)n, address);
	return (size_t)(behind - m->at.p);
}

static size_t take_address(const struct mark *m)
{
	static const char *const schemes[] = { "http://", "https://", "mailto:" };
	const char *p = m->at.p + 1, *close = memchr(p, '>', (size_t)(m->at.end - p));

	for (size_t i = 0; close != NULL && i < COUNT(schemes); i++) {
		size_t n = strlen(schemes[i]);
		if ((size_t)(close - p) <= n || strncmp(p, schemes[i], n) != 0)
			continue;
		p += i == 2 ? n : 0;
		buf_add(m->out, p, (size_t)(close - p));
		return (size_t)(close - m->at.p) + 1;
	}
	return 0;
}

static size_t take_mark(const struct mark *m)
{
	switch (*m->at.p) {
	case '\\': return take_escaped(m);
	case '`': return take_code(m);
	case '*':
	case '_':
	case '~': return take_emphasis(m);
	case '[': return take_link(m, false);
	case '!': return take_link(m, true);
	case '<': return take_address(m);
	default: return 0;
	}
}

static void put_inline(struct buf *out, struct span s, int deep)
{
	while (s.p < s.end) {
		size_t n = deep > 0 ? take_mark(&(struct mark){ out, s, deep }) : 0;
		size_t run = n > 0 ? 0 : run_of(s.p, s.end, *s.p); /* marks that enclose nothing stay together */
		buf_add(out, s.p, run);
		s.p += n > 0 ? n : run;
	}
}

/* -- lines -- */

static bool only(const char *p, const char *end, const char *of, char needed)
{
	size_t n = 0;

	for (; p < end; p++) {
		if (strchr(of, *p) == NULL || *p == '\0')
			return false;
		n += *p == needed;
	}
	return n >= RULE;
}

static bool says_nothing(const char *p, const char *end)
{
	return only(p, end, "- ", '-') || only(p, end, "* ", '*') || only(p, end, "_ ", '_') || only(p, end, "=", '=') ||
	       (p < end && *p == '|' && only(p, end, "|-: ", '-'));
}

static const char *skip_marks(const char *p, const char *end)
{
	while (p < end && *p == '>')
		for (p++; p < end && blank(*p);)
			p++;
	size_t n = run_of(p, end, '#');
	if (n > 0 && n <= LEVELS && p + n < end && blank(p[n]))
		for (p += n; p < end && blank(*p);)
			p++;
	return p;
}

static void put_cells(struct buf *out, const char *p, const char *end)
{
	for (bool first = true; p < end; first = false) {
		const char *bar = memchr(p, '|', (size_t)(end - p)), *stop = bar != NULL ? bar : end, *last = stop;
		while (p < last && blank(*p))
			p++;
		while (last > p && blank(last[-1]))
			last--;
		if (!first && (p < last || bar != NULL))
			buf_str(out, " | ");
		put_inline(out, (struct span){ p, p, last }, DEEP);
		p = stop + (bar != NULL);
	}
}

static void put_line(struct buf *out, const char *p, const char *end)
{
	const char *text = p;

	while (text < end && blank(*text))
		text++;
	buf_add(out, p, (size_t)(text - p));
	p = skip_marks(text, end);
	if (p < end && *p == '|') {
		put_cells(out, p + 1, end);
		return;
	}
	if (p + 1 < end && strchr("*+-", *p) != NULL && blank(p[1])) {
		buf_str(out, "- ");
		p += 2;
	}
	put_inline(out, (struct span){ p, p, end }, DEEP);
}

/* A line of its own that opens or closes a block of code. */
static bool turns_fence(char *fence, const char *text, const char *end)
{
	char mark = text < end ? *text : '\0';

	if ((mark != '`' && mark != '~') || run_of(text, end, mark) < RULE || (*fence != '\0' && *fence != mark))
		return false;
	*fence = *fence == '\0' ? mark : '\0';
	return true;
}

static void end_line(struct buf *out, size_t from, bool code)
{
	bool two = out->len > from + 1 && out->data[out->len - 1] == '\n' && out->data[out->len - 2] == '\n';

	if (out->len > from && (code || !two))
		buf_chr(out, '\n');
}

void markdown_plain(struct buf *out, const char *markdown, size_t n)
{
	const char *stop = markdown + n;
	size_t from = out->len;
	char fence = '\0';

	for (const char *p = markdown, *next; p < stop; p = next) {
		const char *eol = memchr(p, '\n', (size_t)(stop - p)), *end = eol != NULL ? eol : stop, *text = p;
		next = eol != NULL ? eol + 1 : stop;
		while (end > p && (blank(end[-1]) || end[-1] == '\r'))
			end--;
		while (text < end && blank(*text))
			text++;
		if (turns_fence(&fence, text, end) || (fence == '\0' && says_nothing(text, end)))
			continue;
		if (fence != '\0')
			buf_add(out, p, (size_t)(end - p));
		else
			put_line(out, p, end);
		end_line(out, from, fence != '\0');
	}
	while (out->len > from && (blank(out->data[out->len - 1]) || out->data[out->len - 1] == '\n'))
		out->len--;
}
