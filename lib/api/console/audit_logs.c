/* Console: the audit log, in the documented form. */
#include "../../domain/audit.h"
#include "console.h"

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
