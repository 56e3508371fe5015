#include "../../../../lib/domain/usage.c"
#include "../../ok.h"
#include <math.h>

static void check_periods(void)
{
	static const struct {
		const char *text;
		int64_t days;
	} rows[] = { { "7d", 7 },
		     { "1d", 1 },
		     { "4w", 28 },
		     { "1m", 30 },
		     { "1y", 365 },
		     { "400d", 400 },
		     { "401d", 0 },
		     { "2y", 0 },
		     { "0d", 0 },
		     { "-1d", 0 },
		     { "7", 0 },
		     { "d", 0 },
		     { "", 0 },
		     { "7 d", 0 },
		     { "7x", 0 },
		     { "7dd", 0 },
		     { "99999999999999999999d", 0 } };

	for (size_t i = 0; i < COUNT(rows); i++)
		ok(period_days(rows[i].text) == rows[i].days, "%s: %lld", rows[i].text, (long long)period_days(rows[i].text));
}

static void check_durations(struct arena *mem)
{
	static const struct {
		double seconds;
		const char *text;
	} rows[] = { { 0, "0m" },       { NAN, "0m" },      { 1, "1s" },          { 59.4, "59s" }, { 60, "1m" },
		     { 900, "15m" },    { 929, "15m" },     { 930, "16m" },       { 3569, "59m" }, { 3570, "1h 0m" },
		     { 3600, "1h 0m" }, { 11100, "3h 5m" }, { 360000, "100h 0m" } };

	for (size_t i = 0; i < COUNT(rows); i++)
		ok_str(duration(mem, rows[i].seconds), rows[i].text);
}

static void check_peak(struct ctx *c)
{
	int64_t hours[HOURS] = { 0 };

	ok_str(peak_of(c, hours), "");
	hours[23] = 2;
	ok_str(peak_of(c, hours), "23:00");
	hours[4] = 2; /* the first of equals */
	ok_str(peak_of(c, hours), "04:00");
	hours[0] = 3;
	ok_str(peak_of(c, hours), "00:00");
}

int main(void)
{
	struct arena mem = { 0 };
	struct ctx c = { .mem = &mem };

	check_periods();
	check_durations(&mem);
	check_peak(&c);
	arena_free(&mem);
	return ok_end();
}
