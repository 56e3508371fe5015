/* backup.h: dumps of tables and files: asked for here, made by the worker (worker/backup.c), brought back by ops/restore.sh. */
#ifndef BACKUP_H
#define BACKUP_H
#include "page.h"

/* The last four: why it failed, where that is known. */
enum backup_status {
	BACKUP_ASKED,
	BACKUP_RUNNING,
	BACKUP_COMPLETE,
	BACKUP_FAILED,
	BACKUP_NO_ROOM, /* on the disk that it goes to */
	BACKUP_NO_TABLES,
	BACKUP_NO_FILES
};
extern const char *const backup_status_names[]; /* processing twice, completed, failed */
extern const char *const backup_reason_names[]; /* of a failed one; "" for the others */
struct backup {
	int64_t id;
	const char *public_id, *filename;
	int status;
	int64_t size, started_at, finished_at;
};
bool backup_create(struct ctx *, const void *in, void *out); /* out: struct backup; one that is under way is answered again */
struct backup_in {
	const char *public_id;
};
bool backup_get(struct ctx *, const void *in, void *out); /* out: struct backup; "backup.missing" */
struct backup_list_in {
	struct page_in page;
};
struct backup_list {
	struct list backups; /* struct backup, the newest first */
	struct page_meta meta;
	int64_t keep_days; /* site_settings.backup_days */
};
bool backup_list(struct ctx *, const void *in, void *out);
struct backup_gone {
	const char *public_id;
	bool deleted;
};
bool backup_delete(struct ctx *, const void *in, void *out); /* struct backup_in; struct backup_gone. "backup.under_way" */
/* Somebody is about to take it away: "backup.not_ready" while it is made; written to the audit log. out: struct backup */
bool backup_hand_out(struct ctx *, const void *in, void *out);
char *backup_path(struct ctx *, const struct backup *);

/* -- for the worker -- */
MUST bool backup_next(struct ctx *, struct backup *, bool *found); /* asked for, or left by a worker that died */
MUST bool backup_note(struct ctx *, const struct backup *);        /* status, size, finished_at */
bool backup_forget_old(struct ctx *); /* those that are older than the settings say, with their files */
#endif
