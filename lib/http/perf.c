#include "perf.h"
#include "http.h"
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

/* Buckets: 0.05 ms, and each 2^(1/4) wider than the one before it; the last takes the rest (some 3 min). */
enum { SLICE_MS = 30000, SLICES = 11, SHOWN = 10, BUCKETS = 88 };
static const double FIRST_US = 50;

struct cell { /* one route in one slice */
	_Atomic uint32_t count, errors, max_us;
	_Atomic uint32_t buckets[BUCKETS];
};
struct perf {
	int64_t started;
	size_t routes; /* the last one: no path fitted */
	const struct app *app;
	_Atomic int64_t epoch[SLICES]; /* which half minute a slice counts; whoever comes first in a new one empties it */
	struct cell cells[];
};

static size_t count_routes(const struct app *app)
{
	size_t n = 0;

	for (size_t i = 0; i < app->n; i++)
		for (const struct route_table *const *t = app->contracts[i]->tables; *t != NULL; t++)
			n += (*t)->n;
	return n;
}

static const struct route *route_at(const struct app *app, size_t i)
{
	for (size_t k = 0; k < app->n; k++)
		for (const struct route_table *const *t = app->contracts[k]->tables; *t != NULL; i -= (*t)->n, t++)
			if (i < (*t)->n)
				return &(*t)->rows[i];
	return NULL;
}

static size_t index_of(const struct app *app, const struct route *r)
{
	size_t at = 0;

	for (size_t k = 0; k < app->n; k++)
		for (const struct route_table *const *t = app->contracts[k]->tables; *t != NULL; at += (*t)->n, t++)
			if (r >= (*t)->rows && r < (*t)->rows + (*t)->n)
				return at + (size_t)(r - (*t)->rows);
	return at;
}

static size_t size_of(size_t routes)
{
	return sizeof(struct perf) + SLICES * routes * sizeof(struct cell);
}

struct perf *perf_new(const struct app *app)
{
	size_t routes = count_routes(app) + 1;
	struct timespec now;
	void *p = mmap(NULL, size_of(routes), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	struct perf *perf = p;
	clock_gettime(CLOCK_REALTIME, &now);
	perf->started = (int64_t)now.tv_sec * 1000;
	perf->routes = routes;
	perf->app = app;
	return perf;
}

static size_t bucket_of(int64_t us)
{
	double b = us <= FIRST_US ? 0 : ceil(4 * log2((double)us / FIRST_US));

	return b < BUCKETS ? (size_t)b : BUCKETS - 1;
}

static double bucket_ms(size_t b)
{
	return FIRST_US * exp2((double)b / 4) / 1000;
}

static struct cell *slice(struct perf *p, int64_t now_ms)
{
	int64_t epoch = now_ms / SLICE_MS, at = epoch % SLICES, before = atomic_load(&p->epoch[at]);
	struct cell *cells = p->cells + (size_t)at * p->routes;

	if (before != epoch && atomic_compare_exchange_strong(&p->epoch[at], &before, epoch))
		memset((void *)cells, 0, p->routes * sizeof(*cells));
	return cells;
}

void perf_note(struct perf *p, const struct route *r, int status, int64_t now_ms, int64_t us)
{
	if (p == NULL)
		return;
	struct cell *cell = slice(p, now_ms) + (r != NULL ? index_of(p->app, r) : p->routes - 1);
	uint32_t took = us < 0 ? 0 : us > UINT32_MAX ? UINT32_MAX : (uint32_t)us, max = atomic_load(&cell->max_us);
	atomic_fetch_add(&cell->count, 1);
	atomic_fetch_add(&cell->buckets[bucket_of(us)], 1);
	if (status >= 500)
		atomic_fetch_add(&cell->errors, 1);
	while (took > max && !atomic_compare_exchange_weak(&cell->max_us, &max, took))
		;
}

/* -- reading -- */

struct sums {
	int64_t count, errors, max_us, buckets[BUCKETS];
};

static void add(struct sums *to, const struct sums *more)
{
	to->count += more->count;
	to->errors += more->errors;
	to->max_us = more->max_us > to->max_us ? more->max_us : to->max_us;
	for (size_t i = 0; i < BUCKETS; i++)
		to->buckets[i] += more->buckets[i];
}

static void add_cell(struct sums *to, const struct cell *cell)
{
	struct sums one = { atomic_load(&cell->count), atomic_load(&cell->errors), atomic_load(&cell->max_us), { 0 } };

	for (size_t i = 0; i < BUCKETS; i++)
		one.buckets[i] = atomic_load(&cell->buckets[i]);
	add(to, &one);
}

static double percentile(const struct sums *s, double part)
{
	double wanted = ceil((double)s->count * part), seen = 0;

	for (size_t i = 0; i < BUCKETS; i++) {
		seen += (double)s->buckets[i];
		if (seen >= wanted && s->count > 0) {
			double upper = bucket_ms(i), max = (double)s->max_us / 1000;
			return upper < max ? upper : max;
		}
	}
	return NAN;
}

static int by_count(const void *a, const void *b)
{
	const struct perf_route *x = a, *y = b;

	return (x->count < y->count) - (x->count > y->count);
}

static void read_routes(const struct perf *p, struct arena *mem, int64_t newest, struct sums *all, struct list *out)
{
	struct perf_route *rows = arena_alloc(mem, p->routes * sizeof(*rows));

	for (size_t i = 0; i < p->routes; i++) {
		const struct route *r = route_at(p->app, i);
		struct sums s = { 0 };
		for (size_t k = 0; k < SLICES; k++)
			if (atomic_load(&p->epoch[k]) > newest - SHOWN && atomic_load(&p->epoch[k]) <= newest)
				add_cell(&s, &p->cells[k * p->routes + i]);
		if (s.count == 0)
			continue;
		add(all, &s);
		rows[out->n++] = (struct perf_route){ r != NULL ? arena_printf(mem, "%s %s", r->method, r->path) : "(none)",
						      s.count, s.errors, percentile(&s, 0.95) };
	}
	out->items = rows;
	qsort(rows, out->n, sizeof(*rows), by_count);
}

void perf_read(const struct perf *p, struct arena *mem, int64_t now_ms, struct perf_report *out)
{
	struct sums *all = arena_alloc(mem, sizeof(*all));

	*out = (struct perf_report){ .p50 = NAN, .p95 = NAN, .p99 = NAN, .max = NAN };
	if (p == NULL)
		return;
	int64_t newest = now_ms / SLICE_MS, begin = (newest - SHOWN + 1) * SLICE_MS;
	begin = begin > p->started ? begin : p->started;
	double seconds = now_ms > begin ? (double)(now_ms - begin) / 1000 : 1;
	read_routes(p, mem, newest, all, &out->routes);
	out->uptime_s = (now_ms - p->started) / 1000;
	out->total = all->count;
	out->errors = all->errors;
	out->per_second = (double)all->count / seconds;
	out->error_rate = all->count > 0 ? 100 * (double)all->errors / (double)all->count : 0;
	if (all->count == 0)
		return;
	out->p50 = percentile(all, 0.5);
	out->p95 = percentile(all, 0.95);
	out->p99 = percentile(all, 0.99);
	out->max = (double)all->max_us / 1000;
}
