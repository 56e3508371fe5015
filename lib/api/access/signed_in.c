/* Signing in by /api/v1/auth: the rows that chat and console share. Each shows errors as its own document says (DESIGN 4). */
#include "signed_in.h"
#include "../../domain/password.h"
#include "../../domain/sign_in.h"

// clang-format off
static const struct field login_user_f[] = { SIGNED_IN_USER, FIELD(user, permissions, "permissions", as_strs) };
const struct spec signed_in_user = SPEC("SignedInUser", user, login_user_f);
static const struct field login_in_f[] = {
	FIELD(login_in, email, "email", as_email, .flags = REQUIRED, .min = 3, .max = 254),
	FIELD(login_in, password, "password", as_str, .flags = REQUIRED | SECRET, .min = 1, .max = 128),
};
static const struct spec login_in = SPEC("Login", login_in, login_in_f);

static const struct field refresh_in_f[] = {
	FIELD(refresh_in, refresh_token, "refresh_token", as_str, .flags = SECRET, .min = 1, .max = 128),
};
static const struct spec refresh_in = SPEC("Refresh", refresh_in, refresh_in_f);

static const struct field forgotten_f[] = {
	FIELD(password_forgotten_in, email, "email", as_email, .flags = REQUIRED, .min = 3, .max = 254),
};
static const struct spec forgotten = SPEC("PasswordForgotten", password_forgotten_in, forgotten_f);
static const struct field choose_f[] = {
	FIELD(password_choose_in, token, "token", as_str, .flags = REQUIRED | SECRET, .min = 1, .max = 128),
	FIELD(password_choose_in, password, "password", as_str, .flags = REQUIRED | SECRET, .min = 8, .max = 128),
};
static const struct spec choose = SPEC("PasswordChoice", password_choose_in, choose_f);

static const struct field signed_in_f[] = {
	FIELD(signed_in, access_token, "access_token", as_str),
	FIELD(signed_in, access_token, "token", as_str),
	FIELD(signed_in, token_type, "token_type", as_str),
	FIELD(signed_in, expires_in, "expires_in", as_int),
	FIELD(signed_in, refresh_token, "refresh_token", as_str),
	FIELD(signed_in, user, "user", as_object, .arg = &signed_in_user),
};
static const struct spec signed_in = SPEC("SignedIn", signed_in, signed_in_f);

static const struct field status_in_f[] = {
	FIELD(user_status_in, status, "status", as_enum, .flags = REQUIRED, .arg = presence_names),
};
static const struct spec status_in = SPEC("PresenceChange", user_status_in, status_in_f);

#define V1 "/api/v1"
static const struct route rows[] = {
	{ "POST", V1 "/auth/login", WRITES | ALWAYS, 0, LIMIT_LOGIN, &login_in, login, &signed_in, 200, "Sign in" },
	{ "POST", V1 "/auth/refresh", ALWAYS, 0, LIMIT_NONE, &refresh_in, sign_in_refresh, &signed_in, 200, "New tokens for a refresh token, or for a valid access token. A refresh token counts once; its answer can be asked for again for 30 s. Used after that it ends the sign-in" },
	{ "POST", V1 "/auth/password/forgotten", WRITES | ALWAYS, 0, LIMIT_LOGIN, &forgotten, password_forgotten, NULL, 200, "Mail a link to choose a new password; the answer does not tell whether there is such an account" },
	{ "POST", V1 "/auth/password/choose", WRITES | ALWAYS, 0, LIMIT_LOGIN, &choose, password_choose, NULL, 200, "Choose a new password with the token of such a link; all sign-ins of the account end" },
	{ "GET", V1 "/auth/me", SIGNED_IN, 0, LIMIT_NONE, NULL, sign_in_me, &signed_in_user, 200, "Who is signed in" },
	{ "PUT", V1 "/auth/me/status", STAFF | WRITES, 0, LIMIT_ADMIN, &status_in, user_set_status, &signed_in_user, 200, "Set one's own presence" },
	{ "POST", V1 "/auth/logout", SIGNED_IN | WRITES, 0, LIMIT_NONE, NULL, logout, NULL, 200, "End this sign-in" },
};
// clang-format on
const struct route_table auth_routes = ROUTES(rows);
