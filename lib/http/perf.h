/* perf.h: how much is asked and said, and how long requests take: counters in memory that all workers of a program share, and that
   the other programs read. */
#ifndef PERF_H
#define PERF_H
#include "../core/core.h"

struct app;
struct route;
struct perf;
/* Before the workers are forked. app NULL: a program without routes. The counters lie in the file perf-NAME of that folder, where
   the others find them; where that cannot be, in memory of its own. NULL when there is no memory. */
struct perf *perf_new(const struct app *, const char *name, const char *folder);
void perf_free(struct perf *);
void perf_note(const struct perf *, const struct route *, int status, int64_t now_ms, int64_t us); /* route NULL: no path fitted */
void perf_said(const struct perf *, int sender); /* a message was stored; enum sender, or the last: somebody in a room */

struct perf_route {
	const char *name; /* "GET /api/…" */
	int64_t count, errors;
	double p50_ms, p95_ms, p99_ms; /* NAN with no request */
};
struct perf_class { /* all of a contract's routes of one kind, as in struct perf_times */
	const char *contract, *class;
	struct perf_route figures;
};
struct perf_minute {
	int64_t at; /* when it began */
	struct perf_route figures;
};
struct perf_bin {
	double upto_ms; /* and more than the bin before it */
	int64_t count;
};
/* Of the last five minutes, to half a minute, over all programs. Percentiles are the upper ends of buckets 19 % apart; errors are
   answers from 500 on. */
struct perf_report {
	int64_t total, errors, uptime_s;
	double per_second, error_rate; /* percent */
	double p50, p95, p99, max;     /* ms; NAN with no request */
	struct list routes;            /* struct perf_route, those that were asked, most first */
	struct list classes;           /* struct perf_class, the same */
	struct list bins;              /* struct perf_bin: how many took how long, from the quickest to the slowest */
	struct list minutes;           /* struct perf_minute of the last hour, the oldest first; the last one is not over */
};
void perf_read(const struct perf *, struct arena *, int64_t now_ms, struct perf_report *); /* perf NULL: nothing was counted */

enum { PERF_STATUSES = 5, PERF_EDGES = 14, PERF_SENDERS = 5 };
extern const int64_t perf_edges[PERF_EDGES]; /* µs: upper ends, included, of the buckets; one more takes the rest */
struct perf_requests {
	const char *contract, *method, *path; /* "none" of those that no path fitted */
	int64_t by_status[PERF_STATUSES];     /* 1xx … 5xx */
};
struct perf_times {
	const char *contract, *class; /* read, write, upload; none */
	int64_t buckets[PERF_EDGES + 1];
	double sum_s;
};
struct perf_program {
	const char *name;
	int64_t pid, started; /* ms */
};
/* Since each program was started, over all programs. */
struct perf_totals {
	struct list requests; /* struct perf_requests, those that were asked */
	struct list times;    /* struct perf_times, the same */
	struct list programs; /* struct perf_program: those that count into the folder */
	int64_t said[PERF_SENDERS];
};
void perf_totals(const struct perf *, struct arena *, struct perf_totals *); /* perf NULL: nothing was counted */
#endif
