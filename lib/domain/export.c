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
};

enum { ADD, BY_PUBLIC_ID, NEXT, NOTE, OLD, DROP, NEWEST, SQL__MAX };
#define COLS                                                                                                                       \
	"SELECT id, public_id, user_id, format, status, from_user, to_user, leg_customer, leg_agent, type, since, until_at, "      \
	"query, cursor_id, upto_id, written, messages, created_at, finished_at, expires_at FROM exports "
const struct stmt export_sql[] = {
	[ADD] = { "INSERT INTO exports (public_id, user_id, format, from_user, to_user, leg_customer, leg_agent, type, since, "
		  "until_at, query, upto_id, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	[BY_PUBLIC_ID] = { COLS "WHERE public_id = ? AND expires_at > ?", ROW(export, export_cols) },
	[NEXT] = { COLS "WHERE status = 0 ORDER BY id LIMIT 1", ROW(export, export_cols) },
	[NOTE] = { "UPDATE exports SET cursor_id = ?, written = ?, messages = ?, status = ?, finished_at = ? WHERE id = ?" },
	[OLD] = { COLS "WHERE expires_at <= ? ORDER BY expires_at LIMIT ?", ROW(export, export_cols) },
	[DROP] = { "DELETE FROM exports WHERE id = ?" },
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

	if (!db_one(c, &export_sql[BY_PUBLIC_ID], out, "export.missing", ARGS(STR(in->public_id), INT(c->now))))
		return false;
	return out->user_id == c->who.user_id || c->who.role >= ROLE_ADMIN || fail(c, E_NOT_FOUND, "export.missing");
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
