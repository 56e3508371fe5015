#include "usage.h"
#include "../core/text.h"
#include "report_row.h"
#include <math.h>
#include <string.h>

enum { USUAL_DAYS = 30, HOURS = 24 };

static bool read_days(struct ctx *c, const struct message_usage_in *in, int64_t *from, int64_t *to)
{
	*to = in->end_day != 0 ? in->end_day : report_day_of(c, c->now);
	*from = in->start_day != 0 ? in->start_day : *to - USUAL_DAYS + 1;
	if (*to < *from)
		return fail_field(c, "end_date", "report.ends_before_start");
	return *to - *from < REPORT_DAYS_MAX || fail_field(c, "end_date", "report.too_long");
}

static const char *peak_of(struct ctx *c, const int64_t *hours)
{
	int best = 0;

	for (int i = 1; i < HOURS; i++)
		if (hours[i] > hours[best])
			best = i;
	return hours[best] > 0 ? arena_printf(c->mem, "%02d:00", best) : "";
}

bool message_usage(struct ctx *c, const void *vin, void *vout)
{
	struct message_usage *out = vout;
	struct list rows;
	int64_t hours[HOURS] = { 0 }, from, to;

	if (!read_days(c, vin, &from, &to) || !report_said(c, from, to, &rows))
		return false;
	size_t n = (size_t)(to - from + 1);
	struct usage_day *days = arena_alloc(c->mem, n * sizeof(*days));
	for (size_t i = 0; i < n; i++)
		days[i].day = from + (int64_t)i;
	const struct said_row *r = rows.items;
	for (size_t i = 0; i < rows.n; i++) {
		out->total += r[i].n;
		days[r[i].day - from].count += r[i].n;
		if (r[i].hour >= 0 && r[i].hour < HOURS)
			hours[r[i].hour] += r[i].n;
		if (r[i].type >= 0 && r[i].type < MSG__MAX)
			out->types[r[i].type] += r[i].n;
	}
	out->daily_average = n > 0 ? out->total / (int64_t)n : 0;
	out->peak_hour = peak_of(c, hours);
	out->daily = (struct list){ days, n };
	out->start_day = from;
	out->end_day = to;
	return true;
}

/* -- users -- */

/* "7d": days; 0 when it is nothing that is understood, or too long. */
static int64_t period_days(const char *s)
{
	static const struct {
		char unit;
		int64_t days;
	} units[] = { { 'd', 1 }, { 'w', 7 }, { 'm', 30 }, { 'y', 365 } };
	size_t n = strlen(s);
	int64_t count;

	if (n < 2 || !parse_int(s, n - 1, &count) || count < 1 || count > REPORT_DAYS_MAX)
		return 0;
	for (size_t i = 0; i < COUNT(units); i++)
		if (units[i].unit == s[n - 1])
			return count * units[i].days <= REPORT_DAYS_MAX ? count * units[i].days : 0;
	return 0;
}

/* "45s", "15m", "3h 5m". */
static const char *duration(struct arena *mem, double seconds)
{
	long long s = isnan(seconds) ? 0 : llround(seconds), m = (s + 30) / 60;

	if (s > 0 && s < 60)
		return arena_printf(mem, "%llds", s);
	if (m < 60)
		return arena_printf(mem, "%lldm", m);
	return arena_printf(mem, "%lldh %lldm", m / 60, m % 60);
}

bool user_usage(struct ctx *c, const void *vin, void *vout)
{
	const struct user_usage_in *in = vin;
	struct user_usage *out = vout;
	const struct report_scope site = { .everything = true };
	int64_t n = period_days(in->period != NULL ? in->period : "7d"), today = report_day_of(c, c->now);
	struct report_line line = { 0 };

	if (n == 0)
		return fail_field(c, "period", "period.unknown");
	out->start_day = today - n + 1;
	out->end_day = today;
	if (!report_contacts(c, out->start_day, today, &out->active, &out->returning) ||
	    !report_summary(c, &site, out->start_day, today, &line))
		return false;
	out->fresh = out->active - out->returning;
	out->session_duration = duration(c->mem, line.resolution.mean);
	return true;
}
