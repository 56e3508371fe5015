/* Rooms: the rooms themselves, and who is in them. */
#include "rooms.h"
#include "../../core/settings.h"

// clang-format off
static const struct field room_f[] = {
	FIELD(room, public_id, "id", as_str),
	FIELD(room, name, "name", as_str),
	FIELD(room, description, "description", as_text),
	FIELD(room, member_ids, "members", as_joined_ints, .doc = "Of the global room those who joined it or wrote in it; 100,000 of all rooms together"),
	FIELD(room, created_at, "created_at", as_room_time),
	FIELD(room, last_ref, "last_message", as_ref, .arg = &rooms_message),
	FIELD(room, members, "member_count", as_int),
	FIELD(room, last_seq, "last_seq", as_int),
};
static const struct spec room = SPEC("Room", room, room_f);
static const struct field list_f[] = { FIELD(room_list_out, rooms, "rooms", as_list, .arg = &room) };
static const struct spec list = { .name = "Rooms", .fields = list_f, .n = 1, .size = sizeof(struct room_list_out), .bare = true };

static const struct field create_f[] = {
	FIELD(room_create_in, name, "room_name", as_str, .flags = REQUIRED | TRIM, .min = 1, .max = ROOM_NAME_MAX),
	FIELD(room_create_in, description, "description", as_str, .flags = TRIM, .max = ROOM_DESCRIPTION_MAX),
};
static const struct spec create_in = SPEC("RoomCreate", room_create_in, create_f);
static const struct field created_f[] = {
	FIELD(rooms_said, room_id, "room_id", as_str),
	FIELD(rooms_said, text, "message", as_str),
};
static const struct spec created = SPEC("RoomCreated", rooms_said, created_f);
static const struct field id_f[] = { FIELD(room_in, room_id, "room_id", as_str, .flags = FROM_PATH | REQUIRED, .min = 1, .max = ROOM_ID_MAX) };
static const struct spec id_in = SPEC("RoomId", room_in, id_f);
static const struct field said_f[] = { FIELD(rooms_said, text, "message", as_str) };
static const struct spec said = SPEC("RoomSaid", rooms_said, said_f);
// clang-format on

static bool then_say(struct ctx *c, op_fn *op, const void *in, const char *key, struct rooms_said *out)
{
	struct room r = { 0 };

	if (!op(c, in, &r))
		return false;
	*out = (struct rooms_said){ r.public_id, catalog_text(c->texts, c->lang, key) };
	return true;
}

static bool create(struct ctx *c, const void *in, void *out)
{
	return then_say(c, room_create, in, "room.created", out);
}

static bool join(struct ctx *c, const void *in, void *out)
{
	return then_say(c, room_join, in, "room.joined", out);
}

static bool leave(struct ctx *c, const void *in, void *out)
{
	return then_say(c, room_leave, in, "room.left", out);
}

// clang-format off
static const struct route routes[] = {
	{ "POST", "/api/chat/rooms", SIGNED_IN | WRITES | FORM, 0, LIMIT_MESSAGE, &create_in, create, &created, 200, "A new room, with the caller in it" },
	{ "GET", "/api/chat/rooms", SIGNED_IN, 0, LIMIT_NONE, NULL, room_list, &list, 200, "The global room and those that the caller has joined, newest activity first" },
	{ "POST", "/api/chat/rooms/:room_id/join", SIGNED_IN | WRITES, 0, LIMIT_MESSAGE, &id_in, join, &said, 200, "Join a room; again changes nothing" },
	{ "POST", "/api/chat/rooms/:room_id/leave", SIGNED_IN | WRITES, 0, LIMIT_MESSAGE, &id_in, leave, &said, 200, "Leave a room; again changes nothing" },
};
// clang-format on
const struct route_table rooms_rooms = ROUTES(routes);
