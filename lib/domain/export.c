#include "export.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "../db/db.h"
#include "audit.h"
#include "event.h"
#include "sign_in.h"
#include "sql_tables.h"
#include <unistd.h>

enum { PART = 5000 /* ids */, KEPT_MS = 7 * 86400000, ID_CHARS = 32, OLD_AT_ONCE = 100 };
const char *const export_format_names[] = { "json", "csv", NULL };
const char *const export_status_names[] = { "processing", "completed", "failed", NULL };

#define C(as, member)                                                                                                              \
	{                                                                                                                          \
		as, offsetof(struct export, member)                                                                                \
	}
static const struct col export_cols[] = {
	C(COL_INT, id),
	C(COL_STR, public_id),
	C(COL_INT, user_id),
	C(COL_ENUM, format),
	C(COL_ENUM, status),
	C(COL_STR, filter.from),
	C(COL_STR, filter.to),
	C(COL_STR, filter.leg.customer),
	C(COL_STR, filter.leg.agent),
	C(COL_ENUM, filter.type),
	C(COL_INT, filter.since),
	C(COL_INT, filter.until),
	C(COL_STR, filter.query),
	C(COL_INT, cursor),
	C(COL_INT, upto),
	C(COL_INT, written),
	C(COL_INT, messages),
	C(COL_INT, created_at),
	C(COL_INT, finished_at),
	C(COL_INT, expires_at),
	C(COL_STR, owner),
};

enum { ADD, BY_PUBLIC_ID, LIST, TOTAL, NEXT, NOTE, OLD, DROP, EXPIRE, NEWEST, SQL__MAX };
#define COLS_AND(owner)                                                                                                            \
	"SELECT e.id, e.public_id, user_id, format, e.status, from_user, to_user, leg_customer, leg_agent, type, since, "          \
	"until_at, query, cursor_id, upto_id, written, messages, e.created_at, finished_at, expires_at, " owner " FROM exports e "
#define COLS COLS_AND("NULL")
const struct stmt export_sql[] = {
	[ADD] = { "INSERT INTO exports (public_id, user_id, format, from_user, to_user, leg_customer, leg_agent, type, since, "
		  "until_at, query, upto_id, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	[BY_PUBLIC_ID] = { COLS "WHERE public_id = ? AND expires_at > ?", ROW(export, export_cols) },
	/* In the order of expires_at, which is that of id: an index has both. */
	[LIST] = { COLS_AND("u.full_name") "JOIN users u ON u.id = e.user_id WHERE expires_at > ? AND (? = 0 OR user_id = ?) "
					   "ORDER BY expires_at DESC, e.id DESC LIMIT ? OFFSET ?",
		   ROW(export, export_cols) },
	[TOTAL] = { "SELECT COUNT(*) FROM exports WHERE expires_at > ? AND (? = 0 OR user_id = ?)", ROW(number, number_cols) },
	[NEXT] = { COLS "WHERE status = 0 ORDER BY id LIMIT 1", ROW(export, export_cols) },
	[NOTE] = { "UPDATE exports SET cursor_id = ?, written = ?, messages = ?, status = ?, finished_at = ? WHERE id = ?" },
	[OLD] = { COLS "WHERE expires_at <= ? ORDER BY expires_at LIMIT ?", ROW(export, export_cols) },
	[DROP] = { "DELETE FROM exports WHERE id = ?" },
	[EXPIRE] = { "UPDATE exports SET expires_at = ?, status = 2 WHERE id = ?" },
	[NEWEST] = { "SELECT COALESCE(MAX(id), 0) FROM messages", ROW(number, number_cols) },
};
const size_t export_sql_n = SQL__MAX;

char *export_path(struct ctx *c, const struct export *e)
{
	return arena_printf(c->mem, "%s/files/export/%s.%s", c->cfg->var, e->public_id, export_format_names[e->format]);
}

bool export_create(struct ctx *c, const void *vin, void *out)
{
	const struct export_in *in = vin;
	const struct message_filter *f = &in->filter;
	const char *id = random_id(c->mem, "export_", ID_CHARS);
	struct list none = { 0 };
	struct number newest;

	if (f->query != NULL && text_blank(f->query))
		return fail_field(c, "query", "input.missing");
	if (!message_admin_range(c, f, 0, 0, &none) || !db_one(c, &export_sql[NEWEST], &newest, "db.failed", NOARGS) ||
	    !db_exec(c, &export_sql[ADD], NULL,
		     ARGS(STR(id), INT(c->who.user_id), INT(in->format), STR(f->from), STR(f->to), STR(f->leg.customer),
			  STR(f->leg.agent), INT(f->type), INT(f->since), INT(f->until), STR(f->query), INT(newest.n), INT(c->now),
			  INT(c->now + KEPT_MS))) ||
	    !audit(c, "message:export", 0, NULL))
		return false;
	event_wake(c, "export", 0);
	return export_get(c, &(struct export_id_in){ id }, out);
}

bool export_get(struct ctx *c, const void *vin, void *vout)
{
	const struct export_id_in *in = vin;
	struct export *out = vout;

	if (!db_one(c, &export_sql[BY_PUBLIC_ID], out, "export.missing", ARGS(KEY(in->public_id), INT(c->now))))
		return false;
	return out->user_id == c->who.user_id || c->who.role >= ROLE_ADMIN || fail(c, E_NOT_FOUND, "export.missing");
}

bool export_list(struct ctx *c, const void *vin, void *vout)
{
	const struct export_list_in *in = vin;
	struct export_list *out = vout;
	int64_t mine = c->who.role >= ROLE_ADMIN ? 0 : c->who.user_id;
	struct number total;

	if (!db_list(c, &export_sql[LIST], &out->exports,
		     ARGS(INT(c->now), INT(mine), INT(mine), INT(in->page.size), INT(page_offset(&in->page)))) ||
	    !db_one(c, &export_sql[TOTAL], &total, "db.failed", ARGS(INT(c->now), INT(mine), INT(mine))))
		return false;
	out->meta = page_meta(&in->page, total.n);
	return true;
}

/* One under way may be in the worker's hands just now: it ends, and the sweep takes what was written. */
bool export_delete(struct ctx *c, const void *in, void *vout)
{
	struct export_gone *out = vout;
	struct export e = { 0 };

	if (!export_get(c, in, &e))
		return false;
	*out = (struct export_gone){ e.public_id, true };
	if (!audit(c, "message:export_delete", 0, NULL))
		return false;
	if (e.status == EXPORT_UNDER_WAY)
		return db_exec(c, &export_sql[EXPIRE], NULL, ARGS(INT(c->now), INT(e.id)));
	unlink(export_path(c, &e));
	return db_exec(c, &export_sql[DROP], NULL, ARGS(INT(e.id)));
}

/* -- the worker's part -- */

bool export_next(struct ctx *c, struct export *e, bool *found)
{
	*e = (struct export){ 0 };
	return db_find(c, &export_sql[NEXT], e, found, NOARGS);
}

bool export_part(struct ctx *c, const struct export *e, struct list *messages, int64_t *to)
{
	struct user u;

	if (!user_get(c, e->user_id, &u))
		return false;
	actor_from_user(c, &u, NULL);
	*to = e->cursor + PART < e->upto ? e->cursor + PART : e->upto;
	return message_admin_range(c, &e->filter, e->cursor, *to, messages);
}

bool export_note(struct ctx *c, const struct export *e)
{
	return db_exec(c, &export_sql[NOTE], NULL,
		       ARGS(INT(e->cursor), INT(e->written), INT(e->messages), INT(e->status), INT(e->finished_at), INT(e->id)));
}

bool export_forget_old(struct ctx *c)
{
	struct list old = { 0 };

	if (!db_list(c, &export_sql[OLD], &old, ARGS(INT(c->now), INT(OLD_AT_ONCE))))
		return false;
	const struct export *e = old.items;
	for (size_t i = 0; i < old.n; i++) {
		unlink(export_path(c, &e[i]));
		if (!db_exec(c, &export_sql[DROP], NULL, ARGS(INT(e[i].id))))
			return false;
	}
	return true;
}
