/* Desk: messages of all sessions. */
#include "../../domain/message_admin.h"
#include "desk.h"

enum { QUERY_MAX = 200 };

// clang-format off
#define MESSAGE \
	FIELD(leg_message, message.id, "id", desk_msg), \
	FIELD(leg_message, name, "session_id", desk_leg, .doc = "Who it was with: the customer and the agent, or nobody yet"), \
	FIELD(leg_message, from, "from", as_text), \
	FIELD(leg_message, to, "to", as_text), \
	FIELD(leg_message, message.content, "content", as_text), \
	FIELD(leg_message, message.type, "content_type", as_enum, .arg = desk_type_names), \
	FIELD(leg_message, message.created_at, "timestamp", as_time), \
	FIELD(leg_message, message.attachment, "url", desk_url)
static const struct field message_f[] = { MESSAGE };
const struct spec desk_message_of = SPEC("DeskMessageOf", leg_message, message_f);
static const struct field hit_f[] = { MESSAGE, FIELD(leg_message, highlight, "highlight", as_text, .doc = "HTML: the words found in <em>") };
static const struct spec hit = SPEC("DeskMessageFound", leg_message, hit_f);
static const struct field one_f[] = { { .key = "message", .as = &as_object, .arg = &desk_message_of } };
static const struct desk_answer one = ANSWER("DeskMessageAnswer", leg_message, one_f, "desk.message");

static const struct field list_in_f[] = {
	DESK_PAGE(message_admin_in, 20),
	FIELD(message_admin_in, filter.from, "from_user", as_str, .flags = FROM_QUERY, .max = PUBLIC_ID_MAX, .doc = "A user, \"ai\" or \"system\""),
	FIELD(message_admin_in, filter.to, "to_user", as_str, .flags = FROM_QUERY, .max = PUBLIC_ID_MAX),
	FIELD(message_admin_in, filter.type, "content_type", as_filter, .flags = FROM_QUERY, .arg = desk_type_names),
};
static const struct spec list_in = SPEC("DeskMessagesQuery", message_admin_in, list_in_f);
static const struct field pages_f[] = {
	FIELD(message_admin_out, meta.number, "page", as_int),
	FIELD(message_admin_out, meta.size, "limit", as_int),
	FIELD(message_admin_out, meta.total, "total", as_int),
	FIELD(message_admin_out, has_more, "has_more", as_bool),
};
static const struct spec pages = SPEC("DeskMessagesPages", message_admin_out, pages_f);
static const struct field list_f[] = {
	FIELD(message_admin_out, messages, "messages", as_list, .arg = &desk_message_of),
	{ .key = "pagination", .as = &as_object, .arg = &pages },
};
static const struct desk_answer list = ANSWER("DeskMessages", message_admin_out, list_f, "desk.messages");

static const struct field search_in_f[] = {
	FIELD(message_admin_in, filter.query, "query", as_str, .flags = REQUIRED | TRIM, .min = 1, .max = QUERY_MAX),
	FIELD(message_admin_in, filter.from, "from_user", as_str, .flags = NULLABLE, .max = PUBLIC_ID_MAX),
	FIELD(message_admin_in, filter.to, "to_user", as_str, .flags = NULLABLE, .max = PUBLIC_ID_MAX),
	FIELD(message_admin_in, filter.leg, "session_id", desk_leg, .flags = NULLABLE),
	FIELD(message_admin_in, filter.type, "content_type", as_filter, .flags = NULLABLE, .arg = desk_type_names),
	FIELD(message_admin_in, filter.since, "start_date", as_from, .flags = NULLABLE),
	FIELD(message_admin_in, filter.until, "end_date", as_to, .flags = NULLABLE),
	FIELD(message_admin_in, page.number, "page", as_int, .min = 1, .max = 1000000000, .fallback = 1),
	FIELD(message_admin_in, page.size, "limit", as_int, .min = 1, .max = 100, .fallback = 20),
};
static const struct spec search_in = SPEC("DeskMessageSearch", message_admin_in, search_in_f);
static const struct field found_f[] = {
	FIELD(message_admin_out, messages, "messages", as_list, .arg = &hit),
	{ .key = "pagination", .as = &as_object, .arg = &pages },
	FIELD(message_admin_out, query, "query", as_text),
};
static const struct desk_answer found = ANSWER("DeskMessagesFound", message_admin_out, found_f, "desk.messages_found");

static const struct field id_f[] = { FIELD(message_id_in, id, "message_id", desk_msg, .flags = FROM_PATH | REQUIRED) };
static const struct spec id_in = SPEC("DeskMessageId", message_id_in, id_f);
static const struct field gone_f[] = {
	FIELD(message_gone, id, "message_id", desk_msg),
	FIELD(message_gone, deleted, "deleted", as_bool),
};
static const struct desk_answer gone = ANSWER("DeskMessageDeleted", message_gone, gone_f, "desk.message_deleted");

#define ONE "/api/messages/:message_id"
static const struct route routes[] = {
	{ "GET", "/api/messages", STAFF, MAY_CONVERSATIONS_READ, LIMIT_ADMIN, &list_in, message_admin_list, &list.data, 200, "Messages in the caller's scope, the newest first" },
	{ "POST", "/api/messages/search", STAFF, MAY_CONVERSATIONS_READ, LIMIT_ADMIN, &search_in, message_admin_search, &found.data, 200, "Messages with all words of a text: what has the whole of it first, then the newest" },
	{ "GET", ONE, STAFF, MAY_CONVERSATIONS_READ, LIMIT_ADMIN, &id_in, message_admin_get, &one.data, 200, "A message" },
	{ "DELETE", ONE, STAFF | WRITES, MAY_CONVERSATIONS_WRITE, LIMIT_ADMIN, &id_in, message_delete, &gone.data, 200, "Take a message back, by its sender or a supervisor: it is gone from every history" },
};
// clang-format on
const struct route_table desk_messages = ROUTES(routes);
