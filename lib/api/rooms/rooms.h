/* rooms.h: the rooms contract (contracts/rooms.md): chat rooms of several people; port 8000. Rows and field tables of a noun stand
   in NOUN.c. */
#ifndef ROOMS_H
#define ROOMS_H
#include "../../domain/room.h"
#include "../../http/http.h"

extern const struct contract rooms_contract;

// clang-format off
#define ROOMS_NOUNS(X) X(messages) X(files) X(rooms) X(people)
#define ROOMS_DECLARE(noun) extern const struct route_table rooms_##noun;
ROOMS_NOUNS(ROOMS_DECLARE)

enum { ROOM_ID_MAX = 64, CLIENT_ID_CHARS = 64 };
/* Where a room may be named, and is the global one without. */
#define ROOM_ID(T, from) FIELD(T, room_id, "room_id", as_str, .flags = (from), .min = 1, .max = ROOM_ID_MAX, .doc = "Without it \"global\"")
#define CLIENT_ID(T) FIELD(T, client_id, "client_id", as_str, .flags = FROM_BODY | NULLABLE, .min = 1, .max = CLIENT_ID_CHARS, .doc = "The same sender's same client_id answers the first message again")
// clang-format on

extern const struct codec as_room_time; /* int64_t ms: "2024-01-15T10:30:00", UTC; output only */

/* Shared with the WebSocket side. */
extern const struct spec rooms_message, rooms_send_in;

/* What an answer that only says something says. */
struct rooms_said {
	const char *room_id, *text;
};
#endif
