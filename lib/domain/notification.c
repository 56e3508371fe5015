#include "notification.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "../db/query.h"
#include "event.h"
#include "sql_tables.h"
#include <string.h>

enum { NAME_CHARS = 100, KEEP_DAYS = 90 };

const char *const notification_type_names[] = { "new_message", "mention", "assignment", NULL };
static const char *const sentences[NOTIFY__MAX] = { "notification.new_message", "notification.mention", "notification.assignment" };

static const struct col row[] = {
	{ COL_INT, offsetof(struct notification, id) },      { COL_INT, offsetof(struct notification, user_id) },
	{ COL_ENUM, offsetof(struct notification, type) },   { COL_INT, offsetof(struct notification, conversation_id) },
	{ COL_STR, offsetof(struct notification, name) },    { COL_INT, offsetof(struct notification, created_at) },
	{ COL_INT, offsetof(struct notification, read_at) },
};
#define SELECT "SELECT n.id, n.user_id, n.type, n.conversation_id, n.name, n.created_at, n.read_at FROM "
/* The page's ids by an index alone, then their rows. */
#define PAGE_OF(where)                                                                                                             \
	SELECT "(SELECT id FROM notifications WHERE " where                                                                        \
	       " ORDER BY id DESC LIMIT ? OFFSET ?) p JOIN notifications n ON n.id = p.id ORDER BY n.id DESC"

enum { ADD, BY_ID, UNREAD, UNREAD_COUNT, PAGE, TOTAL, READ, READ_ALL, FORGET, SQL__MAX };
const struct stmt notification_sql[] = {
	[ADD] = { "INSERT INTO notifications (user_id, type, conversation_id, name, created_at) VALUES (?, ?, ?, ?, ?)" },
	[BY_ID] = { SELECT "notifications n WHERE n.id = ? AND n.user_id = ?", ROW(notification, row) },
	[UNREAD] = { PAGE_OF("user_id = ? AND read_at IS NULL"), ROW(notification, row) },
	[UNREAD_COUNT] = { "SELECT COUNT(*) FROM notifications WHERE user_id = ? AND read_at IS NULL", ROW(number, number_cols) },
	[PAGE] = { PAGE_OF("user_id = ?"), ROW(notification, row) },
	[TOTAL] = { "SELECT COUNT(*) FROM notifications WHERE user_id = ?", ROW(number, number_cols) },
	[READ] = { "UPDATE notifications SET read_at = ? WHERE id = ? AND user_id = ? AND read_at IS NULL" },
	[READ_ALL] = { "UPDATE notifications SET read_at = ? WHERE user_id = ? AND read_at IS NULL" },
	[FORGET] = { "DELETE FROM notifications WHERE created_at < ? ORDER BY created_at LIMIT 5000" },
};
const size_t notification_sql_n = SQL__MAX;

static void finish(struct ctx *c, struct notification *n)
{
	const char *name = n->name != NULL && *n->name != '\0' ? n->name : catalog_text(c->texts, c->lang, "notification.visitor");

	n->message = catalog_fill(c->mem, catalog_text(c->texts, c->lang, sentences[n->type]), &name, 1);
}

static void finish_all(struct ctx *c, struct list *l)
{
	struct notification *n = l->items;

	for (size_t i = 0; i < l->n; i++)
		finish(c, &n[i]);
}

bool notify(struct ctx *c, int64_t user_id, enum notification_type type, const struct conversation *v, const char *name)
{
	struct notification *n = arena_alloc(c->mem, sizeof(*n));

	if (user_id == 0 || user_id == c->who.user_id)
		return true;
	name = name != NULL ? name : "";
	*n = (struct notification){ .user_id = user_id,
				    .type = type,
				    .conversation_id = v->id,
				    .name = arena_strndup(c->mem, name, utf8_cut(name, strlen(name), NAME_CHARS)),
				    .created_at = c->now };
	if (!db_exec(c, &notification_sql[ADD], &n->id, ARGS(INT(user_id), INT(type), INT(v->id), STR(n->name), INT(c->now))))
		return false;
	finish(c, n);
	struct event *e = event_queue(c, EVENT_NOTIFICATION);
	e->user_id = user_id;
	e->conversation = v;
	e->notification = n;
	return true;
}

bool notification_unread(struct ctx *c, int64_t limit, struct list *out)
{
	if (!db_list(c, &notification_sql[UNREAD], out, ARGS(INT(c->who.user_id), INT(limit), INT(0))))
		return false;
	finish_all(c, out);
	return true;
}

bool notification_list(struct ctx *c, const void *vin, void *vout)
{
	const struct notification_list_in *in = vin;
	struct notification_list_out *out = vout;
	struct number total, unread;

	if (!db_list(c, &notification_sql[in->unread ? UNREAD : PAGE], &out->notifications,
		     ARGS(INT(c->who.user_id), INT(in->page.size), INT(page_offset(&in->page)))) ||
	    !db_one(c, &notification_sql[UNREAD_COUNT], &unread, "db.failed", ARGS(INT(c->who.user_id))) ||
	    !db_one(c, &notification_sql[TOTAL], &total, "db.failed", ARGS(INT(c->who.user_id))))
		return false;
	finish_all(c, &out->notifications);
	out->unread = unread.n;
	out->meta = page_meta(&in->page, in->unread ? unread.n : total.n);
	return true;
}

bool notification_read(struct ctx *c, const void *vin, void *out)
{
	const struct notification_id_in *in = vin;

	if (!db_exec(c, &notification_sql[READ], NULL, ARGS(INT(c->now), INT(in->id), INT(c->who.user_id))) ||
	    !db_one(c, &notification_sql[BY_ID], out, "notification.missing", ARGS(INT(in->id), INT(c->who.user_id))))
		return false;
	finish(c, out);
	return true;
}

bool notification_read_all(struct ctx *c, const void *in, void *vout)
{
	struct notification_read_out *out = vout;

	(void)in;
	if (!db_exec(c, &notification_sql[READ_ALL], NULL, ARGS(INT(c->now), INT(c->who.user_id))))
		return false;
	out->read = db_changed(c);
	return true;
}

bool notifications_forget(struct ctx *c)
{
	return db_exec(c, &notification_sql[FORGET], NULL, ARGS(INT(c->now - KEEP_DAYS * (int64_t)86400000)));
}
