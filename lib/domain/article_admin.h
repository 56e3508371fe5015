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
#endif
