/* histogram.h: durations counted in buckets that grow by 5 %, so that days add up to periods and agents to teams. A percentile read
   from it is at most 2.5 % off. As text: "BUCKET:COUNT BUCKET:COUNT …", ascending. */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H
#include "../core/core.h"

/* Bucket 0 holds 0 ms, bucket b from 1.05^(b-1) up to 1.05^b ms; the last one ends at two years. */
enum { HISTOGRAM_BUCKETS = 512 };
#define HISTOGRAM_BUCKET(ms) "LEAST(IF((" ms ") < 1, 0, 1 + FLOOR(LN(" ms ") / LN(1.05))), 511)" /* in SQL */
struct histogram {
	uint32_t count[HISTOGRAM_BUCKETS];
};
void histogram_read(struct histogram *, const char *text); /* adds; NULL is empty; what it cannot read it leaves out */
char *histogram_text(struct arena *, const struct histogram *);
double histogram_at(const struct histogram *, double share); /* ms at or below which this share (0..1] lies; NAN = empty */
#endif
