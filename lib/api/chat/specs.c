/* Sessions and messages: what chat.md and additions.md name, with their types. */
#include "specs.h"
#include "../../domain/assignment.h"
#include "../../domain/inbox.h"
#include "../../domain/message.h"

enum { METADATA_MAX = 8192, ID_MAX = 64 };

// clang-format off
static const struct field person_f[] = {
	FIELD(person, id, "id", as_int),
	FIELD(person, name, "name", as_text),
	FIELD(person, avatar_url, "avatar_url", as_str, .flags = NULLABLE),
};
const struct spec chat_person = SPEC("ChatPerson", person, person_f);

static const struct field message_f[] = {
	FIELD(message, id, "id", as_msg_id),
	FIELD(message, session_id, "session_id", as_str),
	FIELD(message, seq, "seq", as_int, .doc = "1, 2, 3 … in its session; staff's private notes take numbers too"),
	FIELD(message, sender_type, "sender_type", as_enum, .arg = sender_names),
	FIELD(message, sender_ref, "sender", as_ref, .arg = &chat_person),
	FIELD(message, content, "content", as_text),
	FIELD(message, type, "message_type", as_enum, .arg = message_type_names),
	FIELD(message, is_private, "is_private", as_bool, .doc = "A note among staff: never sent to a visitor"),
	FIELD(message, client_id, "client_id", as_str, .flags = NULLABLE),
	FIELD(message, metadata, "metadata", as_json),
	FIELD(message, attachment, "attachment", as_json, .flags = NULLABLE, .doc = "file_id, url, filename, size, mime_type; of an image also width, height and thumbnail_url, which lists show; null where nothing is to be shown"),
	FIELD(message, created_at, "created_at", as_time),
};
const struct spec chat_message = SPEC("ChatMessage", message, message_f);

static const struct field post_in_f[] = {
	FIELD(message_post_in, session_id, "session_id", as_str, .flags = REQUIRED, .min = 1, .max = ID_MAX),
	FIELD(message_post_in, content, "content", as_str, .flags = REQUIRED, .min = 1, .max = MESSAGE_MAX_CHARS),
	FIELD(message_post_in, type, "message_type", as_enum, .arg = message_type_names),
	FIELD(message_post_in, client_id, "client_id", as_str, .min = 1, .max = ID_MAX, .doc = "The same sender's same client_id answers the first message again"),
	FIELD(message_post_in, metadata, "metadata", as_json, .max = METADATA_MAX),
};
const struct spec chat_post_in = SPEC("ChatPost", message_post_in, post_in_f);

static const struct field list_in_f[] = {
	FIELD(message_list_in, session_id, "session_id", as_str, .flags = FROM_PATH | REQUIRED, .min = 1, .max = ID_MAX),
	FIELD(message_list_in, limit, "limit", as_int, .flags = FROM_QUERY, .min = 1, .max = 100, .fallback = 50),
	FIELD(message_list_in, offset, "offset", as_int, .flags = FROM_QUERY, .min = 0, .max = 1000000000),
	FIELD(message_list_in, after, "after", as_msg_id, .flags = FROM_QUERY, .bit = MESSAGES_AFTER, .doc = "Only messages behind this one"),
	FIELD(message_list_in, before, "before", as_before, .flags = FROM_QUERY, .bit = MESSAGES_BEFORE, .doc = "Only messages before this one; \"latest\" gives the newest page"),
};
const struct spec chat_list_in = SPEC_HAS("ChatHistory", message_list_in, list_in_f);

static const struct field messages_f[] = {
	FIELD(message_list_out, messages, "messages", as_list, .arg = &chat_message),
	FIELD(message_list_out, total, "total", as_int),
	FIELD(message_list_out, has_more, "has_more", as_bool),
};
const struct spec chat_messages = SPEC("ChatMessages", message_list_out, messages_f);

static const struct field rating_f[] = {
	FIELD(rating, session_id, "session_id", as_str),
	FIELD(rating, score, "score", as_int),
	FIELD(rating, comment, "comment", as_str, .flags = NULLABLE),
	FIELD(rating, created_at, "created_at", as_time),
};
const struct spec chat_rating = SPEC("ChatRating", rating, rating_f);

static const struct field session_f[] = {
	FIELD(conversation, session_id, "session_id", as_str),
	FIELD(conversation, id, "id", as_int),
	FIELD(conversation, contact_public_id, "user_id", as_str),
	FIELD(conversation, agent_type, "agent_type", as_enum, .arg = agent_type_names),
	FIELD(conversation, active, "status", as_active),
	FIELD(conversation, status, "state", as_enum, .arg = conversation_status_names),
	FIELD(conversation, priority, "priority", as_enum, .arg = priority_names),
	FIELD(conversation, assignee_ref, "assignee", as_ref, .arg = &chat_person),
	FIELD(conversation, queue_position, "queue_position", as_int_or_null, .doc = "Place among the waiting, from 1; null when not waiting"),
	FIELD(conversation, shown, "message_count", as_int),
	FIELD(conversation, last_message_id, "last_message_id", as_msg_id, .flags = NULLABLE),
	FIELD(conversation, shown_seq, "last_seq", as_int),
	FIELD(conversation, staff_read_seq, "agent_read_seq", as_int, .doc = "Staff have read up to here"),
	FIELD(conversation, unread_contact, "unread_count", as_int, .doc = "Messages the visitor has not read"),
	FIELD(conversation, metadata, "metadata", as_json),
	FIELD(conversation, rated_ref, "rating", as_ref, .arg = &chat_rating),
	FIELD(conversation, created_at, "created_at", as_time),
	FIELD(conversation, updated_at, "updated_at", as_time),
};
const struct spec chat_session = SPEC("ChatSession", conversation, session_f);

static const struct field session_create_f[] = {
	FIELD(session_create_in, user_id, "user_id", as_str, .max = ID_MAX),
	FIELD(session_create_in, metadata, "metadata", as_json, .max = METADATA_MAX),
	FIELD(session_create_in, name, "name", as_str, .flags = TRIM, .max = 100),
	FIELD(session_create_in, email, "email", as_email, .max = 254),
	FIELD(session_create_in, inbox, "inbox", as_str, .max = ID_MAX, .doc = "The token of the inbox whose widget asks"),
	FIELD(session_create_in, pre_chat, "pre_chat", as_answers, .max = 20, .doc = "Answers to the inbox's fields, by their names: name, email and phone are the contact's, the rest stays in metadata.pre_chat"),
	FIELD(session_create_in, client_id, "client_id", as_str, .max = ID_MAX, .doc = "16 or more random characters: a retry answers the same session"),
};
const struct spec chat_session_create_in = SPEC("ChatSessionCreate", session_create_in, session_create_f);

static const struct field session_in_f[] = {
	FIELD(session_in, session_id, "session_id", as_str, .flags = FROM_PATH | REQUIRED, .min = 1, .max = ID_MAX),
};
const struct spec chat_session_in = SPEC("ChatSessionId", session_in, session_in_f);

static const struct field session_update_f[] = {
	FIELD(session_update_in, session_id, "session_id", as_str, .flags = FROM_PATH | REQUIRED, .min = 1, .max = ID_MAX),
	FIELD(session_update_in, name, "name", as_str, .flags = TRIM, .min = 1, .max = 100),
	FIELD(session_update_in, email, "email", as_email, .max = 254),
	FIELD(session_update_in, metadata, "metadata", as_json, .max = METADATA_MAX),
};
const struct spec chat_session_update_in = SPEC("ChatSessionUpdate", session_update_in, session_update_f);

static const struct field switch_f[] = {
	FIELD(switch_in, session_id, "session_id", as_str, .flags = FROM_PATH | REQUIRED, .min = 1, .max = ID_MAX),
	FIELD(switch_in, agent_type, "agent_type", as_enum, .flags = REQUIRED, .arg = agent_type_names),
	FIELD(switch_in, reason, "reason", as_str, .max = 500),
};
const struct spec chat_switch_in = SPEC("ChatSwitch", switch_in, switch_f);

static const struct field read_in_f[] = {
	FIELD(session_read_in, session_id, "session_id", as_str, .flags = FROM_PATH | FROM_BODY | REQUIRED, .min = 1, .max = ID_MAX),
	FIELD(session_read_in, last_id, "last_id", as_msg_id, .flags = REQUIRED),
};
const struct spec chat_read_in = SPEC("ChatRead", session_read_in, read_in_f);

static const struct field read_out_f[] = {
	FIELD(session_read_out, session_id, "session_id", as_str),
	FIELD(session_read_out, last_id, "last_id", as_msg_id),
};
const struct spec chat_read_out = SPEC("ChatReadMark", session_read_out, read_out_f);

static const struct field rating_in_f[] = {
	FIELD(rating_in, session_id, "session_id", as_str, .flags = FROM_PATH | REQUIRED, .min = 1, .max = ID_MAX),
	FIELD(rating_in, score, "score", as_int, .flags = REQUIRED, .min = 1, .max = 5),
	FIELD(rating_in, comment, "comment", as_str, .max = 1000),
};
const struct spec chat_rating_in = SPEC("ChatRate", rating_in, rating_in_f);

static const struct field inbox_in_f[] = {
	FIELD(inbox_public_in, token, "token", as_str, .flags = FROM_QUERY | REQUIRED, .min = 1, .max = ID_MAX),
};
const struct spec chat_inbox_in = SPEC("ChatInboxToken", inbox_public_in, inbox_in_f);

static const struct field pre_chat_f[] = {
	FIELD(pre_chat_field, name, "name", as_str),
	FIELD(pre_chat_field, label, "label", as_str),
	FIELD(pre_chat_field, required, "required", as_bool),
};
static const struct spec pre_chat = SPEC("ChatPreChatField", pre_chat_field, pre_chat_f);
static const struct field inbox_f[] = {
	FIELD(inbox, name, "name", as_str),
	FIELD(inbox, greeting, "greeting", as_str),
	FIELD(inbox, greeting_delay, "greeting_delay", as_int, .doc = "Seconds"),
	FIELD(inbox, color, "color", as_str),
	FIELD(inbox, pre_chat_fields, "pre_chat_fields", as_list, .arg = &pre_chat),
	FIELD(inbox, offline_message, "offline_message", as_str),
	FIELD(inbox, open, "open", as_bool),
	FIELD(inbox, locale, "locale", as_enum, .arg = inbox_locale_names),
};
const struct spec chat_inbox = SPEC("ChatInbox", inbox, inbox_f);
// clang-format on
