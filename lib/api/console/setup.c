/* Console: the first account of an installed server. GET /health says `setup_needed` until there is one. */
#include "../../domain/setup.h"
#include "console.h"

// clang-format off
static const struct field setup_f[] = {
	FIELD(setup_in, email, "email", as_email, .flags = REQUIRED, .min = 3, .max = 254),
	FIELD(setup_in, full_name, "full_name", as_str, .flags = REQUIRED | TRIM, .min = 1, .max = 100),
	FIELD(setup_in, password, "password", as_str, .flags = REQUIRED | SECRET, .min = 8, .max = 128),
};
static const struct spec in = SPEC("ConsoleSetup", setup_in, setup_f);
static const struct field user_f[] = {
	FIELD(user, id, "id", as_int),
	FIELD(user, public_id, "user_id", as_str),
	FIELD(user, email, "email", as_str),
	FIELD(user, full_name, "full_name", as_text),
	FIELD(user, role, "role", as_enum, .arg = role_names),
	FIELD(user, permissions, "permissions", as_strs),
	FIELD(user, created_at, "created_at", as_time),
};
static const struct spec user = SPEC("ConsoleFirstUser", user, user_f);
static const struct field one_f[] = { { .key = "user", .as = &as_object, .arg = &user } };
static const struct spec one = SPEC("ConsoleSetupAnswer", user, one_f);

static const struct route routes[] = {
	{ "POST", "/api/v1/setup", WRITES, 0, LIMIT_LOGIN, &in, setup_admin, &one, 201, "Make the first admin; refused once anybody of the staff exists" },
};
// clang-format on
const struct route_table console_setup = ROUTES(routes);
