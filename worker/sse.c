/* Lines end with LF, CR or CRLF; a comment (": keep-alive") and fields other than data say nothing here. */
#include "sse.h"
#include <string.h>

static bool dispatch(struct sse *s, sse_fn *fn, void *arg)
{
	bool more = !s->has_data || fn(arg, buf_text(&s->data), s->data.len);

	buf_clear(&s->data);
	s->has_data = false;
	return more;
}

static void take_data(struct sse *s, const char *value, size_t n)
{
	if (n > 0 && *value == ' ') {
		value++;
		n--;
	}
	if (s->has_data)
		buf_chr(&s->data, '\n');
	buf_add(&s->data, value, n);
	s->has_data = true;
}

static bool end_line(struct sse *s, sse_fn *fn, void *arg)
{
	const char *line = buf_text(&s->line);
	size_t n = s->line.len;

	if (!s->begun && n >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0) {
		line += 3;
		n -= 3;
	}
	s->begun = true;
	if (n >= 5 && memcmp(line, "data:", 5) == 0)
		take_data(s, line + 5, n - 5);
	else if (n == 4 && memcmp(line, "data", 4) == 0)
		take_data(s, "", 0);
	bool more = n > 0 || dispatch(s, fn, arg);
	buf_clear(&s->line);
	return more;
}

bool sse_feed(struct sse *s, const char *p, size_t n, sse_fn *fn, void *arg)
{
	const char *end = p + n;

	while (p < end) {
		if (s->after_cr && *p == '\n') { /* the second half of a CRLF, which may come apart */
			s->after_cr = false;
			p++;
			continue;
		}
		s->after_cr = false;
		const char *eol = p;
		while (eol < end && *eol != '\n' && *eol != '\r')
			eol++;
		buf_add(&s->line, p, (size_t)(eol - p));
		if (s->line.len + s->data.len > SSE_MAX)
			return false;
		if (eol == end)
			return true;
		s->after_cr = *eol == '\r';
		p = eol + 1;
		if (!end_line(s, fn, arg))
			return false;
	}
	return true;
}

bool sse_end(struct sse *s, sse_fn *fn, void *arg)
{
	return (s->line.len == 0 || end_line(s, fn, arg)) && dispatch(s, fn, arg);
}

void sse_free(struct sse *s)
{
	buf_free(&s->line);
	buf_free(&s->data);
}
