/* article.h: the knowledge base. What is published is what the AI answers from (passage.h). */
#ifndef ARTICLE_H
#define ARTICLE_H
#include "../core/core.h"

struct article {
	int64_t id;
	const char *title, *content, *locale; /* content: Markdown; locale: "zh", "en" */
	bool published;
	int64_t created_at, updated_at;
};
struct article_write_in {
	int64_t id; /* 0 = a new one */
	const char *title, *content, *locale;
	bool published;
};
bool article_write(struct ctx *, const void *in, void *out); /* out: struct article, or NULL; its passages are written as well */
MUST bool article_count(struct ctx *, int64_t *n);

/* Within a transaction, some at a time: those whose passages were never made (upgrade, imports by SQL), or by an older cutter; n =
   how many it were, 0 = none is left. */
MUST bool article_index_waiting(struct ctx *, int64_t *n);
/* For a rebuild: all of them wait (what they have serves until then); what articles left that are gone, n = of how many; and what
   is counted over all of them. */
MUST bool article_index_anew(struct ctx *);
MUST bool article_index_orphans(struct ctx *, int64_t *n);
MUST bool article_index_settle(struct ctx *);
#endif
