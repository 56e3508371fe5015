#include "multipart.h"
#include "../core/text.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *token(const char *s, const char *word)
{
	size_t n = strlen(word);

	return strncasecmp(s, word, n) == 0 ? s + n : NULL;
}

static const char *skip_blank(const char *s)
{
	return s + strspn(s, " \t");
}

bool multipart_boundary(const char *type, char out[static MULTIPART_BOUNDARY + 1])
{
	const char *s = token(skip_blank(type), "multipart/form-data");

	out[0] = '\0';
	while (s != NULL && *(s = skip_blank(s)) == ';') {
		const char *value = token(skip_blank(s + 1), "boundary=");
		if (value == NULL) {
			s += 1 + strcspn(s + 1, ";");
			continue;
		}
		bool quoted = *value == '"';
		size_t n = strcspn(value += quoted, quoted ? "\"" : "; \t");
		if (n == 0 || n > MULTIPART_BOUNDARY || memchr(value, '\r', n) != NULL || memchr(value, '\n', n) != NULL)
			return false;
		memcpy(out, value, n);
		out[n] = '\0';
		return true;
	}
	return false;
}

void multipart_init(struct multipart *m, const char *boundary, const struct multipart_sink *sink)
{
	*m = (struct multipart){ .sink = *sink, .state = MULTIPART_PREAMBLE };
	m->delimiter_len = (size_t)snprintf(m->delimiter, sizeof(m->delimiter), "\r\n--%s", boundary);
	memcpy(m->held, "\r\n", 2); /* the first delimiter may stand at the very beginning */
	m->n = 2;
}

/* Without control characters and quotes; cut between characters. */
static size_t copy_clean(char *out, size_t room, const char *s, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f || s[i] == '"')
			continue;
		if (n == room) {
			bool inside = ((unsigned char)s[i] & 0xC0) == 0x80; /* the cut is within a character: it goes whole */
			while (inside && n > 0)
				inside = ((unsigned char)out[--n] & 0xC0) == 0x80;
			return n;
		}
		out[n++] = s[i];
	}
	return n;
}

void file_name_clean(const char *s, size_t len, char *out, size_t cap)
{
	enum { EXTENSION = 16 };
	size_t from = len, dot = len;

	while (from > 0 && s[from - 1] != '/' && s[from - 1] != '\\')
		from--;
	while (dot > from && s[dot - 1] != '.')
		dot--;
	dot = dot > from && len - dot < EXTENSION ? dot - 1 : len;
	size_t n = copy_clean(out, cap - 1 - (len - dot), s + from, dot - from);
	n += copy_clean(out + n, cap - 1 - n, s + dot, len - dot);
	out[n] = '\0';
	for (size_t i = 0; !utf8_valid(out, n) && i < n; i++)
		if ((unsigned char)out[i] >= 0x80)
			out[i] = '_';
	if (strspn(out, ". ") == n)
		snprintf(out, cap, "file");
}

/* name="value" of a Content-Disposition. Browsers write %22 for a quote. */
static bool parameter(const char *line, const char *end, const char *name, const char **value, size_t *n)
{
	size_t k = strlen(name);
	bool inside = false;

	for (const char *s = line; s < end; s++) {
		if (*s == '"')
			inside = !inside;
		if (*s != ';' || inside)
			continue;
		const char *at = s + 1;
		while (at < end && (*at == ' ' || *at == '\t'))
			at++;
		if ((size_t)(end - at) < k + 2 || strncasecmp(at, name, k) != 0 || at[k] != '=')
			continue;
		at += k + 1;
		bool quoted = *at == '"';
		at += quoted;
		const char *stop = at;
		while (stop < end && *stop != (quoted ? '"' : ';'))
			stop++;
		*value = at;
		*n = (size_t)(stop - at);
		return true;
	}
	return false;
}

static bool read_headers(struct part *p, const char *s, const char *end)
{
	*p = (struct part){ 0 };
	for (; s < end; s += 2) {
		const char *stop = s;
		while (stop < end && *stop != '\r')
			stop++;
		const char *value;
		size_t n;
		if ((size_t)(stop - s) > 20 && strncasecmp(s, "content-disposition:", 20) == 0) {
			if (!parameter(s, stop, "name", &value, &n) || n == 0 || n >= MULTIPART_NAME || !utf8_valid(value, n))
				return false;
			memcpy(p->name, value, n);
			p->is_file = parameter(s, stop, "filename", &value, &n);
			if (p->is_file)
				file_name_clean(value, n, p->filename, sizeof(p->filename));
		}
		s = stop;
	}
	return p->name[0] != '\0';
}

static void consume(struct multipart *m, size_t n)
{
	memmove(m->held, m->held + n, m->n - n);
	m->n -= n;
}

static const char *find(const struct multipart *m, const char *what, size_t n)
{
	return memmem(m->held, m->n, what, n);
}

/* Everything before the delimiter; without one, all that cannot be its beginning. */
static bool pass_data(struct multipart *m, bool *more)
{
	const char *at = find(m, m->delimiter, m->delimiter_len);
	size_t kept = m->delimiter_len - 1, n = at != NULL ? (size_t)(at - m->held) : m->n > kept ? m->n - kept : 0;
	bool in_body = m->state == MULTIPART_IN_BODY;

	if (in_body && n > 0 && !m->sink.data(m->sink.arg, m->held, n))
		return false;
	*more = at != NULL;
	if (at != NULL) {
		if (in_body && !m->sink.end(m->sink.arg))
			return false;
		m->state = MULTIPART_DELIMITED;
		n += m->delimiter_len;
	}
	consume(m, n);
	return true;
}

static bool pass_delimiter(struct multipart *m, bool *more)
{
	*more = m->n >= 2;
	if (!*more)
		return true;
	if (memcmp(m->held, "--", 2) == 0)
		m->state = MULTIPART_END;
	else if (memcmp(m->held, "\r\n", 2) == 0)
		m->state = MULTIPART_IN_HEADERS;
	else
		return false;
	consume(m, 2);
	return true;
}

static bool pass_headers(struct multipart *m, bool *more)
{
	const char *end = find(m, "\r\n\r\n", 4);
	struct part p;

	*more = end != NULL;
	if (end == NULL)
		return m->n < MULTIPART_HEADERS;
	if (!read_headers(&p, m->held, end) || !m->sink.begin(m->sink.arg, &p))
		return false;
	consume(m, (size_t)(end - m->held) + 4);
	m->state = MULTIPART_IN_BODY;
	return true;
}

static bool step(struct multipart *m, bool *more)
{
	switch (m->state) {
	case MULTIPART_PREAMBLE:
	case MULTIPART_IN_BODY: return pass_data(m, more);
	case MULTIPART_DELIMITED: return pass_delimiter(m, more);
	case MULTIPART_IN_HEADERS: return pass_headers(m, more);
	case MULTIPART_END:
		m->n = 0;
		*more = false;
		return true;
	}
	return false;
}

bool multipart_feed(struct multipart *m, const char *data, size_t n)
{
	while (n > 0) {
		size_t take = n < MULTIPART_CHUNK ? n : MULTIPART_CHUNK;
		bool more = true;
		memcpy(m->held + m->n, data, take);
		m->n += take;
		data += take;
		n -= take;
		while (more)
			if (!step(m, &more))
				return false;
	}
	return true;
}

bool multipart_done(const struct multipart *m)
{
	return m->state == MULTIPART_END;
}
