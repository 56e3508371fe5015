/* terms.h: text as full-text tokens that an unprivileged MySQL/MariaDB indexes with its defaults (pure). DESIGN 3.
   Latin words and digits: "zw" + the lower-case word, so that short and stop words survive. CJK: overlapping pairs as hex,
   "u4f60u597d". */
#ifndef TERMS_H
#define TERMS_H
#include "../core/buf.h"

void terms_put(struct buf *, const char *text); /* separated by single spaces; nothing for text without words */
size_t terms_count(const char *terms);
/* How many of the distinct tokens of a occur in b. */
size_t terms_shared(const char *a, const char *b);
bool text_has_cjk(const char *);
#endif
