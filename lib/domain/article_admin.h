/* article_admin.h: the knowledge base as those see it who write it. */
#ifndef ARTICLE_ADMIN_H
#define ARTICLE_ADMIN_H
#include "article.h"
#include "page.h"

enum { ARTICLE_HAS_PUBLISHED = 1 };
enum { ARTICLE_REACH = 1000 }; /* so many hits of a search are counted */
struct article_list_in {
	const char *search, *locale; /* NULL = any */
	bool published;              /* counts when has says so */
	uint64_t has;
	struct page_in page;
};
struct article_list_out {
	struct list articles; /* struct article: those that fit a search best first, else the last changed first */
	struct page_meta meta;
};
/* Drafts are for those who may read settings. */
bool article_list(struct ctx *, const void *in, void *out);
struct article_id_in {
	int64_t id;
};
bool article_get(struct ctx *, const void *in, void *out); /* out: struct article; "article.missing" */

struct article_edit_in {
	int64_t id;                           /* update only: what is NULL stays as it is */
	const char *title, *content, *locale; /* locale: "zh", "en"; a new article's default is the site's */
	bool published;                       /* a new one is, unless has says otherwise */
	uint64_t has;
};
bool article_create(struct ctx *, const void *in, void *out); /* out: struct article */
bool article_update(struct ctx *, const void *in, void *out);
bool article_delete(struct ctx *, const void *in, void *out);

/* What the builtin AI would say to somebody who opens with this question, and from where; what another would be told. */
struct article_ask_in {
	const char *question, *locale; /* locale: of a question whose own language cannot be told */
};
struct article_source {
	int64_t id;
	const char *title;
	double score;
	bool used;           /* the answer is made of it */
	const char *passage; /* the part that speaks about the question */
};
struct article_ask_out {
	const char *answer;
	int kind; /* enum ai_kind of ai.h */
	bool sure;
	struct list articles; /* struct article_source, best first */
	const char *prompt;   /* what a provider over the network is told before the conversation; NULL: none is asked */
};
extern const char *const answer_kind_names[]; /* the order of enum ai_kind */
bool article_ask(struct ctx *, const void *in, void *out);
#endif
