/* Beside the document: the portal's files, and the links by which they are shared (lib/domain/shelf.h). */
#include "../../domain/shelf.h"
#include "../access/send_file.h"
#include "kefu.h"

enum { PASSWORD_MIN = 4, PASSWORD_MAX = 128, HOURS_MAX = 24 * 365, TICKET_MAX = 300, NAME_MAX_CHARS = 200 };

static bool download(struct ctx *c, const void *in, void *out)
{
	struct file f = { 0 };

	return shelf_opened(c, in, &f) && send_file(c, &f, out);
}

static bool thumbnail(struct ctx *c, const void *in, void *out)
{
	struct file f = { 0 };

	return shelf_opened(c, in, &f) && send_thumbnail(c, &f, out);
}

// clang-format off
#define FILE_FIELDS(T, v) \
	FIELD(T, v file.public_id, "file_id", as_str), \
	FIELD(T, v file.name, "filename", as_str), \
	FIELD(T, v file.size, "size", as_int), \
	FIELD(T, v file.mime, "mime_type", as_str), \
	FIELD(T, v file.created_at, "upload_time", as_time), \
	FIELD(T, v shares, "shares", as_int, .doc = "Links to it that are open"), \
	FIELD(T, v url, "url", as_str, .doc = "Its bytes, without credentials; good for an hour")
static const struct field file_f[] = {
	FILE_FIELDS(shelf_file, ),
	FIELD(shelf_file, thumbnail_url, "thumbnail_url", as_str, .flags = NULLABLE, .doc = "What lists show of a picture, the same way"),
};
static const struct spec file_spec = SPEC("PortalFile", shelf_file, file_f);

static const struct field list_in_f[] = {
	FIELD(shelf_list_in, search, "search", as_str, .flags = FROM_QUERY | TRIM, .max = 100),
	FIELD(shelf_list_in, kind, "type", as_filter, .flags = FROM_QUERY, .arg = shelf_kind_names),
	FIELD(shelf_list_in, order, "sort", as_enum, .flags = FROM_QUERY, .arg = shelf_order_names),
	KEFU_PAGE(shelf_list_in),
};
static const struct spec list_in = SPEC("PortalFilesQuery", shelf_list_in, list_in_f);
static const struct field list_f[] = {
	FIELD(shelf_list_out, files, "files", as_list, .arg = &file_spec),
	KEFU_META(shelf_list_out),
	FIELD(shelf_list_out, used, "used_bytes", as_int),
	FIELD(shelf_list_out, quota, "quota_bytes", as_int),
};
static const struct spec list = SPEC("PortalFiles", shelf_list_out, list_f);

#define FILE_ID(T) FIELD(T, file_id, "file_id", as_str, .flags = FROM_PATH | REQUIRED, .min = 1, .max = KEFU_ID_MAX)
#define TOKEN FIELD(share_in, token, "share_id", as_str, .flags = FROM_PATH | REQUIRED, .min = 1, .max = KEFU_ID_MAX)
static const struct field id_f[] = { FILE_ID(shelf_file_in) };
static const struct spec id_in = SPEC("PortalFileId", shelf_file_in, id_f);
static const struct field rename_f[] = {
	FILE_ID(shelf_file_in),
	FIELD(shelf_file_in, name, "filename", as_str, .flags = REQUIRED | TRIM, .min = 1, .max = NAME_MAX_CHARS, .doc = "Its ending stays as it is"),
};
static const struct spec rename_in = SPEC("PortalFileRename", shelf_file_in, rename_f);

static const struct field share_f[] = {
	FIELD(share, token, "share_id", as_str, .doc = "The page /portal/share/#/SHARE_ID opens it"),
	FIELD(share, file_id, "file_id", as_str),
	FIELD(share, has_password, "has_password", as_bool),
	FIELD(share, opened, "opened", as_int),
	FIELD(share, expires_at, "expires_at", as_time),
	FIELD(share, created_at, "created_at", as_time),
};
static const struct spec share = SPEC("PortalShare", share, share_f);
static const struct field shares_f[] = { FIELD(share_list_out, shares, "shares", as_list, .arg = &share) };
static const struct spec shares = SPEC("PortalShares", share_list_out, shares_f);
static const struct field shares_in_f[] = { FILE_ID(share_in) };
static const struct spec shares_in = SPEC("PortalSharesOf", share_in, shares_in_f);
static const struct field create_f[] = {
	FILE_ID(share_in),
	FIELD(share_in, hours, "expires_in", as_int, .min = 1, .max = HOURS_MAX, .fallback = 24 * 7, .doc = "Hours"),
	FIELD(share_in, password, "password", as_str, .flags = SECRET | NULLABLE, .min = PASSWORD_MIN, .max = PASSWORD_MAX),
};
static const struct spec create_in = SPEC("PortalShareCreate", share_in, create_f);
static const struct field end_f[] = { FILE_ID(share_in), TOKEN };
static const struct spec end_in = SPEC("PortalShareEnd", share_in, end_f);

static const struct field look_in_f[] = { TOKEN };
static const struct spec look_in = SPEC("SharedId", share_in, look_in_f);
static const struct field open_in_f[] = { TOKEN, FIELD(share_in, password, "password", as_str, .flags = SECRET | NULLABLE, .max = PASSWORD_MAX) };
static const struct spec open_in = SPEC("SharedOpen", share_in, open_in_f);
static const struct field shared_f[] = {
	FIELD(shared, share.has_password, "has_password", as_bool),
	FIELD(shared, share.expires_at, "expires_at", as_time),
	FIELD(shared, file.file.name, "filename", as_str, .flags = NULLABLE, .doc = "null until the password is given"),
	FIELD(shared, file.file.size, "size", as_int_or_null, .flags = NULLABLE),
	FIELD(shared, file.file.mime, "mime_type", as_str, .flags = NULLABLE),
	FIELD(shared, file.url, "url", as_str, .flags = NULLABLE, .doc = "Once it is opened: its bytes, for an hour"),
};
static const struct spec shared = SPEC("SharedFile", shared, shared_f);
static const struct field opened_f[] = { FIELD(opened_in, ticket, "ticket", as_str, .flags = FROM_PATH | REQUIRED, .min = 1, .max = TICKET_MAX) };
static const struct spec opened_in = SPEC("OpenedFile", opened_in, opened_f);

#define ALL "/api/portal/files"
#define ONE ALL "/:file_id"
#define SHARED "/api/portal/shared/:share_id"
static const struct route routes[] = {
	{ "GET", ALL, SIGNED_IN, 0, LIMIT_NONE, &list_in, shelf_list, &list, 200, "One's own files: uploads of the category \"portal\", which stay" },
	{ "GET", ONE, SIGNED_IN, 0, LIMIT_NONE, &id_in, shelf_get, &file_spec, 200, "One of them" },
	{ "PUT", ONE, SIGNED_IN | WRITES, 0, LIMIT_ADMIN, &rename_in, shelf_rename, &file_spec, 200, "Another name for it" },
	{ "DELETE", ONE, SIGNED_IN | WRITES, 0, LIMIT_ADMIN, &id_in, shelf_delete, NULL, 200, "Delete it; for an hour it can be restored" },
	{ "POST", ONE "/restore", SIGNED_IN | WRITES, 0, LIMIT_ADMIN, &id_in, shelf_restore, &file_spec, 200, "Take the deletion back" },
	{ "GET", ONE "/shares", SIGNED_IN, 0, LIMIT_NONE, &shares_in, share_list, &shares, 200, "The links to it that are open" },
	{ "POST", ONE "/shares", SIGNED_IN | WRITES, 0, LIMIT_ADMIN, &create_in, share_create, &share, 200, "A link for others: it ends by itself, and may have a password" },
	{ "DELETE", ONE "/shares/:share_id", SIGNED_IN | WRITES, 0, LIMIT_ADMIN, &end_in, share_end, NULL, 200, "End a link" },
	{ "GET", SHARED, ANYONE, 0, LIMIT_NONE, &look_in, share_look, &shared, 200, "What a link leads to, for who holds it" },
	{ "POST", SHARED, ANYONE | WRITES, 0, LIMIT_SESSION, &open_in, share_open, &shared, 200, "Open it, with its password if it has one" },
	{ "GET", "/api/files/opened/:ticket", ANYONE | RAW, 0, LIMIT_NONE, &opened_in, download, NULL, 200, "The bytes of a file, at the url that a list or an opened link gave" },
	{ "GET", "/api/files/opened/:ticket/thumbnail", ANYONE | RAW | CACHEABLE, 0, LIMIT_NONE, &opened_in, thumbnail, NULL, 200, "A picture as lists show it, at most 640 x 512, without metadata: 202 while it is being made, 404 where none can be" },
};
// clang-format on
const struct route_table kefu_shelf = ROUTES(routes);
