/* Uploads that go on where they were cut: the tus protocol (tus.io, 1.0.0) with creation, creation-with-upload, termination,
   checksum and expiration. Who is signed in by any contract's token, or a visitor with the key of a conversation. */
#include "../../file/tus.h"
#include "../../core/settings.h"
#include "../../domain/resumable.h"
#include "kefu.h"
#include <string.h>
#include <time.h>

#define BASE "/api/files/tus/"

static struct raw *answer_with(struct ctx *c, struct raw *out, int status, struct buf *headers)
{
	*out = (struct raw){ .status = status, .type = "text/plain; charset=utf-8", .body = "" };
	out->headers = arena_strndup(c->mem, buf_text(headers), headers->len);
	buf_free(headers);
	return out;
}

static bool capabilities(struct ctx *c, const void *in, void *out)
{
	struct buf b = { 0 };

	(void)in;
	buf_printf(&b, "Tus-Version: 1.0.0\r\nTus-Extension: creation,creation-with-upload,termination,checksum,expiration\r\n"
		       "Tus-Checksum-Algorithm: ");
	for (int i = 0; i < TUS_ALGORITHM__MAX; i++)
		buf_printf(&b, "%s%s", i > 0 ? "," : "", tus_algorithm_names[i]);
	buf_printf(&b, "\r\nTus-Max-Size: %lld\r\n", (long long)c->cfg->max_file);
	answer_with(c, out, 204, &b);
	return true;
}

static void put_expiry(struct buf *b, const struct resumable *u)
{
	time_t at = (time_t)(u->expires_at / 1000);
	struct tm t;
	char text[64];

	gmtime_r(&at, &t);
	strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &t); /* the programs keep the C locale */
	buf_printf(b, "Upload-Expires: %s\r\n", text);
}

static void put_state(struct buf *b, const struct resumable *u)
{
	buf_printf(b, "Upload-Offset: %lld\r\n", (long long)u->offset);
	put_expiry(b, u);
	if (u->file != NULL)
		buf_printf(b, "X-File-ID: %s\r\nX-File-URL: /api/files/%s\r\n", u->file, u->file);
}

/* Whatever came last: what is whole becomes a file. */
static bool settle(struct ctx *c, struct resumable *u)
{
	struct resumable_whole whole;
	struct resumable done = { 0 };

	if (u->offset < u->size || u->file_id != 0)
		return true;
	if (!resumable_accept(c, u, &whole))
		return false;
	if (u->file_id != 0)
		return true;
	if (!run_operation(c, resumable_keep, WRITES, &whole, &done))
		return false;
	resumable_clean(u);
	u->file_id = done.file_id;
	u->file = done.file;
	return true;
}

static bool create(struct ctx *c, const void *vin, void *out)
{
	const struct resumable_create_in *in = vin;
	struct resumable u = { 0 };
	struct buf b = { 0 };

	if (!run_operation(c, resumable_create, WRITES, in, &u))
		return false;
	const struct resumable_append_in first = { .upload_id = u.public_id, .session_id = in->session_id };
	if (c->body != NULL) { /* what cannot be taken now is sent again: the upload is there */
		bool all = resumable_append(c, &first, &u) && settle(c, &u);
		if (!all && failed_for_now(c->err.code) && u.offset < u.size)
			c->err = (struct err){ 0 };
		else if (!all)
			return false;
	}
	buf_printf(&b, "Location: " BASE "%s%s%s\r\n", u.public_id, u.conversation_id != 0 ? "?session_id=" : "",
		   u.conversation_id != 0 ? in->session_id : "");
	put_state(&b, &u);
	answer_with(c, out, 201, &b);
	return true;
}

/* Answered by who answers messages: nobody waits long there. */
enum { SCAN_MS = 2000 };

static bool look(struct ctx *c, const void *in, void *out)
{
	struct resumable u = { 0 };
	struct buf b = { 0 };

	if (!resumable_find(c, in, &u))
		return false;
	u.scan_ms = SCAN_MS;
	if (!settle(c, &u)) {
		if (failed_for_now(c->err.code))
			c->err.code = E_LOCKED; /* clients wait and ask again, where a 5xx lets them begin anew */
		return false;
	}
	buf_printf(&b, "Upload-Length: %lld\r\n", (long long)u.size);
	put_state(&b, &u);
	answer_with(c, out, 200, &b);
	return true;
}

static bool append(struct ctx *c, const void *in, void *out)
{
	struct resumable u = { 0 };
	struct buf b = { 0 };

	if (c->body == NULL)
		return fail(c, E_MEDIA_TYPE, "upload.content_type");
	if (!resumable_append(c, in, &u) || !settle(c, &u))
		return false;
	put_state(&b, &u);
	answer_with(c, out, 204, &b);
	return true;
}

static bool stop(struct ctx *c, const void *in, void *out)
{
	struct resumable u = { 0 };
	struct buf b = { 0 };

	if (!run_operation(c, resumable_stop, WRITES, in, &u))
		return false;
	answer_with(c, out, 204, &b);
	return true;
}

// clang-format off
#define SESSION_KEY(T) FIELD(T, session_id, "session_id", as_str, .flags = FROM_QUERY, .min = 1, .max = KEFU_ID_MAX)
#define UPLOAD_ID(T) FIELD(T, upload_id, "upload_id", as_str, .flags = FROM_PATH | REQUIRED, .min = 1, .max = KEFU_ID_MAX)
static const struct field create_f[] = {
	SESSION_KEY(resumable_create_in),
	FIELD(resumable_create_in, size, "Upload-Length", as_int, .flags = FROM_HEADER | REQUIRED, .min = 0, .max = INT64_MAX),
	FIELD(resumable_create_in, metadata, "Upload-Metadata", as_str, .flags = FROM_HEADER | REQUIRED, .max = TUS_HEADER),
};
static const struct spec create_in = SPEC("TusCreate", resumable_create_in, create_f);
static const struct field one_f[] = { UPLOAD_ID(resumable_in), SESSION_KEY(resumable_in) };
static const struct spec one_in = SPEC("TusUpload", resumable_in, one_f);
static const struct field append_f[] = {
	UPLOAD_ID(resumable_append_in),
	SESSION_KEY(resumable_append_in),
	FIELD(resumable_append_in, offset, "Upload-Offset", as_int, .flags = FROM_HEADER | REQUIRED, .min = 0, .max = INT64_MAX),
	FIELD(resumable_append_in, checksum, "Upload-Checksum", as_str, .flags = FROM_HEADER, .max = TUS_HEADER),
};
static const struct spec append_in = SPEC("TusAppend", resumable_append_in, append_f);

static const struct route routes[] = {
	{ "OPTIONS", BASE, RAW | RESUMABLE | ALWAYS, 0, LIMIT_NONE, NULL, capabilities, NULL, 204, "What of the tus protocol is spoken here" },
	{ "OPTIONS", BASE ":upload_id", RAW | RESUMABLE | ALWAYS, 0, LIMIT_NONE, &one_in, capabilities, NULL, 204, "The same, for pages that ask before they go on" },
	{ "POST", BASE, SESSION | RAW | RESUMABLE, 0, LIMIT_MESSAGE, &create_in, create, NULL, 201, "Begin an upload that can be resumed (tus 1.0.0); Upload-Metadata has filename, and if wanted category; Location says where it goes on" },
	{ "HEAD", BASE ":upload_id", SESSION | RAW | RESUMABLE, 0, LIMIT_NONE, &one_in, look, NULL, 200, "How far it is: Upload-Offset; when it is whole, X-File-ID and X-File-URL say what it became" },
	{ "PATCH", BASE ":upload_id", SESSION | RAW | RESUMABLE, 0, LIMIT_NONE, &append_in, append, NULL, 204, "Go on at Upload-Offset with application/offset+octet-stream; what came before a cut stays. The last answer has X-File-ID and X-File-URL: the file is like any upload, and a message shows it by its file_id" },
	{ "DELETE", BASE ":upload_id", SESSION | RAW | RESUMABLE, 0, LIMIT_NONE, &one_in, stop, NULL, 204, "Give it up: what came of it is removed" },
};
// clang-format on
const struct route_table kefu_tus = ROUTES(routes);
