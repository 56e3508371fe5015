/* metric.h: Prometheus' text format, version 0.0.4. */
#ifndef METRIC_H
#define METRIC_H
#include "buf.h"

#define METRIC_TYPE "text/plain; version=0.0.4; charset=utf-8"
struct label {
	const char *name, *value;
};
#define NOLABELS NULL, 0
#define LABELS(...) (const struct label[]){ __VA_ARGS__ }, COUNT(((const struct label[]){ __VA_ARGS__ }))

/* What the lines that follow are: HELP and TYPE ("counter", "gauge", "histogram"). */
void metric(struct buf *, const char *name, const char *type, const char *help);
void metric_line(struct buf *, const char *name, const struct label *, size_t n, double value);
void metric_one(struct buf *, const char *name, const char *type, const char *help, double value); /* a metric of one line */
/* The lines of a histogram: counts of each bucket (not yet summed up), whose upper ends are given, and one more of the rest. */
void metric_histogram(struct buf *, const char *name, const struct label *, size_t n, const double *ends, const int64_t *counts,
		      size_t buckets, double sum);
#endif
