#include "thumbnail.h"
#include "../core/log.h"
#include "../core/settings.h"
#include "../file/picture.h"
#include "event.h"
#include "sql_tables.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { TAKEN_MS = 60000, TRIES = 3 };
struct row {
	const char *sha256;
	int64_t state, tries;
};
static const struct col cols[] = {
	{ COL_STR, offsetof(struct row, sha256) },
	{ COL_INT, offsetof(struct row, state) },
	{ COL_INT, offsetof(struct row, tries) },
};
enum { ASK, LOOK, HOLD, NEXT, TAKE, NOTE, FORGET, SQL__MAX };
#define COLS "SELECT sha256, state, tries FROM thumbnails "
const struct stmt thumbnail_sql[SQL__MAX] = {
	[ASK] = { "INSERT IGNORE INTO thumbnails (sha256, due_at) VALUES (?, ?)" },
	[LOOK] = { COLS "WHERE sha256 = ?", ROW(row, cols) },
	[HOLD] = { COLS "WHERE sha256 = ? FOR UPDATE", ROW(row, cols) },
	[NEXT] = { COLS "WHERE state = 0 AND due_at <= ? ORDER BY due_at LIMIT 1 FOR UPDATE", ROW(row, cols) },
	[TAKE] = { "UPDATE thumbnails SET tries = tries + 1, due_at = ? WHERE sha256 = ?" },
	[NOTE] = { "UPDATE thumbnails SET state = ? WHERE sha256 = ?" },
	[FORGET] = { "DELETE FROM thumbnails WHERE sha256 = ?" },
};
const size_t thumbnail_sql_n = SQL__MAX;

static struct picture picture_of(const struct file *f)
{
	return (struct picture){ (int)f->width, (int)f->height, 1 };
}

bool thumbnail_is_file(const struct file *f)
{
	struct picture p = picture_of(f);

	return picture_light(&p, f->size);
}

bool thumbnail_needed(const struct file *f)
{
	struct picture p = picture_of(f);

	return picture_sane(&p) && !picture_light(&p, f->size);
}

bool thumbnail_ask(struct ctx *c, const struct file *f)
{
	if (!thumbnail_needed(f))
		return true;
	event_wake(c, "thumbnail", 0);
	return db_exec(c, &thumbnail_sql[ASK], NULL, ARGS(STR(f->sha256), INT(c->now)));
}

bool thumbnail_look(struct ctx *c, const struct file *f, enum thumbnail_state *out)
{
	struct row row = { 0 };
	bool found;

	*out = THUMBNAIL_NONE;
	if (!db_find(c, &thumbnail_sql[LOOK], &row, &found, ARGS(STR(f->sha256))))
		return false;
	if (found)
		*out = (enum thumbnail_state)row.state;
	return true;
}

char *thumbnail_path(struct ctx *c, const char *sha256)
{
	return arena_printf(c->mem, "%s.webp", file_path(c, &(struct file){ .sha256 = sha256 }));
}

/* The row's lock first: who is about to put one in place waits, and finds none then. */
bool thumbnail_forget(struct ctx *c, const char *sha256)
{
	if (!db_exec(c, &thumbnail_sql[FORGET], NULL, ARGS(STR(sha256))))
		return false;
	if (unlink(thumbnail_path(c, sha256)) != 0 && errno != ENOENT)
		log_error(c, "file.remove", "%s: %s", thumbnail_path(c, sha256), strerror(errno));
	return true;
}

bool thumbnail_take(struct ctx *c, void *arg)
{
	struct thumbnail_task *t = arg;
	struct row row;
	bool found;

	*t = (struct thumbnail_task){ 0 };
	for (;;) {
		if (!db_find(c, &thumbnail_sql[NEXT], &row, &found, ARGS(INT(c->now))))
			return false;
		if (!found)
			return true;
		if (row.tries < TRIES)
			break;
		log_warn(c, "thumbnail.given_up", "%s", row.sha256);
		if (!db_exec(c, &thumbnail_sql[NOTE], NULL, ARGS(INT(THUMBNAIL_NONE), STR(row.sha256))))
			return false;
	}
	snprintf(t->sha256, sizeof(t->sha256), "%s", row.sha256);
	return db_exec(c, &thumbnail_sql[TAKE], NULL, ARGS(INT(c->now + TAKEN_MS), STR(row.sha256)));
}

/* Another worker may have been faster, or the picture may be gone. */
bool thumbnail_note(struct ctx *c, void *arg)
{
	struct thumbnail_task *t = arg;
	struct row row;
	bool found;

	if (!db_find(c, &thumbnail_sql[HOLD], &row, &found, ARGS(STR(t->sha256))))
		return false;
	if (!found || row.state != THUMBNAIL_WAITS)
		return true;
	if (t->made && rename(t->from, thumbnail_path(c, t->sha256)) != 0) {
		log_error(c, "thumbnail.write", "%s: %s", t->from, strerror(errno));
		return true; /* it is taken up again */
	}
	return db_exec(c, &thumbnail_sql[NOTE], NULL, ARGS(INT(t->made ? THUMBNAIL_MADE : THUMBNAIL_NONE), STR(t->sha256)));
}
