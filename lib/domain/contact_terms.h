/* contact_terms.h: what a contact is found by, as words of the table contact_words, and the words that a search asks for. Pure.
   Beside the words and pairs of terms.h: u4f60 the last character of a run; zm an e-mail address and its domain, zi an identifier,
   squeezed to letters and digits; zp each end of a phone number, so that a search by beginning finds any part of it, zq the whole
   of it; zg a tag's hash. */
#ifndef CONTACT_TERMS_H
#define CONTACT_TERMS_H
#include "../core/core.h"

enum { TAGS_MAX = 50, TAG_CHARS = 50 };
struct contact_fields {
	const char *name, *email, *phone, *identifier, *public_id, *tags; /* tags: a JSON list; each may be NULL */
};
struct list contact_words(struct arena *, const struct contact_fields *); /* of const char *; some may stand twice */

struct contact_ask {
	const char *word;
	bool begins; /* words that begin with it do as well */
	int group;   /* all of one group are needed; one group is enough */
};
/* any_digits: parts of phone numbers find; else the last four and the whole, because those who see them masked must not feel their
   way to the rest. Nothing asked: nothing can match. */
struct list contact_asks(struct arena *, const char *text, bool any_digits);
const char *tag_word(struct arena *, const char *tag);

bool phone_valid(const char *);
/* The items of a JSON list of strings one after the other, as they stand between their quotes. */
bool tag_next(const char **at, const char **item, size_t *n);
const char *tags_union(struct arena *, const char *mine, const char *more); /* at most TAGS_MAX, mine first */
#endif
