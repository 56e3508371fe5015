#include "terms.h"
#include <string.h>

enum { WORD_CHARS = 56 }; /* of a token, without its prefix; the rest of a longer word is dropped */

struct letter {
	uint32_t code;
	size_t len; /* bytes; malformed: 1, and code 0 */
};

static struct letter decode(const unsigned char *p, const unsigned char *end)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = *p < 0x80 ? 1 : *p >= 0xf0 ? 4 : *p >= 0xe0 ? 3 : *p >= 0xc2 ? 2 : 0;
	uint32_t code;

	if (n == 1)
		return (struct letter){ *p, 1 };
	if (n == 0 || *p > 0xf4 || (size_t)(end - p) < n)
		return (struct letter){ 0, 1 };
	code = *p & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return (struct letter){ 0, 1 };
		code = code << 6 | (p[i] & 0x3f);
	}
	return code < least[n] || code > 0x10ffff ? (struct letter){ 0, 1 } : (struct letter){ code, n };
}

struct range {
	uint32_t first, last;
};

static bool within(uint32_t code, const struct range *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (code >= r[i].first && code <= r[i].last)
			return true;
	return false;
}

/* Scripts that put no blanks between words. */
static bool unspaced(uint32_t code)
{
	static const struct range r[] = { { 0x0e00, 0x0e4f }, { 0x2e80, 0x2fdf }, { 0x3005, 0x3007 }, { 0x3040, 0x318f },
					  { 0x31a0, 0x31ff }, { 0x3400, 0x4dbf }, { 0x4e00, 0x9fff }, { 0xa960, 0xa97f },
					  { 0xac00, 0xd7ff }, { 0xf900, 0xfaff }, { 0xff66, 0xff9d }, { 0x20000, 0x3ffff } };
	return code >= 0x0e00 && within(code, r, COUNT(r));
}

static bool mark(uint32_t code) /* says nothing by itself: an accent that combines, an apostrophe within a word */
{
	return (code >= 0x300 && code <= 0x36f) || code == '\'' || code == 0x2019;
}

/* The letter without case and accent; 0 separates words. */
static uint32_t fold(uint32_t code)
{
	static const char latin1[] = "aaaaaaaceeeeiiiidnooooo\0ouuuuyts";
	static const char latin_a[] = "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllll"
				      "nnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
	static const struct range signs[] = { { 0x2000, 0x2bff }, { 0x2e00, 0x303f }, { 0xd800, 0xf8ff },   { 0xfe00, 0xfe6f },
					      { 0xff00, 0xff65 }, { 0xffa0, 0xffff }, { 0x1f000, 0x10ffff } };

	if (code >= 0xff01 && code <= 0xff5e) /* full width */
		code -= 0xfee0;
	if (code >= 'A' && code <= 'Z')
		return code + 32;
	if (code < 0x80)
		return (code >= 'a' && code <= 'z') || (code >= '0' && code <= '9') ? code : 0;
	if (code < 0xc0)
		return 0;
	if (code <= 0xff)
		return code == 0xff ? 'y' : (uint32_t)latin1[(code - 0xc0) % 32];
	if (code <= 0x17f)
		return (uint32_t)latin_a[code - 0x100];
	if ((code >= 0x391 && code <= 0x3a9) || (code >= 0x410 && code <= 0x42f))
		return code + 0x20;
	if (code >= 0x400 && code <= 0x40f)
		return code + 0x50;
	return within(code, signs, COUNT(signs)) ? 0 : code;
}

static size_t put_hex(char *out, char prefix, uint32_t code)
{
	static const char digits[] = "0123456789abcdef";
	size_t n = 0;

	out[n++] = prefix;
	for (int shift = code > 0xffff ? 20 : 12; shift >= 0; shift -= 4)
		out[n++] = digits[code >> shift & 15];
	return n;
}

void terms_begin(struct terms *t, const char *text, size_t n)
{
	*t = (struct terms){ .p = (const unsigned char *)text, .end = (const unsigned char *)text + n };
}

/* At a character of an unspaced script: a pair with the next one, or a lone one. False: the end of a run whose pairs were given. */
static bool take_character(struct terms *t, struct letter l, struct term *out)
{
	struct letter next = { 0 };
	bool ran = t->in_run;

	t->p += l.len;
	if (t->p < t->end)
		next = decode(t->p, t->end);
	*out = (struct term){ .unit = t->unit++, .units = 1 };
	t->in_run = unspaced(next.code);
	if (!t->in_run && ran)
		return false;
	size_t n = put_hex(out->text, 'u', l.code);
	if (t->in_run) {
		n += put_hex(out->text + n, 'u', next.code);
		out->units = 2;
	}
	out->text[n] = '\0';
	return true;
}

static void take_word(struct terms *t, struct term *out)
{
	size_t n = 2;

	*out = (struct term){ .text = "zw", .unit = t->unit++, .units = 1, .word = true };
	while (t->p < t->end) {
		struct letter l = decode(t->p, t->end);
		uint32_t folded = fold(l.code);
		if (mark(l.code)) {
			t->p += l.len;
			continue;
		}
		if (unspaced(l.code) || folded == 0)
			break;
		t->p += l.len;
		if (n > WORD_CHARS)
			continue;
		if (folded < 0x80)
			out->text[n++] = (char)folded;
		else
			n += put_hex(out->text + n, 'x', folded);
	}
	out->text[n] = '\0';
}

bool terms_next(struct terms *t, struct term *out)
{
	while (t->p < t->end) {
		struct letter l = decode(t->p, t->end);
		if (unspaced(l.code)) {
			if (take_character(t, l, out))
				return true;
		} else if (fold(l.code) != 0 && !mark(l.code)) {
			take_word(t, out);
			return true;
		} else {
			t->p += l.len;
		}
	}
	return false;
}

void terms_encode(struct buf *out, const char *text, size_t n)
{
	struct terms t;
	struct term term;

	terms_begin(&t, text, n);
	for (bool first = true; terms_next(&t, &term); first = false) {
		if (!first)
			buf_chr(out, ' ');
		buf_str(out, term.text);
	}
}

size_t term_stem(const char *term)
{
	static const char *const endings[] = { "ing", "ies", "ed", "es", "s", "y" };
	size_t n = strlen(term);

	if (strncmp(term, "zw", 2) != 0)
		return n;
	for (size_t i = 0; i < COUNT(endings); i++) {
		size_t k = strlen(endings[i]);
		if (n < 2 + 3 + k || memcmp(term + n - k, endings[i], k) != 0)
			continue;
		n -= k;
		if (k == 3 && term[n - 1] == term[n - 2]) /* shipping, ship */
			n--;
		break;
	}
	return n;
}

static bool had(const struct term *seen, size_t n, const struct term *t)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(seen[i].text, t->text) == 0)
			return true;
	return false;
}

void terms_query(struct buf *out, const char *text, size_t n, enum terms_mode mode)
{
	struct terms t;
	struct term seen[TERMS_MAX];

	terms_begin(&t, text, n);
	for (size_t k = 0; k < TERMS_MAX && terms_next(&t, &seen[k]);) {
		size_t stem = strlen(seen[k].text);
		if (had(seen, k, &seen[k]))
			continue;
		if (k > 0)
			buf_chr(out, ' ');
		if (mode == TERMS_ALL)
			buf_chr(out, '+');
		if (mode == TERMS_ANY)
			stem = term_stem(seen[k].text);
		buf_add(out, seen[k].text, stem);
		if (mode == TERMS_ANY && seen[k].word && stem > 4)
			buf_chr(out, '*');
		k++;
	}
}
