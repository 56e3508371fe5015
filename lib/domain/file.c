#include "../core/buf.h"
#include "../core/log.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "../file/accept.h"
#include "resumable.h"
#include "shelf.h"
#include "sql_tables.h"
#include "thumbnail.h"
#include <errno.h>
#include <string.h>

#define COLS                                                                                                                       \
	"id, public_id, sha256, size, mime, width, height, inert, name, owner_id, stream, message_id, private, created_at, "       \
	"category"
static const struct col cols[] = {
	{ COL_INT, offsetof(struct file, id) },          { COL_STR, offsetof(struct file, public_id) },
	{ COL_STR, offsetof(struct file, sha256) },      { COL_INT, offsetof(struct file, size) },
	{ COL_STR, offsetof(struct file, mime) },        { COL_INT, offsetof(struct file, width) },
	{ COL_INT, offsetof(struct file, height) },      { COL_BOOL, offsetof(struct file, inert) },
	{ COL_STR, offsetof(struct file, name) },        { COL_INT, offsetof(struct file, owner_id) },
	{ COL_INT, offsetof(struct file, stream) },      { COL_INT, offsetof(struct file, message_id) },
	{ COL_BOOL, offsetof(struct file, is_private) }, { COL_INT, offsetof(struct file, created_at) },
	{ COL_STR, offsetof(struct file, category) },
};

enum { DAY_MS = 86400000, HOUR_MS = 3600000, AT_ONCE = 100 };
enum { ADD, BY_PUBLIC_ID, HOLD, HOLD_ID, ATTACH, OTHER_SIDE, LAPSE, DELETED, SAME_BYTES, REMOVE, REMOVE_SHARES, SQL__MAX };
#define FIND "SELECT " COLS " FROM files WHERE public_id = ? AND deleted_at IS NULL"
const struct stmt file_sql[SQL__MAX] = {
	[ADD] = { "INSERT INTO files (public_id, sha256, size, mime, width, height, inert, name, owner_id, stream, message_id, "
		  "private, created_at, category) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	[ATTACH] = { "UPDATE files SET stream = ?, message_id = ?, private = ? WHERE id = ? AND message_id = 0" },
	/* The customer talks about it (its message's conversation), or with who uploaded it. */
	[OTHER_SIDE] = { "SELECT id FROM conversations WHERE contact_id = ? AND contact_claimed = 0 AND (id = ? OR (? = 0 AND "
			 "assignee_id = ?)) LIMIT 1",
			 ROW(number, number_cols) },
	[BY_PUBLIC_ID] = { FIND, ROW(file, cols) },
	[HOLD] = { FIND " FOR UPDATE", ROW(file, cols) },
	[HOLD_ID] = { "SELECT " COLS " FROM files WHERE id = ? AND deleted_at IS NULL FOR UPDATE", ROW(file, cols) },
	[LAPSE] = { "UPDATE files SET deleted_at = created_at + ? WHERE message_id = 0 AND deleted_at IS NULL AND created_at < ? "
		    "AND category <> '" FILE_KEPT "'" },
	[DELETED] = { "SELECT " COLS " FROM files WHERE deleted_at < ? ORDER BY deleted_at LIMIT ? FOR UPDATE", ROW(file, cols) },
	[SAME_BYTES] = { "SELECT id FROM files WHERE sha256 = ? AND id <> ? LIMIT 1", ROW(number, number_cols) },
	[REMOVE] = { "DELETE FROM files WHERE id = ?" },
	[REMOVE_SHARES] = { "DELETE FROM file_shares WHERE file_id = ?" },
};
const size_t file_sql_n = SQL__MAX;

/* For lists: the room it takes, and what to show in it; null where nothing is to be shown. */
static void put_picture(struct buf *b, const struct file *f)
{
	bool small = thumbnail_needed(f), shown = small || thumbnail_is_file(f);

	if (strncmp(f->mime, "image/", 6) != 0)
		return;
	if (shown)
		buf_printf(b, ",\"width\":%lld,\"height\":%lld,\"thumbnail_url\":\"/api/v1/chat/files/%s%s\"", (long long)f->width,
			   (long long)f->height, f->public_id, small ? "/thumbnail" : "");
	else
		buf_str(b, ",\"width\":null,\"height\":null,\"thumbnail_url\":null");
}

/* What each contract shows of it, made once. */
char *file_attachment(struct ctx *c, const struct file *f)
{
	struct buf b = { 0 };

	buf_printf(&b, "{\"file_id\":\"%s\",\"url\":\"/api/v1/chat/files/%s\",\"filename\":", f->public_id, f->public_id);
	buf_json(&b, f->name, strlen(f->name));
	buf_printf(&b, ",\"size\":%lld,\"mime_type\":\"%s\"", (long long)f->size, f->mime);
	put_picture(&b, f);
	buf_chr(&b, '}');
	char *text = arena_strndup(c->mem, b.data, b.len);
	buf_free(&b);
	return text;
}

struct file file_of(struct ctx *c, const struct upload *u)
{
	return (struct file){ .public_id = random_id(c->mem, "file_", 22),
			      .sha256 = blob_sha256(u->blob),
			      .size = blob_size(u->blob),
			      .mime = u->type.mime,
			      .width = u->picture.width,
			      .height = u->picture.height,
			      .inert = u->type.inert,
			      .name = u->filename,
			      .created_at = c->now,
			      .category = "" };
}

/* The bytes in place, then the row that names them. */
bool file_keep(struct ctx *c, const struct upload *u, struct file *f)
{
	if (!blob_keep(u->blob))
		return storage_failed(c, blob_path(u->blob));
	return db_exec(c, &file_sql[ADD], &f->id,
		       ARGS(STR(f->public_id), STR(f->sha256), INT(f->size), STR(f->mime), INT(f->width), INT(f->height),
			    INT(f->inert), STR(f->name), INT(f->owner_id), INT(f->stream), INT(f->message_id), INT(f->is_private),
			    INT(f->created_at), STR(f->category))) &&
	       thumbnail_ask(c, f);
}

bool file_upload(struct ctx *c, const void *vin, void *vout)
{
	const struct file_upload_in *in = vin;
	struct file *f = vout;

	*f = file_of(c, in->file);
	f->owner_id = c->who.user_id;
	f->category = in->category != NULL ? in->category : "";
	if (strcmp(f->category, FILE_KEPT) == 0 && !shelf_has_room(c, f->size))
		return false;
	return file_keep(c, in->file, f);
}

static bool hold_own(struct ctx *c, const char *public_id, struct file *f, bool *found)
{
	if (!db_find(c, &file_sql[HOLD], f, found, ARGS(KEY(public_id))))
		return false;
	*found = *found && f->owner_id == c->who.user_id && !f->is_private && f->stream >= 0;
	return true;
}

bool file_of_sender(struct ctx *c, const char *public_id, struct file *f)
{
	bool found;

	return hold_own(c, public_id, f, &found) && (found || fail_field(c, "metadata", "file.not_yours"));
}

bool file_in_text(struct ctx *c, const char *text, struct file *f, bool *found)
{
	static const char address[] = "/api/files/";
	const char *at = text != NULL ? strstr(text, address) : NULL;

	*found = false;
	if (at == NULL)
		return true;
	at += sizeof(address) - 1;
	size_t n = strspn(at, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_");
	return hold_own(c, arena_strndup(c->mem, at, n), f, found);
}

bool file_attach(struct ctx *c, const struct file *f, const struct message *m)
{
	return db_exec(c, &file_sql[ATTACH], NULL, ARGS(INT(m->stream), INT(m->id), INT(m->is_private), INT(f->id)));
}

bool file_hold(struct ctx *c, int64_t id, struct file *f, bool *found)
{
	return db_find(c, &file_sql[HOLD_ID], f, found, ARGS(INT(id)));
}

bool file_to_show(struct ctx *c, const struct upload *u, const char *upload_id, const char *session_id, struct file *f)
{
	if (upload_id != NULL && u != NULL)
		return fail_field(c, "upload_id", "file.one_at_a_time");
	if (upload_id != NULL)
		return resumable_file(c, upload_id, session_id, f);
	if (u == NULL)
		return fail_field(c, "file", "input.missing");
	*f = file_of(c, u);
	return true;
}

bool file_is_free(struct ctx *c, const struct file *f)
{
	bool kept = strcmp(f->category, FILE_KEPT) == 0;

	return (f->message_id == 0 && !kept) || fail_field(c, "upload_id", "file.in_use");
}

int file_message_type(const struct file *f)
{
	return strncmp(f->mime, "image/", 6) == 0 ? MSG_IMAGE : MSG_FILE;
}

bool file_post(struct ctx *c, const void *vin, void *vout)
{
	const struct file_post_in *in = vin;
	struct message *m = vout;
	struct file f = { .name = "", .mime = "", .category = "" };

	if (!file_to_show(c, in->file, in->upload_id, in->session_id, &f))
		return false;
	const struct message_post_in post = { .session_id = in->session_id,
					      .conversation_id = in->conversation_id,
					      .content = in->content != NULL && !text_blank(in->content) ? in->content : f.name,
					      .client_id = in->client_id,
					      .type = file_message_type(&f),
					      .is_private = in->is_private,
					      .attachment = file_attachment(c, &f) };
	if (!message_post(c, &post, m))
		return false;
	if (m->repeated) /* sent before: these bytes are not needed */
		return true;
	if (in->upload_id != NULL)
		return file_is_free(c, &f) && file_attach(c, &f, m);
	f.owner_id = m->sender_id;
	f.stream = m->stream;
	f.message_id = m->id;
	f.is_private = m->is_private;
	return file_keep(c, in->file, &f);
}

bool file_find(struct ctx *c, const char *public_id, struct file *f)
{
	return db_one(c, &file_sql[BY_PUBLIC_ID], f, "file.missing", ARGS(KEY(public_id)));
}

bool file_get(struct ctx *c, const void *vin, void *out)
{
	const struct file_in *in = vin;
	struct file *f = out;

	if (!file_find(c, in->file_id, f))
		return false;
	return (f->stream >= 0 && (!f->is_private || is_staff(c))) || fail(c, E_NOT_FOUND, "file.missing");
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

/* -- what nobody can reach -- */

void file_tidy(struct ctx *c)
{
	blob_tidy(c->mem, arena_printf(c->mem, "%s/files", c->cfg->var), c->now - DAY_MS);
}

bool file_lapse(struct ctx *c, void *arg)
{
	(void)arg;
	return db_exec(c, &file_sql[LAPSE], NULL, ARGS(INT(DAY_MS), INT(c->now - DAY_MS)));
}

/* The bytes before the row: what is interrupted is found again. False: they could not go, or the same ones have just been sent. */
static bool drop_bytes(struct ctx *c, const struct file *f)
{
	if (blob_drop(c->mem, arena_printf(c->mem, "%s/files", c->cfg->var), f->sha256, c->now - HOUR_MS))
		return true;
	if (errno != 0)
		log_error(c, "file.remove", "%s: %s", f->public_id, strerror(errno));
	return false;
}

static bool remove_one(struct ctx *c, const struct file *f, size_t *removed)
{
	struct number other;
	bool shared;

	if (!db_find(c, &file_sql[SAME_BYTES], &other, &shared, ARGS(STR(f->sha256), INT(f->id))))
		return false;
	if (!shared && !drop_bytes(c, f))
		return true; /* the next hour */
	if (!shared && !thumbnail_forget(c, f->sha256))
		return false;
	++*removed;
	return db_exec(c, &file_sql[REMOVE_SHARES], NULL, ARGS(INT(f->id))) &&
	       db_exec(c, &file_sql[REMOVE], NULL, ARGS(INT(f->id)));
}

bool file_remove_deleted(struct ctx *c, void *done)
{
	struct list gone = { 0 };
	size_t removed = 0;

	if (!db_list(c, &file_sql[DELETED], &gone, ARGS(INT(c->now - HOUR_MS), INT(AT_ONCE))))
		return false;
	const struct file *f = gone.items;
	for (size_t i = 0; i < gone.n; i++)
		if (!remove_one(c, &f[i], &removed))
			return false;
	*(bool *)done = removed < AT_ONCE;
	return true;
}
