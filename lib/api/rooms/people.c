/* Rooms: who is there, from where, and how much goes on. */
#include "../../domain/present.h"
#include "rooms.h"

static void put_ok(struct buf *b, const struct field *f, const void *slot)
{
	(void)f, (void)slot;
	buf_str(b, "\"ok\"");
}
static const struct codec as_ok = { "ok", 0, NULL, put_ok, "\"type\":\"string\",\"const\":\"ok\"" };

// clang-format off
static const struct field person_f[] = {
	FIELD(present, user_id, "user_id", as_int),
	FIELD(present, name, "username", as_text),
	FIELD(present, addr, "ip", as_text, .doc = "Of others only for staff, else empty"),
	FIELD(present, agent, "user_agent", as_text, .doc = "Likewise"),
	FIELD(present, login_at, "login_time", as_room_time),
	FIELD(present, seen_at, "last_activity", as_room_time),
};
static const struct spec person = SPEC("RoomUser", present, person_f);
static const struct field list_f[] = { FIELD(present_list_out, people, "people", as_list, .arg = &person) };
static const struct spec list = { .name = "RoomUsers", .fields = list_f, .n = 1, .size = sizeof(struct present_list_out), .bare = true };

static const struct field stats_f[] = {
	FIELD(room_stats, online, "online_users_count", as_int),
	FIELD(room_stats, messages_today, "total_messages_today", as_int, .doc = "In all rooms; a day begins at the site's midnight"),
	FIELD(room_stats, active_rooms, "active_rooms", as_int, .doc = "In which something was said today"),
};
static const struct spec stats = SPEC("RoomStats", room_stats, stats_f);

static const struct field user_f[] = { FIELD(present_address_in, user_id, "user_id", as_int, .flags = FROM_PATH | REQUIRED, .min = 1, .max = INT64_MAX) };
static const struct spec user_in = SPEC("RoomUserId", present_address_in, user_f);
static const struct field address_f[] = {
	FIELD(present_address_out, user_id, "user_id", as_int),
	FIELD(present_address_out, addr, "ip", as_str),
};
static const struct spec address = SPEC("RoomUserAddress", present_address_out, address_f);
static const struct field beat_f[] = { { .key = "status", .as = &as_ok }, FIELD(present_beat_out, at, "timestamp", as_room_time) };
static const struct spec beat = SPEC("RoomHeartbeat", present_beat_out, beat_f);

static const struct route routes[] = {
	{ "GET", "/api/chat/online-users", SIGNED_IN, 0, LIMIT_NONE, NULL, present_list, &list, 200, "Who called within the last half hour" },
	{ "GET", "/api/chat/stats", SIGNED_IN, 0, LIMIT_NONE, NULL, room_stats, &stats, 200, "How much goes on" },
	{ "GET", "/api/chat/user-ip/:user_id", ADMIN, 0, LIMIT_NONE, &user_in, present_address, &address, 200, "The address a user has, or had when signing in last" },
	{ "POST", "/api/chat/heartbeat", SIGNED_IN, 0, LIMIT_NONE, NULL, present_beat, &beat, 200, "Still there" },
};
// clang-format on
const struct route_table rooms_people = ROUTES(routes);
