/* Desk: figures of the whole site. */
#include "../../domain/overview.h"
#include "../../domain/usage.h"
#include "desk.h"
#include <stdio.h>
#include <time.h>

enum { DAY_MS = 86400000, DAY_S = 86400 };

static bool get_day(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	int64_t ms;

	if (!as_time.get(c, f, j, &ms))
		return false;
	*(int64_t *)slot = ms / DAY_MS - (ms % DAY_MS < 0);
	return true;
}

static void put_day(struct buf *b, const struct field *f, const void *slot)
{
	time_t t = (time_t)(*(const int64_t *)slot * DAY_S);
	char text[32];
	struct tm tm;

	(void)f;
	strftime(text, sizeof(text), "\"%Y-%m-%d\"", gmtime_r(&t, &tm));
	buf_str(b, text);
}
static const struct codec as_date = { "date", sizeof(int64_t), get_day, put_day, "\"type\":\"string\",\"format\":\"date\"" };

// clang-format off
static const struct field today_f[] = {
	FIELD(overview, legs_today, "sessions", as_int),
	FIELD(overview, messages_today, "messages", as_int),
};
static const struct spec today = SPEC("DeskToday", overview, today_f);
static const struct field overview_f[] = {
	FIELD(overview, users, "total_users", as_int),
	FIELD(overview, staff, "total_kefu", as_int),
	FIELD(overview, customers, "total_kehu", as_int),
	FIELD(overview, online_staff, "online_kefu", as_int, .doc = "Staff who are not offline"),
	FIELD(overview, online_customers, "online_kehu", as_int, .doc = "Customers who said or did something in the last 5 minutes"),
	FIELD(overview, running, "active_sessions", as_int),
	FIELD(overview, waiting, "waiting_customers", as_int),
	FIELD(overview, legs, "total_sessions", as_int),
	FIELD(overview, messages, "total_messages", as_int),
	{ .key = "today", .as = &as_object, .arg = &today },
	FIELD(overview, response_s, "avg_response_time_seconds", as_real, .doc = "Of the last 30 days; null without an answer"),
	FIELD(overview, satisfaction, "satisfaction_score", as_real, .doc = "1 to 5, of the last 30 days; null without a rating"),
};
static const struct desk_answer overview = ANSWER("DeskOverview", overview, overview_f, "desk.overview");

static const struct field said_in_f[] = {
	FIELD(message_usage_in, start_day, "start_date", as_date, .flags = FROM_QUERY),
	FIELD(message_usage_in, end_day, "end_date", as_date, .flags = FROM_QUERY),
};
static const struct spec said_in = SPEC("DeskMessageFiguresQuery", message_usage_in, said_in_f);
static const struct field types_f[] = {
	FIELD(message_usage, types[MSG_TEXT], "text", as_int),
	FIELD(message_usage, types[MSG_IMAGE], "image", as_int),
	FIELD(message_usage, types[MSG_FILE], "file", as_int),
};
static const struct spec types = SPEC("DeskMessageTypes", message_usage, types_f);
static const struct field usage_day_f[] = {
	FIELD(usage_day, day, "date", as_date),
	FIELD(usage_day, count, "count", as_int),
};
static const struct spec usage_day = SPEC("DeskMessagesOfDay", usage_day, usage_day_f);
static const struct field said_f[] = {
	FIELD(message_usage, total, "total_messages", as_int),
	FIELD(message_usage, daily_average, "daily_average", as_int),
	FIELD(message_usage, peak_hour, "peak_hour", as_text),
	{ .key = "message_types", .as = &as_object, .arg = &types },
	FIELD(message_usage, daily, "daily", as_list, .arg = &usage_day),
};
static const struct desk_answer said = ANSWER("DeskMessageFigures", message_usage, said_f, "desk.message_figures");

struct user_figures {
	struct user_usage usage;
	struct population people;
};
static const struct field users_in_f[] = { FIELD(user_usage_in, period, "period", as_str, .flags = FROM_QUERY, .max = 8, .doc = "As 7d, 4w, 1m") };
static const struct spec users_in = SPEC("DeskUserFiguresQuery", user_usage_in, users_in_f);
static const struct field by_type_f[] = {
	FIELD(population, agents, "agent", as_int),
	FIELD(population, supervisors, "supervisor", as_int),
	FIELD(population, admins, "admin", as_int),
	FIELD(population, customers, "kehu", as_int),
};
static const struct spec by_type = SPEC("DeskUsersByType", population, by_type_f);
static const struct field users_f[] = {
	FIELD(user_figures, usage.active, "active_users", as_int),
	FIELD(user_figures, usage.fresh, "new_users", as_int),
	FIELD(user_figures, usage.returning, "returning_users", as_int),
	FIELD(user_figures, usage.session_duration, "average_session_duration", as_text),
	FIELD(user_figures, people, "by_type", as_object, .arg = &by_type),
};
static const struct desk_answer users = ANSWER("DeskUserFigures", user_figures, users_f, "desk.user_figures");

static bool user_figures(struct ctx *c, const void *in, void *vout)
{
	struct user_figures *out = vout;

	return user_usage(c, in, &out->usage) && population_get(c, &out->people);
}

static const struct route routes[] = {
	{ "GET", "/api/analytics/overview", STAFF, MAY_REPORTS_READ, LIMIT_ADMIN, NULL, overview_get, &overview.data, 200, "The whole site at a glance" },
	{ "GET", "/api/analytics/messages", STAFF, MAY_REPORTS_READ, LIMIT_ADMIN, &said_in, message_usage, &said.data, 200, "How much was said; the last 30 days unless asked otherwise" },
	{ "GET", "/api/analytics/users", STAFF, MAY_REPORTS_READ, LIMIT_ADMIN, &users_in, user_figures, &users.data, 200, "How many customers came" },
};
// clang-format on
const struct route_table desk_analytics = ROUTES(routes);
