/* article.h: the knowledge base: what the AI answers from. */
#ifndef ARTICLE_H
#define ARTICLE_H
#include "../core/core.h"

struct article {
	int64_t id;
	const char *title, *content, *locale, *terms;
	double score; /* the index's own ranking */
	double cover; /* 0 … 1: part of the question's words that the article has; set by article_search */
};
struct article_in {
	const char *title, *content, *locale;
};
bool article_write(struct ctx *, const void *in, void *out); /* new; out: int64_t id, or NULL */
/* The published ones that fit a question best, best first. */
MUST bool article_search(struct ctx *, const char *question, const char *locale, int64_t limit, struct list *out);
#endif
