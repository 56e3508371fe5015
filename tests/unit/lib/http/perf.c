#include "../../../../lib/http/perf.c"
#include "../../ok.h"

static const struct route rows[] = { { "GET", "/a", 0, 0, LIMIT_NONE, NULL, NULL, NULL, 200, "" },
				     { "GET", "/b", 0, 0, LIMIT_NONE, NULL, NULL, NULL, 200, "" } };
static const struct route_table table = ROUTES(rows);
static const struct route_table *const tables[] = { &table, NULL };
static const struct contract k = { .name = "k", .tables = tables };
static const struct contract *const contracts[] = { &k };
static const struct app app = { .name = "api", .contracts = contracts, .n = 1 };

int main(void)
{
	struct arena mem = { 0 };
	struct perf *p = perf_new(&app);
	struct perf_report r;
	int64_t now = p->started + 1000;

	perf_read(NULL, &mem, now, &r);
	ok(r.total == 0 && isnan(r.p50), "nothing is counted without memory");
	perf_read(p, &mem, now, &r);
	ok(r.total == 0 && r.routes.n == 0 && isnan(r.max) && r.error_rate == 0, "nothing yet");
	for (int i = 1; i <= 100; i++)
		perf_note(p, &rows[0], 200, now, i * 1000);
	perf_note(p, &rows[1], 503, now, 5);
	perf_note(p, NULL, 404, now, 5);
	perf_read(p, &mem, now, &r);
	const struct perf_route *row = r.routes.items;
	ok(r.total == 102 && r.errors == 1 && r.routes.n == 3, "%lld", (long long)r.total);
	ok(strcmp(row[0].name, "GET /a") == 0 && row[0].count == 100 && row[0].errors == 0, "%s", row[0].name);
	ok(r.p50 >= 49 && r.p50 <= 49 * 1.2 && r.p95 >= 93 && r.p95 <= 100 && r.p99 <= 100 && r.max == 100, "%g %g %g", r.p50,
	   r.p95, r.max);
	perf_note(p, &rows[1], 200, now + 400000, 900000000000);
	perf_read(p, &mem, now + 400000, &r);
	ok(r.total == 1 && r.max > 4000000, "what is older than five minutes is forgotten, what takes for ever is counted: %lld",
	   (long long)r.total);
	arena_free(&mem);
	return ok_end();
}
