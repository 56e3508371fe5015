#include "resumable.h"
#include "../core/log.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "../file/accept.h"
#include "../file/digest.h"
#include "../file/multipart.h"
#include "../file/partial.h"
#include "shelf.h"
#include "sql_tables.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define COLS "u.id, u.public_id, u.owner_id, u.conversation_id, u.name, u.category, u.size, u.created_at, u.expires_at, u.file_id"
#define COL_ROWS                                                                                                                   \
	{ COL_INT, offsetof(struct resumable, id) }, { COL_STR, offsetof(struct resumable, public_id) },                           \
		{ COL_INT, offsetof(struct resumable, owner_id) }, { COL_INT, offsetof(struct resumable, conversation_id) },       \
		{ COL_STR, offsetof(struct resumable, name) }, { COL_STR, offsetof(struct resumable, category) },                  \
		{ COL_INT, offsetof(struct resumable, size) }, { COL_INT, offsetof(struct resumable, created_at) },                \
		{ COL_INT, offsetof(struct resumable, expires_at) },                                                               \
	{                                                                                                                          \
		COL_INT, offsetof(struct resumable, file_id)                                                                       \
	}
static const struct col cols[] = { COL_ROWS };
static const struct col found_cols[] = { COL_ROWS, { COL_STR, offsetof(struct resumable, file) } };

enum { ADD, UNFINISHED, RESERVED, FIND, HOLD, BECAME, REMOVE, LAPSED, SQL__MAX };
const struct stmt resumable_sql[SQL__MAX] = {
	[ADD] = { "INSERT INTO uploads (public_id, owner_id, conversation_id, name, category, size, created_at, expires_at) "
		  "VALUES (?, ?, ?, ?, ?, ?, ?, ?)" },
	[UNFINISHED] = { "SELECT COUNT(*) FROM uploads WHERE owner_id = ? AND conversation_id = ? AND file_id = 0 AND expires_at > "
			 "?",
			 ROW(number, number_cols) },
	[RESERVED] = { "SELECT COALESCE(SUM(size), 0) FROM uploads WHERE owner_id = ? AND conversation_id = 0 AND file_id = 0 AND "
		       "expires_at > ? AND category = '" FILE_KEPT "'",
		       ROW(number, number_cols) },
	[FIND] = { "SELECT " COLS ", f.public_id FROM uploads u LEFT JOIN files f ON f.id = u.file_id AND f.deleted_at IS NULL "
		   "WHERE u.public_id = ? AND u.expires_at > ?",
		   ROW(resumable, found_cols) },
	[HOLD] = { "SELECT " COLS ", f.public_id FROM uploads u LEFT JOIN files f ON f.id = u.file_id AND f.deleted_at IS NULL "
		   "WHERE u.id = ? FOR UPDATE",
		   ROW(resumable, found_cols) },
	[BECAME] = { "UPDATE uploads SET file_id = ? WHERE id = ?" },
	[REMOVE] = { "DELETE FROM uploads WHERE id = ?" },
	[LAPSED] = { "SELECT " COLS " FROM uploads u WHERE u.expires_at <= ? ORDER BY u.expires_at LIMIT 100",
		     ROW(resumable, cols) },
};
const size_t resumable_sql_n = SQL__MAX;

static const char *folder(struct ctx *c)
{
	return arena_printf(c->mem, "%s/files", c->cfg->var);
}

/* -- beginning one -- */

/* A visitor has the key of a conversation, others themselves. */
static bool owner(struct ctx *c, const char *session_id, struct resumable *u)
{
	struct conversation v = { 0 };

	if (c->who.user_id != 0) {
		u->owner_id = c->who.user_id;
		return true;
	}
	if (session_id == NULL)
		return fail(c, E_UNAUTHENTICATED, "auth.needed");
	if (!conversation_find(c, session_id, &v))
		return false;
	u->owner_id = v.contact_id;
	u->conversation_id = v.id;
	return true;
}

static bool read_metadata(struct ctx *c, const char *text, struct resumable *u)
{
	enum { CATEGORY_MAX = 20 };
	struct tus_metadata m = { 0 };
	char name[256];

	if (!tus_metadata_read(c->mem, text, strlen(text), &m))
		return fail_field(c, "Upload-Metadata", "upload.metadata");
	const char *said = tus_metadata_get(&m, "filename"), *category = tus_metadata_get(&m, "category");
	if (said == NULL && (said = tus_metadata_get(&m, "name")) == NULL)
		return fail_field(c, "filename", "input.missing");
	if (category != NULL && utf8_count(category, strlen(category)) > CATEGORY_MAX)
		return fail_field(c, "category", "input.too_long");
	file_name_clean(said, strlen(said), name, sizeof(name));
	u->name = arena_strdup(c->mem, name);
	u->category = category != NULL ? category : "";
	return true;
}

static bool is_kept(const struct resumable *u)
{
	return u->category != NULL && strcmp(u->category, FILE_KEPT) == 0;
}

/* What is to stay counts from its beginning, with what else is under way. A visitor keeps nothing. */
static bool has_room(struct ctx *c, const struct resumable *u)
{
	struct number reserved;

	if (!is_kept(u))
		return true;
	if (u->conversation_id != 0)
		return fail_field(c, "category", "input.unknown_value");
	return db_one(c, &resumable_sql[RESERVED], &reserved, "db.failed", ARGS(INT(u->owner_id), INT(c->now))) &&
	       shelf_has_room(c, reserved.n + u->size);
}

bool resumable_create(struct ctx *c, const void *vin, void *vout)
{
	const struct resumable_create_in *in = vin;
	struct resumable *u = vout;
	struct number open;

	*u = (struct resumable){ .size = in->size, .created_at = c->now, .expires_at = c->now + RESUMABLE_DAY_MS };
	if (!owner(c, in->session_id, u) || !read_metadata(c, in->metadata, u) || !upload_announced(c, u->name, u->size) ||
	    !has_room(c, u))
		return false;
	if (!db_one(c, &resumable_sql[UNFINISHED], &open, "db.failed",
		    ARGS(INT(u->owner_id), INT(u->conversation_id), INT(c->now))))
		return false;
	if (open.n >= RESUMABLE_AT_ONCE)
		return fail(c, E_CONFLICT, "upload.too_many");
	u->public_id = random_id(c->mem, "up_", 22);
	return db_exec(c, &resumable_sql[ADD], &u->id,
		       ARGS(STR(u->public_id), INT(u->owner_id), INT(u->conversation_id), STR(u->name), STR(u->category),
			    INT(u->size), INT(u->created_at), INT(u->expires_at)));
}

/* -- going on -- */

static bool mine(struct ctx *c, const struct resumable *u, const char *session_id)
{
	struct conversation v = { 0 };

	if (u->conversation_id == 0)
		return c->who.user_id != 0 && c->who.user_id == u->owner_id;
	if (session_id == NULL)
		return false;
	bool found = conversation_find(c, session_id, &v);
	if (!found && c->err.code == E_NOT_FOUND)
		c->err = (struct err){ 0 };
	return found && v.id == u->conversation_id;
}

static bool measure(struct ctx *c, struct resumable *u)
{
	u->offset = u->file_id != 0 ? u->size : partial_size(c->mem, folder(c), u->public_id);
	return u->offset >= 0 || storage_failed(c, u->public_id);
}

bool resumable_find(struct ctx *c, const void *vin, void *out)
{
	const struct resumable_in *in = vin;
	struct resumable *u = out;

	if (!db_one(c, &resumable_sql[FIND], u, "upload.missing", ARGS(KEY(in->upload_id), INT(c->now))))
		return false;
	if (!mine(c, u, in->session_id))
		return fail(c, E_NOT_FOUND, "upload.missing");
	return measure(c, u);
}

/* Until the request ends. */
static bool hold(struct ctx *c, struct resumable *u)
{
	u->held = arena_alloc(c->mem, sizeof(*u->held));
	if (partial_open(c->mem, folder(c), u->public_id, u->held)) {
		u->offset = u->held->size;
		return true;
	}
	u->held = NULL;
	return errno == EWOULDBLOCK ? fail_wait(c, E_LOCKED, "upload.busy", 1) : storage_failed(c, u->public_id);
}

/* Looked at again: who held it before may have made it a file, or removed it. */
static bool hold_bytes(struct ctx *c, struct resumable *u)
{
	struct resumable now = { 0 };
	bool found;

	if (!hold(c, u) || !db_find(c, &resumable_sql[FIND], &now, &found, ARGS(STR(u->public_id), INT(c->now))))
		return false;
	if (!found || now.file_id != 0)
		partial_remove(u->held);
	if (!found)
		return fail(c, E_NOT_FOUND, "upload.missing");
	if (now.file_id != 0) {
		u->file_id = now.file_id;
		u->file = now.file;
		u->offset = u->size;
	}
	return true;
}

enum { READ = 65536, SLOW_AFTER_MS = 30000 };

/* So slow that it keeps others waiting: it goes on later. */
static bool crawls(int64_t began, int64_t got)
{
	int64_t ms = mono_ms() - began;

	return ms > SLOW_AFTER_MS && got < ms; /* a byte a millisecond */
}

/* The body, as far as it comes, to where it belongs: true when it came whole. */
static bool pump(struct ctx *c, bool (*take)(void *, const void *, size_t), void *to, int64_t *got)
{
	const struct incoming *body = c->body;
	char *chunk = arena_alloc(c->mem, READ);
	int64_t began = mono_ms();
	long n = 1;

	for (*got = 0; body != NULL && *got < body->n && !crawls(began, *got); *got += n) {
		int64_t left = body->n - *got;
		n = body->read(body->arg, chunk, (size_t)(left < READ ? left : READ));
		if (n <= 0)
			break;
		if (!take(to, chunk, (size_t)n))
			return storage_failed(c, "part");
	}
	return body == NULL || *got == body->n || fail_wait(c, E_UNAVAILABLE, "upload.cut", 1);
}

static bool take_bytes(void *to, const void *data, size_t n)
{
	return partial_append(to, data, n);
}

/* What has a checksum waits beside until it is known to be good. */
struct checked {
	struct partial beside;
	struct digest *digest;
};

static bool take_checked(void *to, const void *data, size_t n)
{
	struct checked *k = to;

	digest_add(k->digest, data, n);
	return partial_append(&k->beside, data, n);
}

static bool append_checked(struct ctx *c, struct partial *p, const struct tus_checksum *want)
{
	struct checked k = { .digest = digest_begin(c->mem, want->by) };
	int64_t got;

	if (k.digest == NULL || !partial_beside(c->mem, p, &k.beside))
		return storage_failed(c, p->path);
	if (!pump(c, take_checked, &k, &got))
		return false;
	if (!digest_is(k.digest, want))
		return fail(c, E_CHECKSUM, "upload.checksum");
	return partial_join(p, &k.beside) || storage_failed(c, p->path);
}

static bool append(struct ctx *c, const char *checksum, struct partial *p)
{
	struct tus_checksum want;
	int64_t got;

	if (checksum == NULL)
		return pump(c, take_bytes, p, &got);
	if (!tus_checksum_read(checksum, strlen(checksum), &want))
		return fail_field(c, "Upload-Checksum", "upload.algorithm");
	return append_checked(c, p, &want);
}

bool resumable_append(struct ctx *c, const void *vin, void *out)
{
	const struct resumable_append_in *in = vin;
	struct resumable *u = out;

	if (!resumable_find(c, &(struct resumable_in){ in->upload_id, in->session_id }, u) ||
	    (u->file_id == 0 && !hold_bytes(c, u)))
		return false;
	if (in->offset != u->offset)
		return fail(c, E_CONFLICT, "upload.offset");
	if (c->body != NULL && c->body->n > u->size - u->offset)
		return fail(c, E_TOO_LARGE, "upload.too_long");
	if (u->held == NULL || u->file_id != 0) /* nothing is left to come */
		return true;
	bool good = append(c, in->checksum, u->held);
	u->offset = u->held->size;
	return (partial_sync(u->held) || storage_failed(c, u->held->path)) && good;
}

/* -- when it is whole -- */

static void refuse(struct ctx *c, const struct resumable *u)
{
	struct err why = c->err;

	partial_remove(u->held);
	c->err = (struct err){ 0 };
	if (!db_exec(c, &resumable_sql[REMOVE], NULL, ARGS(INT(u->id))))
		log_warn(c, "upload.refused", "%s stays until its time is over", u->public_id);
	c->err = why;
}

bool resumable_accept(struct ctx *c, struct resumable *u, struct resumable_whole *whole)
{
	if (u->held == NULL && !hold_bytes(c, u))
		return false;
	if (u->file_id != 0)
		return true;
	*whole = (struct resumable_whole){ .of = u };
	snprintf(whole->upload.filename, sizeof(whole->upload.filename), "%s", u->name);
	whole->upload.scan_ms = u->scan_ms;
	whole->upload.blob = blob_copy(c->mem, folder(c), u->held->path);
	if (whole->upload.blob == NULL || !blob_finish(whole->upload.blob))
		return storage_failed(c, u->held->path);
	if (upload_accept(c, &whole->upload))
		return true;
	if (!failed_for_now(c->err.code)) /* those may be better the next time */
		refuse(c, u);
	return false;
}

bool resumable_keep(struct ctx *c, const void *vin, void *out)
{
	const struct resumable_whole *whole = vin;
	struct resumable *u = out;
	struct file f = file_of(c, &whole->upload);
	bool found;

	if (!db_find(c, &resumable_sql[HOLD], u, &found, ARGS(INT(whole->of->id))))
		return false;
	if (!found)
		return fail(c, E_NOT_FOUND, "upload.missing");
	u->offset = u->size;
	if (u->file_id != 0) /* by a request that was faster */
		return true;
	f.owner_id = u->owner_id;
	f.stream = u->conversation_id;
	f.category = u->category;
	if ((is_kept(u) && !shelf_has_room(c, f.size)) || !file_keep(c, &whole->upload, &f))
		return false;
	u->file_id = f.id;
	u->file = f.public_id;
	return db_exec(c, &resumable_sql[BECAME], NULL, ARGS(INT(f.id), INT(u->id)));
}

void resumable_clean(const struct resumable *u)
{
	if (u->held != NULL)
		partial_remove(u->held);
}

bool resumable_file(struct ctx *c, const char *upload_id, const char *session_id, struct file *f)
{
	struct resumable u = { 0 };
	bool found;

	if (!resumable_find(c, &(struct resumable_in){ upload_id, session_id }, &u))
		return false;
	if (u.file_id == 0)
		return fail(c, E_CONFLICT, "upload.unfinished");
	return file_hold(c, u.file_id, f, &found) && (found || fail(c, E_NOT_FOUND, "upload.missing"));
}

/* -- the end of one -- */

static bool remove_it(struct ctx *c, struct resumable *u)
{
	if (!hold(c, u))
		return false;
	partial_remove(u->held);
	return db_exec(c, &resumable_sql[REMOVE], NULL, ARGS(INT(u->id)));
}

bool resumable_stop(struct ctx *c, const void *in, void *out)
{
	struct resumable *u = out;

	return resumable_find(c, in, u) && remove_it(c, u);
}

bool resumable_lapse(struct ctx *c, void *arg)
{
	struct list old;

	(void)arg;
	if (!db_list(c, &resumable_sql[LAPSED], &old, ARGS(INT(c->now))))
		return false;
	struct resumable *u = old.items;
	for (size_t i = 0; i < old.n; i++) {
		if (remove_it(c, &u[i]))
			continue;
		if (c->err.code != E_LOCKED)
			return false;
		c->err = (struct err){ 0 }; /* bytes are just coming: the next time */
	}
	partial_sweep(c->mem, folder(c), c->now - 2 * (int64_t)RESUMABLE_DAY_MS);
	return true;
}
