#include "buf.h"
#include "text.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void buf_clear(struct buf *b)
{
	b->len = 0;
}

void buf_free(struct buf *b)
{
	free(b->data);
	*b = (struct buf){ 0 };
}

void buf_room(struct buf *b, size_t n)
{
	if (b->cap - b->len > n) /* one byte always stays for buf_text()'s NUL */
		return;
	size_t cap = b->cap != 0 ? b->cap : 256;
	while (cap - b->len <= n)
		cap *= 2;
	char *data = realloc(b->data, cap);
	if (data == NULL)
		abort();
	b->data = data;
	b->cap = cap;
}

void buf_add(struct buf *b, const void *p, size_t n)
{
	if (n == 0)
		return;
	buf_room(b, n);
	memcpy(b->data + b->len, p, n);
	b->len += n;
}

void buf_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_chr(struct buf *b, char ch)
{
	buf_room(b, 1);
	b->data[b->len++] = ch;
}

void buf_int(struct buf *b, int64_t v)
{
	char digits[24], *p = digits + sizeof(digits);
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	do
		*--p = (char)('0' + u % 10);
	while ((u /= 10) != 0);
	if (v < 0)
		*--p = '-';
	buf_add(b, p, (size_t)(digits + sizeof(digits) - p));
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;

	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	buf_room(b, (size_t)n + 1);
	vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

/* 0 = copy as it is. E2 may begin U+2028/9, '<' may begin "</". */
static const unsigned char special[256] = {
	[0 ... 31] = 1, ['"'] = 1, ['\\'] = 1, ['<'] = 1, [0xe2] = 1,
};

static size_t escape(struct buf *b, const unsigned char *p, size_t left)
{
	static const char hex[] = "0123456789abcdef";
	static const char short_names[32] = { ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't', ['\b'] = 'b', ['\f'] = 'f' };
	char u[6] = { '\\', 'u', '0', '0', hex[*p >> 4], hex[*p & 15] };

	if (*p == 0xe2 && left >= 3 && p[1] == 0x80 && (p[2] == 0xa8 || p[2] == 0xa9)) {
		buf_str(b, p[2] == 0xa8 ? "\\u2028" : "\\u2029");
		return 3;
	}
	if (*p == 0xe2 || (*p == '<' && !(left >= 2 && p[1] == '/'))) {
		buf_chr(b, (char)*p);
		return 1;
	}
	if (*p == '<') {
		buf_str(b, "<\\/");
		return 2;
	}
	if (*p == '"' || *p == '\\') {
		buf_chr(b, '\\');
		buf_chr(b, (char)*p);
	} else if (short_names[*p] != 0) {
		buf_chr(b, '\\');
		buf_chr(b, short_names[*p]);
	} else {
		buf_add(b, u, sizeof(u));
	}
	return 1;
}

void buf_json(struct buf *b, const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s, *end = p + n, *run = p;

	buf_room(b, n + 2);
	buf_chr(b, '"');
	while (p < end) {
		if (!special[*p]) {
			p++;
			continue;
		}
		buf_add(b, run, (size_t)(p - run));
		p += escape(b, p, (size_t)(end - p));
		run = p;
	}
	buf_add(b, run, (size_t)(p - run));
	buf_chr(b, '"');
}

static char *two(char *p, int v)
{
	*p++ = (char)('0' + v / 10);
	*p++ = (char)('0' + v % 10);
	return p;
}

void buf_time(struct buf *b, int64_t ms)
{
	time_t t = (time_t)(ms >= 0 ? ms / 1000 : (ms - 999) / 1000);
	struct tm tm = { 0 };
	char out[20], *p = out;

	gmtime_r(&t, &tm);
	int year = (tm.tm_year + 1900) % 10000;
	p = two(p, year / 100);
	p = two(p, year % 100);
	*p++ = '-';
	p = two(p, tm.tm_mon + 1);
	*p++ = '-';
	p = two(p, tm.tm_mday);
	*p++ = 'T';
	p = two(p, tm.tm_hour);
	*p++ = ':';
	p = two(p, tm.tm_min);
	*p++ = ':';
	p = two(p, tm.tm_sec);
	*p++ = 'Z';
	buf_add(b, out, (size_t)(p - out));
}

const char *buf_text(struct buf *b)
{
	buf_room(b, 1);
	b->data[b->len] = '\0';
	return b->data;
}
