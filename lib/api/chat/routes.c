/* The table of contents of the chat contract. */
#include "../../domain/ai.h"
#include "../../domain/analytics.h"
#include "../../domain/assignment.h"
#include "../../domain/file.h"
#include "../../domain/health.h"
#include "../../domain/inbox.h"
#include "../../domain/message.h"
#include "../access/access.h"
#include "../access/shape.h"
#include "../access/signed_in.h"
#include "specs.h"
#include <string.h>

static const struct field services_f[] = {
	FIELD(health, mysql, "mysql", as_str),
	FIELD(health, redis, "redis", as_str),
	FIELD(health, websocket, "websocket", as_str),
};
static const struct spec services = SPEC("HealthServices", health, services_f);

/* 200 or 503 with the same body: a RAW route, because only its status differs. */
static bool health_answer(struct ctx *c, const void *in, void *vout)
{
	struct raw *out = vout;
	struct health h = { 0 };
	struct buf b = { 0 };

	if (!health_get(c, in, &h))
		return false;
	buf_printf(&b, "{\"success\":%s,\"data\":{\"status\":\"%s\",\"services\":", h.healthy ? "true" : "false", h.status);
	spec_put(&b, &services, &h);
	buf_printf(&b, ",\"version\":\"%s\",\"demo\":%s,\"setup_needed\":%s,\"password_links\":%s}}", h.version,
		   h.demo ? "true" : "false", h.setup_needed ? "true" : "false", h.password_links ? "true" : "false");
	*out = (struct raw){ h.healthy ? 200 : 503, "application/json; charset=utf-8", arena_strndup(c->mem, b.data, b.len), b.len,
			     NULL };
	buf_free(&b);
	return true;
}

#define V1 "/api/v1"
#define SESSIONS V1 "/chat/sessions/:session_id"
// clang-format off
static const struct route routes[] = {
	{ "GET", V1 "/chat/availability", ANYONE, 0, LIMIT_NONE, &chat_availability_in, availability_get, &chat_availability, 200, "Who is there, and the usual reply time" },
	{ "GET", V1 "/chat/inbox", CACHEABLE, 0, LIMIT_NONE, &chat_inbox_in, inbox_public, &chat_inbox, 200, "How the widget of this inbox looks, and whether somebody is there by its hours" },
	{ "POST", V1 "/chat/sessions", WRITES, 0, LIMIT_SESSION, &chat_session_create_in, session_create, &chat_session, 201, "Start a session" },
	{ "GET", SESSIONS, SESSION, 0, LIMIT_NONE, &chat_session_in, session_get, &chat_session, 200, "A session" },
	{ "PUT", SESSIONS, SESSION | WRITES, 0, LIMIT_MESSAGE, &chat_session_update_in, session_update, &chat_session, 200, "Name and e-mail of the visitor, page data" },
	{ "POST", SESSIONS "/switch-agent", SESSION | WRITES, 0, LIMIT_MESSAGE, &chat_switch_in, session_switch_agent, &chat_session, 200, "From the AI to a person, or back" },
	{ "POST", SESSIONS "/stop", SESSION | WRITES, 0, LIMIT_MESSAGE, &chat_session_in, session_stop_reply, &chat_session, 200, "The AI's answer under way is not given" },
	{ "POST", SESSIONS "/close", SESSION | WRITES, 0, LIMIT_MESSAGE, &chat_session_in, session_close, &chat_session, 200, "End a session" },
	{ "POST", SESSIONS "/read", SESSION | WRITES, 0, LIMIT_NONE, &chat_read_in, session_read, &chat_read_out, 200, "Mark as read" },
	{ "POST", SESSIONS "/rating", SESSION | WRITES, 0, LIMIT_MESSAGE, &chat_rating_in, session_rate, &chat_rating, 201, "Rate a session" },
	{ "POST", V1 "/chat/messages", SESSION | WRITES, 0, LIMIT_MESSAGE, &chat_post_in, message_post, &chat_message, 201, "Send a message" },
	{ "GET", SESSIONS "/messages", SESSION, 0, LIMIT_NONE, &chat_list_in, message_list, &chat_messages, 200, "History of a session, oldest first" },

	{ "POST", SESSIONS "/files", SESSION | WRITES | UPLOAD, 0, LIMIT_MESSAGE, &chat_file_post_in, file_post, &chat_message, 201, "Send a file: multipart/form-data with a part `file`, or with `upload_id`" },
	{ "GET", V1 "/chat/files/:file_id/thumbnail", RAW | CACHEABLE, 0, LIMIT_NONE, &chat_file_in, chat_thumbnail_send, NULL, 200, "A picture as lists show it, at most 640 x 512, without metadata: 202 while it is being made, 404 where none can be" },
	{ "GET", V1 "/chat/files/:file_id", RAW, 0, LIMIT_NONE, &chat_file_in, chat_file_send, NULL, 200, "The bytes of a file, for whoever has its id" },

	{ "GET", V1 "/admin/conversations", STAFF, MAY_CONVERSATIONS_READ, LIMIT_ADMIN, &chat_conversations_in, conversation_list, &chat_conversations, 200, "Conversations in the caller's scope, newest activity first" },
	{ "GET", V1 "/admin/customers", STAFF, MAY_CONTACTS_READ, LIMIT_ADMIN, &chat_customers_in, customer_list, &chat_customers, 200, "Customers" },
	{ "GET", V1 "/admin/analytics/dashboard", STAFF, MAY_REPORTS_READ, LIMIT_ADMIN, NULL, dashboard_get, &chat_dashboard, 200, "Figures of today and this week" },
	{ "GET", V1 "/admin/users", ADMIN, 0, LIMIT_ADMIN, &chat_users_in, user_list, &chat_users, 200, "Staff" },
	{ "POST", V1 "/admin/users", ADMIN | WRITES, 0, LIMIT_ADMIN, &chat_user_create_in, user_create, &chat_user, 201, "Create a member of staff" },
	{ "PUT", V1 "/admin/users/:user_id", ADMIN | WRITES, 0, LIMIT_ADMIN, &chat_user_update_in, user_update, &chat_user, 200, "Change a member of staff" },
	{ "DELETE", V1 "/admin/users/:user_id", ADMIN | WRITES, 0, LIMIT_ADMIN, &chat_user_id_in, user_delete, NULL, 200, "Delete a member of staff" },

	{ "GET", "/health", RAW | ALWAYS, 0, LIMIT_NONE, NULL, health_answer, NULL, 200, "What works just now" },
	{ "GET", "/metrics", RAW | ALWAYS, 0, LIMIT_NONE, NULL, chat_metrics, NULL, 200, "Counters and histograms as Prometheus reads them: for this machine itself, and for admins" },
};
// clang-format on

/* Pages that an inbox stands on may call what its visitors need. Credentials are no cookies, so nothing else is granted by it. */
static bool origin_ok(struct ctx *c, const struct request *q)
{
	return strncmp(q->path, V1 "/chat/", strlen(V1 "/chat/")) == 0 && inbox_knows_origin(c, q->origin);
}

static const struct route_table table = ROUTES(routes);
static const struct route_table *const tables[] = { &auth_routes, &table, NULL };
static const char *const prefixes[] = { V1 "/auth/", V1 "/chat/", V1 "/admin/", "/health", "/metrics", NULL };
const struct contract chat_contract = {
	.name = "chat",
	.door = "chat",
	.prefixes = prefixes,
	.tables = tables,
	.who = bearer_who,
	.who_check = bearer_who_check,
	.may = bearer_may,
	.origin_ok = origin_ok,
	.wrap = shape_data,
	.error = chat_error,
	.wrap_schema = shape_data_schema,
	.error_schema = "{\"type\":\"object\",\"properties\":{\"success\":{\"type\":\"boolean\"},\"error\":{\"type\":\"object\","
			"\"properties\":{"
			"\"code\":{\"type\":\"string\"},\"message\":{\"type\":\"string\"},\"details\":{\"type\":[\"object\","
			"\"null\"],\"properties\":{"
			"\"field\":{\"type\":\"string\"},\"issue\":{\"type\":\"string\"}}}},\"required\":[\"code\",\"message\"]}},"
			"\"required\":[\"success\",\"error\"]}",
};
