#include "contact_terms.h"
#include "terms.h"
#include <string.h>

enum { SQUEEZED = 70, DIGITS = 20, PHONE_PART = 4, OWN_ID = 16, ASKS_MAX = TERMS_MAX + 4 };

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

/* -- what stands in the table -- */

struct words {
	struct arena *mem;
	const char **items;
	size_t n, cap;
};

static void add(struct words *w, const char *prefix, const char *text)
{
	if (w->n == w->cap) {
		size_t cap = w->cap * 2 + 32;
		w->items = arena_grow(w->mem, w->items, w->cap * sizeof(*w->items), cap * sizeof(*w->items));
		w->cap = cap;
	}
	w->items[w->n++] = arena_printf(w->mem, "%s%s", prefix, text);
}

static void add_squeezed(struct words *w, const char *prefix, const char *text)
{
	char word[SQUEEZED + 1];

	if (squeeze(word, text) > 1)
		add(w, prefix, word);
}

/* The second character of a pair, as a token. */
static const char *second_of(const struct term *t)
{
	return strchr(t->text + 1, 'u');
}

/* A pair begins with its first character, so the last one of a run needs a token of its own. */
static void add_words(struct words *w, const char *text, size_t n, size_t least)
{
	struct terms t;
	struct term term, before = { 0 };

	for (terms_begin(&t, text, n); terms_next(&t, &term); before = term) {
		if (before.units == 2 && term.unit != before.unit + 1)
			add(w, "", second_of(&before));
		if (!term.word || strlen(term.text) >= least)
			add(w, "", term.text);
	}
	if (before.units == 2)
		add(w, "", second_of(&before));
}

static void add_email(struct words *w, const char *email)
{
	const char *at = strrchr(email, '@');

	add_words(w, email, at != NULL ? (size_t)(at - email) : strlen(email), 0);
	add_squeezed(w, "zm", email);
	if (at != NULL)
		add_squeezed(w, "zm", at + 1);
}

static void add_phone(struct words *w, const char *phone)
{
	char digits[DIGITS + 1];
	size_t n = digits_of(digits, phone);

	if (n >= PHONE_PART)
		add(w, "zq", digits);
	for (size_t i = 0; i + PHONE_PART <= n; i++)
		add(w, "zp", digits + i);
}

/* Random ones are not what anybody searches by parts of: the whole is found by its own index. */
static bool own_id(const char *public_id)
{
	const char *rest = strchr(public_id, '_');

	return rest != NULL && strlen(rest + 1) == OWN_ID &&
	       (strncmp(public_id, "guest_", 6) == 0 || strncmp(public_id, "contact_", 8) == 0);
}

/* 64 bits FNV-1a. */
static const char *hashed(struct arena *mem, const char *tag, size_t n)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ (unsigned char)tag[i]) * 0x100000001b3u;
	return arena_printf(mem, "zg%016llx", (unsigned long long)hash);
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

struct list contact_words(struct arena *mem, const struct contact_fields *f)
{
	struct words w = { .mem = mem };
	const char *tag;
	size_t n;

	if (f->name != NULL)
		add_words(&w, f->name, strlen(f->name), 0);
	if (f->email != NULL)
		add_email(&w, f->email);
	if (f->phone != NULL)
		add_phone(&w, f->phone);
	if (f->identifier != NULL) {
		add_squeezed(&w, "zi", f->identifier);
		add_words(&w, f->identifier, strlen(f->identifier),
			  4); /* words of one letter stand in each of "C-1001", "C-1002"… */
	}
	if (f->public_id != NULL && !own_id(f->public_id))
		add_squeezed(&w, "zi", f->public_id);
	for (const char *at = f->tags; at != NULL && tag_next(&at, &tag, &n);)
		add(&w, hashed(mem, tag, n), "");
	return (struct list){ w.items, w.n };
}

/* -- what is asked -- */

struct asks {
	struct arena *mem;
	struct contact_ask items[ASKS_MAX];
	size_t n;
	int group;
};

static void ask(struct asks *a, const char *prefix, const char *text, bool begins)
{
	if (a->n < ASKS_MAX)
		a->items[a->n++] = (struct contact_ask){ arena_printf(a->mem, "%s%s", prefix, text), begins, a->group };
}

static bool one_letter(const struct term *t)
{
	return t->word && strlen(t->text) < 4;
}

/* Each word and pair is needed, the last word and a lone character may go on; words of one letter only if that is all there is. */
static void ask_words(struct asks *a, const char *text)
{
	struct term *term = arena_alloc(a->mem, TERMS_MAX * sizeof(*term));
	struct terms t;
	size_t n = 0, longer = 0;

	terms_begin(&t, text, strlen(text));
	while (n < TERMS_MAX && terms_next(&t, &term[n]))
		longer += !one_letter(&term[n++]);
	for (size_t i = 0; i < n; i++)
		if (longer == 0 || !one_letter(&term[i]))
			ask(a, "", term[i].text, term[i].word ? i == n - 1 && !one_letter(&term[i]) : term[i].units == 1);
	a->group++;
}

/* A text that is more than ASCII would lose what it is about. */
static void ask_squeezed(struct asks *a, const char *prefix, const char *text)
{
	char word[SQUEEZED + 1];
	bool ascii = true;

	for (const char *p = text; *p != '\0'; p++)
		ascii = ascii && (unsigned char)*p < 0x80;
	if (ascii && squeeze(word, text) > 1)
		ask(a, prefix, word, true);
	a->group++;
}

static void ask_phone(struct asks *a, const char *text, bool any_part)
{
	char digits[DIGITS + 1];
	size_t n = digits_of(digits, text);

	if (n < PHONE_PART || text[strspn(text, "0123456789 +-().")] != '\0')
		return;
	if (any_part)
		ask(a, "zp", digits, true);
	else
		ask(a, n == PHONE_PART ? "zp" : "zq", digits, false);
}

struct list contact_asks(struct arena *mem, const char *text, bool any_digits)
{
	struct asks *a = arena_alloc(mem, sizeof(*a));

	a->mem = mem;
	ask_words(a, text);
	ask_squeezed(a, "zi", text);
	ask_squeezed(a, "zm", text);
	ask_phone(a, text, any_digits);
	return (struct list){ a->items, a->n };
}

/* As the list in the row has it: escaped. */
const char *tag_word(struct arena *mem, const char *tag)
{
	struct buf quoted = { 0 };

	buf_json(&quoted, tag, strlen(tag));
	const char *word = hashed(mem, quoted.data + 1, quoted.len - 2);
	buf_free(&quoted);
	return word;
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
	const char *out = arena_strndup(mem, b.data, b.len);
	buf_free(&b);
	return out;
}
