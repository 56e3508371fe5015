/* A file goes out by the web server (X-Sendfile): ranges and conditions are its. DESIGN 9. */
#include "send_file.h"
#include "../../core/settings.h"
#include "../../domain/thumbnail.h"
#include <stdio.h>
#include <string.h>

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

bool send_through_us(struct ctx *c, const char *path, struct raw *out)
{
	FILE *in = fopen(path, "re");
	long size = in != NULL && fseek(in, 0, SEEK_END) == 0 ? ftell(in) : -1;
	bool good = size >= 0 && size <= FILE_THROUGH_US;
	char *body = arena_alloc(c->mem, good ? (size_t)size + 1 : 1);

	if (good) {
		rewind(in);
		good = fread(body, 1, (size_t)size, in) == (size_t)size;
	}
	if (in != NULL)
		fclose(in);
	out->body = body;
	out->len = good ? (size_t)size : 0;
	return good || fail(c, size < 0 ? E_NOT_FOUND : E_UNAVAILABLE, size < 0 ? "file.missing" : "file.storage");
}

#define SAFELY                                                                                                                     \
	"Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; sandbox\r\n"                                      \
	"Cross-Origin-Resource-Policy: cross-origin\r\n"

bool send_file(struct ctx *c, const struct file *f, struct raw *out)
{
	const char *path = file_path(c, f);
	struct buf b = { 0 };

	*out = (struct raw){ .status = 200, .type = f->mime, .body = "" };
	if (c->cfg->sendfile)
		buf_printf(&b, "X-Sendfile: %s\r\n", path);
	else if (!send_through_us(c, path, out))
		return false;
	put_disposition(&b, f);
	buf_str(&b, SAFELY);
	out->headers = arena_strndup(c->mem, b.data, b.len);
	buf_free(&b);
	return true;
}

bool send_thumbnail(struct ctx *c, const struct file *f, struct raw *out)
{
	enum thumbnail_state state;

	/* Sizes are known since there are thumbnails. */
	if (thumbnail_is_file(f) || (f->width == 0 && strncmp(f->mime, "image/", 6) == 0))
		return send_file(c, f, out);
	if (!thumbnail_look(c, f, &state))
		return false;
	if (state == THUMBNAIL_NONE)
		return fail(c, E_NOT_FOUND, "file.missing");
	*out = (struct raw){ .status = 200, .type = THUMBNAIL_TYPE, .body = "", .headers = SAFELY };
	if (state == THUMBNAIL_WAITS) {
		out->status = 202;
		out->type = "text/plain";
		out->headers = "Retry-After: 1\r\n" SAFELY;
		return true;
	}
	const char *path = thumbnail_path(c, f->sha256);
	if (!c->cfg->sendfile)
		return send_through_us(c, path, out);
	out->headers = arena_printf(c->mem, "X-Sendfile: %s\r\n%s", path, SAFELY);
	return true;
}
