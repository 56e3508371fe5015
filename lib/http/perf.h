/* perf.h: how long requests take: counters in memory that all workers of a program share. */
#ifndef PERF_H
#define PERF_H
#include "../core/core.h"

struct app;
struct route;
struct perf;
struct perf *perf_new(const struct app *); /* before the workers are forked; NULL when there is no memory */
void perf_note(struct perf *, const struct route *, int status, int64_t now_ms, int64_t us); /* route NULL: no path fitted */

struct perf_route {
	const char *name; /* "GET /api/…" */
	int64_t count, errors;
	double p95_ms;
};
/* Of the last five minutes, to half a minute. Percentiles are the upper ends of buckets 19 % apart; errors are answers from 500 on.
 */
struct perf_report {
	int64_t total, errors, uptime_s;
	double per_second, error_rate; /* percent */
	double p50, p95, p99, max;     /* ms; NAN with no request */
	struct list routes;            /* struct perf_route, those that were asked, most first */
};
void perf_read(const struct perf *, struct arena *, int64_t now_ms, struct perf_report *); /* perf NULL: nothing was counted */
#endif
