/* Kefu: sessions, the conversations of a customer. */
#include "kefu.h"

enum { TYPE_MAX = 50 };

static void put_active(struct buf *b, const struct field *f, const void *slot)
{
	(void)f;
	buf_printf(b, "\"%s\"", session_state_names[*(const bool *)slot ? 0 : 1]);
}
static const struct codec as_state = { "session_state", sizeof(bool), NULL, put_active,
				       "\"type\":\"string\",\"enum\":[\"active\",\"completed\"]" };

// clang-format off
static const struct field session_f[] = {
	FIELD(conversation, session_id, "session_id", as_str),
	FIELD(conversation, contact_handle, "user_id", as_text),
	FIELD(conversation, agent_handle, "kefu_id", as_text, .doc = "Empty while nobody has it"),
	FIELD(conversation, active, "status", as_state),
	FIELD(conversation, created_at, "created_at", as_time),
	FIELD(conversation, shown, "messages_count", as_int),
	FIELD(conversation, updated_at, "updated_at", as_time),
	FIELD(conversation, contact_name, "username", as_text),
	FIELD(conversation, assignee_name, "kefu_name", as_text),
	FIELD(conversation, last_text, "last_message", as_text),
	FIELD(conversation, unread_staff, "unread_count", as_int),
	FIELD(conversation, queue_position, "queue_position", as_int_or_null),
	FIELD(conversation, metadata, "metadata", as_json),
};
static const struct spec session = SPEC("KefuSession", conversation, session_f);
static const struct field opened_f[] = {
	FIELD(conversation, session_id, "session_id", as_str),
	FIELD(conversation, created_at, "created_at", as_time),
	FIELD(conversation, active, "status", as_state),
};
static const struct spec opened = SPEC("KefuSessionOpened", conversation, opened_f);

static const struct field open_f[] = {
	FIELD(direct_session_in, user_id, "user_id", as_str, .min = 1, .max = KEFU_ID_MAX, .doc = "Without it oneself, or somebody new"),
	FIELD(direct_session_in, session_type, "session_type", as_str, .flags = TRIM, .max = TYPE_MAX),
	FIELD(direct_session_in, name, "username", as_str, .flags = TRIM, .max = 100),
};
static const struct spec open_in = SPEC("KefuSessionOpen", direct_session_in, open_f);
static const struct field id_f[] = { FIELD(direct_session_id_in, session_id, "session_id", as_str, .flags = FROM_PATH | REQUIRED, .min = 1, .max = KEFU_ID_MAX) };
static const struct spec id_in = SPEC("KefuSessionId", direct_session_id_in, id_f);
#define STATE FIELD(direct_sessions_in, state, "status", as_filter, .flags = FROM_QUERY, .arg = session_state_names)
static const struct field of_user_f[] = { KEFU_USER_ID(direct_sessions_in, user_id, "user_id", FROM_PATH), STATE, KEFU_PAGE(direct_sessions_in) };
static const struct spec of_user = SPEC("KefuSessionsOfQuery", direct_sessions_in, of_user_f);
static const struct field active_in_f[] = { KEFU_PAGE(direct_sessions_in) };
static const struct spec active_in = SPEC("KefuSessionsQuery", direct_sessions_in, active_in_f);
static const struct field list_f[] = { FIELD(direct_sessions, sessions, "sessions", as_list, .arg = &session), KEFU_META(direct_sessions) };
static const struct spec list = SPEC("KefuSessions", direct_sessions, list_f);
static const struct field active_f[] = { FIELD(direct_sessions, sessions, "active_sessions", as_list, .arg = &session), KEFU_META(direct_sessions) };
static const struct spec active = SPEC("KefuActiveSessions", direct_sessions, active_f);

#define ALL "/api/sessions"
static const struct route routes[] = {
	{ "POST", ALL, WRITES, 0, LIMIT_SESSION, &open_in, direct_session_open, &opened, 200, "The open session of a customer, or a new one" },
	{ "GET", ALL "/active", STAFF, MAY_CONVERSATIONS_READ, LIMIT_NONE, &active_in, direct_sessions_active, &active, 200, "Open sessions in the caller's scope, newest activity first" },
	{ "GET", ALL "/user/:user_id", SIGNED_IN, 0, LIMIT_NONE, &of_user, direct_sessions_of, &list, 200, "A customer's sessions, or those that an agent has or had" },
	{ "GET", ALL "/:session_id", SIGNED_IN, 0, LIMIT_NONE, &id_in, direct_session_get, &session, 200, "A session" },
};
// clang-format on
const struct route_table kefu_sessions = ROUTES(routes);
