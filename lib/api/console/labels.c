/* Console: labels. Everybody who reads conversations reads them. */
#include "../../domain/label.h"
#include "../../domain/user.h"
#include "console.h"

// clang-format off
static const struct field label_f[] = {
	FIELD(label, id, "id", as_int),
	FIELD(label, title, "title", as_str),
	FIELD(label, color, "color", as_str),
	FIELD(label, description, "description", as_text),
	FIELD(label, created_at, "created_at", as_time),
	FIELD(label, updated_at, "updated_at", as_time),
};
static const struct spec label = SPEC("ConsoleLabel", label, label_f);
static const struct field one_f[] = { { .key = "label", .as = &as_object, .arg = &label } };
static const struct spec one = SPEC("ConsoleLabelAnswer", label, one_f);
static const struct field list_f[] = { FIELD(label_list_out, labels, "labels", as_list, .arg = &label), PAGE_META(label_list_out) };
static const struct spec list = SPEC("ConsoleLabels", label_list_out, list_f);

static const struct field list_in_f[] = {
	FIELD(label_list_in, search, "search", as_str, .flags = FROM_QUERY | TRIM, .max = 50),
	PAGE_IN(label_list_in),
};
static const struct spec list_in = SPEC("ConsoleLabelsQuery", label_list_in, list_in_f);

#define ID(T) FIELD(T, id, "label_id", as_int, .flags = FROM_PATH | REQUIRED, .min = 1, .max = INT64_MAX)
#define WRITE(need) \
	FIELD(label_write_in, title, "title", as_str, .flags = need | TRIM, .min = 1, .max = 50), \
	FIELD(label_write_in, color, "color", as_str, .flags = TRIM, .max = 7, .doc = "#rrggbb"), \
	FIELD(label_write_in, description, "description", as_str, .flags = TRIM, .max = 500)
static const struct field id_f[] = { ID(label_id_in) };
static const struct field create_f[] = { WRITE(REQUIRED) };
static const struct field update_f[] = { ID(label_write_in), WRITE(0) };
static const struct spec id_in = SPEC("ConsoleLabelId", label_id_in, id_f),
	create_in = SPEC("ConsoleLabelCreate", label_write_in, create_f),
	update_in = SPEC("ConsoleLabelUpdate", label_write_in, update_f);

#define ALL "/api/v1/labels"
#define ONE ALL "/:label_id"
static const struct route routes[] = {
	{ "GET", ALL, STAFF, MAY_CONVERSATIONS_READ, LIMIT_ADMIN, &list_in, label_list, &list, 200, "Labels by title" },
	{ "POST", ALL, STAFF | WRITES, MAY_SETTINGS_WRITE, LIMIT_ADMIN, &create_in, label_create, &one, 201, "Create a label" },
	{ "GET", ONE, STAFF, MAY_CONVERSATIONS_READ, LIMIT_ADMIN, &id_in, label_get, &one, 200, "A label" },
	{ "PUT", ONE, STAFF | WRITES, MAY_SETTINGS_WRITE, LIMIT_ADMIN, &update_in, label_update, &one, 200, "Change a label" },
	{ "DELETE", ONE, STAFF | WRITES, MAY_SETTINGS_WRITE, LIMIT_ADMIN, &id_in, label_delete, NULL, 200, "Delete a label; it comes off all conversations" },
};
// clang-format on
const struct route_table console_labels = ROUTES(routes);
