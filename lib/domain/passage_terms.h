/* passage_terms.h: what a passage is found by: the words and pairs of terms.h, words by their stem, each with its weight. Pure. */
#ifndef PASSAGE_TERMS_H
#define PASSAGE_TERMS_H
#include "../core/core.h"

enum { PASSAGE_KEY_MAX = 40, PASSAGE_ASKED_MAX = 32 };
struct passage_term {
	const char *key;
	double weight; /* the more often, the more; in a short passage more than in a long one; in its headings twice */
};
/* struct passage_term by their keys, each once. */
struct list passage_weigh(struct arena *, const char *headings, const char *text);

struct passage_asked {
	const char *key;
	bool begins; /* longer words that begin so are good as well: "pay", "payment" */
};
/* struct passage_asked, each key once, at most PASSAGE_ASKED_MAX. */
struct list passage_asks(struct arena *, const char *question);
#endif
