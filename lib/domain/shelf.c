#include "shelf.h"
#include "../auth/auth.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "../db/query.h"
#include "../file/multipart.h"
#include "sql_tables.h"
#include "thumbnail.h"
#include "user_row.h"
#include <string.h>
#include <strings.h>

const char *const shelf_kind_names[] = { "image", "pdf", "text", "document", "other", NULL };
const char *const shelf_order_names[] = { "newest", "oldest", "name", "name_desc", "largest", "smallest", NULL };
enum { URL_MS = 3600000, URL_STEP_MS = 1800000, UNDO_MS = 3600000 };
static const char ticket_kind[] = "file:";

static const struct col cols[] = {
	{ COL_INT, offsetof(struct shelf_file, file.id) },         { COL_STR, offsetof(struct shelf_file, file.public_id) },
	{ COL_STR, offsetof(struct shelf_file, file.sha256) },     { COL_INT, offsetof(struct shelf_file, file.size) },
	{ COL_STR, offsetof(struct shelf_file, file.mime) },       { COL_INT, offsetof(struct shelf_file, file.width) },
	{ COL_INT, offsetof(struct shelf_file, file.height) },     { COL_BOOL, offsetof(struct shelf_file, file.inert) },
	{ COL_STR, offsetof(struct shelf_file, file.name) },       { COL_INT, offsetof(struct shelf_file, file.owner_id) },
	{ COL_INT, offsetof(struct shelf_file, file.created_at) }, { COL_INT, offsetof(struct shelf_file, deleted_at) },
	{ COL_INT, offsetof(struct shelf_file, shares) },
};
/* Parameter: now. */
#define SELECT                                                                                                                     \
	"SELECT f.id, f.public_id, f.sha256, f.size, f.mime, f.width, f.height, f.inert, f.name, f.owner_id, f.created_at, "       \
	"COALESCE(f.deleted_at, "                                                                                                  \
	"0), (SELECT COUNT(*) FROM file_shares s WHERE s.file_id = f.id AND s.expires_at > ?) FROM files f"
#define OF_OWNER " f.owner_id = ? AND f.category = '" FILE_KEPT "' AND f.message_id = 0"

enum { ONE, USED, RENAME, DELETE, RESTORE, SQL__MAX };
const struct stmt shelf_sql[SQL__MAX] = {
	[ONE] = { SELECT " WHERE f.public_id = ? AND" OF_OWNER, ROW(shelf_file, cols) },
	[USED] = { "SELECT CAST(COALESCE(SUM(f.size), 0) AS SIGNED) FROM files f WHERE" OF_OWNER " AND f.deleted_at IS NULL",
		   ROW(number, number_cols) },
	[RENAME] = { "UPDATE files SET name = ? WHERE id = ?" },
	[DELETE] = { "UPDATE files SET deleted_at = ? WHERE id = ?" },
	[RESTORE] = { "UPDATE files SET deleted_at = NULL WHERE id = ? AND deleted_at > ?" },
};
const size_t shelf_sql_n = SQL__MAX;

/* -- an address that opens one file for a while: "file:ID:UNTIL"; and what lists show of it -- */

void shelf_give_url(struct ctx *c, struct shelf_file *f)
{
	/* The same for a while, so that a list that is loaded again does not load its pictures again. */
	const long long until = (c->now + URL_MS) / URL_STEP_MS * URL_STEP_MS + URL_STEP_MS;
	const char *body = arena_printf(c->mem, "%s%s:%lld", ticket_kind, f->file.public_id, until);

	f->url = arena_printf(c->mem, "/api/files/opened/%s", ticket_make(c->mem, c->keys, body));
	bool old = f->file.width == 0 && strncmp(f->file.mime, "image/", 6) == 0; /* sizes are known since there are thumbnails */
	if (thumbnail_needed(&f->file))
		f->thumbnail_url = arena_printf(c->mem, "%s/thumbnail", f->url);
	else if (thumbnail_is_file(&f->file) || old)
		f->thumbnail_url = f->url;
}

bool shelf_opened(struct ctx *c, const void *vin, void *out)
{
	const struct opened_in *in = vin;
	const char *body = ticket_read(c->mem, c->keys, in->ticket);
	int64_t until;

	if (body == NULL || strncmp(body, ticket_kind, strlen(ticket_kind)) != 0)
		return fail(c, E_NOT_FOUND, "share.missing");
	const char *id = body + strlen(ticket_kind), *colon = strchr(id, ':');
	if (colon == NULL || !parse_int(colon + 1, strlen(colon + 1), &until) || until < c->now)
		return fail(c, E_NOT_FOUND, "share.missing");
	return file_find(c, arena_strndup(c->mem, id, (size_t)(colon - id)), out);
}

/* -- the list -- */

static void put_kind(struct query *q, int kind)
{
	switch (kind) {
	case SHELF_IMAGE: return query_where(q, "f.mime LIKE 'image/%'", NOARGS);
	case SHELF_PDF: return query_where(q, "f.mime = 'application/pdf'", NOARGS);
	case SHELF_TEXT: return query_where(q, "f.mime LIKE 'text/%'", NOARGS);
	case SHELF_DOCUMENT: return query_where(q, "f.mime LIKE 'application/%' AND f.mime <> 'application/pdf'", NOARGS);
	default:
		return query_where(q, "f.mime NOT LIKE 'image/%' AND f.mime NOT LIKE 'application/%' AND f.mime NOT LIKE 'text/%'",
				   NOARGS);
	}
}

static void put_order(struct query *q, int order)
{
	static const char *const orders[] = {
		" ORDER BY f.created_at DESC, f.id DESC", " ORDER BY f.created_at, f.id",     " ORDER BY f.name, f.id",
		" ORDER BY f.name DESC, f.id DESC",       " ORDER BY f.size DESC, f.id DESC", " ORDER BY f.size, f.id"
	};

	query_add(q, orders[order], NOARGS);
}

static void put_filters(struct ctx *c, struct query *q, const struct shelf_list_in *in)
{
	query_where(q, OF_OWNER " AND f.deleted_at IS NULL", ARGS(INT(c->who.user_id)));
	if (in->search != NULL && *in->search != '\0')
		query_where(q, "f.name LIKE ?", ARGS(STR(text_like(c->mem, in->search, true))));
	if (in->kind != 0)
		put_kind(q, in->kind - 1);
}

bool shelf_list(struct ctx *c, const void *vin, void *vout)
{
	const struct shelf_list_in *in = vin;
	struct shelf_list_out *out = vout;
	struct query page = query_new(c, ""), count = query_new(c, "SELECT COUNT(*) FROM files f");
	struct number total, used;

	query_add(&page, SELECT, ARGS(INT(c->now)));
	put_filters(c, &page, in);
	put_filters(c, &count, in);
	put_order(&page, in->order);
	query_add(&page, " LIMIT ? OFFSET ?", ARGS(INT(in->page.size), INT(page_offset(&in->page))));
	if (!query_list(c, &page, &out->files, ROW_OF(shelf_file, cols)) ||
	    !query_one(c, &count, &total, ROW_OF(number, number_cols)) ||
	    !db_one(c, &shelf_sql[USED], &used, "db.failed", ARGS(INT(c->who.user_id))))
		return false;
	struct shelf_file *f = out->files.items;
	for (size_t i = 0; i < out->files.n; i++)
		shelf_give_url(c, &f[i]);
	out->meta = page_meta(&in->page, total.n);
	out->used = used.n;
	out->quota = c->cfg->quota;
	return true;
}

/* -- one file -- */

static bool own(struct ctx *c, const char *public_id, struct shelf_file *f, bool deleted)
{
	if (!db_one(c, &shelf_sql[ONE], f, "file.missing", ARGS(INT(c->now), KEY(public_id), INT(c->who.user_id))))
		return false;
	return (f->deleted_at != 0) == deleted || fail(c, E_NOT_FOUND, "file.missing");
}

bool shelf_get(struct ctx *c, const void *vin, void *vout)
{
	struct shelf_file *out = vout;

	if (!own(c, ((const struct shelf_file_in *)vin)->file_id, out, false))
		return false;
	shelf_give_url(c, out);
	return true;
}

static const char *ending(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot != NULL && dot != name ? dot : "";
}

/* What the bytes are was checked against the ending: it stays. */
bool shelf_rename(struct ctx *c, const void *vin, void *vout)
{
	const struct shelf_file_in *in = vin;
	struct shelf_file *out = vout;
	char name[256];

	if (!own(c, in->file_id, out, false))
		return false;
	file_name_clean(in->name, strlen(in->name), name, sizeof(name));
	if (strcasecmp(ending(name), ending(out->file.name)) != 0)
		return fail_field(c, "filename", "file.ending");
	if (!db_exec(c, &shelf_sql[RENAME], NULL, ARGS(STR(name), INT(out->file.id))))
		return false;
	out->file.name = arena_strdup(c->mem, name);
	shelf_give_url(c, out);
	return true;
}

bool shelf_delete(struct ctx *c, const void *vin, void *out)
{
	struct shelf_file f;

	(void)out;
	return own(c, ((const struct shelf_file_in *)vin)->file_id, &f, false) &&
	       db_exec(c, &shelf_sql[DELETE], NULL, ARGS(INT(c->now), INT(f.file.id)));
}

bool shelf_restore(struct ctx *c, const void *vin, void *vout)
{
	struct shelf_file *out = vout;

	if (!own(c, ((const struct shelf_file_in *)vin)->file_id, out, true))
		return false;
	if (out->deleted_at <= c->now - UNDO_MS)
		return fail(c, E_NOT_FOUND, "file.missing");
	if (!shelf_has_room(c, out->file.size) ||
	    !db_exec(c, &shelf_sql[RESTORE], NULL, ARGS(INT(out->file.id), INT(c->now - UNDO_MS))))
		return false;
	out->deleted_at = 0;
	shelf_give_url(c, out);
	return true;
}

bool shelf_has_room(struct ctx *c, int64_t size)
{
	struct number used;

	if (!db_one(c, &shelf_sql[USED], &used, "db.failed", ARGS(INT(c->who.user_id))))
		return false;
	return used.n + size <= c->cfg->quota || fail(c, E_TOO_LARGE, "file.quota");
}
