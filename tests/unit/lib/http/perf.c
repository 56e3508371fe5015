#include "../../../../lib/http/perf.c"
#include "../../ok.h"
#include <math.h>
#include <stdatomic.h>
#include <sys/wait.h>

static const struct route rows[] = { { "GET", "/a", 0, 0, LIMIT_NONE, NULL, NULL, NULL, 200, "" },
				     { "GET", "/b", 0, 0, LIMIT_NONE, NULL, NULL, NULL, 200, "" } };
static const struct route_table table = ROUTES(rows);
static const struct route_table *const tables[] = { &table, NULL };
static const struct contract k = { .name = "k", .tables = tables };
static const struct contract *const contracts[] = { &k };
static const struct route other_rows[] = { { "POST", "/a", 0, 0, LIMIT_NONE, NULL, NULL, NULL, 200, "" } };
static const struct route_table other_table = ROUTES(other_rows);
static const struct route_table *const other_tables[] = { &other_table, NULL };
static const struct contract other_k = { .name = "k", .tables = other_tables };
static const struct contract *const other_contracts[] = { &other_k };
static const struct app app = { .name = "api", .contracts = contracts, .n = 1 };

static const struct app other = { .name = "files", .contracts = other_contracts, .n = 1 };

static int64_t minutes_sum(const struct perf_report *r)
{
	const struct perf_minute *minute = r->minutes.items;
	int64_t n = 0;

	for (size_t i = 0; i < r->minutes.n; i++)
		n += minute[i].figures.count;
	return n;
}

/* r: of 101 requests of one contract and one that no path fitted. */
static void check_lately(struct perf *p, struct arena *mem, int64_t now, const struct perf_report *r)
{
	const struct perf_class *class = r->classes.items;
	const struct perf_bin *bin = r->bins.items;
	const struct perf_minute *minute;
	struct perf_report later;
	int64_t sum = 0;

	ok(r->classes.n == 2 && strcmp(class[0].contract, "k") == 0 && strcmp(class[0].class, "read") == 0 &&
		   class[0].figures.count == 101 && class[0].figures.errors == 1 && strcmp(class[1].contract, "none") == 0,
	   "a contract's routes together");
	for (size_t i = 0; i < r->bins.n; i++) {
		sum += bin[i].count;
		ok(i == 0 || fabs(bin[i].upto_ms - 2 * bin[i - 1].upto_ms) < 0.001, "each is twice the one before it");
	}
	ok(sum == 102 && bin[0].count == 2 && bin[0].upto_ms == 0.05 && bin[r->bins.n - 1].count > 0, "%lld", (long long)sum);
	minute = r->minutes.items;
	ok(minutes_sum(r) == 102 && minute[r->minutes.n - 1].figures.errors == 1, "%zu minutes", r->minutes.n);
	perf_read(p, mem, now + 120000, &later);
	minute = later.minutes.items;
	ok(later.minutes.n == r->minutes.n + 2 && minute[later.minutes.n - 1].figures.count == 0 &&
		   isnan(minute[later.minutes.n - 1].figures.p50_ms) && minutes_sum(&later) == 102,
	   "minutes in which nobody came are told too");
	perf_read(p, mem, now + 3600000, &later);
	ok(later.minutes.n == 60 && minutes_sum(&later) == 0, "an hour, no more: %zu", later.minutes.n);
}

/* Lately: what `performance` shows. */
static void check_report(struct arena *mem)
{
	struct perf *p = perf_new(&app, "api", "/nowhere");
	struct perf_report r;
	int64_t now = p->own->started + 1000;

	perf_read(NULL, mem, now, &r);
	ok(r.total == 0 && isnan(r.p50), "nothing is counted without memory");
	perf_read(p, mem, now, &r);
	ok(r.total == 0 && r.routes.n == 0 && isnan(r.max) && r.error_rate == 0, "nothing yet");
	for (int i = 1; i <= 100; i++)
		perf_note(p, &rows[0], 200, now, i * 1000);
	perf_note(p, &rows[1], 503, now, 5);
	perf_note(p, NULL, 404, now, 5);
	perf_read(p, mem, now, &r);
	const struct perf_route *row = r.routes.items;
	ok(r.total == 102 && r.errors == 1 && r.routes.n == 3, "%lld", (long long)r.total);
	ok(strcmp(row[0].name, "GET /a") == 0 && row[0].count == 100 && row[0].errors == 0, "%s", row[0].name);
	ok(r.p50 >= 49 && r.p50 <= 49 * 1.2 && r.p95 >= 93 && r.p95 <= 100 && r.p99 <= 100 && r.max == 100, "%g %g %g", r.p50,
	   r.p95, r.max);
	ok(row[0].p50_ms >= 49 && row[0].p99_ms == r.p99, "%g", row[0].p50_ms);
	check_lately(p, mem, now, &r);
	perf_note(p, &rows[1], 200, now + 400000, 900000000000);
	perf_read(p, mem, now + 400000, &r);
	ok(r.total == 1 && r.max > 4000000, "what is older than five minutes is forgotten, what takes for ever is counted: %lld",
	   (long long)r.total);
	perf_free(p);
}

static int64_t counted(const struct perf_times *t)
{
	int64_t n = 0;

	for (size_t i = 0; i <= PERF_EDGES; i++)
		n += t->buckets[i];
	return n;
}

/* For good: what /metrics shows. */
static void check_totals(struct arena *mem)
{
	struct perf *p = perf_new(&app, "api", "/nowhere");
	struct perf_totals t;

	perf_totals(NULL, mem, &t);
	ok(t.requests.n == 0 && t.programs.n == 0, "nothing without memory");
	perf_note(p, &rows[0], 200, 1000, 500);
	perf_note(p, &rows[0], 204, 1000, 501);
	perf_note(p, &rows[0], 404, 1000000000, -7);
	perf_note(p, &rows[1], 500, 1000, 900000000);
	perf_note(p, NULL, 404, 1000, 5);
	perf_said(p, 2);
	perf_said(p, 2);
	perf_said(p, 99);
	perf_said(NULL, 0);
	perf_totals(p, mem, &t);
	const struct perf_requests *r = t.requests.items;
	const struct perf_times *d = t.times.items;
	ok(t.requests.n == 3 && t.times.n == 2 && t.programs.n == 1, "%zu %zu", t.requests.n, t.times.n);
	ok(strcmp(r[0].path, "/a") == 0 && r[0].by_status[1] == 2 && r[0].by_status[3] == 1, "%s", r[0].path);
	ok(r[1].by_status[4] == 1 && strcmp(r[2].contract, "none") == 0 && r[2].by_status[3] == 1, "%s", r[2].contract);
	ok(strcmp(d[0].contract, "k") == 0 && strcmp(d[0].class, "read") == 0 && strcmp(d[1].class, "none") == 0, "%s", d[0].class);
	ok(d[0].buckets[0] == 2 && d[0].buckets[1] == 1 && d[0].buckets[PERF_EDGES] == 1 && counted(&d[0]) == 4,
	   "an end belongs to its bucket");
	ok(d[0].sum_s > 900.001 && d[0].sum_s < 900.0011, "%g", d[0].sum_s);
	ok(t.said[2] == 2 && t.said[0] == 0, "%lld", (long long)t.said[2]);
	perf_free(p);
}

static void in_child(const struct perf *p, int times)
{
	if (fork() == 0) {
		for (int i = 0; i < times; i++)
			perf_note(p, &rows[0], 200, p->own->started, 1000);
		_exit(0);
	}
}

/* All processes of all programs count into one sum; another build's counters are left alone. */
static void check_shared(struct arena *mem)
{
	char folder[] = "/tmp/perf-XXXXXX", path[64];
	struct perf_totals t;
	struct perf_report report;

	ok(mkdtemp(folder) != NULL, "a folder");
	struct perf *api = perf_new(&app, "api", folder), *files = perf_new(&app, "files", folder),
		    *worker = perf_new(NULL, "worker", folder);
	for (int i = 0; i < 4; i++)
		in_child(i < 3 ? api : files, 1000);
	while (wait(NULL) > 0)
		;
	perf_said(worker, 1);
	perf_totals(api, mem, &t);
	ok(t.programs.n == 3 && t.said[1] == 1, "%zu programs", t.programs.n);
	ok(((struct perf_requests *)t.requests.items)->by_status[1] == 4000, "none is lost");
	perf_read(api, mem, api->own->started, &report);
	ok_int(report.total, 4000);
	ok_int(minutes_sum(&report), 4000);
	perf_totals(worker, mem, &t);
	ok(t.programs.n == 1 && t.requests.n == 0, "a program without routes adds up no routes");
	perf_free(files);
	files = perf_new(&other, "files", folder);
	perf_note(files, &other_rows[0], 200, 1000, 5);
	perf_totals(api, mem, &t);
	ok(t.programs.n == 2 && ((struct perf_requests *)t.requests.items)->by_status[1] == 3000, "other routes are not these");
	snprintf(path, sizeof(path), "%s/perf-files", folder);
	ok(truncate(path, 100) == 0, "a file that was cut");
	perf_totals(api, mem, &t);
	ok(t.programs.n == 2, "is left alone");
	perf_free(api);
	perf_free(worker);
	munmap(files->own, size_of(files->routes));
	free(files);
	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/perf-%s", folder, (const char *[]){ "api", "files", "worker" }[i]);
		unlink(path);
	}
	ok(rmdir(folder) == 0, "nothing else was left there");
}

int main(void)
{
	struct arena mem = { 0 };

	check_report(&mem);
	check_totals(&mem);
	check_shared(&mem);
	arena_free(&mem);
	return ok_end();
}
