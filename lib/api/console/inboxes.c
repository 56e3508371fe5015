/* Console: inboxes. */
#include "../../domain/inbox.h"
#include "../../domain/user.h"
#include "console.h"

// clang-format off
static const struct field opening_f[] = {
	FIELD(opening, day, "day", as_int, .flags = REQUIRED, .min = 0, .max = 6, .doc = "0 Sunday … 6 Saturday"),
	FIELD(opening, from, "from", as_str, .flags = REQUIRED, .max = 5, .doc = "\"09:00\""),
	FIELD(opening, to, "to", as_str, .flags = REQUIRED, .max = 5, .doc = "\"18:00\"; \"24:00\" ends a day"),
};
static const struct spec opening = SPEC("ConsoleOpening", opening, opening_f);

static const struct field hours_f[] = {
	FIELD(business_hours, timezone, "timezone", as_str, .max = 6, .doc = "\"+08:00\""),
	FIELD(business_hours, days, "days", as_list, .arg = &opening, .max = INBOX_OPENINGS_MAX, .doc = "None: always open"),
};
static const struct spec hours = SPEC("ConsoleBusinessHours", business_hours, hours_f);

static const struct field pre_chat_f[] = {
	FIELD(pre_chat_field, name, "name", as_str, .flags = REQUIRED, .min = 1, .max = 40, .doc = "name, email, phone or a key of your own: a-z, 0-9, _"),
	FIELD(pre_chat_field, label, "label", as_str, .flags = REQUIRED | TRIM, .min = 1, .max = 100),
	FIELD(pre_chat_field, required, "required", as_bool),
};
static const struct spec pre_chat = SPEC("ConsolePreChatField", pre_chat_field, pre_chat_f);

static const struct field inbox_f[] = {
	FIELD(inbox, id, "id", as_int),
	FIELD(inbox, name, "name", as_str),
	FIELD(inbox, website_token, "website_token", as_str, .doc = "What a page names in data-inbox"),
	FIELD(inbox, allowed_origins, "allowed_origins", as_strs, .doc = "\"https://shop.example\" or \"https://*.shop.example\"; none: any page"),
	FIELD(inbox, greeting, "greeting", as_str),
	FIELD(inbox, greeting_delay, "greeting_delay", as_int, .doc = "Seconds"),
	FIELD(inbox, color, "color", as_str),
	FIELD(inbox, business_hours, "business_hours", as_object, .arg = &hours),
	FIELD(inbox, pre_chat_fields, "pre_chat_fields", as_list, .arg = &pre_chat),
	FIELD(inbox, offline_message, "offline_message", as_str),
	FIELD(inbox, locale, "locale", as_enum, .arg = inbox_locale_names),
	FIELD(inbox, enabled, "enabled", as_bool),
	FIELD(inbox, open, "open", as_bool, .doc = "By its hours, now"),
	FIELD(inbox, created_at, "created_at", as_time),
	FIELD(inbox, updated_at, "updated_at", as_time),
};
static const struct spec inbox = SPEC("ConsoleInbox", inbox, inbox_f);
static const struct field one_f[] = { { .key = "inbox", .as = &as_object, .arg = &inbox } };
static const struct spec one = SPEC("ConsoleInboxAnswer", inbox, one_f);

static const struct field list_in_f[] = { PAGE_IN(inbox_list_in) };
static const struct spec list_in = SPEC("ConsoleInboxList", inbox_list_in, list_in_f);
static const struct field list_f[] = {
	FIELD(inbox_list_out, inboxes, "inboxes", as_list, .arg = &inbox),
	PAGE_META(inbox_list_out),
};
static const struct spec list = SPEC("ConsoleInboxes", inbox_list_out, list_f);

static const struct field id_f[] = {
	FIELD(inbox_id_in, id, "inbox_id", as_int, .flags = FROM_PATH | REQUIRED, .min = 1, .max = INT64_MAX),
};
static const struct spec id_in = SPEC("ConsoleInboxId", inbox_id_in, id_f);

#define WRITE_FIELDS \
	FIELD(inbox_write_in, allowed_origins, "allowed_origins", as_strs, .max = INBOX_ORIGINS_MAX, .bit = INBOX_HAS_ORIGINS), \
	FIELD(inbox_write_in, greeting, "greeting", as_text, .max = 500, .bit = INBOX_HAS_GREETING), \
	FIELD(inbox_write_in, greeting_delay, "greeting_delay", as_int, .min = 0, .max = 3600, .bit = INBOX_HAS_DELAY), \
	FIELD(inbox_write_in, color, "color", as_str, .min = 1, .max = 7, .bit = INBOX_HAS_COLOR, .doc = "#rrggbb"), \
	FIELD(inbox_write_in, business_hours, "business_hours", as_object, .arg = &hours, .bit = INBOX_HAS_HOURS), \
	FIELD(inbox_write_in, pre_chat_fields, "pre_chat_fields", as_list, .arg = &pre_chat, .max = INBOX_FIELDS_MAX, .bit = INBOX_HAS_FIELDS), \
	FIELD(inbox_write_in, offline_message, "offline_message", as_text, .max = 500, .bit = INBOX_HAS_OFFLINE), \
	FIELD(inbox_write_in, locale, "locale", as_enum, .arg = inbox_locale_names, .bit = INBOX_HAS_LOCALE), \
	FIELD(inbox_write_in, enabled, "enabled", as_bool, .bit = INBOX_HAS_ENABLED)
static const struct field create_f[] = {
	FIELD(inbox_write_in, name, "name", as_str, .flags = REQUIRED | TRIM, .min = 1, .max = 100, .bit = INBOX_HAS_NAME),
	WRITE_FIELDS,
};
static const struct field update_f[] = {
	FIELD(inbox_write_in, id, "inbox_id", as_int, .flags = FROM_PATH | REQUIRED, .min = 1, .max = INT64_MAX),
	FIELD(inbox_write_in, name, "name", as_str, .flags = TRIM, .min = 1, .max = 100, .bit = INBOX_HAS_NAME),
	WRITE_FIELDS,
};
static const struct spec create_in = SPEC_HAS("ConsoleInboxCreate", inbox_write_in, create_f),
	update_in = SPEC_HAS("ConsoleInboxUpdate", inbox_write_in, update_f);

#define ALL "/api/v1/inboxes"
#define ONE ALL "/:inbox_id"
static const struct route routes[] = {
	{ "GET", ALL, STAFF, MAY_INBOXES_READ, LIMIT_ADMIN, &list_in, inbox_list, &list, 200, "Inboxes: where the widget stands and how it looks there" },
	{ "POST", ALL, STAFF | WRITES, MAY_INBOXES_WRITE, LIMIT_ADMIN, &create_in, inbox_create, &one, 201, "A new inbox, with a token of its own" },
	{ "GET", ONE, STAFF, MAY_INBOXES_READ, LIMIT_ADMIN, &id_in, inbox_get, &one, 200, "An inbox" },
	{ "PUT", ONE, STAFF | WRITES, MAY_INBOXES_WRITE, LIMIT_ADMIN, &update_in, inbox_update, &one, 200, "Change what is named" },
	{ "DELETE", ONE, STAFF | WRITES, MAY_INBOXES_WRITE, LIMIT_ADMIN, &id_in, inbox_delete, NULL, 200, "Delete an inbox; its conversations stay" },
	{ "POST", ONE "/rotate-token", STAFF | WRITES, MAY_INBOXES_WRITE, LIMIT_ADMIN, &id_in, inbox_rotate_token, &one, 200, "A new token; pages with the old one are refused" },
};
// clang-format on
const struct route_table console_inboxes = ROUTES(routes);
