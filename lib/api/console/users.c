/* Console: staff accounts, their roles, permissions and teams. */
#include "../../domain/staff.h"
#include "../../domain/team.h"
#include "../access/account.h"
#include "console.h"

// clang-format off
static const struct field team_f[] = { FIELD(team_ref, id, "id", as_int), FIELD(team_ref, name, "name", as_text) };
static const struct spec team = SPEC("ConsoleTeamRef", team_ref, team_f);
static const struct field user_f[] = {
	FIELD(staff, user.id, "id", as_int),
	FIELD(staff, user.public_id, "user_id", as_str),
	FIELD(staff, user.email, "email", as_str, .flags = NULLABLE),
	FIELD(staff, user.full_name, "full_name", as_text),
	FIELD(staff, user.role, "role", as_enum, .arg = role_names),
	FIELD(staff, user.permissions, "permissions", as_strs, .doc = "What it may do: the role's defaults and its own exceptions"),
	FIELD(staff, user.avatar_url, "avatar_url", as_str, .flags = NULLABLE),
	FIELD(staff, user.phone, "phone", as_str, .flags = NULLABLE),
	FIELD(staff, user.status, "status", as_enum, .arg = presence_names),
	FIELD(staff, user.max_sessions, "max_sessions", as_int),
	FIELD(staff, user.active_sessions, "active_sessions", as_int),
	FIELD(staff, teams, "teams", as_list, .arg = &team),
	FIELD(staff, user.last_active_at, "last_active_at", as_time, .flags = NULLABLE),
	FIELD(staff, user.created_at, "created_at", as_time),
	FIELD(staff, user.updated_at, "updated_at", as_time),
};
static const struct spec user = SPEC("ConsoleUser", staff, user_f);
static const struct field one_f[] = { { .key = "user", .as = &as_object, .arg = &user } };
static const struct spec one = SPEC("ConsoleUserAnswer", staff, one_f);
static const struct field list_f[] = { FIELD(staff_list_out, users, "users", as_list, .arg = &user), PAGE_META(staff_list_out) };
static const struct spec list = SPEC("ConsoleUsers", staff_list_out, list_f);

static const struct field list_in_f[] = {
	FIELD(staff_list_in, search, "search", as_str, .flags = FROM_QUERY | TRIM, .max = 100),
	FIELD(staff_list_in, role, "role", as_filter, .flags = FROM_QUERY, .arg = role_names),
	FIELD(staff_list_in, status, "status", as_filter, .flags = FROM_QUERY, .arg = presence_names),
	FIELD(staff_list_in, team_id, "team_id", as_int, .flags = FROM_QUERY, .min = 1, .max = INT64_MAX),
	PAGE_IN(staff_list_in),
};
static const struct spec list_in = SPEC("ConsoleUsersQuery", staff_list_in, list_in_f);

#define ID(T) FIELD(T, id, "user_id", as_int, .flags = FROM_PATH | REQUIRED, .min = 1, .max = INT64_MAX)
#define WRITE(need) \
	ACCOUNT_WRITE(need), \
	FIELD(user_write_in, permissions, "permissions", as_strs, .max = 64, .bit = USER_HAS_PERMISSIONS), \
	FIELD(user_write_in, team_ids, "team_ids", as_ints, .max = 100, .bit = USER_HAS_TEAMS)
static const struct field id_f[] = { ID(user_id_in) };
static const struct field create_f[] = { WRITE(REQUIRED) };
static const struct field update_f[] = { ID(user_write_in), WRITE(0) };
static const struct spec id_in = SPEC("ConsoleUserId", user_id_in, id_f),
	create_in = SPEC_HAS("ConsoleUserCreate", user_write_in, create_f),
	update_in = SPEC_HAS("ConsoleUserUpdate", user_write_in, update_f);

#define ALL "/api/v1/users"
#define ONE ALL "/:user_id"
static const struct route routes[] = {
	{ "GET", ALL, STAFF, MAY_USERS_READ, LIMIT_ADMIN, &list_in, staff_list, &list, 200, "Staff" },
	{ "POST", ALL, STAFF | WRITES, MAY_USERS_WRITE, LIMIT_ADMIN, &create_in, staff_create, &one, 201, "Create a member of staff" },
	{ "GET", ONE, STAFF, MAY_USERS_READ, LIMIT_ADMIN, &id_in, staff_get, &one, 200, "A member of staff" },
	{ "PUT", ONE, STAFF | WRITES, MAY_USERS_WRITE, LIMIT_ADMIN, &update_in, staff_update, &one, 200, "Change a member of staff; role and permissions need users:manage" },
	{ "DELETE", ONE, STAFF | WRITES, MAY_USERS_MANAGE, LIMIT_ADMIN, &id_in, user_delete, NULL, 200, "Delete a member of staff; its open conversations go back to the queue" },
};
// clang-format on
const struct route_table console_users = ROUTES(routes);
