/* passage.h: what the AI answers from: published articles, cut into passages (passage_cut.h) and found by full-text search. */
#ifndef PASSAGE_H
#define PASSAGE_H
#include "article.h"

struct passage {
	int64_t id, article_id, ord; /* ord: from 0, in the order of the article */
	const char *title;           /* the article's */
	const char *heading, *text;  /* text: Markdown */
	double relevance;            /* the server's rank, of no fixed scale */
	double score; /* 0 … 1: how much of what was asked it speaks about; title and headings count more than the text */
};
/* Below this a passage is about something else. */
#define PASSAGE_SURE 0.5
/* Of so many of the best a prompt is made. */
enum { PASSAGES_SEEN = 24 };

/* The best ones in this language, best first. Nothing to search for is an empty list. */
MUST bool passage_search(struct ctx *, const char *text, const char *locale, int64_t limit, struct list *out);
/* How much of the question a passage speaks about: 0 … 1. Pure. */
double passage_coverage(struct arena *, const char *question, const char *headings, const char *text);
const char *passage_plain(struct arena *, const struct passage *); /* as it is read where no markup is shown */

/* In the transaction that writes the article: its passages are those of what it says now; none of a draft. */
MUST bool passage_put(struct ctx *, const struct article *);
MUST bool passage_drop(struct ctx *, int64_t article_id);
/* For who makes all of them anew: those of articles that are gone, some at a time (n = of how many articles); and what is counted.
 */
MUST bool passage_drop_orphans(struct ctx *, int64_t limit, int64_t *n);
MUST bool passage_count_anew(struct ctx *);
#endif
