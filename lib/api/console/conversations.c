/* Console: conversations. */
#include "../../domain/assignment.h"
#include "console.h"

// clang-format off
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
	FIELD(conversation, assignee_ref, "assignee", as_ref, .arg = &console_person),
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
const struct route_table console_conversations = ROUTES(routes);
