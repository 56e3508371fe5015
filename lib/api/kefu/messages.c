/* Kefu: direct messages, and how much is said. */
#include "../../domain/usage.h"
#include "kefu.h"

enum { CLIENT_ID_MAX = 64 };
// clang-format off
static const struct field post_f[] = {
	KEFU_USER_ID(kefu_post_in, to, "to_user_id", 0),
	FIELD(kefu_post_in, content, "content", as_str, .flags = REQUIRED, .min = 1, .max = MESSAGE_MAX_CHARS),
	FIELD(kefu_post_in, type, "msg_type", as_enum, .arg = message_type_names),
	FIELD(kefu_post_in, metadata, "metadata", as_message_meta, .doc = "Its file_id names an upload of one's own that the message shows"),
	FIELD(kefu_post_in, client_id, "client_id", as_str, .min = 1, .max = CLIENT_ID_MAX, .doc = "The same sender's same client_id answers the first message again"),
};
const struct spec kefu_post_in = SPEC("KefuPost", kefu_post_in, post_f);

static const struct field sent_f[] = {
	FIELD(message, id, "message_id", as_kefu_msg),
	FIELD(message, created_at, "timestamp", as_time),
	{ .key = "status", .as = &as_sent },
	FIELD(message, session_id, "session_id", as_str),
	FIELD(message, from, "from_user_id", as_text),
	FIELD(message, to, "to_user_id", as_text),
};
static const struct spec sent = SPEC("KefuSent", message, sent_f);

static const struct field message_f[] = {
	FIELD(message, id, "message_id", as_kefu_msg),
	FIELD(message, from, "from_user_id", as_text, .doc = "\"ai\" and \"system\" are nobody's"),
	FIELD(message, to, "to_user_id", as_text, .doc = "Empty while nobody has the conversation"),
	FIELD(message, content, "content", as_text),
	FIELD(message, type, "msg_type", as_enum, .arg = message_type_names),
	FIELD(message, created_at, "timestamp", as_time),
	FIELD(message, session_id, "session_id", as_str),
	FIELD(message, seq, "seq", as_int),
	FIELD(message, sender_type, "sender_type", as_enum, .arg = sender_names),
	FIELD(message, sender_name, "sender_name", as_text),
	FIELD(message, metadata, "metadata", as_json),
	FIELD(message, attachment, "attachment", as_json, .flags = NULLABLE),
	FIELD(message, client_id, "client_id", as_str, .flags = NULLABLE),
};
const struct spec kefu_message = SPEC("KefuMessage", message, message_f);

static const struct field history_in_f[] = {
	KEFU_USER_ID(direct_history_in, user_id, "user_id", FROM_PATH),
	KEFU_PAGE(direct_history_in),
};
static const struct spec history_in = SPEC("KefuHistoryQuery", direct_history_in, history_in_f);
static const struct field history_f[] = {
	FIELD(direct_history, messages, "messages", as_list, .arg = &kefu_message),
	KEFU_META(direct_history),
};
static const struct spec history = SPEC("KefuHistory", direct_history, history_f);

static const struct field latest_in_f[] = {
	FIELD(direct_latest_in, count, "count", as_int, .flags = FROM_QUERY, .min = 1, .max = 100, .fallback = 10),
};
static const struct spec latest_in = SPEC("KefuLatestQuery", direct_latest_in, latest_in_f);
static const struct field latest_f[] = { FIELD(direct_history, messages, "messages", as_list, .arg = &kefu_message) };
static const struct spec latest = SPEC("KefuLatest", direct_history, latest_f);

static const struct field usage_in_f[] = {
	FIELD(message_usage_in, start_day, "start_date", as_kefu_day, .flags = FROM_QUERY, .doc = "Without it the last 30 days"),
	FIELD(message_usage_in, end_day, "end_date", as_kefu_day, .flags = FROM_QUERY),
};
static const struct spec usage_in = SPEC("KefuUsageQuery", message_usage_in, usage_in_f);
static const struct field types_f[] = {
	FIELD(message_usage, types[MSG_TEXT], "text", as_int),
	FIELD(message_usage, types[MSG_IMAGE], "image", as_int),
	FIELD(message_usage, types[MSG_FILE], "file", as_int),
};
static const struct spec types = SPEC("KefuMessageTypes", message_usage, types_f);
static const struct field usage_f[] = {
	FIELD(message_usage, total, "total_messages", as_int, .doc = "Said by customers, agents and the AI; no notes, no system lines"),
	FIELD(message_usage, daily_average, "daily_average", as_int, .doc = "Over every day of the period, rounded down"),
	FIELD(message_usage, peak_hour, "peak_hour", as_str, .doc = "The hour in which most was said, of the site's time zone; empty when nothing was"),
	{ .key = "message_types", .as = &as_object, .arg = &types },
	FIELD(message_usage, start_day, "start_date", as_kefu_day),
	FIELD(message_usage, end_day, "end_date", as_kefu_day),
};
static const struct spec usage = SPEC("KefuMessageUsage", message_usage, usage_f);

static const struct route routes[] = {
	{ "POST", "/api/messages/send", SIGNED_IN | WRITES, 0, LIMIT_MESSAGE, &kefu_post_in, kefu_post, &sent, 200, "To somebody by name: into the open conversation of the two" },
	{ "GET", "/api/messages/history/:user_id", SIGNED_IN, 0, LIMIT_NONE, &history_in, direct_history, &history, 200, "All that was said with somebody, oldest first: in their 300 conversations of the newest activity" },
	{ "GET", "/api/messages/latest", STAFF, MAY_CONVERSATIONS_READ, LIMIT_NONE, &latest_in, direct_latest, &latest, 200, "What was said last, newest first" },
	{ "GET", "/api/analytics/messages", STAFF, MAY_REPORTS_READ, LIMIT_NONE, &usage_in, message_usage, &usage, 200, "How much is said" },
};
// clang-format on
const struct route_table kefu_messages = ROUTES(routes);

bool kefu_post(struct ctx *c, const void *vin, void *out)
{
	const struct kefu_post_in *in = vin;
	const struct direct_post_in post = { .to = in->to,
					     .content = in->content,
					     .client_id = in->client_id,
					     .metadata = in->metadata.json,
					     .file_id = in->metadata.file_id,
					     .type = in->type };

	return direct_post(c, &post, out);
}
