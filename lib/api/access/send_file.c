/* A file goes out by the web server (X-Sendfile): ranges and conditions are its. DESIGN 9. */
#include "send_file.h"
#include "../../core/settings.h"
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

bool send_file(struct ctx *c, const struct file *f, struct raw *out)
{
	const char *path = file_path(c, f);
	struct buf b = { 0 };

	*out = (struct raw){ .status = 200, .type = f->mime, .body = "" };
	if (c->cfg->sendfile)
		buf_printf(&b, "X-Sendfile: %s\r\n", path);
	else if (!read_whole(c, path, out))
		return false;
	put_disposition(&b, f);
	buf_str(&b, "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; sandbox\r\n"
		    "Cross-Origin-Resource-Policy: cross-origin\r\n");
	out->headers = arena_strndup(c->mem, b.data, b.len);
	buf_free(&b);
	return true;
}
