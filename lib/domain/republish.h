/* republish.h: committed messages, by age, for whoever checks that they were told. DESIGN 6. */
#ifndef REPUBLISH_H
#define REPUBLISH_H
#include "message.h"

/* Positions (stream, seq, id) of messages with a higher id that were written before `until` (ms), oldest first, at most 1,000. */
MUST bool message_ids_since(struct ctx *, int64_t above, int64_t until, struct list *out);
/* The highest id of a message written before t; 0 = none. Looks at the newest 5,000 alone. */
MUST bool message_id_before(struct ctx *, int64_t t, int64_t *id);
/* Queue its event again, as when it was stored. */
MUST bool message_tell_again(struct ctx *, const struct stream_position *);
#endif
