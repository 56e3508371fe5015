#include "../../../../lib/domain/report.c"
#include "../../../../lib/core/settings.h"
#include "../../../../lib/core/text.h"
#include "../../ok.h"

static int64_t day(const char *date)
{
	int64_t ms;

	return iso_parse(date, &ms) ? ms / 86400000 : -1;
}

static void buckets(void)
{
	static const struct {
		const char *date;
		int group_by;
		const char *want;
	} rows[] = {
		{ "2024-03-06", REPORT_DAY, "2024-03-06" },   { "2024-03-04", REPORT_WEEK, "2024-03-04" },
		{ "2024-03-10", REPORT_WEEK, "2024-03-04" },  { "2024-03-03", REPORT_WEEK, "2024-02-26" },
		{ "2025-01-01", REPORT_WEEK, "2024-12-30" },  { "2024-02-29", REPORT_MONTH, "2024-02-01" },
		{ "2024-03-01", REPORT_MONTH, "2024-03-01" }, { "2024-12-31", REPORT_MONTH, "2024-12-01" },
		{ "1970-01-01", REPORT_MONTH, "1970-01-01" },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		ok_int(bucket_of(day(rows[i].date), rows[i].group_by), day(rows[i].want));
	ok_int(bucket_of(0, REPORT_WEEK), -3); /* a Thursday's Monday lies in 1969 */
	ok_int(bucket_of(-4, REPORT_WEEK), -10);
}

static void days(void)
{
	static const struct {
		const char *zone, *time;
		int64_t want;
	} rows[] = {
		{ "+00:00", "1970-01-01T23:59:59Z", 0 },  { "+00:00", "1970-01-02T00:00:00Z", 1 },
		{ "+08:00", "1970-01-01T15:59:59Z", 0 },  { "+08:00", "1970-01-01T16:00:00Z", 1 },
		{ "-05:00", "1970-01-01T04:59:59Z", -1 }, { "-05:00", "1970-01-01T05:00:00Z", 0 },
		{ "+05:30", "1970-01-01T18:29:59Z", 0 },  { "+05:30", "1970-01-01T18:30:00Z", 1 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct settings cfg = { .timezone = rows[i].zone };
		struct ctx c = { .cfg = &cfg };
		int64_t ms;
		ok(iso_parse(rows[i].time, &ms), "%s", rows[i].time);
		ok_int(report_day_of(&c, ms), rows[i].want);
		ok(report_day_start(&c, rows[i].want) <= ms && ms < report_day_start(&c, rows[i].want + 1), "%s %s", rows[i].zone,
		   rows[i].time);
	}
}

static void shown_figures(void)
{
	struct figures f = {
		.sum = { [SUM_CONVERSATIONS] = 3, [SUM_AI_HANDLED] = 1, [SUM_RESOLVED] = 2, [SUM_RESOLUTION_MS] = 10001 }
	};
	struct report_line l = { 0 };

	f.spread[SPREAD_RESOLUTION].count[150] = 2;
	f.sum[SUM_RATED_1] = 1;
	f.sum[SUM_RATED_5] = 3;
	figures_show(&l, &f);
	ok_int(l.human_handled, 2);
	ok(fabs(l.resolution_rate - 2.0 / 3) < 1e-9, "%f", l.resolution_rate);
	ok(l.resolution.n == 2 && l.avg_resolution_time == 5.001, "%f", l.avg_resolution_time); /* 5.0005 s, to the millisecond */
	ok(l.csat.n == 4 && l.csat_score == 4 && l.csat.p50 == 5 && l.csat.p90 == 5, "%f %f", l.csat_score, l.csat.p50);
	ok(l.response.n == 0 && isnan(l.response.mean) && l.avg_response_time == 0, "nothing is null beside n, 0 where documented");
	struct figures none = { 0 };
	figures_show(&l, &none);
	ok(l.resolution_rate == 0 && isnan(l.csat_score), "an empty period");
}

int main(void)
{
	buckets();
	days();
	shown_figures();
	return ok_end();
}
