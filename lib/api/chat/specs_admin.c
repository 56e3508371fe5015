/* People, lists and figures: what chat.md and additions.md name, with their types. */
#include "../../domain/analytics.h"
#include "../../domain/message.h"
#include "../access/account.h"
#include "../access/signed_in.h"
#include "specs.h"

// clang-format off
static const struct field user_f[] = {
	SIGNED_IN_USER,
	FIELD(user, phone, "phone", as_str, .flags = NULLABLE),
	FIELD(user, permissions, "permissions", as_strs),
	FIELD(user, last_active_at, "last_active", as_time),
	FIELD(user, updated_at, "updated_at", as_time),
};
const struct spec chat_user = SPEC("ChatUser", user, user_f);

static const struct field contact_f[] = {
	FIELD(contact, id, "id", as_int),
	FIELD(contact, public_id, "user_id", as_str),
	FIELD(contact, name, "name", as_text),
	FIELD(contact, email, "email", as_str, .flags = NULLABLE),
	FIELD(contact, phone, "phone", as_str, .flags = NULLABLE),
};
static const struct spec contact = SPEC("ChatContact", contact, contact_f);

static const struct field last_f[] = {
	FIELD(last_message, id, "id", as_msg_id),
	FIELD(last_message, seq, "seq", as_int),
	FIELD(last_message, sender_type, "sender_type", as_enum, .arg = sender_names),
	FIELD(last_message, content, "content", as_text),
	FIELD(last_message, created_at, "created_at", as_time),
};
static const struct spec last = SPEC("ChatLastMessage", last_message, last_f);

static const struct field conversation_f[] = {
	FIELD(conversation, id, "id", as_int),
	FIELD(conversation, session_id, "session_id", as_str),
	FIELD(conversation, contact, "user", as_object, .arg = &contact),
	FIELD(conversation, status, "status", as_enum, .arg = conversation_status_names),
	FIELD(conversation, priority, "priority", as_enum, .arg = priority_names),
	FIELD(conversation, agent_type, "agent_type", as_enum, .arg = agent_type_names),
	FIELD(conversation, assignee_ref, "assignee", as_ref, .arg = &chat_person),
	FIELD(conversation, queue_position, "queue_position", as_int_or_null),
	FIELD(conversation, shown, "message_count", as_int),
	FIELD(conversation, unread_staff, "unread_count", as_int, .doc = "Messages of the visitor that no agent has read"),
	FIELD(conversation, last_ref, "last_message", as_ref, .arg = &last),
	FIELD(conversation, waiting_since, "waiting_since", as_time, .flags = NULLABLE),
	FIELD(conversation, channel, "channel", as_str),
	FIELD(conversation, metadata, "metadata", as_json),
	FIELD(conversation, rated_ref, "rating", as_ref, .arg = &chat_rating),
	FIELD(conversation, created_at, "created_at", as_time),
	FIELD(conversation, updated_at, "updated_at", as_time),
};
const struct spec chat_conversation = SPEC("ChatConversation", conversation, conversation_f);

static const struct field conversations_in_f[] = {
	FIELD(conversation_list_in, status, "status", as_filter, .flags = FROM_QUERY, .arg = conversation_status_names),
	FIELD(conversation_list_in, agent_type, "agent_type", as_filter, .flags = FROM_QUERY, .arg = agent_type_names),
	FIELD(conversation_list_in, assignee, "assignee_id", as_str, .flags = FROM_QUERY, .max = 20, .doc = "A number, \"me\" or \"none\""),
	FIELD(conversation_list_in, priority, "priority", as_filter, .flags = FROM_QUERY, .arg = priority_names),
	FIELD(conversation_list_in, team_id, "team_id", as_int, .flags = FROM_QUERY, .min = 1, .max = INT64_MAX),
	FIELD(conversation_list_in, label, "label", as_str, .flags = FROM_QUERY, .max = 50, .doc = "Its title or its number"),
	FIELD(conversation_list_in, sort, "sort", as_enum, .flags = FROM_QUERY, .arg = conversation_sort_names),
	FIELD(conversation_list_in, session_id, "session_id", as_str, .flags = FROM_QUERY, .max = 64),
	FIELD(conversation_list_in, q, "q", as_str, .flags = FROM_QUERY, .max = 100, .doc = "In the contact's name and addresses, and in what was said: of each the newest 1,000. What names more than 500 contacts is looked for among the newest 50,000 conversations"),
	FIELD(conversation_list_in, limit, "limit", as_int, .flags = FROM_QUERY, .min = 1, .max = 100, .fallback = 20),
	FIELD(conversation_list_in, offset, "offset", as_int, .flags = FROM_QUERY, .min = 0, .max = 1000000000),
};
const struct spec chat_conversations_in = SPEC("ChatConversationsQuery", conversation_list_in, conversations_in_f);

static const struct field counts_f[] = {
	FIELD(conversation_counts, mine, "mine", as_int),
	FIELD(conversation_counts, unassigned, "unassigned", as_int),
	FIELD(conversation_counts, all, "all", as_int),
	FIELD(conversation_counts, waiting, "waiting", as_int),
};
static const struct spec counts = SPEC("ChatCounts", conversation_counts, counts_f);

static const struct field conversations_f[] = {
	FIELD(conversation_list_out, conversations, "conversations", as_list, .arg = &chat_conversation),
	FIELD(conversation_list_out, total, "total", as_int),
	FIELD(conversation_list_out, has_more, "has_more", as_bool),
	FIELD(conversation_list_out, counts, "counts", as_object, .arg = &counts),
};
const struct spec chat_conversations = SPEC("ChatConversations", conversation_list_out, conversations_f);

#define PAGE_FIELDS(T) \
	FIELD(T, limit, "limit", as_int, .flags = FROM_QUERY, .min = 1, .max = 100, .fallback = 20), \
	FIELD(T, offset, "offset", as_int, .flags = FROM_QUERY, .min = 0, .max = 1000000000)

static const struct field customer_f[] = {
	FIELD(user, id, "id", as_int),
	FIELD(user, public_id, "user_id", as_str),
	FIELD(user, full_name, "name", as_text),
	FIELD(user, email, "email", as_str, .flags = NULLABLE),
	FIELD(user, phone, "phone", as_str, .flags = NULLABLE),
	FIELD(user, avatar_url, "avatar_url", as_str, .flags = NULLABLE),
	FIELD(user, conversations, "conversations_count", as_int),
	FIELD(user, last_active_at, "last_active", as_time, .flags = NULLABLE),
	FIELD(user, created_at, "created_at", as_time),
};
static const struct spec customer = SPEC("ChatCustomer", user, customer_f);
static const struct field customers_in_f[] = {
	FIELD(user_list_in, search, "search", as_str, .flags = FROM_QUERY, .max = 100),
	PAGE_FIELDS(user_list_in),
};
const struct spec chat_customers_in = SPEC("ChatCustomersQuery", user_list_in, customers_in_f);
static const struct field customers_f[] = {
	FIELD(user_list_out, users, "customers", as_list, .arg = &customer),
	FIELD(user_list_out, total, "total", as_int),
	FIELD(user_list_out, has_more, "has_more", as_bool),
};
const struct spec chat_customers = SPEC("ChatCustomers", user_list_out, customers_f);

static const struct field users_in_f[] = {
	FIELD(user_list_in, search, "search", as_str, .flags = FROM_QUERY, .max = 100),
	FIELD(user_list_in, role, "role", as_filter, .flags = FROM_QUERY, .arg = role_names),
	PAGE_FIELDS(user_list_in),
};
const struct spec chat_users_in = SPEC("ChatUsersQuery", user_list_in, users_in_f);
static const struct field users_f[] = {
	FIELD(user_list_out, users, "users", as_list, .arg = &chat_user),
	FIELD(user_list_out, total, "total", as_int),
	FIELD(user_list_out, has_more, "has_more", as_bool),
};
const struct spec chat_users = SPEC("ChatUsers", user_list_out, users_f);

static const struct field user_create_f[] = { ACCOUNT_WRITE(REQUIRED) };
const struct spec chat_user_create_in = SPEC_HAS("ChatUserCreate", user_write_in, user_create_f);
static const struct field user_update_f[] = {
	FIELD(user_write_in, id, "user_id", as_int, .flags = FROM_PATH | REQUIRED, .min = 1, .max = INT64_MAX),
	ACCOUNT_WRITE(0),
};
const struct spec chat_user_update_in = SPEC_HAS("ChatUserUpdate", user_write_in, user_update_f);
static const struct field user_id_f[] = {
	FIELD(user_id_in, id, "user_id", as_int, .flags = FROM_PATH | REQUIRED, .min = 1, .max = INT64_MAX),
};
const struct spec chat_user_id_in = SPEC("ChatUserId", user_id_in, user_id_f);

static const struct field today_f[] = {
	FIELD(dashboard_today, total_conversations, "total_conversations", as_int),
	FIELD(dashboard_today, active_conversations, "active_conversations", as_int),
	FIELD(dashboard_today, ai_handled, "ai_handled", as_int),
	FIELD(dashboard_today, human_handled, "human_handled", as_int),
	FIELD(dashboard_today, avg_response_time, "avg_response_time", as_real, .doc = "Seconds; null when nobody answered yet"),
};
static const struct spec today = SPEC("ChatDashboardToday", dashboard_today, today_f);
static const struct field week_f[] = {
	FIELD(dashboard_week, total_conversations, "total_conversations", as_int),
	FIELD(dashboard_week, customer_satisfaction, "customer_satisfaction", as_real),
	FIELD(dashboard_week, resolution_rate, "resolution_rate", as_real),
};
static const struct spec week = SPEC("ChatDashboardWeek", dashboard_week, week_f);
static const struct field dashboard_f[] = {
	FIELD(dashboard, today, "today", as_object, .arg = &today),
	FIELD(dashboard, this_week, "this_week", as_object, .arg = &week),
};
const struct spec chat_dashboard = SPEC("ChatDashboard", dashboard, dashboard_f);

static const struct field agent_f[] = {
	FIELD(person, name, "name", as_text),
	FIELD(person, avatar_url, "avatar_url", as_str, .flags = NULLABLE),
};
static const struct spec agent = SPEC("ChatAvailableAgent", person, agent_f);
static const struct field availability_in_f[] = {
	FIELD(availability_in, inbox, "inbox", as_str, .flags = FROM_QUERY, .max = 64, .doc = "The token of the inbox whose widget asks"),
};
const struct spec chat_availability_in = SPEC("ChatAvailabilityQuery", availability_in, availability_in_f);
static const struct field availability_f[] = {
	FIELD(availability, online, "online", as_bool),
	FIELD(availability, agents_online, "agents_online", as_int),
	FIELD(availability, agents, "agents", as_list, .arg = &agent),
	FIELD(availability, usual_reply_seconds, "usual_reply_seconds", as_real),
	FIELD(availability, waiting, "waiting", as_int),
	FIELD(availability, site_name, "site_name", as_text),
	FIELD(availability, rating_enabled, "rating_enabled", as_bool),
	FIELD(availability, ai_enabled, "ai_enabled", as_bool, .doc = "A conversation that begins now, by this inbox, begins with the AI"),
	FIELD(availability, max_file_size, "max_file_size", as_int, .doc = "Bytes"),
};
const struct spec chat_availability = SPEC("ChatAvailability", availability, availability_f);
// clang-format on
