/* unanswered.h: questions that the AI had no good answer to, for those who write articles. What is asked alike is one. */
#ifndef UNANSWERED_H
#define UNANSWERED_H
#include "message.h"
#include "page.h"

enum unanswered_why { UNANSWERED_UNSURE, UNANSWERED_HANDED, UNANSWERED_DISLIKED };
/* The last question among these messages, if there is one; in the transaction of what came of it. */
MUST bool unanswered_note(struct ctx *, int64_t conversation_id, const struct list *messages, const char *lang,
			  enum unanswered_why);

enum unanswered_state { UNANSWERED_OPEN, UNANSWERED_ANSWERED, UNANSWERED_DISMISSED };
extern const char *const unanswered_state_names[];
struct unanswered {
	int64_t id;
	const char *question, *locale;
	int64_t asked, unsure, handed_over, disliked;
	int state;
	int64_t article_id, conversation_id, first_at, last_at; /* article_id: that answers it; 0 = none */
};
struct unanswered_list_in {
	int state;
	struct page_in page;
};
struct unanswered_list_out {
	struct list questions; /* struct unanswered, the most asked first */
	struct page_meta meta;
};
bool unanswered_list(struct ctx *, const void *in, void *out);
struct unanswered_change_in {
	int64_t id, article_id;
	int state;
};
bool unanswered_change(struct ctx *, const void *in, void *out); /* out: struct unanswered */
/* Its contact is erased: questions that stand there in its words go. */
MUST bool unanswered_forget(struct ctx *, int64_t conversation_id);
/* How alike two questions are by their sorted terms: 0 … 1. Pure. */
double unanswered_alike(const char *a, const char *b);
#endif
