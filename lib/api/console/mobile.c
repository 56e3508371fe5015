/* Console: the mobile summary, notifications, devices. Any member of staff, each his own. */
#include "../../domain/notification.h"
#include "console.h"

enum { TOKEN_MAX = 512 };
static const char *const yes_names[] = { "true", NULL };

// clang-format off
static const struct field notification_f[] = {
	FIELD(notification, id, "id", as_int),
	FIELD(notification, type, "type", as_enum, .arg = notification_type_names),
	FIELD(notification, conversation_id, "conversation_id", as_int),
	FIELD(notification, message, "message", as_text),
	FIELD(notification, created_at, "created_at", as_time),
	FIELD(notification, read_at, "read_at", as_time, .flags = NULLABLE),
};
static const struct spec notification = SPEC("ConsoleNotification", notification, notification_f);
static const struct field one_f[] = { { .key = "notification", .as = &as_object, .arg = &notification } };
static const struct spec one = SPEC("ConsoleNotificationAnswer", notification, one_f);
static const struct field list_f[] = {
	FIELD(notification_list_out, notifications, "notifications", as_list, .arg = &notification),
	FIELD(notification_list_out, unread, "unread_count", as_int),
	PAGE_META(notification_list_out),
};
static const struct spec list = SPEC("ConsoleNotifications", notification_list_out, list_f);

static const struct field mine_f[] = {
	FIELD(mobile_summary, my_open, "open", as_int),
	FIELD(mobile_summary, my_pending, "pending", as_int),
};
static const struct field team_f[] = {
	FIELD(mobile_summary, team_unassigned, "unassigned", as_int),
	FIELD(mobile_summary, team_urgent, "urgent", as_int),
};
static const struct spec mine = SPEC("ConsoleMine", mobile_summary, mine_f), team = SPEC("ConsoleMyTeams", mobile_summary, team_f);
static const struct field summary_f[] = {
	{ .key = "my_conversations", .as = &as_object, .arg = &mine },
	{ .key = "team_conversations", .as = &as_object, .arg = &team, .doc = "Open and pending ones in the caller's scope" },
	FIELD(mobile_summary, notifications, "notifications", as_list, .arg = &notification),
};
static const struct spec summary = SPEC("ConsoleMobileSummary", mobile_summary, summary_f);

static const struct field list_in_f[] = {
	FIELD(notification_list_in, unread, "unread", as_filter, .flags = FROM_QUERY, .arg = yes_names),
	PAGE_IN(notification_list_in),
};
static const struct field id_f[] = { FIELD(notification_id_in, id, "notification_id", as_int, .flags = FROM_PATH | REQUIRED, .min = 1, .max = INT64_MAX) };
static const struct field read_f[] = { FIELD(notification_read_out, read, "read", as_int) };
static const struct field put_f[] = {
	FIELD(push_token_in, device_token, "device_token", as_str, .flags = REQUIRED, .min = 1, .max = TOKEN_MAX),
	FIELD(push_token_in, platform, "platform", as_enum, .flags = REQUIRED, .arg = platform_names),
	FIELD(push_token_in, enabled, "enabled", as_bool, .bit = PUSH_HAS_ENABLED),
};
static const struct field delete_f[] = {
	FIELD(push_token_in, device_token, "device_token", as_str, .flags = FROM_PATH | REQUIRED, .min = 1, .max = TOKEN_MAX),
};
static const struct spec list_in = SPEC("ConsoleNotificationsQuery", notification_list_in, list_in_f),
	id_in = SPEC("ConsoleNotificationId", notification_id_in, id_f),
	read_out = SPEC("ConsoleNotificationsRead", notification_read_out, read_f),
	put_in = SPEC_HAS("ConsolePushTokenPut", push_token_in, put_f),
	delete_in = SPEC("ConsolePushTokenDelete", push_token_in, delete_f);
static const struct field token_f[] = {
	FIELD(push_token, id, "id", as_int),
	FIELD(push_token, device_token, "device_token", as_str),
	FIELD(push_token, platform, "platform", as_enum, .arg = platform_names),
	FIELD(push_token, enabled, "enabled", as_bool),
	FIELD(push_token, created_at, "created_at", as_time),
	FIELD(push_token, updated_at, "updated_at", as_time),
};
static const struct spec token = SPEC("ConsolePushToken", push_token, token_f);
static const struct field token_answer_f[] = { { .key = "push_token", .as = &as_object, .arg = &token } };
static const struct spec token_answer = SPEC("ConsolePushTokenAnswer", push_token, token_answer_f);

#define MOBILE "/api/v1/mobile"
static const struct route routes[] = {
	{ "GET", MOBILE "/conversations/summary", STAFF, 0, LIMIT_ADMIN, NULL, mobile_summary_get, &summary, 200, "What waits for the caller, in one call" },
	{ "GET", MOBILE "/notifications", STAFF, 0, LIMIT_ADMIN, &list_in, notification_list, &list, 200, "The caller's notifications, newest first" },
	{ "PUT", MOBILE "/notifications/read-all", STAFF | WRITES, 0, LIMIT_ADMIN, NULL, notification_read_all, &read_out, 200, "Mark all as read" },
	{ "PUT", MOBILE "/notifications/:notification_id/read", STAFF | WRITES, 0, LIMIT_ADMIN, &id_in, notification_read, &one, 200, "Mark one as read" },
	{ "POST", MOBILE "/push-tokens", STAFF | WRITES, 0, LIMIT_ADMIN, &put_in, push_token_put, &token_answer, 201, "A device to ring; the same token again is changed" },
	{ "DELETE", MOBILE "/push-tokens/:device_token", STAFF | WRITES, 0, LIMIT_ADMIN, &delete_in, push_token_delete, NULL, 200, "No longer ring this device" },
};
// clang-format on
const struct route_table console_mobile = ROUTES(routes);
