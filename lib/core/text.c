#include "text.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

/* Bytes of the well-formed character at p, 0 if there is none (Unicode table 3-7). */
static size_t char_len(const unsigned char *p, size_t n)
{
	unsigned char lo = 0x80, hi = 0xbf;
	size_t len;

	if (p[0] < 0x80)
		return p[0] != 0;
	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		len = 2;
	else if ((p[0] & 0xf0) == 0xe0)
		len = 3;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		len = 4;
	else
		return 0;
	if (n < len)
		return 0;
	lo = p[0] == 0xe0 ? 0xa0 : p[0] == 0xf0 ? 0x90 : lo;
	hi = p[0] == 0xed ? 0x9f : p[0] == 0xf4 ? 0x8f : hi;
	if (p[1] < lo || p[1] > hi)
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

bool utf8_valid(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s, *end = p + n;

	while (p < end) {
		size_t len = char_len(p, (size_t)(end - p));
		if (len == 0)
			return false;
		p += len;
	}
	return true;
}

size_t utf8_count(const char *s, size_t n)
{
	size_t chars = 0;

	for (size_t i = 0; i < n; i++)
		chars += (s[i] & 0xc0) != 0x80;
	return chars;
}

size_t utf8_cut(const char *s, size_t n, size_t max_chars)
{
	size_t i = 0;

	for (size_t chars = 0; i < n; i++)
		if ((s[i] & 0xc0) != 0x80 && chars++ == max_chars)
			break;
	return i;
}

/* Bytes of white space at p: ASCII, NBSP, the ideographic space. */
static size_t space_len(const char *p, size_t n)
{
	if (n >= 1 && (*p == ' ' || (*p >= '\t' && *p <= '\r')))
		return 1;
	if (n >= 2 && memcmp(p, "\xc2\xa0", 2) == 0)
		return 2;
	return n >= 3 && memcmp(p, "\xe3\x80\x80", 3) == 0 ? 3 : 0;
}

static size_t space_len_back(const char *start, const char *end)
{
	for (size_t k = 1; k <= 3 && k <= (size_t)(end - start); k++)
		if (space_len(end - k, k) == k)
			return k;
	return 0;
}

char *text_trim(struct arena *mem, const char *s)
{
	const char *end = s + strlen(s);
	size_t k;

	while ((k = space_len(s, (size_t)(end - s))) > 0)
		s += k;
	while ((k = space_len_back(s, end)) > 0)
		end -= k;
	return arena_strndup(mem, s, (size_t)(end - s));
}

bool text_blank(const char *s)
{
	const char *end = s + strlen(s);
	size_t k;

	while ((k = space_len(s, (size_t)(end - s))) > 0)
		s += k;
	return s == end;
}

bool text_ascii(const char *s)
{
	while (*s != '\0' && ((unsigned char)*s & 0x80) == 0)
		s++;
	return *s == '\0';
}

bool parse_int(const char *s, size_t n, int64_t *out)
{
	bool minus = n > 0 && *s == '-';
	size_t i = minus;
	int64_t v = 0;

	if (i == n)
		return false;
	for (; i < n; i++) {
		if (s[i] < '0' || s[i] > '9' || __builtin_mul_overflow(v, 10, &v))
			return false;
		int digit = s[i] - '0';
		if (minus ? __builtin_sub_overflow(v, digit, &v) : __builtin_add_overflow(v, digit, &v))
			return false;
	}
	*out = v;
	return true;
}

static const char b64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

size_t b64url_enc(char *out, const void *src, size_t n)
{
	const unsigned char *p = src;
	uint32_t acc = 0;
	int bits = 0;
	char *o = out;

	for (size_t i = 0; i < n; i++) {
		acc = acc << 8 | p[i];
		for (bits += 8; bits >= 6; bits -= 6)
			*o++ = b64[acc >> (bits - 6) & 63];
	}
	if (bits > 0)
		*o++ = b64[acc << (6 - bits) & 63];
	*o = '\0';
	return (size_t)(o - out);
}

long b64url_dec(void *out, size_t cap, const char *s, size_t n)
{
	unsigned char *o = out;
	uint32_t acc = 0;
	int bits = 0;
	size_t len = 0;

	if (n % 4 == 1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const char *at = s[i] != '\0' ? strchr(b64, s[i]) : NULL;
		if (at == NULL)
			return -1;
		acc = acc << 6 | (uint32_t)(at - b64);
		if ((bits += 6) < 8)
			continue;
		if (len == cap)
			return -1;
		bits -= 8;
		o[len++] = (unsigned char)(acc >> bits);
		acc &= (1u << bits) - 1;
	}
	return acc == 0 ? (long)len : -1; /* spare bits set: a second spelling of the same bytes */
}

static int hex_digit(char ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	ch |= 0x20;
	return ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
}

char *percent_decode(struct arena *mem, const char *s, size_t n, bool plus_is_space)
{
	char *out = arena_alloc(mem, n + 1), *o = out;

	for (size_t i = 0; i < n; i++) {
		if (s[i] == '+' && plus_is_space) {
			*o++ = ' ';
		} else if (s[i] != '%') {
			*o++ = s[i];
		} else {
			if (n - i < 3 || hex_digit(s[i + 1]) < 0 || hex_digit(s[i + 2]) < 0)
				return NULL;
			*o++ = (char)(hex_digit(s[i + 1]) << 4 | hex_digit(s[i + 2]));
			i += 2;
		}
	}
	return utf8_valid(out, (size_t)(o - out)) ? out : NULL; /* refuses NUL as well */
}

static bool email_char(unsigned char ch, bool domain)
{
	if (ch >= 0x80 || (ch >= '0' && ch <= '9') || ((ch | 0x20) >= 'a' && (ch | 0x20) <= 'z'))
		return true;
	return ch != 0 && strchr(domain ? "-." : "!#$%&'*+-/=?^_`{|}~.", ch) != NULL;
}

static bool email_part(const char *s, size_t n, bool domain)
{
	if (n == 0 || s[0] == '.' || s[n - 1] == '.')
		return false;
	for (size_t i = 0; i < n; i++)
		if (!email_char((unsigned char)s[i], domain) || (i > 0 && s[i] == '.' && s[i - 1] == '.'))
			return false;
	return true;
}

bool email_valid(const char *s)
{
	const char *at = strrchr(s, '@');
	size_t n = strlen(s);

	if (at == NULL || n > 254 || at - s > 64)
		return false;
	size_t domain = n - (size_t)(at - s) - 1;
	return email_part(s, (size_t)(at - s), false) && email_part(at + 1, domain, true) && memchr(at + 1, '.', domain) != NULL;
}

const char *pick_lang(const char *accept)
{
	double best_zh = -1, best_en = -1;

	for (const char *p = accept; p != NULL && *p != '\0';) {
		p += strspn(p, " \t,");
		const char *end = p + strcspn(p, ","), *q = strstr(p, ";q=");
		double weight = q != NULL && q < end ? strtod(q + 3, NULL) : 1;
		if (strncasecmp(p, "zh", 2) == 0 && weight > best_zh)
			best_zh = weight;
		if (strncasecmp(p, "en", 2) == 0 && weight > best_en)
			best_en = weight;
		p = end;
	}
	return best_en > 0 && best_en > best_zh ? "en" : "zh";
}

static void random_bytes(void *p, size_t n)
{
	for (unsigned char *o = p; n > 0;) {
		ssize_t got = getrandom(o, n, 0);
		if (got < 0) {
			if (errno == EINTR)
				continue;
			abort(); /* ids that can be guessed would be worse */
		}
		o += got;
		n -= (size_t)got;
	}
}

int64_t random_number(void)
{
	uint64_t n;

	random_bytes(&n, sizeof(n));
	return (int64_t)(n >> 2) | 1;
}

char *random_id(struct arena *mem, const char *prefix, size_t chars)
{
	static const char set[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	size_t at = strlen(prefix);
	char *out = arena_alloc(mem, at + chars + 1), *end = out + at + chars;
	unsigned char pool[64];
	size_t left = 0;

	memcpy(out, prefix, at);
	for (char *o = out + at; o < end;) {
		if (left == 0)
			random_bytes(pool, left = sizeof(pool));
		unsigned char r = pool[--left];
		if (r < 248) /* 4 * 62: no character likelier than another */
			*o++ = set[r % 62];
	}
	return out;
}

char *uuid4(struct arena *mem)
{
	unsigned char r[16];

	random_bytes(r, sizeof(r));
	r[6] = (r[6] & 0x0f) | 0x40;
	r[8] = (r[8] & 0x3f) | 0x80;
	static const char hex[] = "0123456789abcdef";
	char *out = arena_alloc(mem, 37), *o = out;
	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*o++ = '-';
		*o++ = hex[r[i] >> 4];
		*o++ = hex[r[i] & 15];
	}
	return out;
}

bool token_in_list(const char *list, const char *item)
{
	size_t want = strlen(item);

	while (*list != '\0') {
		list += strspn(list, ", \t");
		size_t n = strcspn(list, ","), used = n;
		while (n > 0 && (list[n - 1] == ' ' || list[n - 1] == '\t'))
			n--;
		if (n == want && n > 0 && strncasecmp(list, item, n) == 0)
			return true;
		list += used;
	}
	return false;
}
