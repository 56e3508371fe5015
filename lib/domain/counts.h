/* counts.h: the numbers beside the views of the console: conversations that are open or pending, in each one's own scope. */
#ifndef COUNTS_H
#define COUNTS_H
#include "../core/core.h"

struct team_count {
	int64_t team_id, count;
	const char *name;
};
struct live_counts {
	int64_t user_id;
	int64_t mine, unassigned, all, waiting; /* waiting: without an agent, in the queue */
	int64_t open, pending, urgent, ai, human;
	int64_t agents_online; /* of the whole site */
	struct list teams;     /* struct team_count: its own, and of the others it may see those that have any */
};
/* For every member of staff, by user_id, computed from one pass over the live conversations. */
MUST bool counts_of_staff(struct ctx *, struct list *out); /* struct live_counts */
bool counts_same(const struct live_counts *, const struct live_counts *);
#endif
