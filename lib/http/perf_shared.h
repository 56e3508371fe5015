/* perf_shared.h: the counters as they lie in shared memory, for perf*.c. */
#ifndef PERF_SHARED_H
#define PERF_SHARED_H
#include "http.h"
#include "perf.h"
#include <stdatomic.h>

/* Fine buckets of the last minutes: 0.05 ms, and each 2^(1/4) wider than the one before it; the last takes the rest (some 3 min).
 */
enum { SLICE_MS = 30000, SLICES = 11, SHOWN = 10, BUCKETS = 88, FIRST_US = 50 };
enum { MINUTE_MS = 60000, MINUTES = 61, MINUTES_SHOWN = 60 };
enum { CLASS_READ, CLASS_WRITE, CLASS_UPLOAD, CLASSES, OWNERS = 8, NAME = 16 };

struct cell { /* one route in one slice, or all of them in a minute */
	_Atomic uint32_t count, errors, max_us;
	_Atomic uint32_t buckets[BUCKETS];
};
struct times { /* one class of one contract, since the start */
	_Atomic uint64_t sum_us, buckets[PERF_EDGES + 1];
};
struct life { /* one route, since the start */
	_Atomic uint64_t by_status[PERF_STATUSES];
};
struct shared {
	uint64_t layout; /* of which program's tables these are */
	char name[NAME];
	int64_t started, pid;
	_Atomic int64_t epoch[SLICES]; /* which half minute a slice counts; whoever comes first in a new one empties it */
	_Atomic int64_t minute_epoch[MINUTES];
	struct cell minutes[MINUTES]; /* of all routes */
	_Atomic uint64_t said[PERF_SENDERS];
	struct times times[OWNERS + 1][CLASSES]; /* by contract; the last: no path fitted */
	struct life lives[];                     /* by route, the last: no path fitted; behind them the cells, by slice and route */
};
struct perf { /* each process has its own */
	const struct app *app;
	size_t routes; /* with the one of no path */
	struct shared *own;
	char folder[108];
};
struct cell *perf_cells(const struct shared *, size_t routes, size_t slice);
/* Every program's counters, this one's first. */
void perf_each(const struct perf *, void (*)(void *arg, const struct perf *, const struct shared *), void *arg);
size_t perf_class_of(const struct route *); /* CLASS_READ … */
extern const char *const perf_class_names[CLASSES];
/* NULL behind the last; *owner is its contract. */
const struct route *perf_route_at(const struct app *, size_t i, size_t *owner);
#endif
