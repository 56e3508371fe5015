#include "terms.h"
#include <string.h>

enum { WORD_MAX = 60 }; /* a longer run of letters is cut: the index holds 84 characters */

/* The code point at *p of valid UTF-8, *p moved behind it. */
static uint32_t next_char(const char **p)
{
	const unsigned char *s = (const unsigned char *)*p;
	int more = *s < 0x80 ? 0 : *s < 0xe0 ? 1 : *s < 0xf0 ? 2 : 3;
	uint32_t v = more == 0 ? *s : *s & (0x3fu >> more);

	for (int i = 1; i <= more && s[i] != '\0'; i++)
		v = v << 6 | (s[i] & 0x3f);
	++*p;
	while ((**p & 0xc0) == 0x80)
		++*p;
	return v;
}

static bool is_cjk(uint32_t v)
{
	return (v >= 0x3400 && v <= 0x9fff) || (v >= 0xf900 && v <= 0xfaff) || (v >= 0x3040 && v <= 0x30ff) ||
	       (v >= 0xac00 && v <= 0xd7a3) || (v >= 0x20000 && v <= 0x2fa1f);
}

/* Letters and digits of other scripts, full-width ASCII folded. 0 = not part of a word. */
static uint32_t word_char(uint32_t v)
{
	if (v >= 0xff01 && v <= 0xff5e)
		v -= 0xfee0;
	if (v >= 'A' && v <= 'Z')
		return v | 0x20;
	if ((v >= 'a' && v <= 'z') || (v >= '0' && v <= '9'))
		return v;
	return v >= 0xc0 && v < 0x2000 && v != 0xd7 && v != 0xf7 ? v : 0;
}

static void put_separator(struct buf *b, size_t start)
{
	if (b->len > start)
		buf_chr(b, ' ');
}

static void put_word(struct buf *b, const char **p, size_t start)
{
	const char *at = *p;
	uint32_t v;

	put_separator(b, start);
	buf_str(b, "zw");
	for (int n = 0; **p != '\0' && (v = word_char(next_char(&at))) != 0; *p = at, n++) {
		if (n >= WORD_MAX)
			continue;
		if (v < 0x80)
			buf_chr(b, (char)v);
		else
			buf_printf(b, "x%x",
				   (unsigned)v); /* the collation would fold accents; the index must not split words at them */
	}
}

static void put_cjk(struct buf *b, const char **p, size_t start)
{
	uint32_t before = 0, v;
	const char *at = *p;
	int n = 0;

	for (; **p != '\0' && is_cjk(v = next_char(&at)); *p = at, before = v) {
		if (n++ == 0)
			continue;
		put_separator(b, start);
		buf_printf(b, "u%xu%x", (unsigned)before, (unsigned)v);
	}
	if (n == 1) {
		put_separator(b, start);
		buf_printf(b, "u%x", (unsigned)before);
	}
}

void terms_put(struct buf *b, const char *text)
{
	size_t start = b->len;

	while (*text != '\0') {
		const char *at = text;
		uint32_t v = next_char(&at);
		if (is_cjk(v))
			put_cjk(b, &text, start);
		else if (word_char(v) != 0)
			put_word(b, &text, start);
		else
			text = at;
	}
}

size_t terms_count(const char *terms)
{
	size_t n = *terms != '\0';

	for (; *terms != '\0'; terms++)
		n += *terms == ' ';
	return n;
}

static bool has_token(const char *terms, const char *token, size_t n)
{
	for (const char *p = terms; (p = strstr(p, token)) != NULL; p += n) {
		/* strstr looks for the rest of the text: compare the one token alone */
		if ((p == terms || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
			return true;
	}
	return false;
}

size_t terms_shared(const char *a, const char *b)
{
	char token[WORD_MAX * 8 + 8];
	size_t shared = 0;

	for (const char *p = a; *p != '\0';) {
		size_t n = strcspn(p, " ");
		if (n < sizeof(token)) {
			memcpy(token, p, n);
			token[n] = '\0';
			const char *again = strstr(a, token);
			bool first = again == p; /* counted once */
			shared += first && has_token(b, token, n);
		}
		p += n + (p[n] == ' ');
	}
	return shared;
}

bool text_has_cjk(const char *s)
{
	while (*s != '\0')
		if (is_cjk(next_char(&s)))
			return true;
	return false;
}
