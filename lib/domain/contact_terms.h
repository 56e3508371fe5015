/* contact_terms.h: what a contact is found by, as tokens for the full-text index (terms.h says why), and the query that finds it.
   Pure. Beside the words and pairs of terms.h: u4f60 each character, so that one is enough; zm an e-mail address and its domain,
   zi an identifier, squeezed to letters and digits, found by their beginning; zp each end of a phone number, so that a search by
   beginning finds any part of it, zq the whole of it; zg a tag's hash. */
#ifndef CONTACT_TERMS_H
#define CONTACT_TERMS_H
#include "../core/core.h"

enum { TAGS_MAX = 50, TAG_CHARS = 50 };
struct contact_words {
	const char *name, *email, *phone, *identifier, *public_id, *tags; /* tags: a JSON list; each may be NULL */
};
const char *contact_terms(struct arena *, const struct contact_words *);
/* For AGAINST (… IN BOOLEAN MODE). "" = nothing can match. text or tag may be NULL, not both. any_digits: parts of phone numbers
   find; else the last four and the whole, because those who see them masked must not feel their way to the rest. */
const char *contact_query(struct arena *, const char *text, const char *tag, bool any_digits);

bool phone_valid(const char *);
/* The items of a JSON list of strings one after the other, as they stand between their quotes. */
bool tag_next(const char **at, const char **item, size_t *n);
const char *tags_union(struct arena *, const char *mine, const char *more); /* at most TAGS_MAX, mine first */
#endif
