#include "contact_terms.h"
#include "terms.h"
#include <string.h>

enum { SQUEEZED = 70, DIGITS = 20, PHONE_PART = 3, MASK_SHOWS = 4 };

static char *taken(struct arena *mem, struct buf *b)
{
	char *out = arena_strndup(mem, b->data != NULL ? b->data : "", b->len);

	buf_free(b);
	return out;
}

static void add(struct buf *b, const char *prefix, const char *text, const char *suffix)
{
	if (b->len > 0 && b->data[b->len - 1] != '(' && b->data[b->len - 1] != '+')
		buf_chr(b, ' ');
	buf_str(b, prefix);
	buf_str(b, text);
	buf_str(b, suffix);
}

/* ASCII letters and digits alone, small, as many as a token may hold. */
static size_t squeeze(char out[static SQUEEZED + 1], const char *text)
{
	size_t n = 0;

	for (const char *p = text; *p != '\0' && n < SQUEEZED; p++)
		if ((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9'))
			out[n++] = *p;
		else if (*p >= 'A' && *p <= 'Z')
			out[n++] = (char)(*p | 0x20);
	out[n] = '\0';
	return n;
}

static size_t digits_of(char out[static DIGITS + 1], const char *text)
{
	size_t n = 0;

	for (const char *p = text; *p != '\0' && n < DIGITS; p++)
		if (*p >= '0' && *p <= '9')
			out[n++] = *p;
	out[n] = '\0';
	return n;
}

static void add_squeezed(struct buf *b, const char *prefix, const char *text, const char *suffix)
{
	char word[SQUEEZED + 1];

	if (text != NULL && squeeze(word, text) > 1)
		add(b, prefix, word, suffix);
}

/* -- what stands in the row -- */

/* The words, pairs and single characters of a text. */
static void add_words(struct buf *b, const char *text, size_t n)
{
	struct terms t;
	struct term term;

	terms_begin(&t, text, n);
	while (terms_next(&t, &term)) {
		add(b, "", term.text, "");
		const char *second = term.word ? NULL : strchr(term.text + 1, 'u');
		if (second == NULL)
			continue;
		buf_chr(b, ' ');
		buf_add(b, term.text, (size_t)(second - term.text));
		add(b, "", second, "");
	}
}

static void add_email(struct buf *b, const char *email)
{
	const char *at = strrchr(email, '@');

	add_words(b, email, at != NULL ? (size_t)(at - email) : strlen(email));
	add_squeezed(b, "zm", email, "");
	if (at != NULL)
		add_squeezed(b, "zm", at + 1, "");
}

/* Words of one letter would stand in each of "C-1001", "C-1002"… */
static void add_identifier(struct buf *b, const char *identifier)
{
	struct terms t;
	struct term term;

	add_squeezed(b, "zi", identifier, "");
	terms_begin(&t, identifier, strlen(identifier));
	while (terms_next(&t, &term))
		if (!term.word || strlen(term.text) > 3)
			add(b, "", term.text, "");
}

static void add_phone(struct buf *b, const char *phone)
{
	char digits[DIGITS + 1];
	size_t n = digits_of(digits, phone);

	if (n >= PHONE_PART)
		add(b, "zq", digits, "");
	for (size_t i = 0; i + PHONE_PART <= n; i++)
		add(b, "zp", digits + i, "");
}

/* 64 bits FNV-1a. */
static void add_tag(struct buf *b, const char *tag, size_t n)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ (unsigned char)tag[i]) * 0x100000001b3u;
	if (b->len > 0 && b->data[b->len - 1] != '+')
		buf_chr(b, ' ');
	buf_printf(b, "zg%016llx", (unsigned long long)hash);
}

bool tag_next(const char **at, const char **item, size_t *n)
{
	const char *p = strchr(*at, '"'), *end;

	if (p == NULL)
		return false;
	for (end = p + 1; *end != '"'; end++) {
		if (*end == '\\' && end[1] != '\0')
			end++;
		if (*end == '\0')
			return false;
	}
	*item = p + 1;
	*n = (size_t)(end - p - 1);
	*at = end + 1;
	return true;
}

const char *contact_terms(struct arena *mem, const struct contact_words *w)
{
	struct buf b = { 0 };
	const char *tag;
	size_t n;

	if (w->name != NULL)
		add_words(&b, w->name, strlen(w->name));
	if (w->email != NULL)
		add_email(&b, w->email);
	if (w->phone != NULL)
		add_phone(&b, w->phone);
	if (w->identifier != NULL)
		add_identifier(&b, w->identifier);
	add_squeezed(&b, "zi", w->public_id, "");
	for (const char *at = w->tags; at != NULL && tag_next(&at, &tag, &n);)
		add_tag(&b, tag, n);
	return taken(mem, &b);
}

/* -- what is asked -- */

/* Each word and pair is needed, the last word may go on; a word of one letter only if it is all there is. */
static void ask_words(struct buf *b, const char *text)
{
	struct terms t;
	struct term term, last = { 0 };
	struct buf all = { 0 };

	terms_begin(&t, text, strlen(text));
	for (size_t n = 0; n < TERMS_MAX && terms_next(&t, &term); n++) {
		if (*last.text != '\0' && !(last.word && strlen(last.text) < 4))
			add(&all, "+", last.text, "");
		last = term;
	}
	bool lone = last.word && strlen(last.text) < 4;
	if (*last.text != '\0' && (!lone || all.len == 0))
		add(&all, "+", last.text, last.word && !lone ? "*" : "");
	if (all.len > 0)
		add(b, "(", buf_text(&all), ")");
	buf_free(&all);
}

static void ask_phone(struct buf *b, const char *text, bool any_part)
{
	char digits[DIGITS + 1];
	size_t n = digits_of(digits, text);

	if (n < PHONE_PART || text[strspn(text, "0123456789 +-().")] != '\0')
		return;
	if (any_part)
		add(b, "zp", digits, "*");
	else
		add(b, n <= MASK_SHOWS ? "zp" : "zq", digits, "");
}

static void ask_text(struct buf *b, const char *text, bool any_digits)
{
	ask_words(b, text);
	add_squeezed(b, "zi", text, "*");
	add_squeezed(b, "zm", text, "*");
	ask_phone(b, text, any_digits);
}

const char *contact_query(struct arena *mem, const char *text, const char *tag, bool any_digits)
{
	struct buf b = { 0 }, asked = { 0 };

	if (text != NULL) {
		ask_text(&asked, text, any_digits);
		if (asked.len == 0)
			return "";
	}
	if (tag != NULL) {
		struct buf quoted = { 0 };
		buf_json(&quoted, tag, strlen(tag));
		buf_chr(&b, '+');
		add_tag(&b, quoted.data + 1, quoted.len - 2);
		buf_free(&quoted);
	}
	if (tag != NULL && text != NULL)
		add(&b, "+(", buf_text(&asked), ")");
	else if (text != NULL)
		buf_str(&b, buf_text(&asked));
	buf_free(&asked);
	return taken(mem, &b);
}

/* -- forms -- */

bool phone_valid(const char *phone)
{
	size_t digits = 0, n = strlen(phone);

	for (const char *p = phone; *p != '\0'; p++)
		digits += *p >= '0' && *p <= '9';
	return n <= 40 && digits >= PHONE_PART && digits <= DIGITS && strspn(phone, "0123456789 +-().") == n &&
	       (strchr(phone, '+') == NULL || strrchr(phone, '+') == phone);
}

static bool has_tag(const char *tags, const char *tag, size_t n)
{
	const char *item;
	size_t k;

	while (tag_next(&tags, &item, &k))
		if (k == n && memcmp(item, tag, n) == 0)
			return true;
	return false;
}

const char *tags_union(struct arena *mem, const char *mine, const char *more)
{
	const char *const from[] = { mine != NULL ? mine : "[]", more != NULL ? more : "[]" };
	struct buf b = { 0 };
	size_t count = 0, n;
	const char *item;

	buf_chr(&b, '[');
	for (size_t i = 0; i < COUNT(from); i++)
		for (const char *at = from[i]; count < TAGS_MAX && tag_next(&at, &item, &n);) {
			if (i > 0 && has_tag(from[0], item, n))
				continue;
			buf_printf(&b, "%s\"", count++ > 0 ? "," : "");
			buf_add(&b, item, n);
			buf_chr(&b, '"');
		}
	buf_chr(&b, ']');
	return taken(mem, &b);
}
