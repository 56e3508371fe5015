#include "backup.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "../db/db.h"
#include "audit.h"
#include "event.h"
#include "setting.h"
#include "sql_tables.h"
#include <time.h>
#include <unistd.h>

enum { ID_CHARS = 24, OLD_AT_ONCE = 20 };
static const int64_t DAY_MS = 86400000;
const char *const backup_status_names[] = { "processing", "processing", "completed", "failed", "failed", "failed", "failed", NULL };
const char *const backup_reason_names[] = { "", "", "", "unknown", "no_room", "tables", "files", NULL };

#define C(as, member)                                                                                                              \
	{                                                                                                                          \
		as, offsetof(struct backup, member)                                                                                \
	}
static const struct col backup_cols[] = {
	C(COL_INT, id),   C(COL_STR, public_id),  C(COL_STR, filename),    C(COL_ENUM, status),
	C(COL_INT, size), C(COL_INT, started_at), C(COL_INT, finished_at),
};

enum { ADD, BY_PUBLIC_ID, LIST, TOTAL, NEXT, NOTE, OLD, DROP, SQL__MAX };
#define COLS "SELECT id, public_id, filename, status, size_bytes, started_at, finished_at FROM backups "
const struct stmt backup_sql[] = {
	[ADD] = { "INSERT INTO backups (public_id, filename, user_id, started_at) VALUES (?, ?, ?, ?)" },
	[BY_PUBLIC_ID] = { COLS "WHERE public_id = ?", ROW(backup, backup_cols) },
	[LIST] = { COLS "ORDER BY id DESC LIMIT ? OFFSET ?", ROW(backup, backup_cols) },
	[TOTAL] = { "SELECT COUNT(*) FROM backups", ROW(number, number_cols) },
	[NEXT] = { COLS "WHERE status IN (0, 1) ORDER BY id LIMIT 1", ROW(backup, backup_cols) },
	[NOTE] = { "UPDATE backups SET status = ?, size_bytes = ?, finished_at = ? WHERE id = ?" },
	[OLD] = { COLS "WHERE started_at < ? AND status > 1 ORDER BY started_at LIMIT ?", ROW(backup, backup_cols) },
	[DROP] = { "DELETE FROM backups WHERE id = ?" },
};
const size_t backup_sql_n = SQL__MAX;

char *backup_path(struct ctx *c, const struct backup *b)
{
	return arena_printf(c->mem, "%s/files/backup/%s", c->cfg->var, b->filename);
}

static const char *new_name(struct ctx *c, const char *id)
{
	time_t t = (time_t)(c->now / 1000);
	char text[32];
	struct tm tm;

	strftime(text, sizeof(text), "%Y%m%d-%H%M%S", gmtime_r(&t, &tm));
	return arena_printf(c->mem, "deskbell-%s-%s.tar.gz", text, id + sizeof("backup_") - 1);
}

bool backup_create(struct ctx *c, const void *in, void *vout)
{
	struct backup *out = vout;
	const char *id = random_id(c->mem, "backup_", ID_CHARS);
	bool under_way;

	(void)in;
	if (!backup_next(c, out, &under_way))
		return false;
	if (under_way)
		return true;
	event_wake(c, "backup", 0);
	return db_exec(c, &backup_sql[ADD], NULL, ARGS(STR(id), STR(new_name(c, id)), INT(c->who.user_id), INT(c->now))) &&
	       audit(c, "system:backup", 0, NULL) && backup_get(c, &(struct backup_in){ id }, out);
}

bool backup_get(struct ctx *c, const void *vin, void *out)
{
	const struct backup_in *in = vin;

	return db_one(c, &backup_sql[BY_PUBLIC_ID], out, "backup.missing", ARGS(KEY(in->public_id)));
}

bool backup_list(struct ctx *c, const void *vin, void *vout)
{
	const struct backup_list_in *in = vin;
	struct backup_list *out = vout;
	struct site_settings site;
	struct number total;

	if (!db_list(c, &backup_sql[LIST], &out->backups, ARGS(INT(in->page.size), INT(page_offset(&in->page)))) ||
	    !db_one(c, &backup_sql[TOTAL], &total, "db.failed", NOARGS) || !site_settings_read(c, &site))
		return false;
	out->meta = page_meta(&in->page, total.n);
	out->keep_days = site.backup_days;
	return true;
}

static bool drop(struct ctx *c, const struct backup *b)
{
	unlink(backup_path(c, b));
	return db_exec(c, &backup_sql[DROP], NULL, ARGS(INT(b->id)));
}

bool backup_delete(struct ctx *c, const void *vin, void *vout)
{
	struct backup_gone *out = vout;
	struct backup b = { 0 };

	if (!backup_get(c, vin, &b))
		return false;
	if (b.status < BACKUP_COMPLETE)
		return fail(c, E_CONFLICT, "backup.under_way");
	*out = (struct backup_gone){ b.public_id, true };
	return drop(c, &b) && audit(c, "system:backup_delete", 0, audit_named(c, "filename", b.filename));
}

bool backup_hand_out(struct ctx *c, const void *in, void *out)
{
	const struct backup *b = out;

	if (!backup_get(c, in, out))
		return false;
	if (b->status != BACKUP_COMPLETE)
		return fail(c, E_NOT_FOUND, "backup.not_ready");
	return audit(c, "system:backup_download", 0, audit_named(c, "filename", b->filename));
}

bool backup_next(struct ctx *c, struct backup *b, bool *found)
{
	*b = (struct backup){ 0 };
	return db_find(c, &backup_sql[NEXT], b, found, NOARGS);
}

bool backup_note(struct ctx *c, const struct backup *b)
{
	return db_exec(c, &backup_sql[NOTE], NULL, ARGS(INT(b->status), INT(b->size), INT(b->finished_at), INT(b->id)));
}

bool backup_forget_old(struct ctx *c)
{
	struct site_settings site;
	struct list old = { 0 };

	if (!site_settings_read(c, &site) ||
	    !db_list(c, &backup_sql[OLD], &old, ARGS(INT(c->now - site.backup_days * DAY_MS), INT(OLD_AT_ONCE))))
		return false;
	const struct backup *b = old.items;
	for (size_t i = 0; i < old.n; i++)
		if (!drop(c, &b[i]))
			return false;
	return true;
}
