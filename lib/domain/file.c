#include "file.h"
#include "../core/buf.h"
#include "../core/log.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "sql_tables.h"
#include <errno.h>
#include <string.h>

#define COLS "id, public_id, sha256, size, mime, inert, name, owner_id, stream, message_id, private, created_at"
static const struct col cols[] = {
	{ COL_INT, offsetof(struct file, id) },          { COL_STR, offsetof(struct file, public_id) },
	{ COL_STR, offsetof(struct file, sha256) },      { COL_INT, offsetof(struct file, size) },
	{ COL_STR, offsetof(struct file, mime) },        { COL_BOOL, offsetof(struct file, inert) },
	{ COL_STR, offsetof(struct file, name) },        { COL_INT, offsetof(struct file, owner_id) },
	{ COL_INT, offsetof(struct file, stream) },      { COL_INT, offsetof(struct file, message_id) },
	{ COL_BOOL, offsetof(struct file, is_private) }, { COL_INT, offsetof(struct file, created_at) },
};

enum { ADD, BY_PUBLIC_ID, SQL__MAX };
const struct stmt file_sql[SQL__MAX] = {
	[ADD] = { "INSERT INTO files (public_id, sha256, size, mime, inert, name, owner_id, stream, message_id, private, "
		  "created_at) "
		  "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	[BY_PUBLIC_ID] = { "SELECT " COLS " FROM files WHERE public_id = ? AND deleted_at IS NULL", ROW(file, cols) },
};
const size_t file_sql_n = SQL__MAX;

/* What each contract shows of it, made once. */
static char *describe(struct ctx *c, const struct upload *u, const char *public_id)
{
	struct buf b = { 0 };

	buf_printf(&b, "{\"file_id\":\"%s\",\"url\":\"/api/v1/chat/files/%s\",\"filename\":", public_id, public_id);
	buf_json(&b, u->filename, strlen(u->filename));
	buf_printf(&b, ",\"size\":%lld,\"mime_type\":\"%s\"}", (long long)blob_size(u->blob), u->type.mime);
	char *text = arena_strndup(c->mem, b.data, b.len);
	buf_free(&b);
	return text;
}

bool file_post(struct ctx *c, const void *vin, void *vout)
{
	const struct file_post_in *in = vin;
	struct message *m = vout;
	const struct upload *u = in->file;
	const char *public_id = random_id(c->mem, "file_", 22);
	struct message_post_in post = { .session_id = in->session_id,
					.conversation_id = in->conversation_id,
					.content = in->content != NULL && !text_blank(in->content) ? in->content : u->filename,
					.client_id = in->client_id,
					.type = u->type.image ? MSG_IMAGE : MSG_FILE,
					.is_private = in->is_private,
					.attachment = describe(c, u, public_id) };

	if (!message_post(c, &post, m))
		return false;
	if (m->repeated) /* sent before: these bytes are not needed */
		return true;
	if (!blob_keep(u->blob)) {
		log_error(c, "file.write", "%s: %s", blob_path(u->blob), strerror(errno));
		return fail_wait(c, E_UNAVAILABLE, "file.storage", 10);
	}
	return db_exec(c, &file_sql[ADD], NULL,
		       ARGS(STR(public_id), STR(blob_sha256(u->blob)), INT(blob_size(u->blob)), STR(u->type.mime),
			    INT(u->type.inert), STR(u->filename), INT(m->sender_id), INT(m->stream), INT(m->id), INT(m->is_private),
			    INT(c->now)));
}

bool file_get(struct ctx *c, const void *vin, void *out)
{
	const struct file_in *in = vin;
	struct file *f = out;

	if (!db_one(c, &file_sql[BY_PUBLIC_ID], f, "file.missing", ARGS(STR(in->file_id))))
		return false;
	return !f->is_private || is_staff(c) || fail(c, E_NOT_FOUND, "file.missing");
}

char *file_path(struct ctx *c, const struct file *f)
{
	return arena_printf(c->mem, "%s/files/%.2s/%s", c->cfg->var, f->sha256, f->sha256 + 2);
}
