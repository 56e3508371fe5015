#include "../core/log.h"
#include "perf_shared.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

const int64_t perf_edges[PERF_EDGES] = { 500,    1000,   2500,   5000,    10000,   25000,   50000,
					 100000, 250000, 500000, 1000000, 2500000, 5000000, 10000000 };

/* -- which route is which counter -- */

const struct route *perf_route_at(const struct app *app, size_t i, size_t *owner)
{
	for (size_t k = 0; app != NULL && k < app->n; k++)
		for (const struct route_table *const *t = app->contracts[k]->tables; *t != NULL; i -= (*t)->n, t++)
			if (i < (*t)->n) {
				*owner = k;
				return &(*t)->rows[i];
			}
	*owner = OWNERS;
	return NULL;
}

static size_t index_of(const struct app *app, const struct route *r, size_t *owner)
{
	size_t at = 0;

	for (size_t k = 0; r != NULL && k < app->n; k++)
		for (const struct route_table *const *t = app->contracts[k]->tables; *t != NULL; at += (*t)->n, t++)
			if (r >= (*t)->rows && r < (*t)->rows + (*t)->n) {
				*owner = k;
				return at + (size_t)(r - (*t)->rows);
			}
	*owner = OWNERS;
	return SIZE_MAX;
}

static uint64_t mix(uint64_t h, const char *s)
{
	do
		h = (h ^ (unsigned char)*s) * 1099511628211u;
	while (*s++ != '\0');
	return h;
}

/* Counters are read by programs that may be of another build. */
static uint64_t layout_of(const struct app *app, size_t *routes)
{
	uint64_t h = 14695981039346656037u ^ sizeof(struct shared) ^ sizeof(struct cell);
	const struct route *r;
	size_t owner;

	for (*routes = 0; app != NULL && (r = perf_route_at(app, *routes, &owner)) != NULL; ++*routes)
		h = mix(mix(mix(h, app->contracts[owner]->name), r->method), r->path);
	++*routes;
	return h;
}

static size_t size_of(size_t routes)
{
	return sizeof(struct shared) + routes * sizeof(struct life) + SLICES * routes * sizeof(struct cell);
}

struct cell *perf_cells(const struct shared *s, size_t routes, size_t slice)
{
	return (struct cell *)(uintptr_t)(s->lives + routes) + slice * routes;
}

/* -- where they lie -- */

static bool path_of(const char *folder, const char *name, char *path, size_t n)
{
	return snprintf(path, n, "%s/perf-%s", folder, name) < (int)n;
}

/* A new file each time: what an earlier process still has mapped is never cut. Its room is taken at once, so that a full disk is
   found here and not by a signal in the middle of a request. */
static void *map_file(const char *path, size_t size)
{
	if (unlink(path) != 0 && errno != ENOENT)
		return MAP_FAILED;
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	void *p = MAP_FAILED;
	if (fd >= 0 && (errno = posix_fallocate(fd, 0, (off_t)size)) == 0)
		p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (fd >= 0)
		close(fd);
	return p;
}

struct perf *perf_new(const struct app *app, const char *name, const char *folder)
{
	struct perf *p = calloc(1, sizeof(*p));
	struct timespec now;
	char path[160];
	void *at = MAP_FAILED;

	if (p == NULL)
		return NULL;
	uint64_t layout = layout_of(app, &p->routes);
	size_t size = size_of(p->routes);
	if (path_of(folder, name, path, sizeof(path)) && strlen(folder) < sizeof(p->folder)) {
		memcpy(p->folder, folder, strlen(folder) + 1);
		at = map_file(path, size);
		if (at == MAP_FAILED)
			log_warn(NULL, "perf.file", "%s: %s; other programs do not see these counters", path, strerror(errno));
	}
	if (at == MAP_FAILED)
		at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED) {
		free(p);
		return NULL;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	p->app = app;
	p->own = at;
	p->own->started = (int64_t)now.tv_sec * 1000;
	p->own->pid = getpid();
	snprintf(p->own->name, sizeof(p->own->name), "%s", name);
	p->own->layout = layout;
	return p;
}

void perf_free(struct perf *p)
{
	if (p != NULL)
		munmap(p->own, size_of(p->routes));
	free(p);
}

static void with_file(const struct perf *p, const char *name, void (*fn)(void *, const struct perf *, const struct shared *),
		      void *arg)
{
	struct perf routed = *p, bare = { .routes = 1 };
	uint64_t none = layout_of(NULL, &bare.routes);
	struct stat st;
	char path[160];

	if (!path_of(p->folder, name, path, sizeof(path)))
		return;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return;
	size_t size = fstat(fd, &st) == 0 && st.st_size > 0 ? (size_t)st.st_size : 0;
	void *at = size >= size_of(1) ? mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
	close(fd);
	if (at == MAP_FAILED)
		return;
	const struct shared *s = at;
	if (s->layout == p->own->layout && size == size_of(p->routes))
		fn(arg, &routed, s);
	else if (s->layout == none && size == size_of(1))
		fn(arg, &bare, s);
	munmap(at, size);
}

void perf_each(const struct perf *p, void (*fn)(void *, const struct perf *, const struct shared *), void *arg)
{
	static const char *const programs[] = { "api", "files", "worker" };

	fn(arg, p, p->own);
	for (size_t i = 0; p->folder[0] != '\0' && i < COUNT(programs); i++)
		if (strcmp(programs[i], p->own->name) != 0)
			with_file(p, programs[i], fn, arg);
}

/* -- counting -- */

static size_t bucket_of(int64_t us)
{
	double b = us <= FIRST_US ? 0 : ceil(4 * log2((double)us / FIRST_US));

	return b < BUCKETS ? (size_t)b : BUCKETS - 1;
}

static void begin(_Atomic int64_t *is, int64_t epoch, struct cell *cells, size_t n)
{
	int64_t before = atomic_load(is);

	if (before != epoch && atomic_compare_exchange_strong(is, &before, epoch))
		memset((void *)cells, 0, n * sizeof(*cells));
}

static struct cell *slice(const struct perf *p, int64_t now_ms)
{
	int64_t epoch = now_ms / SLICE_MS, at = epoch % SLICES;
	struct cell *cells = perf_cells(p->own, p->routes, (size_t)at);

	begin(&p->own->epoch[at], epoch, cells, p->routes);
	return cells;
}

static struct cell *minute(const struct perf *p, int64_t now_ms)
{
	int64_t epoch = now_ms / MINUTE_MS, at = epoch % MINUTES;

	begin(&p->own->minute_epoch[at], epoch, &p->own->minutes[at], 1);
	return &p->own->minutes[at];
}

static void note_lately(struct cell *cell, int status, int64_t us)
{
	uint32_t took = us > UINT32_MAX ? UINT32_MAX : (uint32_t)us, max = atomic_load(&cell->max_us);

	atomic_fetch_add(&cell->count, 1);
	atomic_fetch_add(&cell->buckets[bucket_of(us)], 1);
	if (status >= 500)
		atomic_fetch_add(&cell->errors, 1);
	while (took > max && !atomic_compare_exchange_weak(&cell->max_us, &max, took))
		;
}

const char *const perf_class_names[CLASSES] = { "read", "write", "upload" };

size_t perf_class_of(const struct route *r)
{
	if (r == NULL || strcmp(r->method, "GET") == 0)
		return CLASS_READ;
	return r->flags & UPLOAD ? CLASS_UPLOAD : CLASS_WRITE;
}

static void note_for_good(struct times *t, struct life *l, int status, int64_t us)
{
	size_t bucket = 0, kind = status >= 100 && status < 600 ? (size_t)status / 100 - 1 : PERF_STATUSES - 1;

	while (bucket < PERF_EDGES && us > perf_edges[bucket])
		bucket++;
	atomic_fetch_add(&t->buckets[bucket], 1);
	atomic_fetch_add(&t->sum_us, (uint64_t)us);
	atomic_fetch_add(&l->by_status[kind], 1);
}

void perf_note(const struct perf *p, const struct route *r, int status, int64_t now_ms, int64_t us)
{
	size_t owner, at;

	if (p == NULL)
		return;
	us = us < 0 ? 0 : us;
	at = index_of(p->app, r, &owner);
	if (at >= p->routes)
		at = p->routes - 1;
	note_lately(slice(p, now_ms) + at, status, us);
	note_lately(minute(p, now_ms), status, us);
	note_for_good(&p->own->times[owner < OWNERS ? owner : OWNERS][perf_class_of(r)], &p->own->lives[at], status, us);
}

void perf_said(const struct perf *p, int sender)
{
	if (p != NULL && sender >= 0 && sender < PERF_SENDERS)
		atomic_fetch_add(&p->own->said[sender], 1);
}
