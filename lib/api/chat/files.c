/* A file goes out by the web server (X-Sendfile): ranges and conditions are its. DESIGN 9. */
#include "../../core/settings.h"
#include "../../core/text.h"
#include "../../domain/file.h"
#include "specs.h"
#include <stdio.h>
#include <string.h>

enum { NAME_MAX = 64 };
// clang-format off
static const struct field in_f[] = { FIELD(file_in, file_id, "file_id", as_str, .flags = FROM_PATH | REQUIRED, .min = 1, .max = NAME_MAX) };
const struct spec chat_file_in = SPEC("ChatFile", file_in, in_f);

static const struct field post_f[] = {
	FIELD(file_post_in, session_id, "session_id", as_str, .flags = FROM_PATH | REQUIRED, .min = 1, .max = NAME_MAX),
	FIELD(file_post_in, file, "file", as_upload, .flags = REQUIRED),
	FIELD(file_post_in, content, "content", as_str, .max = MESSAGE_MAX_CHARS, .doc = "Said with it; without one the file's name"),
	FIELD(file_post_in, client_id, "client_id", as_str, .min = 1, .max = NAME_MAX, .doc = "The same sender's same client_id answers the first message again"),
};
const struct spec chat_file_post_in = SPEC("ChatFilePost", file_post_in, post_f);
// clang-format on

/* RFC 6266: the plain name for old clients, the true one encoded. */
static void put_disposition(struct buf *b, const struct file *f)
{
	buf_printf(b, "Content-Disposition: %s; filename=\"", f->inert ? "inline" : "attachment");
	for (const char *s = f->name; *s != '\0'; s++)
		buf_chr(b, (unsigned char)*s < 0x20 || (unsigned char)*s > 0x7e || *s == '"' || *s == '\\' ? '_' : *s);
	buf_str(b, "\"; filename*=UTF-8''");
	for (const char *s = f->name; *s != '\0'; s++) {
		if ((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9') || *s == '.' || *s == '-' ||
		    *s == '_')
			buf_chr(b, *s);
		else
			buf_printf(b, "%%%02X", (unsigned char)*s);
	}
	buf_str(b, "\r\n");
}

/* Where no web server takes X-Sendfile, the bytes go through this process. */
static bool read_whole(struct ctx *c, const char *path, struct raw *out)
{
	FILE *in = fopen(path, "re");
	char *body = NULL;
	long size = in != NULL && fseek(in, 0, SEEK_END) == 0 ? ftell(in) : -1;

	if (size > 0) {
		body = arena_alloc(c->mem, (size_t)size);
		rewind(in);
		size = fread(body, 1, (size_t)size, in) == (size_t)size ? size : -1;
	}
	if (in != NULL)
		fclose(in);
	out->body = body;
	out->len = size > 0 ? (size_t)size : 0;
	return size > 0 || fail(c, E_NOT_FOUND, "file.missing");
}

bool chat_file_send(struct ctx *c, const void *in, void *vout)
{
	struct raw *out = vout;
	struct file f = { 0 };
	struct buf b = { 0 };

	if (!file_get(c, in, &f))
		return false;
	const char *path = file_path(c, &f);
	*out = (struct raw){ .status = 200, .type = f.mime, .body = "" };
	if (c->cfg->sendfile)
		buf_printf(&b, "X-Sendfile: %s\r\n", path);
	else if (!read_whole(c, path, out))
		return false;
	put_disposition(&b, &f);
	buf_str(&b, "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; sandbox\r\n"
		    "Cross-Origin-Resource-Policy: cross-origin\r\n");
	out->headers = arena_strndup(c->mem, b.data, b.len);
	buf_free(&b);
	return true;
}
