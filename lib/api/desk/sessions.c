/* Desk: sessions, which are legs. */
#include "../../domain/leg.h"
#include "desk.h"

enum { REASON_MAX = 500, NOTE_MAX = 2000 };

// clang-format off
#define OF_LEG(T, v) \
	FIELD(T, v name, "session_id", desk_leg), \
	FIELD(T, v agent.id, "kefu_id", as_str), \
	FIELD(T, v agent.name, "kefu_name", as_text), \
	FIELD(T, v customer.id, "kehu_id", as_str), \
	FIELD(T, v customer.name, "kehu_name", as_text), \
	FIELD(T, v state, "status", as_enum, .arg = leg_state_names), \
	FIELD(T, v started_at, "created_at", as_time), \
	FIELD(T, v updated_at, "updated_at", as_time), \
	FIELD(T, v ended_at, "ended_at", as_time, .flags = NULLABLE), \
	FIELD(T, v messages, "message_count", as_int), \
	FIELD(T, v last_message, "last_message", as_text)
static const struct field session_f[] = { OF_LEG(leg, ) };
static const struct spec session = SPEC("DeskSession", leg, session_f);

static const struct field list_in_f[] = {
	DESK_PAGE(leg_list_in, 20),
	FIELD(leg_list_in, agent, "kefu_id", as_str, .flags = FROM_QUERY, .max = PUBLIC_ID_MAX),
	FIELD(leg_list_in, state, "status", as_filter, .flags = FROM_QUERY, .arg = leg_state_names),
	FIELD(leg_list_in, from, "start_date", as_from, .flags = FROM_QUERY, .doc = "Begun at or after this day or time"),
	FIELD(leg_list_in, to, "end_date", as_to, .flags = FROM_QUERY, .doc = "Begun on or before this day, or before this time"),
};
static const struct spec list_in = SPEC("DeskSessionsQuery", leg_list_in, list_in_f);
static const struct field list_f[] = {
	FIELD(leg_list_out, legs, "sessions", as_list, .arg = &session),
	FIELD(leg_list_out, meta, "pagination", as_object, .arg = &desk_pages),
};
static const struct desk_answer list = ANSWER("DeskSessions", leg_list_out, list_f, "desk.sessions");

static const struct field leg_in_f[] = { FIELD(leg_in, name, "session_id", desk_leg, .flags = FROM_PATH | REQUIRED) };
static const struct spec leg_in = SPEC("DeskSessionId", leg_in, leg_in_f);

static const struct field person_f[] = {
	FIELD(leg_person, id, "id", as_str),
	FIELD(leg_person, name, "name", as_text),
	FIELD(leg_person, status, "status", as_enum, .arg = desk_presence_names),
	FIELD(leg_person, avatar_url, "avatar", as_str, .flags = NULLABLE),
};
static const struct spec person = SPEC("DeskParticipant", leg_person, person_f);
static const struct field people_f[] = {
	FIELD(leg, agent, "kefu", as_object, .arg = &person),
	FIELD(leg, customer, "kehu", as_object, .arg = &person),
};
static const struct spec people = SPEC("DeskParticipants", leg, people_f);
static const struct field short_f[] = {
	FIELD(leg_figures, duration_s, "duration_seconds", as_int),
	FIELD(leg_figures, messages, "message_count", as_int),
	FIELD(leg_figures, response_s, "avg_response_time_seconds", as_real, .doc = "0 when nothing was answered"),
};
static const struct spec short_figures = SPEC("DeskSessionFigures", leg_figures, short_f);
static const struct field detail_f[] = {
	FIELD(leg_detail, leg, "session", as_object, .arg = &session),
	FIELD(leg_detail, leg, "participants", as_object, .arg = &people),
	FIELD(leg_detail, figures, "statistics", as_object, .arg = &short_figures),
};
static const struct desk_answer detail = ANSWER("DeskSessionDetail", leg_detail, detail_f, "desk.session");

static const struct field figures_f[] = {
	FIELD(leg_figures, messages, "total_messages", as_int),
	FIELD(leg_figures, agent_messages, "kefu_messages", as_int),
	FIELD(leg_figures, customer_messages, "kehu_messages", as_int),
	FIELD(leg_figures, response_s, "avg_response_time_seconds", as_real, .doc = "0 when nothing was answered"),
	FIELD(leg_figures, first_response_s, "first_response_time_seconds", as_real, .doc = "0 when nothing was answered"),
	FIELD(leg_figures, duration_s, "duration_seconds", as_int),
	FIELD(leg_figures, satisfaction, "satisfaction_score", as_int_or_null),
};
static const struct spec figures = SPEC("DeskSessionStatistics", leg_figures, figures_f);
static const struct field statistics_f[] = {
	FIELD(leg_figures, name, "session_id", desk_leg),
	{ .key = "statistics", .as = &as_object, .arg = &figures },
};
static const struct desk_answer statistics = ANSWER("DeskSessionStatisticsAnswer", leg_figures, statistics_f, "desk.session_statistics");

static const struct field message_f[] = {
	FIELD(leg_message, message.id, "id", desk_msg),
	FIELD(leg_message, from, "from", as_text),
	FIELD(leg_message, to, "to", as_text),
	FIELD(leg_message, message.content, "content", as_text),
	FIELD(leg_message, message.type, "content_type", as_enum, .arg = desk_type_names),
	FIELD(leg_message, message.created_at, "timestamp", as_time),
	FIELD(leg_message, message.attachment, "url", desk_url),
};
const struct spec desk_message = SPEC("DeskMessage", leg_message, message_f);
static const struct field messages_in_f[] = {
	FIELD(leg_messages_in, name, "session_id", desk_leg, .flags = FROM_PATH | REQUIRED),
	DESK_PAGE(leg_messages_in, 50),
	FIELD(leg_messages_in, with_system, "include_system", as_bool, .flags = FROM_QUERY),
};
static const struct spec messages_in = SPEC("DeskHistory", leg_messages_in, messages_in_f);
static const struct field messages_pages_f[] = {
	FIELD(leg_messages_out, meta.number, "page", as_int),
	FIELD(leg_messages_out, meta.size, "limit", as_int),
	FIELD(leg_messages_out, meta.total, "total", as_int),
	FIELD(leg_messages_out, has_more, "has_more", as_bool),
};
static const struct spec messages_pages = SPEC("DeskHistoryPages", leg_messages_out, messages_pages_f);
static const struct field messages_f[] = {
	FIELD(leg_messages_out, name, "session_id", desk_leg),
	FIELD(leg_messages_out, messages, "messages", as_list, .arg = &desk_message),
	{ .key = "pagination", .as = &as_object, .arg = &messages_pages },
};
static const struct desk_answer messages = ANSWER("DeskSessionMessages", leg_messages_out, messages_f, "desk.session_messages");

static const struct field transfer_in_f[] = {
	FIELD(leg_transfer_in, name, "session_id", desk_leg, .flags = FROM_PATH | REQUIRED),
	FIELD(leg_transfer_in, to, "to_kefu_id", as_str, .flags = REQUIRED, .min = 1, .max = PUBLIC_ID_MAX),
	FIELD(leg_transfer_in, reason, "reason", as_str, .flags = NULLABLE, .max = REASON_MAX),
	FIELD(leg_transfer_in, note, "note", as_str, .flags = NULLABLE, .max = NOTE_MAX, .doc = "Kept with the reason as a note among staff"),
};
static const struct spec transfer_in = SPEC("DeskTransfer", leg_transfer_in, transfer_in_f);
static const struct field transfer_f[] = {
	FIELD(leg_transfer_out, name, "session_id", desk_leg),
	FIELD(leg_transfer_out, name.agent, "from_kefu_id", as_str),
	FIELD(leg_transfer_out, to, "to_kefu_id", as_str),
	FIELD(leg_transfer_out, at, "transfer_time", as_time),
	FIELD(leg_transfer_out, reason, "reason", as_text),
	FIELD(leg_transfer_out, note, "note", as_text),
};
static const struct desk_answer transfer = ANSWER("DeskTransferred", leg_transfer_out, transfer_f, "desk.transferred", HOLES1(leg_transfer_out, to));
static const struct field end_f[] = {
	FIELD(leg_end_out, name, "session_id", desk_leg),
	FIELD(leg_end_out, at, "ended_at", as_time),
	FIELD(leg_end_out, duration_s, "duration_seconds", as_int),
	FIELD(leg_end_out, messages, "message_count", as_int),
};
static const struct desk_answer end = ANSWER("DeskSessionEnded", leg_end_out, end_f, "desk.session_ended");

#define ONE "/api/sessions/:session_id"
static const struct route routes[] = {
	{ "GET", "/api/sessions/list", STAFF, MAY_CONVERSATIONS_READ, LIMIT_ADMIN, &list_in, leg_list, &list.data, 200, "Sessions in the caller's scope, newest first; pages lead to the newest 100,000 that pass the filters" },
	{ "GET", ONE, STAFF, MAY_CONVERSATIONS_READ, LIMIT_ADMIN, &leg_in, leg_get, &detail.data, 200, "The latest session of a customer and an agent" },
	{ "GET", ONE "/messages", STAFF, MAY_CONVERSATIONS_READ, LIMIT_ADMIN, &messages_in, leg_messages, &messages.data, 200, "What was said in it, oldest first" },
	{ "POST", ONE "/transfer", STAFF | WRITES, MAY_CONVERSATIONS_WRITE, LIMIT_ADMIN, &transfer_in, leg_transfer, &transfer.data, 200, "To another agent, who is not offline" },
	{ "POST", ONE "/end", STAFF | WRITES, MAY_CONVERSATIONS_WRITE, LIMIT_ADMIN, &leg_in, leg_end, &end.data, 200, "End it: the conversation is resolved" },
	{ "GET", ONE "/statistics", STAFF, MAY_CONVERSATIONS_READ, LIMIT_ADMIN, &leg_in, leg_figures, &statistics.data, 200, "Its figures" },
};
// clang-format on
const struct route_table desk_sessions = ROUTES(routes);
