/* heard.h: which messages' publication was heard, and up to which id nothing is missing. Pure. */
#ifndef HEARD_H
#define HEARD_H
#include "../lib/core/core.h"

enum { HEARD_MAX = 65536, SAMPLES_MAX = 128 };
struct heard {
	int64_t ids[HEARD_MAX]; /* by id modulo: a later id takes an earlier one's place, which costs at most a needless publication
				 */
	int64_t mark;           /* everything up to here was heard, or is too old to be told again */
	struct {
		int64_t at, newest;
	} samples[SAMPLES_MAX]; /* oldest first: what the newest id was when */
	size_t n;
};
void heard_note(struct heard *, int64_t id);
bool heard_has(const struct heard *, int64_t id);
void heard_forget(struct heard *, int64_t mark); /* start anew above mark */
/* The ids of a payload of blocks (relay/PROTOCOL.md). */
void heard_payload(struct heard *, const char *, size_t);
/* ids: all those above mark, in order, at `now`. Fills missing (room for max) with those unheard of for SETTLE ms, and moves the
   mark: over what was heard without a hole, and over all that is older than WINDOW ms (an id is taken before its COMMIT: a young
   hole may fill). */
size_t heard_missing(struct heard *, const int64_t *ids, size_t n, int64_t now, int64_t *missing, size_t max);
#endif
