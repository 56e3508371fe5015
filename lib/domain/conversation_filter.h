/* conversation_filter.h: what a list of conversations asks for, resolved; and its SQL, from constant pieces (lib/db/query.h). */
#ifndef CONVERSATION_FILTER_H
#define CONVERSATION_FILTER_H
#include "../db/query.h"
#include "conversation.h"

enum { ANY = -1 };
struct search;
/* How many there are, and with one thing asked for alone, whoever may see them: what an index has to be read for. */
struct conversation_sizes {
	int64_t all, status, assignee, team, priority, label;
};
struct conversation_filter {
	int status, agent_type, priority;      /* ANY */
	int64_t assignee_id;                   /* ANY; 0 = nobody */
	int64_t team_id, contact_id, label_id; /* 0 = any */
	const char *session_id, *text;         /* NULL = any; text: searched for (conversation_search.h) */
	const struct search *search;           /* what text came to */
	bool scoped;                           /* only what this agent may see: */
	int64_t me;
	struct list teams; /* int64_t */
	bool active;       /* open and pending ones alone */
	struct conversation_sizes sizes;
};
/* Everything in the caller's scope. */
MUST bool conversation_filter_new(struct ctx *, struct conversation_filter *);
/* The tally can tell how many pass: only what a kind is made of is asked for. */
bool conversation_filter_is_kind(const struct conversation_filter *);
/* WHERE … over conversations c; kinds = over the tally's tables, where nobody is 0. */
void filter_conversations(struct query *, const struct conversation_filter *);
void filter_kinds(struct query *, const struct conversation_filter *);
#endif
