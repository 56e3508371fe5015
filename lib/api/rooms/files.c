/* Rooms: files, each shown by a message of its own. */
#include "../access/send_file.h"
#include "rooms.h"

enum { NAME_MAX = 64 };
// clang-format off
static const struct field upload_f[] = {
	FIELD(room_upload_in, file, "file", as_upload),
	FIELD(room_upload_in, upload_id, "upload_id", as_str, .min = 1, .max = NAME_MAX, .doc = "In place of a file: a resumable one (/api/files/tus/) of one's own that is whole"),
	ROOM_ID(room_upload_in, FROM_QUERY | FROM_BODY),
	CLIENT_ID(room_upload_in),
};
static const struct spec upload_in = SPEC("RoomUpload", room_upload_in, upload_f);
static const struct field name_f[] = { FIELD(room_file_in, name, "name", as_str, .flags = FROM_PATH | REQUIRED, .min = 1, .max = NAME_MAX) };
static const struct spec name_in = SPEC("RoomFileName", room_file_in, name_f);
// clang-format on

static bool download(struct ctx *c, const void *in, void *out)
{
	struct file f = { 0 };

	return room_file(c, in, &f) && send_file(c, &f, out);
}

static bool thumbnail(struct ctx *c, const void *in, void *out)
{
	struct file f = { 0 };

	return room_file(c, in, &f) && send_thumbnail(c, &f, out);
}

// clang-format off
static const struct route routes[] = {
	{ "POST", "/api/chat/upload", SIGNED_IN | WRITES | UPLOAD, 0, LIMIT_MESSAGE, &upload_in, room_upload, &rooms_message, 200, "Upload a file into a room: multipart/form-data with a part `file`, or with `upload_id`" },
	{ "GET", "/uploads/chat/:name/thumbnail", SIGNED_IN | RAW | CACHEABLE, 0, LIMIT_NONE, &name_in, thumbnail, NULL, 200, "A picture as lists show it, at most 640 x 512, without metadata: 202 while it is being made, 404 where none can be" },
	{ "GET", "/uploads/chat/:name", SIGNED_IN | RAW, 0, LIMIT_NONE, &name_in, download, NULL, 200, "The bytes of a room's file, for its members" },
};
// clang-format on
const struct route_table rooms_files = ROUTES(routes);
