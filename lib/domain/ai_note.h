/* ai_note.h: what a conversation with the AI was about, in few lines, for the person who goes on with it. Made from what was said
   alone: it costs nothing, and is there at once. */
#ifndef AI_NOTE_H
#define AI_NOTE_H
#include "message.h"

/* The customer's last messages and the AI's last answer. messages: struct message, oldest first; "" when the customer said nothing.
 */
const char *ai_summary(struct ctx *, const struct list *messages, const char *lang);
/* The same as a private note of a conversation that goes from the AI to a person, with the reason; in the site's language. The row
   is locked. Nothing when the customer said nothing. */
MUST bool ai_note(struct ctx *, struct conversation *locked, enum handover why);
#endif
