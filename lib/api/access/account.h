/* account.h: what chat and console take to make or change a member of staff. */
#ifndef ACCOUNT_H
#define ACCOUNT_H
#include "../../domain/user.h"
#include "../../json/spec.h"

// clang-format off
/* need: REQUIRED for a new one. */
#define ACCOUNT_WRITE(need) \
	FIELD(user_write_in, email, "email", as_email, .flags = need, .min = 3, .max = 254, .bit = USER_HAS_EMAIL), \
	FIELD(user_write_in, full_name, "full_name", as_str, .flags = need | TRIM, .min = 1, .max = 100, .bit = USER_HAS_NAME), \
	FIELD(user_write_in, role, "role", as_enum, .flags = need, .arg = role_names, .bit = USER_HAS_ROLE), \
	FIELD(user_write_in, password, "password", as_str, .flags = need | SECRET, .min = 8, .max = 128, .bit = USER_HAS_PASSWORD), \
	FIELD(user_write_in, phone, "phone", as_str, .flags = TRIM, .max = 40, .bit = USER_HAS_PHONE), \
	FIELD(user_write_in, avatar_url, "avatar_url", as_str, .flags = TRIM, .max = 500, .bit = USER_HAS_AVATAR), \
	FIELD(user_write_in, max_sessions, "max_sessions", as_int, .min = 1, .max = 1000, .bit = USER_HAS_CAPACITY)
// clang-format on
#endif
