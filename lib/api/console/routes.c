/* The console contract as far as the first console page needs it: what it does to one conversation. */
#include "../../core/settings.h"
#include "../../domain/assignment.h"
#include "../access/access.h"
#include "console.h"
#include <string.h>

// clang-format off
static const struct field agent_f[] = {
	FIELD(person, id, "id", as_int),
	FIELD(person, name, "full_name", as_text),
	FIELD(person, avatar_url, "avatar_url", as_str, .flags = NULLABLE),
};
static const struct spec agent = SPEC("ConsoleAgent", person, agent_f);

static const struct field contact_f[] = {
	FIELD(contact, id, "id", as_int),
	FIELD(contact, name, "name", as_text),
	FIELD(contact, email, "email", as_str, .flags = NULLABLE),
};
static const struct spec contact = SPEC("ConsoleContact", contact, contact_f);

static const struct field conversation_f[] = {
	FIELD(conversation, id, "id", as_int),
	FIELD(conversation, uuid, "uuid", as_str),
	FIELD(conversation, contact, "contact", as_object, .arg = &contact),
	FIELD(conversation, status, "status", as_enum, .arg = conversation_status_names),
	FIELD(conversation, priority, "priority", as_enum, .arg = priority_names),
	FIELD(conversation, channel, "channel_type", as_str),
	FIELD(conversation, agent_type, "current_agent_type", as_enum, .arg = agent_type_names),
	FIELD(conversation, assignee_ref, "assignee", as_ref, .arg = &agent),
	FIELD(conversation, unread_staff, "unread_count", as_int),
	FIELD(conversation, created_at, "created_at", as_time),
	FIELD(conversation, updated_at, "updated_at", as_time),
};
static const struct spec conversation = SPEC("ConsoleConversation", conversation, conversation_f);
static const struct field answer_f[] = { { .key = "conversation", .as = &as_object, .arg = &conversation } };
static const struct spec answer = SPEC("ConsoleConversationAnswer", conversation, answer_f);

#define ID FIELD(conversation_change_in, id, "conversation_id", as_int, .flags = FROM_PATH | REQUIRED, .min = 1, .max = INT64_MAX)
static const struct field status_f[] = { ID,
	FIELD(conversation_change_in, status, "status", as_enum, .flags = REQUIRED, .arg = conversation_status_names) };
static const struct field priority_f[] = { ID,
	FIELD(conversation_change_in, priority, "priority", as_enum, .flags = REQUIRED, .arg = priority_names) };
static const struct field assign_f[] = { ID,
	FIELD(conversation_change_in, assignee_id, "assignee_id", as_int, .flags = REQUIRED, .min = 1, .max = INT64_MAX) };
static const struct spec status_in = SPEC("ConsoleStatus", conversation_change_in, status_f),
	priority_in = SPEC("ConsolePriority", conversation_change_in, priority_f),
	assign_in = SPEC("ConsoleAssign", conversation_change_in, assign_f);

#define ONE "/api/v1/conversations/:conversation_id"
static const struct route routes[] = {
	{ "PUT", ONE "/status", STAFF | WRITES, MAY_CONVERSATIONS_WRITE, LIMIT_ADMIN, &status_in, conversation_set_status, &answer, 200, "Open, pending, resolved or closed" },
	{ "PUT", ONE "/priority", STAFF | WRITES, MAY_CONVERSATIONS_WRITE, LIMIT_ADMIN, &priority_in, conversation_set_priority, &answer, 200, "Change the priority" },
	{ "PUT", ONE "/assign", STAFF | WRITES, MAY_CONVERSATIONS_WRITE, LIMIT_ADMIN, &assign_in, conversation_assign, &answer, 200, "Give it to an agent" },
};
// clang-format on

static const char *error_code(const struct err *e)
{
	static const char *const codes[E__MAX] = {
		[E_BAD_INPUT] = "VALIDATION_ERROR",   [E_UNAUTHENTICATED] = "AUTH_REQUIRED", [E_FORBIDDEN] = "PERMISSION_DENIED",
		[E_NOT_FOUND] = "RESOURCE_NOT_FOUND", [E_METHOD] = "VALIDATION_ERROR",       [E_CONFLICT] = "VALIDATION_ERROR",
		[E_TOO_LARGE] = "VALIDATION_ERROR",   [E_MEDIA_TYPE] = "VALIDATION_ERROR",   [E_RATE] = "RATE_LIMIT_EXCEEDED"
	};

	return codes[e->code] != NULL ? codes[e->code] : "INTERNAL_ERROR";
}

static void put_text(struct ctx *c, struct buf *b, const char *key)
{
	const char *text = catalog_text(c->texts, c->lang, key);

	buf_json(b, text, strlen(text));
}

static void error(struct ctx *c, struct buf *b, int status)
{
	(void)status;
	buf_printf(b, "{\"success\":false,\"error\":{\"code\":\"%s\",\"message\":", error_code(&c->err));
	put_text(c, b, c->err.field != NULL ? "input.invalid" : c->err.key);
	buf_str(b, ",\"details\":[");
	if (c->err.field != NULL) {
		buf_printf(b, "{\"field\":\"%s\",\"message\":", c->err.field);
		put_text(c, b, c->err.key);
		buf_chr(b, '}');
	}
	buf_printf(b, "]},\"request_id\":\"%s\"}", c->request_id);
}

static void wrap(struct ctx *c, struct buf *b, const struct spec *s, const void *out)
{
	(void)c;
	buf_str(b, "{\"success\":true,\"data\":");
	spec_put(b, s, out);
	buf_chr(b, '}');
}

static void wrap_schema(struct buf *b, const char *ref)
{
	buf_printf(b,
		   "{\"type\":\"object\",\"properties\":{\"success\":{\"type\":\"boolean\"},\"data\":{\"$ref\":\"%s\"}},"
		   "\"required\":[\"success\",\"data\"]}",
		   ref);
}

static const char *const prefixes[] = { "/api/v1/", NULL };
const struct contract console_contract = {
	.name = "console",
	.prefixes = prefixes,
	.routes = routes,
	.n = COUNT(routes),
	.who = bearer_who,
	.who_check = bearer_who_check,
	.may = bearer_may,
	.wrap = wrap,
	.error = error,
	.wrap_schema = wrap_schema,
	.error_schema = "{\"type\":\"object\",\"properties\":{\"success\":{\"type\":\"boolean\"},\"error\":{\"type\":\"object\","
			"\"properties\":{"
			"\"code\":{\"type\":\"string\"},\"message\":{\"type\":\"string\"},\"details\":{\"type\":\"array\","
			"\"items\":{\"type\":\"object\"}}},"
			"\"required\":[\"code\",\"message\"]},\"request_id\":{\"type\":\"string\"}},\"required\":[\"success\","
			"\"error\",\"request_id\"]}",
};
