/* Console: reports, as JSON or CSV: the same specs render both. */
#include "../../core/text.h"
#include "csv.h"
#include "figures.h"
#include <string.h>
#include <time.h>

/* -- dates -- */

enum { DAY_MS = 86400000, DAY_S = 86400, DATE_CHARS = 10 };

static bool get_day(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	const char *s = json_text(j, NULL);
	int64_t ms;

	if (s == NULL || strlen(s) != DATE_CHARS || !iso_parse(s, &ms))
		return fail_field(c, f->key, "input.bad_date");
	*(int64_t *)slot = ms / DAY_MS - (ms % DAY_MS < 0);
	return true;
}

static void put_day(struct buf *b, const struct field *f, const void *slot)
{
	time_t t = (time_t)(*(const int64_t *)slot * DAY_S);
	struct tm tm;

	(void)f;
	gmtime_r(&t, &tm);
	buf_printf(b, "\"%04d-%02d-%02d\"", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}
const struct codec as_day = { "day", sizeof(int64_t), get_day, put_day, "\"type\":\"string\",\"format\":\"date\"" };

/* -- tables -- */

// clang-format off
static const struct field measure_f[] = {
	FIELD(measure, n, "n", as_int),
	FIELD(measure, mean, "mean", as_real),
	FIELD(measure, p50, "p50", as_real),
	FIELD(measure, p90, "p90", as_real),
};
const struct spec console_measure = SPEC("ConsoleMeasure", measure, measure_f);

static const struct field handed_f[] = {
	FIELD(handed, by[HANDED_ASKED], "asked", as_int),
	FIELD(handed, by[HANDED_UNSURE], "unsure", as_int),
	FIELD(handed, by[HANDED_FAILED], "failed", as_int),
	FIELD(handed, by[HANDED_TIMEOUT], "timeout", as_int),
	FIELD(handed, by[HANDED_LIMIT], "limit", as_int),
	FIELD(handed, by[HANDED_TAKEN], "taken", as_int),
};
const struct spec console_handed = SPEC("ConsoleHandedOver", handed, handed_f);

static const struct field metric_f[] = {
	FIELD(report_line, day, "date", as_day, .doc = "The day, the week's Monday or the month's first, in the site's time zone"),
	LINE_COUNTS,
	LINE_FIGURES,
};
static const struct spec metric = SPEC("ConsoleReportMetric", report_line, metric_f);
static const struct field summary_f[] = {
	FIELD(report_line, conversations, "total_conversations", as_int),
	LINE_RESOLVED("total_resolved"),
	LINE_FIGURES,
};
static const struct spec summary = SPEC("ConsoleReportSummary", report_line, summary_f);
static const struct field customers_f[] = {
	FIELD(report_out, contacts, "active", as_real, .doc = "Customers who began a conversation in the period; null for a scope or filter"),
	FIELD(report_out, returning_contacts, "returning", as_real, .doc = "Of these, who had begun one before the period"),
	FIELD(report_out, new_contacts, "new", as_real),
};
static const struct spec customers = SPEC("ConsoleReportCustomers", report_out, customers_f);
static const struct field period_f[] = {
	FIELD(report_in, start_day, "start_date", as_day),
	FIELD(report_in, end_day, "end_date", as_day),
	FIELD(report_in, group_by, "group_by", as_enum, .arg = report_group_names),
};
static const struct spec period = SPEC("ConsoleReportPeriod", report_in, period_f);
static const struct field conversations_f[] = {
	FIELD(report_out, lines, "metrics", as_list, .arg = &metric),
	FIELD(report_out, summary, "summary", as_object, .arg = &summary),
	{ .key = "customers", .as = &as_object, .arg = &customers },
	FIELD(report_out, asked, "period", as_object, .arg = &period),
};
static const struct spec conversations = SPEC("ConsoleConversationReport", report_out, conversations_f);

static const struct field agent_f[] = {
	FIELD(report_line, agent, "agent", as_object, .arg = &console_person),
	FIELD(report_line, conversations, "conversations_count", as_int, .doc = "Created in the period; it counts for its last assignee"),
	LINE_RESOLVED("resolved_count"),
	LINE_RESPONSE_TIME,
	LINE_CSAT,
	FIELD(report_line, online_hours, "online_hours", as_real, .doc = "Union of the intervals online or busy; away does not count"),
	LINE_RESOLUTION_TIME,
	LINE_RATE,
	LINE_EXTRAS,
};
static const struct spec agent = SPEC("ConsoleReportAgent", report_line, agent_f);
static const struct field agents_f[] = {
	FIELD(report_out, lines, "agents", as_list, .arg = &agent),
	FIELD(report_out, asked, "period", as_object, .arg = &period),
};
static const struct spec agents = SPEC("ConsoleAgentReport", report_out, agents_f);

enum { FORMAT_JSON, FORMAT_CSV };
static const char *const formats[] = { "json", "csv", NULL };
#define ASKED \
	FIELD(report_in, start_day, "start_date", as_day, .flags = FROM_QUERY | REQUIRED), \
	FIELD(report_in, end_day, "end_date", as_day, .flags = FROM_QUERY | REQUIRED), \
	FIELD(report_in, team_id, "team_id", as_int, .flags = FROM_QUERY, .min = 1, .max = INT64_MAX), \
	FIELD(report_in, agent_id, "agent_id", as_int, .flags = FROM_QUERY, .min = 1, .max = INT64_MAX), \
	FIELD(report_in, format, "format", as_enum, .flags = FROM_QUERY, .arg = formats)
static const struct field conversations_in_f[] = { ASKED,
	FIELD(report_in, group_by, "group_by", as_enum, .flags = FROM_QUERY, .arg = report_group_names) };
static const struct field agents_in_f[] = { ASKED };
static const struct spec conversations_in = SPEC("ConsoleConversationReportQuery", report_in, conversations_in_f),
	agents_in = SPEC("ConsoleAgentReportQuery", report_in, agents_in_f);
// clang-format on

struct kind {
	op_fn *op;
	const struct spec *whole, *row;
	const char *name;
};

static const char *attachment(struct ctx *c, const char *name, const struct report_in *in)
{
	struct buf b = { 0 };

	buf_printf(&b, "Content-Disposition: attachment; filename=\"%s_", name);
	struct buf dates = { 0 };
	put_day(&dates, NULL, &in->start_day);
	put_day(&dates, NULL, &in->end_day);
	buf_add(&b, dates.data + 1, DATE_CHARS); /* "…""…": without the quotes */
	buf_chr(&b, '_');
	buf_add(&b, dates.data + DATE_CHARS + 3, DATE_CHARS);
	buf_str(&b, ".csv\"\r\n");
	const char *line = arena_strdup(c->mem, buf_text(&b));
	buf_free(&b);
	buf_free(&dates);
	return line;
}

static bool answer(struct ctx *c, const struct kind *k, const struct report_in *in, struct raw *out)
{
	struct report_out *result = arena_alloc(c->mem, sizeof(*result));
	bool csv = in->format == FORMAT_CSV;
	struct buf b = { 0 };

	if (csv && !(c->who.permissions & MAY_REPORTS_EXPORT))
		return fail(c, E_FORBIDDEN, "auth.forbidden");
	if (!k->op(c, in, result))
		return false;
	if (csv)
		csv_table(&b, k->row, &result->lines);
	else
		console_contract.wrap(c, &b, k->whole, result);
	*out = (struct raw){ .status = 200,
			     .type = csv ? "text/csv; charset=utf-8" : "application/json; charset=utf-8",
			     .body = arena_strndup(c->mem, b.data, b.len),
			     .len = b.len,
			     .headers = csv ? attachment(c, k->name, in) : NULL };
	buf_free(&b);
	return true;
}

static bool conversation_report(struct ctx *c, const void *in, void *out)
{
	static const struct kind k = { report_conversations, &conversations, &metric, "conversations" };

	return answer(c, &k, in, out);
}

static bool agent_report(struct ctx *c, const void *in, void *out)
{
	static const struct kind k = { report_agents, &agents, &agent, "agents" };

	return answer(c, &k, in, out);
}

// clang-format off
static const struct route routes[] = {
	{ "GET", "/api/v1/reports/conversations", STAFF | RAW, MAY_REPORTS_READ, LIMIT_ADMIN, &conversations_in, conversation_report, &conversations, 200, "Conversations by day, week or month, at most 400 days; format=csv needs reports:export. Percentiles are at most 2.5 % off" },
	{ "GET", "/api/v1/reports/agents", STAFF | RAW, MAY_REPORTS_READ, LIMIT_ADMIN, &agents_in, agent_report, &agents, 200, "Workload of each agent; format=csv needs reports:export. Percentiles are at most 2.5 % off" },
};
// clang-format on
const struct route_table console_reports = ROUTES(routes);
