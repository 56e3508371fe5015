/* article.h: the knowledge base: what the builtin AI answers from. */
#ifndef ARTICLE_H
#define ARTICLE_H
#include "../core/core.h"

struct article {
	int64_t id;
	const char *title, *content, *locale; /* "zh", "en" */
	bool published;
	const char *terms;
	int64_t created_at, updated_at;
	double relevance; /* the server's rank, of no fixed scale */
	double score;     /* 0 … 1: how much of what was asked the article speaks about; a title counts more than the text */
};
/* Below this an article is about something else. */
#define ARTICLE_SURE 0.5

/* The best published ones, best first. locale NULL = any. Nothing to search for is an empty list. */
MUST bool article_search(struct ctx *, const char *text, const char *locale, int64_t limit, struct list *out);
/* How much of the text this passage speaks about: 0 … 1. Pure. */
double article_coverage(struct arena *, const char *question, const char *title, const char *passage);
/* The part of an article that answers: all of a short one, else the best paragraphs, at most about max bytes. */
char *article_passage(struct arena *, const struct article *, const char *question, size_t max);

struct article_write_in {
	int64_t id; /* 0 = a new one */
	const char *title, *content, *locale;
	bool published;
};
bool article_write(struct ctx *, const void *in, void *out); /* out: struct article, or NULL */
MUST bool article_count(struct ctx *, int64_t *n);
#endif
