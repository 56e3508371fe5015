/* Console: the dashboard. */
#include "../../domain/analytics.h"
#include "figures.h"

// clang-format off
static const struct field agent_f[] = {
	FIELD(dashboard_agent, agent, "agent", as_object, .arg = &console_person),
	FIELD(dashboard_agent, status, "status", as_enum, .arg = presence_names),
	FIELD(dashboard_agent, load, "active_sessions", as_int),
	FIELD(dashboard_agent, capacity, "max_sessions", as_int),
};
static const struct spec agent = SPEC("ConsoleDashboardAgent", dashboard_agent, agent_f);
static const struct field now_f[] = {
	FIELD(dashboard_now, active, "active_conversations", as_int, .doc = "Open or pending"),
	FIELD(dashboard_now, pending, "pending_conversations", as_int, .doc = "Of these, pending"),
	FIELD(dashboard_now, online_agents, "online_agents", as_int, .doc = "Of the whole site"),
	FIELD(dashboard_now, avg_response_time, "avg_response_time", as_real, .doc = "Of today; seconds; 0 when there is none: response.n tells"),
	FIELD(dashboard_now, response, "response", as_object, .arg = &console_measure),
	FIELD(dashboard_now, waiting, "waiting_conversations", as_int, .doc = "In the queue for an agent"),
	FIELD(dashboard_now, agents, "agents", as_list, .arg = &agent, .doc = "Staff who are not offline, of the whole site"),
};
static const struct spec now = SPEC("ConsoleDashboardNow", dashboard_now, now_f);
static const struct field today_f[] = {
	FIELD(report_line, conversations, "new_conversations", as_int),
	FIELD(report_line, resolved, "resolved_conversations", as_int, .doc = "Of those new today; resolutions_count has all that were resolved today"),
	FIELD(report_line, messages, "total_messages", as_int),
	LINE_FIGURES,
};
static const struct spec today = SPEC("ConsoleDashboardToday", report_line, today_f);
static const struct field week_f[] = {
	LINE_COUNTS,
	LINE_FIGURES,
};
static const struct spec week = SPEC("ConsoleDashboardWeek", report_line, week_f);
static const struct field day_f[] = {
	FIELD(report_line, day, "date", as_day),
	LINE_COUNTS,
	FIELD(report_line, resolutions, "resolutions_count", as_int),
	FIELD(report_line, messages, "messages_count", as_int),
	LINE_RESPONSE_TIME,
	FIELD(report_line, response, "response", as_object, .arg = &console_measure),
	FIELD(report_line, csat, "csat", as_object, .arg = &console_measure),
};
static const struct spec day = SPEC("ConsoleDashboardDay", report_line, day_f);
static const struct field hour_f[] = {
	FIELD(dashboard_hour, hour, "hour", as_int),
	FIELD(dashboard_hour, conversations, "conversations_count", as_int),
};
static const struct spec hour = SPEC("ConsoleDashboardHour", dashboard_hour, hour_f);
static const struct field stats_f[] = {
	FIELD(dashboard, real_time, "real_time", as_object, .arg = &now),
	FIELD(dashboard, day, "today", as_object, .arg = &today),
	FIELD(dashboard, week, "this_week", as_object, .arg = &week),
	FIELD(dashboard, hours, "by_hour", as_list, .arg = &hour, .doc = "Conversations created in each hour of today"),
	FIELD(dashboard, days, "by_day", as_list, .arg = &day, .doc = "The last 14 days, today last"),
};
static const struct spec stats = SPEC("ConsoleDashboard", dashboard, stats_f);

static const struct route routes[] = {
	{ "GET", "/api/v1/dashboard/stats", STAFF, MAY_REPORTS_READ, LIMIT_ADMIN, NULL, dashboard_get, &stats, 200, "Figures of now, today and this week (from Monday) in the viewer's scope: agents see what is theirs, their teams' or unassigned" },
};
// clang-format on
const struct route_table console_dashboard = ROUTES(routes);
