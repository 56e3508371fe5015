/* Links by which a kept file is shared: they end by themselves, may have a password, and count how often they were opened. */
#include "../auth/auth.h"
#include "../core/text.h"
#include "shelf.h"
#include "sql_tables.h"
#include <string.h>

enum { HOUR_MS = 3600000 };
struct share_row {
	struct share share; /* first: it has the same columns */
	const char *password_hash;
	struct file file;
};
// clang-format off
#define COL_ROWS \
	{ COL_INT, offsetof(struct share, id) },      { COL_STR, offsetof(struct share, token) }, \
	{ COL_STR, offsetof(struct share, file_id) }, { COL_BOOL, offsetof(struct share, has_password) }, \
	{ COL_INT, offsetof(struct share, opened) },  { COL_INT, offsetof(struct share, expires_at) }, \
	{ COL_INT, offsetof(struct share, created_at) }
// clang-format on
static const struct col cols[] = { COL_ROWS };
static const struct col found_cols[] = {
	COL_ROWS,
	{ COL_STR, offsetof(struct share_row, password_hash) },
	{ COL_STR, offsetof(struct share_row, file.name) },
	{ COL_STR, offsetof(struct share_row, file.mime) },
	{ COL_INT, offsetof(struct share_row, file.size) },
};
#define COLS "s.id, s.token, f.public_id, s.password_hash <> '', s.opened, s.expires_at, s.created_at"
#define OPEN " FROM file_shares s JOIN files f ON f.id = s.file_id AND f.deleted_at IS NULL"

enum { BY_TOKEN, OF_FILE, ADD, END, COUNT_OPENED, FORGET_OLD, SQL__MAX };
const struct stmt share_sql[SQL__MAX] = {
	[BY_TOKEN] = { "SELECT " COLS ", s.password_hash, f.name, f.mime, f.size" OPEN " WHERE s.token = ? AND s.expires_at > ?",
		       ROW(share_row, found_cols) },
	[OF_FILE] = { "SELECT " COLS OPEN " WHERE s.file_id = ? AND s.expires_at > ? ORDER BY s.id DESC", ROW(share, cols) },
	[ADD] = { "INSERT INTO file_shares (token, file_id, password_hash, expires_at, created_at) VALUES (?, ?, ?, ?, ?)" },
	[END] = { "UPDATE file_shares SET expires_at = ? WHERE id = ?" },
	[COUNT_OPENED] = { "UPDATE file_shares SET opened = opened + 1 WHERE id = ?" },
	[FORGET_OLD] = { "DELETE FROM file_shares WHERE file_id = ? AND expires_at <= ?" },
};
const size_t share_sql_n = SQL__MAX;

static bool own_file(struct ctx *c, const struct share_in *in, struct shelf_file *f)
{
	return shelf_get(c, &(struct shelf_file_in){ .file_id = in->file_id }, f);
}

bool share_create(struct ctx *c, const void *vin, void *vout)
{
	const struct share_in *in = vin;
	struct share *out = vout;
	struct shelf_file f = { 0 };
	char hash[128] = "";

	if (!own_file(c, in, &f))
		return false;
	if (in->password != NULL && *in->password != '\0' && !password_hash(hash, in->password))
		return fail(c, E_UNAVAILABLE, "db.failed");
	*out = (struct share){ .token = random_id(c->mem, "", 32),
			       .file_id = f.file.public_id,
			       .has_password = *hash != '\0',
			       .expires_at = c->now + in->hours * HOUR_MS,
			       .created_at = c->now };
	return db_exec(c, &share_sql[FORGET_OLD], NULL, ARGS(INT(f.file.id), INT(c->now))) &&
	       db_exec(c, &share_sql[ADD], &out->id,
		       ARGS(STR(out->token), INT(f.file.id), STR(hash), INT(out->expires_at), INT(c->now)));
}

bool share_list(struct ctx *c, const void *vin, void *vout)
{
	struct share_list_out *out = vout;
	struct shelf_file f = { 0 };

	return own_file(c, vin, &f) && db_list(c, &share_sql[OF_FILE], &out->shares, ARGS(INT(f.file.id), INT(c->now)));
}

static bool by_token(struct ctx *c, const char *token, struct share_row *row)
{
	return db_one(c, &share_sql[BY_TOKEN], row, "share.missing", ARGS(KEY(token), INT(c->now)));
}

bool share_end(struct ctx *c, const void *vin, void *out)
{
	const struct share_in *in = vin;
	struct shelf_file f = { 0 };
	struct share_row row;

	(void)out;
	if (!own_file(c, in, &f) || !by_token(c, in->token, &row))
		return false;
	if (strcmp(row.share.file_id, f.file.public_id) != 0)
		return fail(c, E_NOT_FOUND, "share.missing");
	return db_exec(c, &share_sql[END], NULL, ARGS(INT(c->now), INT(row.share.id)));
}

/* -- for who holds the token -- */

bool share_look(struct ctx *c, const void *vin, void *vout)
{
	struct shared *out = vout;
	struct share_row row;

	if (!by_token(c, ((const struct share_in *)vin)->token, &row))
		return false;
	*out = (struct shared){ .share = row.share };
	if (!row.share.has_password)
		out->file.file = row.file;
	return true;
}

bool share_open(struct ctx *c, const void *vin, void *vout)
{
	const struct share_in *in = vin;
	struct shared *out = vout;
	struct share_row row;

	if (!by_token(c, in->token, &row))
		return false;
	if (row.share.has_password && (in->password == NULL || !password_check(row.password_hash, in->password)))
		return fail_field(c, "password", "share.password");
	*out = (struct shared){ .share = row.share, .file.file = row.file };
	out->file.file.public_id = row.share.file_id;
	shelf_give_url(c, &out->file);
	return db_exec(c, &share_sql[COUNT_OPENED], NULL, ARGS(INT(row.share.id)));
}
