/* conversation_named.h: the conversations of those whom a text names (contact_terms.h). */
#ifndef CONVERSATION_NAMED_H
#define CONVERSATION_NAMED_H
#include "conversation.h"

/* Few contacts are answered themselves. Where a text names more than NAMED_FEW, as a lone character of a name does, the newest of
   their conversations are, looked for among the newest NAMED_AMONG of all. */
enum { NAMED_FEW = 500, NAMED_AMONG = 50000 };
struct named {
	struct list contacts, ids; /* int64_t; one of them is empty */
};
MUST bool conversation_named(struct ctx *, const char *text, size_t limit, struct named *);
#endif
