/* Console: canned responses. Everybody who reads conversations reads them. */
#include "../../domain/canned.h"
#include "../../domain/user.h"
#include "console.h"

// clang-format off
static const struct field canned_f[] = {
	FIELD(canned, id, "id", as_int),
	FIELD(canned, short_code, "short_code", as_str),
	FIELD(canned, content, "content", as_text),
	FIELD(canned, created_at, "created_at", as_time),
	FIELD(canned, updated_at, "updated_at", as_time),
};
static const struct spec canned = SPEC("ConsoleCannedResponse", canned, canned_f);
static const struct field one_f[] = { { .key = "canned_response", .as = &as_object, .arg = &canned } };
static const struct spec one = SPEC("ConsoleCannedResponseAnswer", canned, one_f);
static const struct field list_f[] = { FIELD(canned_list_out, canned, "canned_responses", as_list, .arg = &canned), PAGE_META(canned_list_out) };
static const struct spec list = SPEC("ConsoleCannedResponses", canned_list_out, list_f);

static const struct field list_in_f[] = {
	FIELD(canned_list_in, search, "search", as_str, .flags = FROM_QUERY | TRIM, .max = 100, .doc = "The beginning of the short code, or a part of the text"),
	PAGE_IN(canned_list_in),
};
static const struct spec list_in = SPEC("ConsoleCannedResponsesQuery", canned_list_in, list_in_f);

#define ID(T) FIELD(T, id, "canned_response_id", as_int, .flags = FROM_PATH | REQUIRED, .min = 1, .max = INT64_MAX)
#define WRITE(need) \
	FIELD(canned_write_in, short_code, "short_code", as_str, .flags = need | TRIM, .min = 1, .max = 32, .doc = "a to z, 0 to 9, _ and -"), \
	FIELD(canned_write_in, content, "content", as_str, .flags = need | TRIM, .min = 1, .max = 5000)
static const struct field id_f[] = { ID(canned_id_in) };
static const struct field create_f[] = { WRITE(REQUIRED) };
static const struct field update_f[] = { ID(canned_write_in), WRITE(0) };
static const struct spec id_in = SPEC("ConsoleCannedResponseId", canned_id_in, id_f),
	create_in = SPEC("ConsoleCannedResponseCreate", canned_write_in, create_f),
	update_in = SPEC("ConsoleCannedResponseUpdate", canned_write_in, update_f);

#define ALL "/api/v1/canned-responses"
#define ONE ALL "/:canned_response_id"
static const struct route routes[] = {
	{ "GET", ALL, STAFF, MAY_CONVERSATIONS_READ, LIMIT_ADMIN, &list_in, canned_list, &list, 200, "Canned responses by short code" },
	{ "POST", ALL, STAFF | WRITES, MAY_SETTINGS_WRITE, LIMIT_ADMIN, &create_in, canned_create, &one, 201, "Create a canned response" },
	{ "GET", ONE, STAFF, MAY_CONVERSATIONS_READ, LIMIT_ADMIN, &id_in, canned_get, &one, 200, "A canned response" },
	{ "PUT", ONE, STAFF | WRITES, MAY_SETTINGS_WRITE, LIMIT_ADMIN, &update_in, canned_update, &one, 200, "Change a canned response" },
	{ "DELETE", ONE, STAFF | WRITES, MAY_SETTINGS_WRITE, LIMIT_ADMIN, &id_in, canned_delete, NULL, 200, "Delete a canned response" },
};
// clang-format on
const struct route_table console_canned_responses = ROUTES(routes);
