/* What is said in rooms. Numbered and sent once as everywhere: message.h. */
#include "../core/settings.h"
#include "../core/text.h"
#include "audit.h"
#include "event.h"
#include "message_admin.h"
#include "report.h"
#include "room_row.h"
#include "sql_tables.h"
#include "thumbnail.h"
#include <string.h>

enum { EXTENSION_MAX = 10, UUID_LEN = 36 };
const struct col room_message_cols[] = { ROOM_MESSAGE_COL_ROWS(0) };
_Static_assert(COUNT(room_message_cols) == ROOM_MESSAGE_COLUMNS, "the count in room_row.h");

enum { COUNT_UP, ONE, SHOW, TAKE_FILE, SQL__MAX };
const struct stmt room_message_sql[] = {
	/* Sent with the message: it counts nothing when that failed. */
	[COUNT_UP] = { "UPDATE rooms SET last_seq = ?, shown_seq = ?, last_message_at = ?, day_messages = IF(day = ?, "
		       "day_messages, "
		       "0) + 1, day = ? WHERE id = ? AND ROW_COUNT() = 1" },
	[ONE] = { "SELECT " ROOM_MESSAGE_COLS " FROM messages m" ROOM_MESSAGE_JOINS " WHERE m.stream = ? AND m.seq = ?",
		  ROOM_MESSAGE_ROW },
	[SHOW] = { "UPDATE rooms SET changes = changes + 1, day_messages = IF(day = ?, GREATEST(day_messages - 1, 0), "
		   "day_messages), "
		   "shown_seq = COALESCE((SELECT m.seq FROM messages m WHERE m.stream = ? AND m.deleted_at IS NULL ORDER BY m.seq "
		   "DESC LIMIT 1), 0) WHERE id = ?" },
	[TAKE_FILE] = { "UPDATE files SET public_id = ?, stream = ?, message_id = ? WHERE id = ? AND message_id = 0" },
};
const size_t room_message_sql_n = SQL__MAX;

/* ".jpg" of "photo.JPG"; "" when there is none that a path should have. */
static const char *extension(struct ctx *c, const char *name)
{
	const char *dot = strrchr(name, '.');
	size_t n = dot != NULL ? strlen(dot + 1) : 0;

	if (n == 0 || n > EXTENSION_MAX || strspn(dot + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != n)
		return "";
	char *out = arena_strdup(c->mem, dot);
	for (char *p = out; *p != '\0'; p++)
		*p = *p >= 'A' && *p <= 'Z' ? (char)(*p | 0x20) : *p;
	return out;
}

static const char *stored_name(struct ctx *c, const char *uuid, const char *filename)
{
	return arena_printf(c->mem, "%s%s", uuid, extension(c, filename));
}

void room_message_finish(struct ctx *c, struct room_message *m, const char *room_id)
{
	m->room_id = room_id;
	m->file_url = m->thumbnail_url = NULL;
	if (m->file_name == NULL)
		return;
	struct file f = { .size = m->file_size, .width = m->width, .height = m->height };
	m->file_url = arena_printf(c->mem, "/uploads/chat/%s", stored_name(c, m->m.uuid, m->file_name));
	if (thumbnail_is_file(&f))
		m->thumbnail_url = m->file_url;
	else if (thumbnail_needed(&f))
		m->thumbnail_url = arena_printf(c->mem, "%s/thumbnail", m->file_url);
	else
		m->width = m->height = 0;
}

/* -- sending -- */

/* People without a name are called as their account is. */
static bool sender(struct ctx *c, struct message *draft)
{
	struct user u;

	draft->sender_id = c->who.user_id;
	draft->sender_type = is_staff(c) ? SENDER_AGENT : SENDER_USER;
	draft->sender_name = c->who.name;
	if (draft->sender_name != NULL && *draft->sender_name != '\0')
		return true;
	if (!user_get(c, c->who.user_id, &u))
		return false;
	draft->sender_name = u.public_id;
	return true;
}

static bool repeated(struct ctx *c, const struct room *r, struct room_message *out)
{
	int64_t seq;

	if (!message_repeat(c, &out->m, &seq) || !db_one(c, &room_message_sql[ONE], out, "db.failed", ARGS(INT(-r->id), INT(seq))))
		return false;
	out->m.repeated = true;
	room_message_finish(c, out, r->public_id);
	return true;
}

static bool add(struct ctx *c, struct room *r, const struct message *draft, struct room_message *out)
{
	int64_t day = report_day_of(c, c->now);

	message_begin(c, -r->id, r->last_seq, draft, &out->m);
	if (!message_store(c, &out->m, &room_message_sql[COUNT_UP],
			   ARGS(INT(out->m.seq), INT(out->m.seq), INT(c->now), INT(day), INT(day), INT(r->id))))
		return repeated(c, r, out);
	r->last_seq = r->shown_seq = out->m.seq;
	room_message_finish(c, out, r->public_id);
	return true;
}

/* Told when it is committed; outlives the operation. */
static bool tell(struct ctx *c, enum event_kind kind, const struct room *r, const struct room_message *m)
{
	struct room *room = arena_alloc(c->mem, sizeof(*room));
	struct room_message *said = arena_alloc(c->mem, sizeof(*said));
	struct event *e = event_queue(c, kind);

	*room = *r;
	*said = *m;
	e->room = room;
	e->said = said;
	return true;
}

/* Under the lock; who writes in the global room is one of its members from then on. What had to wait for the lock is said when it
   has it: else the later one of two would be the older one, and the room's day would go back at midnight and count from 1 again. */
static bool begin(struct ctx *c, const char *room_id, struct room *r)
{
	if (!room_lock(c, room_id, r))
		return false;
	int64_t now = now_ms();
	c->now = now > c->now ? now : c->now;
	return room_may_enter(c, r) && room_enrol(c, r);
}

bool room_send(struct ctx *c, const void *vin, void *vout)
{
	const struct room_send_in *in = vin;
	struct room_message *out = vout;
	struct room r = { 0 };
	struct message draft = { .type = in->type, .content = in->content, .client_id = in->client_id };
	int64_t seq;

	if (text_blank(in->content))
		return fail_field(c, "content", "input.missing");
	if (in->type == MSG_SYSTEM)
		return fail(c, E_FORBIDDEN, "message.system_type");
	if (!begin(c, in->room_id, &r) || !sender(c, &draft))
		return false;
	if (in->reply_to != NULL && !room_seq_of(c, &r, in->reply_to, &seq, &draft.answers))
		return false;
	*out = (struct room_message){ .reply_to = in->reply_to };
	return add(c, &r, &draft, out) && (out->m.repeated || tell(c, EVENT_ROOM_MESSAGE, &r, out));
}

static bool keep_file(struct ctx *c, const struct upload *u, struct file *f, const struct message *m)
{
	f->public_id = m->uuid;
	f->owner_id = c->who.user_id;
	f->stream = m->stream;
	f->message_id = m->id;
	return file_keep(c, u, f);
}

/* Its address is that of its message from then on. */
static bool take_file(struct ctx *c, const struct file *f, const struct message *m)
{
	return file_is_free(c, f) &&
	       db_exec(c, &room_message_sql[TAKE_FILE], NULL, ARGS(STR(m->uuid), INT(m->stream), INT(m->id), INT(f->id)));
}

bool room_upload(struct ctx *c, const void *vin, void *vout)
{
	const struct room_upload_in *in = vin;
	struct room_message *out = vout;
	struct room r = { 0 };
	struct message draft = { .client_id = in->client_id };
	struct file f = { .name = "", .mime = "", .category = "" };

	if (!file_to_show(c, in->file, in->upload_id, NULL, &f))
		return false;
	draft.type = file_message_type(&f);
	draft.content = catalog_fill(c->mem, catalog_text(c->texts, c->lang, "room.file_sent"), &f.name, 1);
	if (!begin(c, in->room_id, &r) || !sender(c, &draft))
		return false;
	*out = (struct room_message){ .file_name = f.name, .file_size = f.size, .width = f.width, .height = f.height };
	if (!add(c, &r, &draft, out))
		return false;
	if (out->m.repeated) /* sent before: these bytes are not needed */
		return true;
	return (in->upload_id != NULL ? take_file(c, &f, &out->m) : keep_file(c, in->file, &f, &out->m)) &&
	       tell(c, EVENT_ROOM_MESSAGE, &r, out);
}

bool room_file(struct ctx *c, const void *vin, void *out)
{
	const struct room_file_in *in = vin;
	struct file *f = out;
	struct room r = { 0 };
	bool found;

	if (strlen(in->name) < UUID_LEN)
		return fail(c, E_NOT_FOUND, "file.missing");
	if (!file_find(c, arena_strndup(c->mem, in->name, UUID_LEN), f))
		return false;
	if (f->stream >= 0 || strcmp(stored_name(c, f->public_id, f->name), in->name) != 0)
		return fail(c, E_NOT_FOUND, "file.missing");
	if (!room_peek(c, -f->stream, &r, &found))
		return false;
	return found ? room_may_enter(c, &r) : fail(c, E_NOT_FOUND, "file.missing");
}

/* -- taking back -- */

bool room_delete(struct ctx *c, const void *vin, void *vout)
{
	const struct room_delete_in *in = vin;
	struct room_message *out = vout;
	struct room r = { 0 };
	int64_t seq, id;

	if (!room_lock(c, in->room_id, &r) || (!is_staff(c) && !room_may_enter(c, &r)) ||
	    !room_seq_of(c, &r, in->message_id, &seq, &id) ||
	    !db_one(c, &room_message_sql[ONE], out, "message.missing", ARGS(INT(-r.id), INT(seq))))
		return false;
	room_message_finish(c, out, r.public_id);
	if (out->m.is_deleted)
		return fail(c, E_NOT_FOUND, "message.missing");
	if (out->m.sender_id != c->who.user_id && !is_staff(c))
		return fail(c, E_FORBIDDEN, "auth.forbidden");
	if (!message_blank(c, &out->m) ||
	    !db_exec(c, &room_message_sql[SHOW], NULL, ARGS(INT(report_day_of(c, out->m.created_at)), INT(-r.id), INT(r.id))) ||
	    !audit(c, "message:delete", out->m.id, NULL))
		return false;
	r.changes++;
	return tell(c, EVENT_ROOM_DELETED, &r, out);
}
