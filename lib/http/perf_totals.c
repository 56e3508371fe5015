#include "perf_shared.h"
#include <string.h>

struct sum {
	struct arena *mem;
	const struct perf *reader;
	struct perf_requests *requests; /* by route */
	struct perf_times (*times)[CLASSES];
	struct perf_program *programs;
	struct perf_totals *out;
};

static void add_program(struct sum *s, const struct shared *from)
{
	s->programs[s->out->programs.n++] =
		(struct perf_program){ arena_strndup(s->mem, from->name, strnlen(from->name, NAME)), from->pid, from->started };
}

static void add(void *arg, const struct perf *p, const struct shared *from)
{
	struct sum *s = arg;

	add_program(s, from);
	for (size_t i = 0; i < PERF_SENDERS; i++)
		s->out->said[i] += (int64_t)atomic_load(&from->said[i]);
	if (p->routes != s->reader->routes) /* a program without routes */
		return;
	for (size_t i = 0; i < p->routes; i++)
		for (size_t k = 0; k < PERF_STATUSES; k++)
			s->requests[i].by_status[k] += (int64_t)atomic_load(&from->lives[i].by_status[k]);
	for (size_t i = 0; i <= OWNERS; i++)
		for (size_t k = 0; k < CLASSES; k++) {
			const struct times *t = &from->times[i][k];
			s->times[i][k].sum_s += (double)atomic_load(&t->sum_us) / 1000000;
			for (size_t b = 0; b <= PERF_EDGES; b++)
				s->times[i][k].buckets[b] += (int64_t)atomic_load(&t->buckets[b]);
		}
}

/* Only what was asked is shown: the rest would be hundreds of lines of nothing. */
static void show_requests(struct sum *s)
{
	struct perf_requests *to = s->requests;

	for (size_t i = 0; i < s->reader->routes; i++) {
		struct perf_requests one = s->requests[i];
		int64_t n = 0;
		size_t owner;
		const struct route *r = perf_route_at(s->reader->app, i, &owner);
		for (size_t k = 0; k < PERF_STATUSES; k++)
			n += one.by_status[k];
		if (n == 0)
			continue;
		one.contract = r != NULL ? s->reader->app->contracts[owner]->name : "none";
		one.method = r != NULL ? r->method : "none";
		one.path = r != NULL ? r->path : "none";
		to[s->out->requests.n++] = one;
	}
	s->out->requests.items = to;
}

static void show_times(struct sum *s)
{
	struct perf_times *to = &s->times[0][0];

	for (size_t i = 0; i <= OWNERS; i++)
		for (size_t k = 0; k < CLASSES; k++) {
			struct perf_times one = s->times[i][k];
			int64_t n = 0;
			for (size_t b = 0; b <= PERF_EDGES; b++)
				n += one.buckets[b];
			if (n == 0)
				continue;
			one.contract = i < OWNERS ? s->reader->app->contracts[i]->name : "none";
			one.class = i < OWNERS ? perf_class_names[k] : "none";
			to[s->out->times.n++] = one;
		}
	s->out->times.items = to;
}

void perf_totals(const struct perf *p, struct arena *mem, struct perf_totals *out)
{
	enum { PROGRAMS = 4 };
	struct sum s = { .mem = mem, .reader = p, .out = out };

	*out = (struct perf_totals){ 0 };
	if (p == NULL)
		return;
	s.requests = arena_alloc(mem, p->routes * sizeof(*s.requests));
	s.times = arena_alloc(mem, (OWNERS + 1) * sizeof(*s.times));
	s.programs = arena_alloc(mem, PROGRAMS * sizeof(*s.programs));
	perf_each(p, add, &s);
	out->programs.items = s.programs;
	show_requests(&s);
	show_times(&s);
}
