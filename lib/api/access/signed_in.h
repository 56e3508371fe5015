/* signed_in.h: who is signed in, as the contracts that sign in by /api/v1/auth show it; their documents' answers in one. */
#ifndef SIGNED_IN_H
#define SIGNED_IN_H
#include "../../domain/user.h"
#include "../../http/http.h"

extern const struct spec signed_in_user;
extern const struct route_table auth_routes; /* /api/v1/auth/…, in the shape of whichever contract answers */

// clang-format off
#define SIGNED_IN_USER \
	FIELD(user, id, "id", as_int), \
	FIELD(user, public_id, "user_id", as_str), \
	FIELD(user, email, "email", as_str, .flags = NULLABLE), \
	FIELD(user, full_name, "full_name", as_text), \
	FIELD(user, role, "role", as_enum, .arg = role_names), \
	FIELD(user, avatar_url, "avatar_url", as_str, .flags = NULLABLE), \
	FIELD(user, status, "status", as_enum, .arg = presence_names), \
	FIELD(user, max_sessions, "max_sessions", as_int), \
	FIELD(user, created_at, "created_at", as_time)
// clang-format on
#endif
