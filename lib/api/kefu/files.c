/* Kefu: files, that a message shows or will show. */
#include "../../domain/file.h"
#include "../access/send_file.h"
#include "kefu.h"

enum { CATEGORY_MAX = 20 };

static void put_url(struct buf *b, const struct field *f, const void *slot)
{
	(void)f;
	buf_printf(b, "\"/api/files/%s\"", *(const char *const *)slot);
}
static const struct codec as_url = { "file_url", sizeof(const char *), NULL, put_url, "\"type\":\"string\"" };

/* With the uploader's public id. */
struct file_info {
	struct file file;
	const char *owner;
};

static bool file_info(struct ctx *c, const void *in, void *vout)
{
	struct file_info *out = vout;
	struct user u;

	if (!file_read(c, in, &out->file))
		return false;
	if (user_get(c, out->file.owner_id, &u))
		out->owner = u.public_id;
	else
		c->err = (struct err){ 0 }; /* deleted since */
	return true;
}

static bool download(struct ctx *c, const void *in, void *out)
{
	struct file f = { 0 };

	return file_read(c, in, &f) && send_file(c, &f, out);
}

static bool thumbnail(struct ctx *c, const void *in, void *out)
{
	struct file f = { 0 };

	return file_read(c, in, &f) && send_thumbnail(c, &f, out);
}

// clang-format off
static const struct field id_f[] = { FIELD(file_in, file_id, "file_id", as_str, .flags = FROM_PATH | REQUIRED, .min = 1, .max = KEFU_ID_MAX) };
static const struct spec id_in = SPEC("KefuFileId", file_in, id_f);
static const struct field upload_f[] = {
	FIELD(file_upload_in, file, "file", as_upload, .flags = REQUIRED),
	FIELD(file_upload_in, category, "category", as_str, .flags = TRIM, .max = CATEGORY_MAX),
};
static const struct spec upload_in = SPEC("KefuUpload", file_upload_in, upload_f);
static const struct field uploaded_f[] = {
	FIELD(file, public_id, "file_id", as_str),
	{ .key = "url", .as = &as_url, .off = offsetof(struct file, public_id), .size = sizeof(const char *) },
	FIELD(file, name, "filename", as_str),
	FIELD(file, size, "size", as_int),
	FIELD(file, mime, "mime_type", as_str),
	FIELD(file, category, "category", as_text),
};
static const struct spec uploaded = SPEC("KefuUploaded", file, uploaded_f);
static const struct field info_f[] = {
	FIELD(file_info, file.public_id, "file_id", as_str),
	FIELD(file_info, file.name, "filename", as_str),
	FIELD(file_info, file.size, "size", as_int),
	FIELD(file_info, file.mime, "mime_type", as_str),
	FIELD(file_info, file.created_at, "upload_time", as_time),
	FIELD(file_info, owner, "uploader_id", as_text),
	FIELD(file_info, file.category, "category", as_text),
	{ .key = "url", .as = &as_url, .off = offsetof(struct file_info, file.public_id), .size = sizeof(const char *) },
};
static const struct spec info = SPEC("KefuFileInfo", file_info, info_f);

static const struct route routes[] = {
	{ "POST", "/api/files/upload", SIGNED_IN | WRITES | UPLOAD, 0, LIMIT_MESSAGE, &upload_in, file_upload, &uploaded, 200, "Upload a file: multipart/form-data with a part `file`; a message shows it by metadata.file_id, or names its url; what no message does is removed after a day" },
	{ "GET", "/api/files/:file_id", SIGNED_IN | RAW, 0, LIMIT_NONE, &id_in, download, NULL, 200, "The bytes of a file: for who uploaded it, the other side of their conversations, and staff" },
	{ "GET", "/api/files/:file_id/thumbnail", SIGNED_IN | RAW | CACHEABLE, 0, LIMIT_NONE, &id_in, thumbnail, NULL, 200, "A picture as lists show it, at most 640 x 512, without metadata: 202 while it is being made, 404 where none can be" },
	{ "GET", "/api/files/:file_id/info", SIGNED_IN, 0, LIMIT_NONE, &id_in, file_info, &info, 200, "What is known of a file" },
};
// clang-format on
const struct route_table kefu_files = ROUTES(routes);
