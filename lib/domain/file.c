#include "file.h"
#include "../core/buf.h"
#include "../core/log.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "sql_tables.h"
#include <errno.h>
#include <string.h>

#define COLS "id, public_id, sha256, size, mime, inert, name, owner_id, stream, message_id, private, created_at, category"
static const struct col cols[] = {
	{ COL_INT, offsetof(struct file, id) },          { COL_STR, offsetof(struct file, public_id) },
	{ COL_STR, offsetof(struct file, sha256) },      { COL_INT, offsetof(struct file, size) },
	{ COL_STR, offsetof(struct file, mime) },        { COL_BOOL, offsetof(struct file, inert) },
	{ COL_STR, offsetof(struct file, name) },        { COL_INT, offsetof(struct file, owner_id) },
	{ COL_INT, offsetof(struct file, stream) },      { COL_INT, offsetof(struct file, message_id) },
	{ COL_BOOL, offsetof(struct file, is_private) }, { COL_INT, offsetof(struct file, created_at) },
	{ COL_STR, offsetof(struct file, category) },
};

enum { ADD, BY_PUBLIC_ID, ATTACH, OTHER_SIDE, SQL__MAX };
const struct stmt file_sql[SQL__MAX] = {
	[ADD] = { "INSERT INTO files (public_id, sha256, size, mime, inert, name, owner_id, stream, message_id, private, "
		  "created_at, category) "
		  "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	[ATTACH] = { "UPDATE files SET stream = ?, message_id = ? WHERE id = ? AND message_id = 0" },
	/* The customer talks about it (its message's conversation), or with who uploaded it. */
	[OTHER_SIDE] = { "SELECT id FROM conversations WHERE contact_id = ? AND contact_claimed = 0 AND (id = ? OR (? = 0 AND "
			 "assignee_id = ?)) LIMIT 1",
			 ROW(number, number_cols) },
	[BY_PUBLIC_ID] = { "SELECT " COLS " FROM files WHERE public_id = ? AND deleted_at IS NULL", ROW(file, cols) },
};
const size_t file_sql_n = SQL__MAX;

/* What each contract shows of it, made once. */
char *file_attachment(struct ctx *c, const struct file *f)
{
	struct buf b = { 0 };

	buf_printf(&b, "{\"file_id\":\"%s\",\"url\":\"/api/v1/chat/files/%s\",\"filename\":", f->public_id, f->public_id);
	buf_json(&b, f->name, strlen(f->name));
	buf_printf(&b, ",\"size\":%lld,\"mime_type\":\"%s\"}", (long long)f->size, f->mime);
	char *text = arena_strndup(c->mem, b.data, b.len);
	buf_free(&b);
	return text;
}

static struct file file_of(struct ctx *c, const struct upload *u)
{
	return (struct file){ .public_id = random_id(c->mem, "file_", 22),
			      .sha256 = blob_sha256(u->blob),
			      .size = blob_size(u->blob),
			      .mime = u->type.mime,
			      .inert = u->type.inert,
			      .name = u->filename,
			      .created_at = c->now,
			      .category = "" };
}

/* The bytes in place, then the row that names them. */
static bool keep(struct ctx *c, const struct upload *u, struct file *f)
{
	if (!blob_keep(u->blob)) {
		log_error(c, "file.write", "%s: %s", blob_path(u->blob), strerror(errno));
		return fail_wait(c, E_UNAVAILABLE, "file.storage", 10);
	}
	return db_exec(c, &file_sql[ADD], &f->id,
		       ARGS(STR(f->public_id), STR(f->sha256), INT(f->size), STR(f->mime), INT(f->inert), STR(f->name),
			    INT(f->owner_id), INT(f->stream), INT(f->message_id), INT(f->is_private), INT(f->created_at),
			    STR(f->category)));
}

bool file_upload(struct ctx *c, const void *vin, void *vout)
{
	const struct file_upload_in *in = vin;
	struct file *f = vout;

	*f = file_of(c, in->file);
	f->owner_id = c->who.user_id;
	f->category = in->category != NULL ? in->category : "";
	return keep(c, in->file, f);
}

bool file_of_sender(struct ctx *c, const char *public_id, struct file *f)
{
	bool found;

	if (!db_find(c, &file_sql[BY_PUBLIC_ID], f, &found, ARGS(STR(public_id))))
		return false;
	return (found && f->owner_id == c->who.user_id && !f->is_private) || fail_field(c, "metadata", "file.not_yours");
}

bool file_attach(struct ctx *c, const struct file *f, const struct message *m)
{
	return db_exec(c, &file_sql[ATTACH], NULL, ARGS(INT(m->stream), INT(m->id), INT(f->id)));
}

bool file_post(struct ctx *c, const void *vin, void *vout)
{
	const struct file_post_in *in = vin;
	struct message *m = vout;
	const struct upload *u = in->file;
	struct file f = file_of(c, u);
	struct message_post_in post = { .session_id = in->session_id,
					.conversation_id = in->conversation_id,
					.content = in->content != NULL && !text_blank(in->content) ? in->content : u->filename,
					.client_id = in->client_id,
					.type = u->type.image ? MSG_IMAGE : MSG_FILE,
					.is_private = in->is_private,
					.attachment = file_attachment(c, &f) };

	if (!message_post(c, &post, m))
		return false;
	if (m->repeated) /* sent before: these bytes are not needed */
		return true;
	f.owner_id = m->sender_id;
	f.stream = m->stream;
	f.message_id = m->id;
	f.is_private = m->is_private;
	return keep(c, u, &f);
}

bool file_get(struct ctx *c, const void *vin, void *out)
{
	const struct file_in *in = vin;
	struct file *f = out;

	if (!db_one(c, &file_sql[BY_PUBLIC_ID], f, "file.missing", ARGS(STR(in->file_id))))
		return false;
	return !f->is_private || is_staff(c) || fail(c, E_NOT_FOUND, "file.missing");
}

bool file_read(struct ctx *c, const void *vin, void *out)
{
	struct file *f = out;
	struct number row;
	bool found;

	if (!file_get(c, vin, f))
		return false;
	if (is_staff(c) || f->owner_id == c->who.user_id)
		return true;
	if (!db_find(c, &file_sql[OTHER_SIDE], &row, &found,
		     ARGS(INT(c->who.user_id), INT(f->stream), INT(f->stream), INT(f->owner_id))))
		return false;
	return found || fail(c, E_NOT_FOUND, "file.missing");
}

char *file_path(struct ctx *c, const struct file *f)
{
	return arena_printf(c->mem, "%s/files/%.2s/%s", c->cfg->var, f->sha256, f->sha256 + 2);
}
