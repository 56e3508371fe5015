/* Console: conversations. */
#include "../../domain/ai.h"
#include "../../domain/assignment.h"
#include "conversation_specs.h"

// clang-format off
#define CONTACT_OPEN \
	FIELD(contact, id, "id", as_int), \
	FIELD(contact, public_id, "identifier", as_str), \
	FIELD(contact, name, "name", as_text), \
	FIELD(contact, email, "email", as_str, .flags = NULLABLE), \
	FIELD(contact, avatar_url, "avatar_url", as_str, .flags = NULLABLE)
#define CONTACT CONTACT_OPEN, FIELD(contact, phone, "phone", as_str, .flags = NULLABLE, .doc = "Masked for those who may not change contacts")
static const struct field contact_open_f[] = { CONTACT_OPEN };
static const struct field contact_f[] = { CONTACT };
static const struct field contact_full_f[] = { CONTACT, FIELD(contact, custom_attributes, "custom_attributes", as_json) };
static const struct spec contact_open = SPEC("ConsoleContactOpen", contact, contact_open_f), contact = SPEC("ConsoleContactOf", contact, contact_f),
	contact_full = SPEC("ConsoleContactFull", contact, contact_full_f);

static const struct field label_f[] = {
	FIELD(conversation_label, id, "id", as_int),
	FIELD(conversation_label, title, "title", as_str),
	FIELD(conversation_label, color, "color", as_str),
};
const struct spec console_label_of = SPEC("ConsoleLabelOf", conversation_label, label_f);

static const struct field last_f[] = {
	FIELD(last_message, id, "id", as_int),
	FIELD(last_message, seq, "seq", as_int),
	FIELD(last_message, sender_type, "sender_type", as_enum, .arg = console_sender_names),
	FIELD(last_message, content, "content", as_text),
	FIELD(last_message, created_at, "created_at", as_time),
};
static const struct spec last = SPEC("ConsoleLastMessage", last_message, last_f);

#define OF_CONVERSATION(T, v, contact_spec) \
	FIELD(T, v id, "id", as_int), \
	FIELD(T, v uuid, "uuid", as_str), \
	FIELD(T, v session_id, "session_id", as_str), \
	FIELD(T, v contact, "contact", as_object, .arg = &(contact_spec)), \
	FIELD(T, v status, "status", as_enum, .arg = conversation_status_names), \
	FIELD(T, v priority, "priority", as_enum, .arg = priority_names), \
	FIELD(T, v channel, "channel_type", as_str), \
	FIELD(T, v agent_type, "current_agent_type", as_enum, .arg = agent_type_names), \
	FIELD(T, v switched_at, "agent_switched_at", as_time), \
	FIELD(T, v assignee_ref, "assignee", as_ref, .arg = &console_person), \
	FIELD(T, v team_id, "team_id", as_int_or_null), \
	FIELD(T, v labels, "labels", as_list, .arg = &console_label_of), \
	FIELD(T, v unread_staff, "unread_count", as_int), \
	FIELD(T, v last_ref, "last_message", as_ref, .arg = &last), \
	FIELD(T, v last_seq, "last_seq", as_int), \
	FIELD(T, v queue_position, "queue_position", as_int_or_null), \
	FIELD(T, v waiting_since, "waiting_since", as_time, .flags = NULLABLE), \
	FIELD(T, v metadata, "metadata", as_json), \
	FIELD(T, v rating, "rating", as_int_or_null), \
	FIELD(T, v created_at, "created_at", as_time), \
	FIELD(T, v updated_at, "updated_at", as_time)

static const struct field conversation_f[] = { OF_CONVERSATION(conversation, , contact) };
const struct spec console_conversation = SPEC("ConsoleConversation", conversation, conversation_f);
static const struct field live_f[] = { OF_CONVERSATION(conversation, , contact_open) };
const struct spec console_conversation_live = SPEC("ConsoleConversationLive", conversation, live_f);
static const struct field answer_f[] = { { .key = "conversation", .as = &as_object, .arg = &console_conversation } };
static const struct spec answer = SPEC("ConsoleConversationAnswer", conversation, answer_f);

static const struct field detail_f[] = {
	OF_CONVERSATION(conversation_detail, conversation., contact_full),
	FIELD(conversation_detail, conversation.contact_read_seq, "contact_read_seq", as_int),
	FIELD(conversation_detail, conversation.staff_read_seq, "agent_read_seq", as_int),
	FIELD(conversation_detail, conversation.rating_comment, "rating_comment", as_str, .flags = NULLABLE),
	FIELD(conversation_detail, messages, "messages", as_list, .arg = &console_message),
	FIELD(conversation_detail, has_more, "has_more", as_bool),
};
static const struct spec detail = SPEC("ConsoleConversationDetail", conversation_detail, detail_f);
static const struct field detail_answer_f[] = { { .key = "conversation", .as = &as_object, .arg = &detail } };
static const struct spec detail_answer = SPEC("ConsoleConversationDetailAnswer", conversation_detail, detail_answer_f);

static const struct field list_in_f[] = {
	FIELD(conversation_list_in, status, "status", as_filter, .flags = FROM_QUERY, .arg = conversation_status_names),
	FIELD(conversation_list_in, priority, "priority", as_filter, .flags = FROM_QUERY, .arg = priority_names),
	FIELD(conversation_list_in, agent_type, "agent_type", as_filter, .flags = FROM_QUERY, .arg = agent_type_names),
	FIELD(conversation_list_in, assignee, "assignee_id", as_str, .flags = FROM_QUERY, .max = 20, .doc = "A number, \"me\" or \"none\""),
	FIELD(conversation_list_in, team_id, "team_id", as_int, .flags = FROM_QUERY, .min = 1, .max = INT64_MAX),
	FIELD(conversation_list_in, contact_id, "contact_id", as_int, .flags = FROM_QUERY, .min = 1, .max = INT64_MAX),
	FIELD(conversation_list_in, label, "label", as_str, .flags = FROM_QUERY | TRIM, .max = 50, .doc = "Its title or its number"),
	FIELD(conversation_list_in, q, "q", as_str, .flags = FROM_QUERY | TRIM, .max = 100, .doc = "In the contact's name and addresses, and in what was said: of each the newest 1,000, which the other filters choose from. What names more than 500 contacts is looked for among the newest 50,000 conversations"),
	FIELD(conversation_list_in, sort, "sort", as_enum, .flags = FROM_QUERY, .arg = conversation_sort_names, .doc = "waiting: the longest waiting first"),
	PAGE_IN(conversation_list_in),
};
static const struct spec list_in = SPEC("ConsoleConversationsQuery", conversation_list_in, list_in_f);
static const struct field list_f[] = {
	FIELD(conversation_list_out, conversations, "conversations", as_list, .arg = &console_conversation),
	PAGE_META(conversation_list_out),
};
static const struct spec list = SPEC("ConsoleConversations", conversation_list_out, list_f);

static const struct field create_f[] = {
	FIELD(conversation_create_in, contact_id, "contact_id", as_int, .flags = REQUIRED, .min = 1, .max = INT64_MAX),
	FIELD(conversation_create_in, content, "content", as_str, .min = 1, .max = MESSAGE_MAX_CHARS, .doc = "The first message"),
};
static const struct field id_f[] = { CONVERSATION_ID(conversation_id_in, id) };
#define ID CONVERSATION_ID(conversation_change_in, id)
static const struct field status_f[] = { ID,
	FIELD(conversation_change_in, status, "status", as_enum, .flags = REQUIRED, .arg = conversation_status_names) };
static const struct field priority_f[] = { ID,
	FIELD(conversation_change_in, priority, "priority", as_enum, .flags = REQUIRED, .arg = priority_names) };
static const struct field assign_f[] = { ID,
	FIELD(conversation_change_in, assignee_id, "assignee_id", as_int, .flags = NULLABLE, .min = 1, .max = INT64_MAX),
	FIELD(conversation_change_in, team_id, "team_id", as_int, .flags = NULLABLE, .min = 1, .max = INT64_MAX, .doc = "Alone: its best free agent, or its queue") };
static const struct field switch_f[] = { CONVERSATION_ID(switch_in, id),
	FIELD(switch_in, agent_type, "agent_type", as_enum, .flags = REQUIRED, .arg = agent_type_names),
	FIELD(switch_in, reason, "reason", as_str, .max = 500) };
static const struct field labels_f[] = { CONVERSATION_ID(conversation_labels_in, id),
	FIELD(conversation_labels_in, labels, "labels", as_names, .flags = REQUIRED, .max = 20, .doc = "Titles or numbers; they replace what was there") };
static const struct spec id_in = SPEC("ConsoleConversationId", conversation_id_in, id_f),
	create_in = SPEC("ConsoleConversationCreate", conversation_create_in, create_f),
	status_in = SPEC("ConsoleStatus", conversation_change_in, status_f),
	priority_in = SPEC("ConsolePriority", conversation_change_in, priority_f),
	assign_in = SPEC("ConsoleAssign", conversation_change_in, assign_f),
	switch_to = SPEC("ConsoleSwitch", switch_in, switch_f),
	labels_in = SPEC("ConsoleConversationLabels", conversation_labels_in, labels_f);

#define ALL "/api/v1/conversations"
#define ONE ONE_CONVERSATION
static const struct route routes[] = {
	{ "GET", ALL, STAFF, MAY_CONVERSATIONS_READ, LIMIT_ADMIN, &list_in, conversation_page, &list, 200, "Conversations in the caller's scope" },
	{ "POST", ALL, STAFF | WRITES, MAY_CONVERSATIONS_WRITE, LIMIT_ADMIN, &create_in, conversation_create, &detail_answer, 201, "Start a conversation with a contact; it is the caller's" },
	{ "GET", ONE, STAFF, MAY_CONVERSATIONS_READ, LIMIT_ADMIN, &id_in, conversation_get, &detail_answer, 200, "A conversation with its newest messages, private notes among them" },
	{ "PUT", ONE "/assign", STAFF | WRITES, MAY_CONVERSATIONS_READ, LIMIT_ADMIN, &assign_in, conversation_assign, &answer, 200, "Give it to an agent, or to a team (conversations:assign), or take it (conversations:write)" },
	{ "PUT", ONE "/switch-agent", STAFF | WRITES, MAY_CONVERSATIONS_WRITE, LIMIT_ADMIN, &switch_to, session_switch_agent, &answer, 200, "Take it over from the AI, or hand it back" },
	{ "POST", ONE "/stop", STAFF | WRITES, MAY_CONVERSATIONS_WRITE, LIMIT_ADMIN, &id_in, conversation_stop_reply, &answer, 200, "The AI's answer under way is not given" },
	{ "PUT", ONE "/status", STAFF | WRITES, MAY_CONVERSATIONS_WRITE, LIMIT_ADMIN, &status_in, conversation_set_status, &answer, 200, "Open, pending, resolved or closed" },
	{ "PUT", ONE "/priority", STAFF | WRITES, MAY_CONVERSATIONS_WRITE, LIMIT_ADMIN, &priority_in, conversation_set_priority, &answer, 200, "Change the priority" },
	{ "PUT", ONE "/labels", STAFF | WRITES, MAY_CONVERSATIONS_WRITE, LIMIT_ADMIN, &labels_in, conversation_set_labels, &answer, 200, "Which labels it has" },
};
// clang-format on
const struct route_table console_conversations = ROUTES(routes);
