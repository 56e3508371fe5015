/* Rooms: what is said. */
#include "../../core/settings.h"
#include "rooms.h"

// clang-format off
static const struct field message_f[] = {
	FIELD(room_message, m.uuid, "id", as_str),
	FIELD(room_message, m.sender_id, "sender_id", as_int),
	FIELD(room_message, m.sender_name, "sender_name", as_text),
	FIELD(room_message, m.type, "message_type", as_enum, .arg = message_type_names),
	FIELD(room_message, m.content, "content", as_text),
	FIELD(room_message, file_url, "file_url", as_str, .flags = NULLABLE),
	FIELD(room_message, file_name, "file_name", as_str, .flags = NULLABLE),
	FIELD(room_message, file_size, "file_size", as_int_or_null, .flags = NULLABLE),
	FIELD(room_message, width, "width", as_int_or_null, .flags = NULLABLE, .doc = "Of a picture: the room it takes"),
	FIELD(room_message, height, "height", as_int_or_null, .flags = NULLABLE),
	FIELD(room_message, thumbnail_url, "thumbnail_url", as_str, .flags = NULLABLE, .doc = "What lists show of a picture"),
	FIELD(room_message, m.created_at, "timestamp", as_room_time),
	FIELD(room_message, reply_to, "reply_to", as_str, .flags = NULLABLE),
	FIELD(room_message, room_id, "room_id", as_str),
	FIELD(room_message, m.seq, "seq", as_int, .doc = "1, 2, 3, … in each room"),
	FIELD(room_message, m.client_id, "client_id", as_str, .flags = NULLABLE),
};
const struct spec rooms_message = SPEC("RoomMessage", room_message, message_f);

static const struct field send_f[] = {
	ROOM_ID(room_send_in, FROM_QUERY | FROM_BODY),
	FIELD(room_send_in, type, "message_type", as_enum, .arg = message_type_names, .doc = "system is the server's alone"),
	FIELD(room_send_in, content, "content", as_str, .flags = REQUIRED, .min = 1, .max = MESSAGE_MAX_CHARS),
	FIELD(room_send_in, reply_to, "reply_to", as_str, .flags = NULLABLE, .min = 1, .max = ROOM_ID_MAX),
	CLIENT_ID(room_send_in),
};
const struct spec rooms_send_in = SPEC("RoomSend", room_send_in, send_f);

static const struct field history_in_f[] = {
	ROOM_ID(room_history_in, FROM_QUERY),
	FIELD(room_history_in, limit, "limit", as_int, .flags = FROM_QUERY, .min = 1, .max = 100, .fallback = 50),
	FIELD(room_history_in, before, "before", as_str, .flags = FROM_QUERY, .min = 1, .max = ROOM_ID_MAX, .doc = "The page before this message"),
	FIELD(room_history_in, after, "after", as_str, .flags = FROM_QUERY, .min = 1, .max = ROOM_ID_MAX, .doc = "What came after this message: to fill a gap"),
};
static const struct spec history_in = SPEC("RoomHistoryQuery", room_history_in, history_in_f);
static const struct field history_f[] = { FIELD(room_history_out, messages, "messages", as_list, .arg = &rooms_message) };
static const struct spec history = { .name = "RoomHistory", .fields = history_f, .n = 1, .size = sizeof(struct room_history_out), .bare = true };

static const struct field delete_f[] = {
	ROOM_ID(room_delete_in, FROM_QUERY),
	FIELD(room_delete_in, message_id, "message_id", as_str, .flags = FROM_PATH | REQUIRED, .min = 1, .max = ROOM_ID_MAX),
};
static const struct spec delete_in = SPEC("RoomMessageDelete", room_delete_in, delete_f);
static const struct field deleted_f[] = { FIELD(rooms_said, text, "message", as_str) };
static const struct spec deleted = SPEC("RoomMessageDeleted", rooms_said, deleted_f);
// clang-format on

static bool message_take_back(struct ctx *c, const void *in, void *vout)
{
	struct room_message gone = { 0 };

	if (!room_delete(c, in, &gone))
		return false;
	((struct rooms_said *)vout)->text = catalog_text(c->texts, c->lang, "room.message_deleted");
	return true;
}

// clang-format off
static const struct route routes[] = {
	{ "POST", "/api/chat/send", SIGNED_IN | WRITES, 0, LIMIT_MESSAGE, &rooms_send_in, room_send, &rooms_message, 200, "Say something in a room" },
	{ "GET", "/api/chat/messages", SIGNED_IN, 0, LIMIT_NONE, &history_in, room_history, &history, 200, "What was said lately, oldest first: of the last 1,000 messages those of 7 days" },
	{ "DELETE", "/api/chat/messages/:message_id", SIGNED_IN | WRITES, 0, LIMIT_NONE, &delete_in, message_take_back, &deleted, 200, "Take a message back: its sender, or staff" },
};
// clang-format on
const struct route_table rooms_messages = ROUTES(routes);
