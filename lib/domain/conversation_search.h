/* conversation_search.h: which conversations a text is in: the contact's name and address
   (conversation_named.h), and what was said, by an index of terms that the worker keeps just behind the messages. The newest
   thousand of each are looked at. */
#ifndef CONVERSATION_SEARCH_H
#define CONVERSATION_SEARCH_H
#include "conversation_filter.h"

MUST bool search_prepare(struct ctx *, struct conversation_filter *); /* f->text is set */
void search_from(struct query *, const struct conversation_filter *); /* FROM the found ones, as c */

/* What was said alone. *s is NULL when the text has no word. */
struct search;
MUST bool search_words(struct ctx *, const char *text, const struct search **s);
/* A derived table of `id`: at most so many conversations in which all the words were said, the newest first. */
void search_said(struct query *, const struct search *, int64_t limit);
/* For the worker: index messages behind the cursor, up to limit or to the first that is not from before; *done how many, *cursor
   moves. Twice is harmless. */
bool search_index(struct ctx *, int64_t *cursor, int64_t before, int64_t limit, int64_t *done);
/* The cursor that outlives the worker: everything up to it was indexed when nothing below could still be committed. */
bool search_mark_get(struct ctx *, int64_t *mark);
bool search_mark_set(struct ctx *, int64_t mark);
bool search_newest(struct ctx *, int64_t *id);
/* What the customer and the AI said there is about to go: it is found no longer. */
/* One message is blank already: its words go, but for those that are said elsewhere in its conversation. */
MUST bool search_forget_said(struct ctx *, int64_t conversation_id, const char *content);
MUST bool search_forget(struct ctx *, int64_t conversation_id);
#endif
