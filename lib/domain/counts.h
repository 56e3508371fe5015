/* counts.h: the numbers beside the views of the console: conversations that are open or pending, in each one's own scope. */
#ifndef COUNTS_H
#define COUNTS_H
#include "../core/core.h"

struct team_count {
	int64_t team_id, count;
	const char *name;
};
enum { LABELS_COUNTED = 300 }; /* the first that were made; who has more sees no numbers beside the rest */
struct label_name {
	int64_t id;
	const char *title, *color;
};
struct label_count {
	int64_t label_id, count;
	const char *title, *color;
};
struct live_counts {
	int64_t user_id;
	int64_t mine, unassigned, all, waiting; /* waiting: without an agent, in the queue */
	int64_t open, pending, urgent, ai, human;
	int64_t agents_online; /* of the whole site */
	struct list teams;     /* struct team_count: its own, and of the others it may see those that have any */
	/* Of each label, by id; the names are everybody's, and who sees all has the numbers of the others who do. */
	const struct list *label_names; /* struct label_name */
	const int64_t *label_n;
	bool more_labels;                /* than are counted */
	bool labels_whole;               /* counts_tell_labels(): every label of the site is in `labels` */
	struct list labels, labels_gone; /* struct label_count; int64_t */
};
/* For every member of staff, by user_id, computed from one pass over the live conversations. */
MUST bool counts_of_staff(struct ctx *, struct list *out); /* struct live_counts */
bool counts_same(const struct live_counts *, const struct live_counts *);
/* What one is told of the labels: those that are others than before, or NULL: all that are counted. */
void counts_tell_labels(struct ctx *, struct live_counts *, const struct live_counts *before);
#endif
