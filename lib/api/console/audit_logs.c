/* Console: the audit log, in the documented form. */
#include "../../core/settings.h"
#include "../../core/text.h"
#include "../../domain/audit.h"
#include "console.h"
#include <string.h>

enum { DATE = 10, DAY_MS = 86400000 };

/* A date is a day of the site's, a time an instant. As the end of a span a day counts whole. */
static bool get_moment(struct ctx *c, const struct field *f, const struct json *j, void *slot, int64_t more)
{
	size_t n = 0;
	bool whole_day = json_text(j, &n) != NULL && n == DATE;

	if (!as_time.get(c, f, j, slot))
		return false;
	if (whole_day)
		*(int64_t *)slot += more - settings_tz(c->cfg) * 1000;
	return true;
}

static bool get_from(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	return get_moment(c, f, j, slot, 0);
}

static bool get_to(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	return get_moment(c, f, j, slot, DAY_MS);
}

#define MOMENT "\"type\":\"string\",\"examples\":[\"2024-01-15\",\"2024-01-15T11:00:00Z\"]"
static const struct codec as_from = { "from", sizeof(int64_t), get_from, NULL, MOMENT },
			  as_to = { "to", sizeof(int64_t), get_to, NULL, MOMENT };

// clang-format off
static const struct field entry_f[] = {
	FIELD(audit_entry, id, "id", as_int),
	FIELD(audit_entry, user_id, "user_id", as_int),
	FIELD(audit_entry, user, "user", as_object, .arg = &console_person),
	FIELD(audit_entry, action, "action", as_str),
	FIELD(audit_entry, resource_id, "resource_id", as_int),
	FIELD(audit_entry, details, "details", as_json),
	FIELD(audit_entry, ip_address, "ip_address", as_text),
	FIELD(audit_entry, user_agent, "user_agent", as_text),
	FIELD(audit_entry, created_at, "timestamp", as_time),
};
static const struct spec entry = SPEC("ConsoleAuditEntry", audit_entry, entry_f);
static const struct field list_f[] = { FIELD(audit_list_out, entries, "audit_logs", as_list, .arg = &entry), PAGE_META(audit_list_out) };
static const struct spec list = SPEC("ConsoleAuditLog", audit_list_out, list_f);

static const struct field list_in_f[] = {
	FIELD(audit_list_in, user_id, "user_id", as_int, .flags = FROM_QUERY, .min = 1, .max = INT64_MAX),
	FIELD(audit_list_in, action, "action", as_str, .flags = FROM_QUERY, .min = 1, .max = 64, .doc = "As conversation:assign"),
	FIELD(audit_list_in, resource_id, "resource_id", as_int, .flags = FROM_QUERY, .min = 1, .max = INT64_MAX),
	FIELD(audit_list_in, from, "from", as_from, .flags = FROM_QUERY, .doc = "A day or a time, inclusive"),
	FIELD(audit_list_in, to, "to", as_to, .flags = FROM_QUERY, .doc = "A day, inclusive, or a time, exclusive"),
	PAGE_IN(audit_list_in),
};
static const struct spec list_in = SPEC("ConsoleAuditLogQuery", audit_list_in, list_in_f);

static const struct route routes[] = {
	{ "GET", "/api/v1/audit-logs", STAFF, MAY_SETTINGS_READ, LIMIT_ADMIN, &list_in, audit_list, &list, 200, "What staff did, newest first; pages lead to the newest 10,000 that pass the filters" },
};
// clang-format on
const struct route_table console_audit_logs = ROUTES(routes);
