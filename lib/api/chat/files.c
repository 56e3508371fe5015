/* Files in sessions. */
#include "../access/send_file.h"
#include "specs.h"

enum { NAME_MAX = 64 };
// clang-format off
static const struct field in_f[] = { FIELD(file_in, file_id, "file_id", as_str, .flags = FROM_PATH | REQUIRED, .min = 1, .max = NAME_MAX) };
const struct spec chat_file_in = SPEC("ChatFile", file_in, in_f);

static const struct field post_f[] = {
	FIELD(file_post_in, session_id, "session_id", as_str, .flags = FROM_PATH | REQUIRED, .min = 1, .max = NAME_MAX),
	FIELD(file_post_in, file, "file", as_upload),
	FIELD(file_post_in, upload_id, "upload_id", as_str, .min = 1, .max = NAME_MAX, .doc = "In place of a file: a resumable one (/api/files/tus/) of one's own that is whole"),
	FIELD(file_post_in, content, "content", as_str, .max = MESSAGE_MAX_CHARS, .doc = "Said with it; without one the file's name"),
	FIELD(file_post_in, client_id, "client_id", as_str, .min = 1, .max = NAME_MAX, .doc = "The same sender's same client_id answers the first message again"),
};
const struct spec chat_file_post_in = SPEC("ChatFilePost", file_post_in, post_f);
// clang-format on

bool chat_thumbnail_send(struct ctx *c, const void *in, void *out)
{
	struct file f = { 0 };

	return file_get(c, in, &f) && send_thumbnail(c, &f, out);
}

bool chat_file_send(struct ctx *c, const void *in, void *out)
{
	struct file f = { 0 };

	return file_get(c, in, &f) && send_file(c, &f, out);
}
