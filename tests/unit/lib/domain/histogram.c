#include "../../../../lib/domain/histogram.c"
#include "../../ok.h"

/* As the database puts them in (HISTOGRAM_BUCKET). */
static int bucket(double ms)
{
	double b = ms < 1 ? 0 : 1 + floor(log(ms) / log(1.05));

	return b > 511 ? 511 : (int)b;
}

static void bounds(void)
{
	double worst = 0;

	for (double ms = 1; ms < 3.4e10; ms *= 1.013) {
		struct histogram h = { 0 };
		h.count[bucket(ms)]++;
		double off = fabs(histogram_at(&h, 0.5) / ms - 1);
		worst = off > worst ? off : worst;
	}
	ok(worst <= 0.025, "%f", worst);
}

static void texts(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "", "" },
		{ NULL, "" },
		{ "3:1 7:20", "3:1 7:20" },
		{ "7:20 3:1 7:2", "3:1 7:22" }, /* days behind each other add up */
		{ "  3:1   4:1 ", "3:1 4:1" },
		{ "511:4000000000", "511:4000000000" },
		{ "512:1 3:1", "3:1" },
		{ "3:1 x", "3:1" },
		{ "3", "" },
	};
	struct arena mem = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct histogram h = { 0 };
		histogram_read(&h, rows[i].text);
		ok_str(histogram_text(&mem, &h), rows[i].want);
	}
	arena_free(&mem);
}

/* Percentiles of 1 … 1000 s, in one piece and merged from ten. */
static void percentiles(void)
{
	struct histogram whole = { 0 }, merged = { 0 };
	struct arena mem = { 0 };

	for (int k = 0; k < 10; k++) {
		struct histogram part = { 0 };
		for (int s = 1 + k; s <= 1000; s += 10) {
			part.count[bucket(s * 1000.0)]++;
			whole.count[bucket(s * 1000.0)]++;
		}
		histogram_read(&merged, histogram_text(&mem, &part));
	}
	ok(memcmp(&whole, &merged, sizeof(whole)) == 0, "merging loses nothing");
	static const struct {
		double share, want;
	} rows[] = { { 0.001, 1000 }, { 0.5, 500000 }, { 0.9, 900000 }, { 1, 1000000 } };
	for (size_t i = 0; i < COUNT(rows); i++)
		ok(fabs(histogram_at(&whole, rows[i].share) / rows[i].want - 1) <= 0.025, "%f: %f", rows[i].share,
		   histogram_at(&whole, rows[i].share));
	struct histogram none = { 0 }, zero = { 0 };
	zero.count[0] = 3;
	ok(isnan(histogram_at(&none, 0.5)), "nothing there");
	ok(histogram_at(&zero, 0.9) == 0, "at once");
	arena_free(&mem);
}

int main(void)
{
	bounds();
	texts();
	percentiles();
	return ok_end();
}
