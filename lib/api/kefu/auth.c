/* Kefu: agents sign in with their id, stay there, and leave. */
#include "../../domain/sign_in.h"
#include "kefu.h"

// clang-format off
static const struct field login_f[] = {
	FIELD(session_login_in, name, "kefu_id", as_str, .flags = REQUIRED | TRIM, .min = 1, .max = 254, .doc = "The id, or the e-mail address"),
	FIELD(session_login_in, password, "password", as_str, .flags = REQUIRED | SECRET, .min = 1, .max = 128),
};
static const struct spec login_in = SPEC("KefuLogin", session_login_in, login_f);

static const struct field info_f[] = {
	FIELD(user, public_id, "kefu_id", as_str),
	FIELD(user, full_name, "name", as_text),
	FIELD(user, status, "status", as_enum, .arg = presence_names),
	FIELD(user, email, "email", as_str, .flags = NULLABLE),
	FIELD(user, role, "role", as_enum, .arg = role_names),
	FIELD(user, avatar_url, "avatar", as_str, .flags = NULLABLE),
	FIELD(user, max_sessions, "max_sessions", as_int),
};
static const struct spec info = SPEC("KefuInfo", user, info_f);
static const struct field signed_in_f[] = {
	{ .key = "success", .as = &as_success },
	FIELD(session_signed_in, token, "session_id", as_str, .doc = "For Authorization: Bearer, with X-User-ID"),
	FIELD(session_signed_in, expires_in, "expires_in", as_int),
	FIELD(session_signed_in, user, "kefu_info", as_object, .arg = &info),
};
static const struct spec signed_in = SPEC("KefuSignedIn", session_signed_in, signed_in_f);

static const struct field self_f[] = { KEFU_USER_ID(person_in, public_id, "kefu_id", 0) };
static const struct spec self = SPEC("KefuSelf", person_in, self_f);
static const struct field heartbeat_f[] = { { .key = "success", .as = &as_success }, FIELD(heartbeat, at, "timestamp", as_time) };
static const struct spec heartbeat_out = SPEC("KefuHeartbeat", heartbeat, heartbeat_f);

static const struct route routes[] = {
	{ "POST", "/api/auth/kefu/login", WRITES | ALWAYS, 0, LIMIT_LOGIN, &login_in, session_login, &signed_in, 200, "An agent signs in, and is online" },
	{ "POST", "/api/auth/kefu/logout", SIGNED_IN | WRITES, 0, LIMIT_NONE, &self, person_logout, NULL, 200, "The token ends, and the agent is offline" },
	{ "POST", "/api/auth/kefu/heartbeat", SIGNED_IN | WRITES, 0, LIMIT_NONE, &self, person_heartbeat, &heartbeat_out, 200, "Still there" },
};
// clang-format on
const struct route_table kefu_auth = ROUTES(routes);
