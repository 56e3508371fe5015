/* Desk: backups of tables and files. */
#include "../../core/settings.h"
#include "../../domain/backup.h"
#include "../access/link.h"
#include "desk.h"

// clang-format off
#define BACKUP \
	FIELD(backup, public_id, "backup_id", as_str), \
	FIELD(backup, filename, "filename", as_str), \
	FIELD(backup, size, "size_bytes", as_int), \
	FIELD(backup, status, "status", as_enum, .arg = backup_status_names), \
	FIELD(backup, status, "reason", as_enum, .arg = backup_reason_names, .doc = "Why it failed: no_room on the disk, the tables or the files could not be read, unknown; empty unless it did"), \
	FIELD(backup, started_at, "started_at", as_time), \
	FIELD(backup, finished_at, "finished_at", as_time, .flags = NULLABLE)
static const struct field backup_f[] = { BACKUP };
static const struct spec row = SPEC("DeskBackupRow", backup, backup_f);
static const struct desk_answer created = ANSWER("DeskBackupCreated", backup, backup_f, "desk.backup_created"),
	got = ANSWER("DeskBackup", backup, backup_f, "desk.backup");
static const struct field id_f[] = { PUBLIC_ID(backup_in, public_id, "backup_id") };
static const struct spec id_in = SPEC("DeskBackupId", backup_in, id_f);
static const struct field list_in_f[] = { DESK_PAGE(backup_list_in, 20) };
static const struct spec list_in = SPEC("DeskBackupsQuery", backup_list_in, list_in_f);
static const struct field list_f[] = {
	FIELD(backup_list, backups, "backups", as_list, .arg = &row),
	FIELD(backup_list, meta, "pagination", as_object, .arg = &desk_pages),
	FIELD(backup_list, keep_days, "keep_days", as_int, .doc = "Older ones are deleted"),
};
static const struct desk_answer list = ANSWER("DeskBackups", backup_list, list_f, "desk.backups");
static const struct field gone_f[] = { FIELD(backup_gone, public_id, "backup_id", as_str), FIELD(backup_gone, deleted, "deleted", as_bool) };
static const struct desk_answer gone = ANSWER("DeskBackupDeleted", backup_gone, gone_f, "desk.backup_deleted");
// clang-format on

static bool download(struct ctx *c, const void *in, void *vout)
{
	struct raw *out = vout;
	struct backup b = { 0 };

	if (!backup_get(c, in, &b))
		return false;
	if (b.status != BACKUP_COMPLETE)
		return fail(c, E_NOT_FOUND, "backup.not_ready");
	if (!c->cfg->sendfile) /* too large to go through a worker */
		return fail(c, E_UNAVAILABLE, "backup.by_hand");
	*out = (struct raw){ .status = 200, .type = "application/gzip", .body = "" };
	out->headers = arena_printf(c->mem, "X-Sendfile: %s\r\nContent-Disposition: attachment; filename=\"%s\"\r\n",
				    backup_path(c, &b), b.filename);
	return true;
}

#define ALL "/api/system/backup"
static bool make_link(struct ctx *c, const void *in, void *out)
{
	struct backup b = { 0 };

	if (!backup_hand_out(c, in, &b))
		return false;
	link_make(c, arena_printf(c->mem, ALL "/%s/download", b.public_id), out);
	return true;
}

// clang-format off
static const struct route routes[] = {
	{ "POST", ALL, ADMIN | WRITES, 0, LIMIT_BATCH, NULL, backup_create, &created.data, 200, "Dump tables and files as they are at one moment, in the background" },
	{ "GET", ALL, ADMIN, 0, LIMIT_ADMIN, &list_in, backup_list, &list.data, 200, "Backups, the newest first" },
	{ "GET", ALL "/:backup_id", ADMIN, 0, LIMIT_ADMIN, &id_in, backup_get, &got.data, 200, "How far it is" },
	{ "DELETE", ALL "/:backup_id", ADMIN | WRITES, 0, LIMIT_ADMIN, &id_in, backup_delete, &gone.data, 200, "Delete a backup and its archive" },
	{ "POST", ALL "/:backup_id/link", ADMIN | WRITES, 0, LIMIT_ADMIN, &id_in, make_link, &desk_link.data, 200, "A link by which a browser downloads it, good for ten minutes" },
	{ "GET", ALL "/:backup_id/download", ADMIN | RAW, 0, LIMIT_ADMIN, &id_in, download, NULL, 200, "The archive: tables.sql and files/" },
};
// clang-format on
const struct route_table desk_backups = ROUTES(routes);
