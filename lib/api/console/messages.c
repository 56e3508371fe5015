/* Console: messages of a conversation, private notes among them. */
#include "../../domain/file.h"
#include "conversation_specs.h"
#include <string.h>

enum { METADATA_MAX = 8192, ID_MAX = 64, MENTIONS_MAX = 50 };
const char *const console_sender_names[] = { "contact", "ai", "agent", "system", NULL };

// clang-format off
static const struct field message_f[] = {
	FIELD(message, id, "id", as_int),
	FIELD(message, uuid, "uuid", as_str),
	FIELD(message, stream, "conversation_id", as_int),
	FIELD(message, seq, "seq", as_int),
	FIELD(message, sender_type, "sender_type", as_enum, .arg = console_sender_names),
	FIELD(message, sender_ref, "sender", as_ref, .arg = &console_person),
	FIELD(message, content, "content", as_text),
	FIELD(message, type, "message_type", as_enum, .arg = message_type_names),
	FIELD(message, is_private, "is_private", as_bool),
	FIELD(message, client_id, "client_id", as_str, .flags = NULLABLE),
	FIELD(message, metadata, "metadata", as_json),
	FIELD(message, attachment, "attachment", as_json, .flags = NULLABLE, .doc = "file_id, url, filename, size, mime_type; of an image also width, height and thumbnail_url, which lists show; null where nothing is to be shown"),
	FIELD(message, created_at, "created_at", as_time),
};
const struct spec console_message = SPEC("ConsoleMessage", message, message_f);
static const struct field one_f[] = { { .key = "message", .as = &as_object, .arg = &console_message } };
static const struct spec one = SPEC("ConsoleMessageAnswer", message, one_f);

static const struct field post_f[] = {
	CONVERSATION_ID(message_post_in, conversation_id),
	FIELD(message_post_in, content, "content", as_str, .flags = REQUIRED, .min = 1, .max = MESSAGE_MAX_CHARS),
	FIELD(message_post_in, type, "message_type", as_enum, .arg = message_type_names),
	FIELD(message_post_in, is_private, "is_private", as_bool, .doc = "A note: staff alone see it, and it answers nothing"),
	FIELD(message_post_in, client_id, "client_id", as_str, .min = 1, .max = ID_MAX, .doc = "The same sender's same client_id answers the first message again"),
	FIELD(message_post_in, metadata, "metadata", as_json, .max = METADATA_MAX, .doc = "mentions: numbers of members of staff who are told of it"),
};
static const struct spec post_in = SPEC("ConsolePost", message_post_in, post_f);
static const struct field mentions_f[] = { FIELD(message_post_in, mentions, "mentions", as_ints, .max = MENTIONS_MAX) };
static const struct spec mentions_in = SPEC("ConsoleMentions", message_post_in, mentions_f);

static const struct field file_f[] = {
	CONVERSATION_ID(file_post_in, conversation_id),
	FIELD(file_post_in, file, "file", as_upload),
	FIELD(file_post_in, upload_id, "upload_id", as_str, .min = 1, .max = ID_MAX, .doc = "In place of a file: a resumable one (/api/files/tus/) of one's own that is whole"),
	FIELD(file_post_in, content, "content", as_str, .max = MESSAGE_MAX_CHARS, .doc = "Said with it; without one the file's name"),
	FIELD(file_post_in, is_private, "is_private", as_bool, .flags = FROM_QUERY | FROM_BODY, .doc = "A note's file: staff alone may read it"),
	FIELD(file_post_in, client_id, "client_id", as_str, .min = 1, .max = ID_MAX, .doc = "The same sender's same client_id answers the first message again"),
};
static const struct spec file_in = SPEC("ConsoleFilePost", file_post_in, file_f);

static const struct field page_f[] = {
	CONVERSATION_ID(message_page_in, conversation_id),
	FIELD(message_page_in, limit, "limit", as_int, .flags = FROM_QUERY, .min = 1, .max = 100, .fallback = 50),
	FIELD(message_page_in, after, "after", as_int, .flags = FROM_QUERY, .min = 0, .max = INT64_MAX, .bit = MESSAGES_AFTER, .doc = "Only messages behind this one"),
	FIELD(message_page_in, before, "before", as_int, .flags = FROM_QUERY, .min = 1, .max = INT64_MAX, .bit = MESSAGES_BEFORE, .doc = "Only messages before this one"),
};
static const struct spec page_in = SPEC_HAS("ConsoleHistory", message_page_in, page_f);
static const struct field messages_f[] = {
	FIELD(message_list_out, messages, "messages", as_list, .arg = &console_message),
	FIELD(message_list_out, total, "total", as_int),
	FIELD(message_list_out, has_more, "has_more", as_bool),
};
static const struct spec messages = SPEC("ConsoleMessages", message_list_out, messages_f);
// clang-format on

/* The mentions stand in the metadata, which is kept as it was sent. */
static bool post(struct ctx *c, const void *vin, void *out)
{
	struct message_post_in in = *(const struct message_post_in *)vin;

	if (in.metadata != NULL) {
		const struct sources from = { .body = json_parse(c, in.metadata, strlen(in.metadata)) };
		if (from.body == NULL || !spec_get(c, &mentions_in, &from, &in))
			return false;
	}
	return message_post(c, &in, out);
}

// clang-format off
static const struct route routes[] = {
	{ "GET", ONE_CONVERSATION "/messages", STAFF, MAY_CONVERSATIONS_READ, LIMIT_ADMIN, &page_in, message_page, &messages, 200, "History, oldest first; the newest page unless after is given" },
	{ "POST", ONE_CONVERSATION "/files", STAFF | WRITES | UPLOAD, MAY_CONVERSATIONS_WRITE, LIMIT_MESSAGE, &file_in, file_post, &one, 201, "Answer with a file: multipart/form-data with a part `file`, or with `upload_id`" },
	{ "POST", ONE_CONVERSATION "/messages", STAFF | WRITES, MAY_CONVERSATIONS_WRITE, LIMIT_MESSAGE, &post_in, post, &one, 201, "Answer, or note something among staff" },
};
// clang-format on
const struct route_table console_messages = ROUTES(routes);
