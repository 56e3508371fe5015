/* Kefu: users, customers and staff alike. */
#include "../../domain/usage.h"
#include "kefu.h"

// clang-format off
#define USER(T, v) \
	FIELD(T, v public_id, "user_id", as_str), \
	FIELD(T, v full_name, "username", as_text), \
	FIELD(T, v email, "email", as_text), \
	FIELD(T, v role, "user_type", as_user_type), \
	FIELD(T, v created_at, "created_at", as_time), \
	FIELD(T, v last_active_at, "last_active", as_time), \
	FIELD(T, v status, "status", as_enum, .arg = presence_names), \
	FIELD(T, v phone, "phone", as_str, .flags = NULLABLE, .doc = "Masked for those who may not change contacts"), \
	FIELD(T, v avatar_url, "avatar", as_str, .flags = NULLABLE)
static const struct field user_f[] = { USER(user, ) };
const struct spec kefu_user = SPEC("KefuUser", user, user_f);
static const struct field registered_f[] = {
	USER(registered, user.),
	FIELD(registered, token, "session_token", as_str, .flags = OMIT_NULL, .doc = "A new customer's, for Authorization: Bearer, with X-User-ID"),
};
static const struct spec registered = SPEC("KefuRegistered", registered, registered_f);

static const struct field id_f[] = { KEFU_USER_ID(person_in, public_id, "user_id", FROM_PATH) };
static const struct spec id_in = SPEC("KefuUserId", person_in, id_f);
#define WRITE \
	FIELD(person_write_in, name, "username", as_str, .flags = TRIM, .min = 1, .max = 100, .bit = USER_HAS_NAME), \
	FIELD(person_write_in, email, "email", as_email, .min = 3, .max = 254, .bit = USER_HAS_EMAIL), \
	FIELD(person_write_in, phone, "phone", as_str, .flags = TRIM, .max = 40, .bit = USER_HAS_PHONE)
static const struct field create_f[] = {
	FIELD(person_write_in, public_id, "user_id", as_str, .flags = TRIM, .min = 1, .max = KEFU_ID_MAX, .doc = "Without it a new one is made up"),
	FIELD(person_write_in, kind, "user_type", as_enum, .arg = user_type_names),
	FIELD(person_write_in, password, "password", as_str, .flags = SECRET, .min = 8, .max = 128, .doc = "Of staff, whom only those make who may change users"),
	WRITE,
};
static const struct spec create_in = SPEC_HAS("KefuUserCreate", person_write_in, create_f);
static const struct field update_f[] = { KEFU_USER_ID(person_write_in, public_id, "user_id", FROM_PATH), WRITE };
static const struct spec update_in = SPEC_HAS("KefuUserUpdate", person_write_in, update_f);

static const struct field list_in_f[] = {
	FIELD(people_in, kind, "user_type", as_filter, .flags = FROM_QUERY, .arg = user_type_names),
	FIELD(people_in, search, "search", as_str, .flags = FROM_QUERY | TRIM, .max = 100),
	KEFU_PAGE(people_in),
};
static const struct spec list_in = SPEC("KefuUsersQuery", people_in, list_in_f);
static const struct field list_f[] = { FIELD(people, users, "users", as_list, .arg = &kefu_user), KEFU_META(people) };
static const struct spec list = SPEC("KefuUsers", people, list_f);
static const struct field online_f[] = {
	FIELD(people_online, users, "online_users", as_list, .arg = &kefu_user),
	FIELD(people_online, total, "total", as_int, .doc = "Staff who are not offline, customers with an open socket"),
};
static const struct spec online = SPEC("KefuOnline", people_online, online_f);

static const struct field usage_in_f[] = {
	FIELD(user_usage_in, period, "period", as_str, .flags = FROM_QUERY, .max = 8, .doc = "7d, 4w, 1m, 1y; without it 7d. It ends today"),
};
static const struct spec usage_in = SPEC("KefuUserUsageQuery", user_usage_in, usage_in_f);
static const struct field usage_f[] = {
	FIELD(user_usage, active, "active_users", as_int, .doc = "Customers who began a conversation in the period"),
	FIELD(user_usage, fresh, "new_users", as_int, .doc = "Of these, whose first one that was"),
	FIELD(user_usage, returning, "returning_users", as_int, .doc = "The others"),
	FIELD(user_usage, session_duration, "average_session_duration", as_str, .doc = "Mean from the beginning to the first resolution; 0m when nothing was resolved"),
};
static const struct spec usage = SPEC("KefuUserUsage", user_usage, usage_f);

#define ALL "/api/users"
#define ONE ALL "/:user_id"
static const struct route routes[] = {
	{ "POST", ALL, WRITES, 0, LIMIT_SESSION, &create_in, person_register, &registered, 200, "A customer registers, or staff make an account" },
	{ "GET", ALL, STAFF, MAY_CONTACTS_READ, LIMIT_NONE, &list_in, people_list, &list, 200, "Users, staff first" },
	{ "GET", ALL "/online", STAFF, MAY_CONTACTS_READ, LIMIT_NONE, NULL, people_online, &online, 200, "Who is there" },
	{ "GET", ONE, SIGNED_IN, 0, LIMIT_NONE, &id_in, person_get, &kefu_user, 200, "A user" },
	{ "PUT", ONE, SIGNED_IN | WRITES, 0, LIMIT_NONE, &update_in, person_update, &kefu_user, 200, "Change a user" },
	{ "GET", "/api/analytics/users", STAFF, MAY_REPORTS_READ, LIMIT_NONE, &usage_in, user_usage, &usage, 200, "How many customers come" },
};
// clang-format on
const struct route_table kefu_users = ROUTES(routes);
