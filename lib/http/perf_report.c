#include "perf_shared.h"
#include <math.h>
#include <stdlib.h>

static double bucket_ms(size_t b)
{
	return FIRST_US * exp2((double)b / 4) / 1000;
}

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

	if (one.count == 0)
		return;
	for (size_t i = 0; i < BUCKETS; i++)
		one.buckets[i] = atomic_load(&cell->buckets[i]);
	add(to, &one);
}

struct reading {
	struct sums *routes;
	size_t n;
	int64_t newest;
};

static void add_program(void *arg, const struct perf *p, const struct shared *from)
{
	struct reading *r = arg;

	for (size_t k = 0; p->routes == r->n && k < SLICES; k++) {
		int64_t epoch = atomic_load(&from->epoch[k]);
		if (epoch <= r->newest - SHOWN || epoch > r->newest)
			continue;
		const struct cell *cells = perf_cells(from, p->routes, k);
		for (size_t i = 0; i < p->routes; i++)
			add_cell(&r->routes[i], &cells[i]);
	}
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

static struct perf_route figures(const char *name, const struct sums *s)
{
	return (struct perf_route){ name, s->count, s->errors, percentile(s, 0.5), percentile(s, 0.95), percentile(s, 0.99) };
}

static int by_count(const void *a, const void *b)
{
	const struct perf_route *x = a, *y = b;

	return (x->count < y->count) - (x->count > y->count);
}

static int classes_by_count(const void *a, const void *b)
{
	const struct perf_class *x = a, *y = b;

	return by_count(&x->figures, &y->figures);
}

/* classes: by contract, the last for what no path fitted. */
static void read_routes(const struct perf *p, struct arena *mem, int64_t newest, struct sums (*classes)[CLASSES], struct list *out)
{
	struct perf_route *rows = arena_alloc(mem, p->routes * sizeof(*rows));
	struct reading reading = { arena_alloc(mem, p->routes * sizeof(*reading.routes)), p->routes, newest };
	size_t owner;

	perf_each(p, add_program, &reading);
	for (size_t i = 0; i < p->routes; i++) {
		const struct route *r = perf_route_at(p->app, i, &owner);
		const struct sums *s = &reading.routes[i];
		if (s->count == 0)
			continue;
		add(&classes[owner < OWNERS ? owner : OWNERS][perf_class_of(r)], s);
		rows[out->n++] = figures(r != NULL ? arena_printf(mem, "%s %s", r->method, r->path) : "(none)", s);
	}
	out->items = rows;
	qsort(rows, out->n, sizeof(*rows), by_count);
}

static void read_classes(const struct perf *p, struct arena *mem, struct sums (*classes)[CLASSES], struct sums *all,
			 struct list *out)
{
	struct perf_class *rows = arena_alloc(mem, (OWNERS + 1) * CLASSES * sizeof(*rows));

	for (size_t i = 0; i <= OWNERS; i++)
		for (size_t k = 0; k < CLASSES; k++) {
			const struct sums *s = &classes[i][k];
			if (s->count == 0)
				continue;
			add(all, s);
			rows[out->n++] = (struct perf_class){ i < OWNERS ? p->app->contracts[i]->name : "none",
							      i < OWNERS ? perf_class_names[k] : "none", figures(NULL, s) };
		}
	out->items = rows;
	qsort(rows, out->n, sizeof(*rows), classes_by_count);
}

/* Each bin is twice as wide as the one before it; empty ones at both ends are left out. */
static void read_bins(struct arena *mem, const struct sums *all, struct list *out)
{
	enum { PER_BIN = 4 };
	struct perf_bin *bins = arena_alloc(mem, (BUCKETS / PER_BIN + 1) * sizeof(*bins));
	size_t n = 0, first = 0, last = 0;

	for (size_t i = 0; i < BUCKETS; n++) {
		size_t end = i == 0 ? 1 : i + PER_BIN < BUCKETS ? i + PER_BIN : BUCKETS;
		bins[n].upto_ms = bucket_ms(end - 1);
		for (; i < end; i++)
			bins[n].count += all->buckets[i];
		if (bins[n].count > 0)
			last = n + 1;
	}
	while (first < last && bins[first].count == 0)
		first++;
	*out = (struct list){ bins + first, last - first };
}

struct hour {
	int64_t oldest, newest; /* minutes */
	struct sums *minutes;
};

static void add_minutes(void *arg, const struct perf *p, const struct shared *from)
{
	struct hour *h = arg;

	(void)p;
	for (int64_t e = h->oldest; e <= h->newest; e++)
		if (atomic_load(&from->minute_epoch[e % MINUTES]) == e)
			add_cell(&h->minutes[e - h->oldest], &from->minutes[e % MINUTES]);
}

static void read_minutes(const struct perf *p, struct arena *mem, int64_t now_ms, struct list *out)
{
	struct perf_minute *rows = arena_alloc(mem, MINUTES_SHOWN * sizeof(*rows));
	int64_t newest = now_ms / MINUTE_MS, oldest = newest - MINUTES_SHOWN + 1, started = p->own->started / MINUTE_MS;
	struct hour h = { oldest > started ? oldest : started, newest, arena_alloc(mem, MINUTES_SHOWN * sizeof(*h.minutes)) };

	perf_each(p, add_minutes, &h);
	for (int64_t e = h.oldest; e <= newest; e++)
		rows[out->n++] = (struct perf_minute){ e * MINUTE_MS, figures(NULL, &h.minutes[e - h.oldest]) };
	out->items = rows;
}

void perf_read(const struct perf *p, struct arena *mem, int64_t now_ms, struct perf_report *out)
{
	*out = (struct perf_report){ .p50 = NAN, .p95 = NAN, .p99 = NAN, .max = NAN };
	if (p == NULL)
		return;
	struct sums *all = arena_alloc(mem, sizeof(*all)), (*classes)[CLASSES] = arena_alloc(mem, (OWNERS + 1) * sizeof(*classes));
	int64_t newest = now_ms / SLICE_MS, begin = (newest - SHOWN + 1) * SLICE_MS;
	begin = begin > p->own->started ? begin : p->own->started;
	double seconds = now_ms > begin ? (double)(now_ms - begin) / 1000 : 1;
	read_routes(p, mem, newest, classes, &out->routes);
	read_classes(p, mem, classes, all, &out->classes);
	read_bins(mem, all, &out->bins);
	read_minutes(p, mem, now_ms, &out->minutes);
	out->uptime_s = (now_ms - p->own->started) / 1000;
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
