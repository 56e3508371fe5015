/* online.h: when staff were online: the intervals that online hours are the union of. Online and busy count, away does not. */
#ifndef ONLINE_H
#define ONLINE_H
#include "../core/core.h"

/* Presence became this: opens or closes the interval. Closed at `at`; a day that was over by then is rolled up again. */
MUST bool online_note(struct ctx *, int64_t user_id, int presence, int64_t at);
/* Every few seconds, by the worker: open intervals are still true. Repairs what a crash left: an interval that nobody confirmed for
   minutes ends where it was last confirmed, and who is present without one gets one. */
MUST bool online_sweep(struct ctx *);

struct online_row {
	int64_t agent_id, ms;
};
/* Union of each one's intervals within [from, to), by agent: struct online_row. An open one counts as far as it was confirmed. */
MUST bool online_between(struct ctx *, int64_t from, int64_t to, struct list *out);
#endif
