/* arrival.h: how a visitor comes to a conversation: by which inbox, and what it answered there before it began. */
#ifndef ARRIVAL_H
#define ARRIVAL_H
#include "conversation.h"

struct arrival {
	int64_t inbox_id;                 /* 0 = by none */
	bool open;                        /* the inbox has business hours, and it is within them */
	const char *name, *email, *phone; /* for the contact, where it is not merely claimed */
	const char *answers;              /* JSON object of the inbox's own fields; NULL = none */
};
/* An unknown inbox is E_BAD_INPUT naming "inbox", a page that may not show it E_FORBIDDEN, an answer that is missing names its
 * field. */
MUST bool arrival_read(struct ctx *, const struct session_create_in *, struct arrival *);
/* Keeps phone and answers, once contact and conversation are there. */
MUST bool arrival_keep(struct ctx *, const struct arrival *, int64_t conversation_id, int64_t contact_id, bool claimed);
#endif
