/* republish.h: messages that were committed but perhaps never published: a process died in between (DESIGN 6). */
#ifndef REPUBLISH_H
#define REPUBLISH_H
#include "../core/core.h"

/* The id before the first message created at or after `since` (ms), looking at the last 20,000 ids; the newest id if there is none.
 */
MUST bool republish_mark(struct ctx *, int64_t since, int64_t *mark);
/* Ids above mark, in order: int64_t. Reads the index alone. */
MUST bool republish_ids(struct ctx *, int64_t mark, int64_t limit, struct list *ids);
/* Queue the events that their senders would have published. An id without a message is skipped. */
MUST bool republish_queue(struct ctx *, const int64_t *ids, size_t n);
#endif
