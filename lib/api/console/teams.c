/* Console: teams and who is in them. */
#include "../../domain/team.h"
#include "../../domain/user.h"
#include "console.h"

// clang-format off
static const struct field team_f[] = {
	FIELD(team, id, "id", as_int),
	FIELD(team, name, "name", as_str),
	FIELD(team, description, "description", as_text),
	FIELD(team, members_count, "members_count", as_int),
	FIELD(team, online_members_count, "online_members_count", as_int),
	FIELD(team, created_at, "created_at", as_time),
	FIELD(team, updated_at, "updated_at", as_time),
};
static const struct spec team = SPEC("ConsoleTeam", team, team_f);
static const struct field one_f[] = { { .key = "team", .as = &as_object, .arg = &team } };
static const struct spec one = SPEC("ConsoleTeamAnswer", team, one_f);
static const struct field list_f[] = { FIELD(team_list_out, teams, "teams", as_list, .arg = &team), PAGE_META(team_list_out) };
static const struct spec list = SPEC("ConsoleTeams", team_list_out, list_f);

static const struct field member_f[] = {
	FIELD(user, id, "id", as_int),
	FIELD(user, public_id, "user_id", as_str),
	FIELD(user, full_name, "full_name", as_text),
	FIELD(user, email, "email", as_str, .flags = NULLABLE),
	FIELD(user, avatar_url, "avatar_url", as_str, .flags = NULLABLE),
	FIELD(user, role, "role", as_enum, .arg = role_names),
	FIELD(user, status, "status", as_enum, .arg = presence_names),
	FIELD(user, max_sessions, "max_sessions", as_int),
	FIELD(user, active_sessions, "active_sessions", as_int),
};
static const struct spec member = SPEC("ConsoleTeamMember", user, member_f);
static const struct field members_f[] = {
	FIELD(team_members, members, "members", as_list, .arg = &member),
	FIELD(team_members, total, "total", as_int),
};
static const struct spec members = SPEC("ConsoleTeamMembers", team_members, members_f);

/* The document shows the list without pages: whoever does not ask for them gets as many as there can be. */
static const struct field list_in_f[] = {
	FIELD(team_list_in, search, "search", as_str, .flags = FROM_QUERY | TRIM, .max = 100),
	FIELD(team_list_in, page.number, "page", as_int, .flags = FROM_QUERY, .min = 1, .max = 1000000000, .fallback = 1),
	FIELD(team_list_in, page.size, "per_page", as_int, .flags = FROM_QUERY, .min = 1, .max = 100, .fallback = 100),
};
static const struct spec list_in = SPEC("ConsoleTeamsQuery", team_list_in, list_in_f);

#define ID(T) FIELD(T, id, "team_id", as_int, .flags = FROM_PATH | REQUIRED, .min = 1, .max = INT64_MAX)
#define WRITE(need) \
	FIELD(team_write_in, name, "name", as_str, .flags = need | TRIM, .min = 1, .max = 100), \
	FIELD(team_write_in, description, "description", as_str, .flags = TRIM, .max = 500)
static const struct field id_f[] = { ID(team_id_in) };
static const struct field create_f[] = { WRITE(REQUIRED) };
static const struct field update_f[] = { ID(team_write_in), WRITE(0) };
static const struct field add_f[] = { ID(team_member_in),
	FIELD(team_member_in, user_id, "user_id", as_int, .min = 1, .max = INT64_MAX),
	FIELD(team_member_in, user_ids, "user_ids", as_ints, .max = 200) };
static const struct field remove_f[] = { ID(team_member_in),
	FIELD(team_member_in, user_id, "user_id", as_int, .flags = FROM_PATH | REQUIRED, .min = 1, .max = INT64_MAX) };
static const struct spec id_in = SPEC("ConsoleTeamId", team_id_in, id_f),
	create_in = SPEC("ConsoleTeamCreate", team_write_in, create_f),
	update_in = SPEC("ConsoleTeamUpdate", team_write_in, update_f),
	add_in = SPEC("ConsoleTeamMemberAdd", team_member_in, add_f),
	remove_in = SPEC("ConsoleTeamMemberId", team_member_in, remove_f);

#define ALL "/api/v1/teams"
#define ONE ALL "/:team_id"
static const struct route routes[] = {
	{ "GET", ALL, STAFF, MAY_SETTINGS_READ, LIMIT_ADMIN, &list_in, team_list, &list, 200, "Teams" },
	{ "POST", ALL, STAFF | WRITES, MAY_SETTINGS_WRITE, LIMIT_ADMIN, &create_in, team_create, &one, 201, "Create a team" },
	{ "GET", ONE, STAFF, MAY_SETTINGS_READ, LIMIT_ADMIN, &id_in, team_get, &one, 200, "A team" },
	{ "PUT", ONE, STAFF | WRITES, MAY_SETTINGS_WRITE, LIMIT_ADMIN, &update_in, team_update, &one, 200, "Change a team" },
	{ "DELETE", ONE, STAFF | WRITES, MAY_SETTINGS_WRITE, LIMIT_ADMIN, &id_in, team_delete, NULL, 200, "Delete a team; its conversations belong to none then" },
	{ "GET", ONE "/members", STAFF, MAY_SETTINGS_READ, LIMIT_ADMIN, &id_in, team_members, &members, 200, "Who is in a team" },
	{ "POST", ONE "/members", STAFF | WRITES, MAY_SETTINGS_WRITE, LIMIT_ADMIN, &add_in, team_member_add, &members, 201, "Put one or more members of staff into a team" },
	{ "DELETE", ONE "/members/:user_id", STAFF | WRITES, MAY_SETTINGS_WRITE, LIMIT_ADMIN, &remove_in, team_member_remove, NULL, 200, "Take somebody out of a team" },
};
// clang-format on
const struct route_table console_teams = ROUTES(routes);
