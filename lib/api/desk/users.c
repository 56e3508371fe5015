/* Desk: staff and customers, one list. */
#include "../../domain/directory.h"
#include "desk.h"

enum { AVATAR_MAX = 500, NAME_MAX_CHARS = 100, PHONE_MAX = 40, EMAIL_MAX = 254 };

// clang-format off
static const struct field user_f[] = {
	FIELD(directory_entry, user.public_id, "user_id", as_str),
	FIELD(directory_entry, user.full_name, "name", as_text),
	FIELD(directory_entry, type, "user_type", as_enum, .arg = entry_type_names),
	FIELD(directory_entry, user.status, "status", as_enum, .arg = presence_names, .doc = "Of a customer: online while it said or did something in the last 5 minutes"),
	FIELD(directory_entry, user.role, "role", as_enum, .arg = role_names),
	FIELD(directory_entry, user.email, "email", as_str, .flags = NULLABLE),
	FIELD(directory_entry, user.phone, "phone", as_str, .flags = NULLABLE, .doc = "Masked for those who may not change contacts"),
	FIELD(directory_entry, user.avatar_url, "avatar", as_str, .flags = NULLABLE),
	FIELD(directory_entry, user.max_sessions, "max_sessions", as_int),
	FIELD(directory_entry, user.permissions, "permissions", as_strs),
	FIELD(directory_entry, user.created_at, "created_at", as_time),
	FIELD(directory_entry, user.last_active_at, "last_active", as_time, .flags = NULLABLE),
};
static const struct spec user = SPEC("DeskUser", directory_entry, user_f);
static const struct field one_f[] = { { .key = "user", .as = &as_object, .arg = &user } };
static const struct desk_answer got = ANSWER("DeskUserAnswer", directory_entry, one_f, "desk.user"),
	created = ANSWER("DeskUserCreated", directory_entry, one_f, "desk.user_created"),
	updated = ANSWER("DeskUserUpdated", directory_entry, one_f, "desk.user_updated");

static const struct field list_in_f[] = {
	DESK_PAGE(directory_list_in, 20),
	FIELD(directory_list_in, type, "user_type", as_filter, .flags = FROM_QUERY, .arg = entry_type_names),
	FIELD(directory_list_in, status, "status", as_filter, .flags = FROM_QUERY, .arg = presence_names),
};
static const struct spec list_in = SPEC("DeskUsersQuery", directory_list_in, list_in_f);
static const struct field list_f[] = {
	FIELD(directory_list_out, entries, "users", as_list, .arg = &user),
	FIELD(directory_list_out, meta, "pagination", as_object, .arg = &desk_pages),
};
static const struct desk_answer list = ANSWER("DeskUsers", directory_list_out, list_f, "desk.users");

static const struct field id_f[] = { PUBLIC_ID(directory_in, public_id, "user_id") };
static const struct spec id_in = SPEC("DeskUserId", directory_in, id_f);
static const struct field delete_f[] = {
	PUBLIC_ID(directory_in, public_id, "user_id"),
	FIELD(directory_in, erase, "erase", as_bool, .flags = FROM_QUERY, .doc = "Personal data goes for good"),
};
static const struct spec delete_in = SPEC("DeskUserDelete", directory_in, delete_f);
static const struct field gone_f[] = {
	FIELD(directory_gone, public_id, "user_id", as_str),
	FIELD(directory_gone, deleted, "deleted", as_bool),
};
static const struct desk_answer gone = ANSWER("DeskUserDeleted", directory_gone, gone_f, "desk.user_deleted");

static const struct field create_f[] = {
	FIELD(directory_write_in, public_id, "user_id", as_str, .flags = NULLABLE, .min = 1, .max = PUBLIC_ID_MAX),
	FIELD(directory_write_in, name, "name", as_str, .flags = REQUIRED | TRIM, .min = 1, .max = NAME_MAX_CHARS),
	FIELD(directory_write_in, type, "user_type", as_enum, .flags = REQUIRED, .arg = entry_type_names),
	FIELD(directory_write_in, email, "email", as_email, .flags = NULLABLE, .min = 3, .max = EMAIL_MAX),
	FIELD(directory_write_in, phone, "phone", as_str, .flags = NULLABLE | TRIM, .max = PHONE_MAX),
	FIELD(directory_write_in, password, "password", as_str, .flags = NULLABLE | SECRET, .min = 8, .max = 128, .doc = "An agent needs one"),
	FIELD(directory_write_in, max_sessions, "max_sessions", as_int, .flags = NULLABLE, .min = 1, .max = 1000),
};
static const struct spec create_in = SPEC("DeskUserCreate", directory_write_in, create_f);
static const struct field update_f[] = {
	PUBLIC_ID(directory_write_in, public_id, "user_id"),
	FIELD(directory_write_in, name, "name", as_str, .flags = TRIM, .min = 1, .max = NAME_MAX_CHARS, .bit = USER_HAS_NAME),
	FIELD(directory_write_in, email, "email", as_email, .min = 3, .max = EMAIL_MAX, .bit = USER_HAS_EMAIL),
	FIELD(directory_write_in, phone, "phone", as_str, .flags = TRIM, .max = PHONE_MAX, .bit = USER_HAS_PHONE),
	FIELD(directory_write_in, avatar_url, "avatar", as_str, .flags = NULLABLE | TRIM, .max = AVATAR_MAX, .bit = USER_HAS_AVATAR),
	FIELD(directory_write_in, max_sessions, "max_sessions", as_int, .min = 1, .max = 1000, .bit = USER_HAS_CAPACITY),
};
static const struct spec update_in = SPEC_HAS("DeskUserUpdate", directory_write_in, update_f);

static const struct field rights_f[] = {
	PUBLIC_ID(directory_rights_in, public_id, "user_id"),
	FIELD(directory_rights_in, permissions, "permissions", as_strs, .flags = REQUIRED, .max = 64, .doc = "All that it may do from now on"),
	FIELD(directory_rights_in, role, "role", as_enum, .arg = role_names, .bit = USER_HAS_ROLE),
};
static const struct spec rights_in = SPEC_HAS("DeskUserRights", directory_rights_in, rights_f);
static const struct field rights_out_f[] = {
	FIELD(directory_entry, user.public_id, "user_id", as_str),
	FIELD(directory_entry, user.role, "role", as_enum, .arg = role_names),
	FIELD(directory_entry, user.permissions, "permissions", as_strs),
};
static const struct desk_answer rights = ANSWER("DeskUserRightsAnswer", directory_entry, rights_out_f, "desk.user_rights");

static const struct field status_f[] = {
	PUBLIC_ID(directory_status_in, public_id, "user_id"),
	FIELD(directory_status_in, status, "status", as_enum, .flags = REQUIRED, .arg = presence_names),
};
static const struct spec status_in = SPEC("DeskUserStatus", directory_status_in, status_f);
static const struct field status_out_f[] = {
	FIELD(directory_entry, user.public_id, "user_id", as_str),
	FIELD(directory_entry, user.status, "status", as_enum, .arg = presence_names),
};
static const struct desk_answer status = ANSWER("DeskUserStatusAnswer", directory_entry, status_out_f, "desk.user_status");

#define ONE "/api/users/:user_id"
static const struct route routes[] = {
	{ "GET", "/api/users", STAFF, MAY_CONTACTS_READ, LIMIT_ADMIN, &list_in, directory_list, &list.data, 200, "Staff and customers, the newest first" },
	{ "POST", "/api/users/create", ADMIN | WRITES, 0, LIMIT_ADMIN, &create_in, directory_create, &created.data, 200, "A new agent or customer" },
	{ "GET", ONE, STAFF, MAY_CONTACTS_READ, LIMIT_ADMIN, &id_in, directory_get, &got.data, 200, "Somebody" },
	{ "PUT", ONE, ADMIN | WRITES, 0, LIMIT_ADMIN, &update_in, directory_update, &updated.data, 200, "Change somebody's data" },
	{ "DELETE", ONE, ADMIN | WRITES, 0, LIMIT_ADMIN, &delete_in, directory_delete, &gone.data, 200, "Delete somebody; an agent's open sessions go back to the queue" },
	{ "PUT", ONE "/permissions", ADMIN | WRITES, 0, LIMIT_ADMIN, &rights_in, directory_set_rights, &rights.data, 200, "What a member of staff may do" },
	{ "PUT", ONE "/status", STAFF | WRITES, 0, LIMIT_ADMIN, &status_in, directory_set_status, &status.data, 200, "A member of staff's presence: one's own, or by an admin" },
};
// clang-format on
const struct route_table desk_users = ROUTES(routes);
