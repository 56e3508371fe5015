#include "../../../../lib/core/metric.h"
#include "../../../../lib/core/process.h"
#include "../../ok.h"
#include <math.h>
#include <unistd.h>

static void check(struct buf *b, const char *want)
{
	ok_str(buf_text(b), want);
	buf_clear(b);
}

static void check_text(struct buf *b)
{
	const double ends[] = { 0.0005, 2.5 };
	const int64_t counts[] = { 3, 0, 1 };

	metric(b, "x_total", "counter", "A \"thing\" \\ of\ntwo lines");
	check(b, "# HELP x_total A \"thing\" \\\\ of\\ntwo lines\n# TYPE x_total counter\n");
	metric_line(b, "x_total", LABELS({ "a", "say \"hi\" \\ or\nnot" }, { "b", "值" }), 9007199254740991.0);
	check(b, "x_total{a=\"say \\\"hi\\\" \\\\ or\\nnot\",b=\"值\"} 9007199254740991\n");
	metric_line(b, "x", NOLABELS, 0.25);
	metric_line(b, "x", NOLABELS, NAN);
	metric_line(b, "x", NOLABELS, -INFINITY);
	metric_line(b, "x", NOLABELS, 1e300);
	check(b, "x 0.25\nx NaN\nx -Inf\nx 1e+300\n");
	metric_one(b, "up", "gauge", "Up", 1);
	check(b, "# HELP up Up\n# TYPE up gauge\nup 1\n");
	metric_histogram(b, "h", LABELS({ "c", "d" }), ends, counts, 2, 4.5);
	check(b, "h_bucket{c=\"d\",le=\"0.0005\"} 3\nh_bucket{c=\"d\",le=\"2.5\"} 3\nh_bucket{c=\"d\",le=\"+Inf\"} 4\n"
		 "h_sum{c=\"d\"} 4.5\nh_count{c=\"d\"} 4\n");
	metric_histogram(b, "h", NOLABELS, ends, counts, 1, 0);
	check(b, "h_bucket{le=\"0.0005\"} 3\nh_bucket{le=\"+Inf\"} 3\nh_sum 0\nh_count 3\n");
}

static void check_process(void)
{
	int64_t n, bytes = process_resident(getpid());

	ok(bytes > 100000, "%lld", (long long)bytes);
	ok(process_family(getpid(), &n) >= bytes && n >= 1, "%lld", (long long)n);
	ok(process_resident(1LL << 40) == 0 && process_family(1LL << 40, &n) == 0 && n == 0, "nobody");
}

int main(void)
{
	struct buf b = { 0 };

	check_text(&b);
	check_process();
	buf_free(&b);
	return ok_end();
}
