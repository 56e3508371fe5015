/* terms.h: text as tokens that an unprivileged server's full-text index keeps whole: default settings, no plugin. Pure.
   Words: lower case, without accents, prefix "zw", so that short ones and stop words survive ("to" is zwto). Scripts without blanks
   (Chinese, Japanese, Korean, Thai): overlapping pairs of characters as hex (u4f60u597d), a lone character by itself (u4f60). */
#ifndef TERMS_H
#define TERMS_H
#include "../core/buf.h"

enum { TERM_MAX = 72, TERMS_MAX = 48 }; /* bytes of a token with its NUL; tokens of a query */
struct term {
	char text[TERM_MAX];
	size_t unit, units; /* which words or characters of the text it stands for: a pair has two */
	bool word;          /* of letters and digits, as opposed to characters */
};
/* Walk over any bytes; malformed ones separate. */
struct terms {
	const unsigned char *p, *end;
	size_t unit;
	bool in_run;
};
void terms_begin(struct terms *, const char *text, size_t n);
bool terms_next(struct terms *, struct term *);

void terms_encode(struct buf *out, const char *text, size_t n); /* all tokens, blanks between */
enum terms_mode {
	TERMS_NATURAL, /* the tokens: IN NATURAL LANGUAGE MODE */
	TERMS_ANY,     /* IN BOOLEAN MODE, one is enough; words also as beginnings of longer ones */
	TERMS_ALL,     /* IN BOOLEAN MODE, each is needed */
};
void terms_query(struct buf *out, const char *text, size_t n, enum terms_mode); /* each token once, at most TERMS_MAX */
/* Bytes of a word's stem ("zwshipping" 6: zwship), the whole length for others. */
size_t term_stem(const char *term);
#endif
