#include "canned.h"
#include "../db/query.h"
#include "audit.h"
#include "sql_tables.h"
#include "unique.h"
#include "user_row.h"
#include <string.h>

static const struct col row[] = {
	{ COL_INT, offsetof(struct canned, id) },         { COL_STR, offsetof(struct canned, short_code) },
	{ COL_STR, offsetof(struct canned, content) },    { COL_INT, offsetof(struct canned, created_at) },
	{ COL_INT, offsetof(struct canned, updated_at) },
};
#define SELECT "SELECT id, short_code, content, created_at, updated_at FROM canned_responses"

enum { BY_ID, ADD, CHANGE, DELETE, SQL__MAX };
const struct stmt canned_sql[SQL__MAX] = {
	[BY_ID] = { SELECT " WHERE id = ?", ROW(canned, row) },
	[ADD] = { "INSERT INTO canned_responses (short_code, content, created_at, updated_at) VALUES (?, ?, ?, ?)" },
	[CHANGE] = { "UPDATE canned_responses SET short_code = COALESCE(?, short_code), content = COALESCE(?, content), "
		     "updated_at = ? WHERE id = ?" },
	[DELETE] = { "DELETE FROM canned_responses WHERE id = ?" },
};
const size_t canned_sql_n = SQL__MAX;

static char *lower(struct arena *mem, const char *s)
{
	char *out = arena_strdup(mem, s);

	for (char *p = out; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p |= 0x20;
	return out;
}

/* NULL stays NULL. */
static bool read_code(struct ctx *c, const char *given, const char **code)
{
	*code = given != NULL ? lower(c->mem, given) : NULL;
	return *code == NULL || strspn(*code, "abcdefghijklmnopqrstuvwxyz0123456789_-") == strlen(*code) ||
	       fail_field(c, "short_code", "canned.bad_code");
}

bool canned_list(struct ctx *c, const void *vin, void *vout)
{
	const struct canned_list_in *in = vin;
	struct canned_list_out *out = vout;
	struct query page = query_new(c, SELECT), count = query_new(c, "SELECT COUNT(*) FROM canned_responses");
	struct number total;

	if (in->search != NULL && *in->search != '\0') {
		const char *code = text_like(c->mem, lower(c->mem, in->search), false);
		const char *part = text_like(c->mem, in->search, true);
		query_where(&page, "(short_code LIKE ? OR content LIKE ?)", ARGS(STR(code), STR(part)));
		query_where(&count, "(short_code LIKE ? OR content LIKE ?)", ARGS(STR(code), STR(part)));
		query_add(&page, " ORDER BY short_code LIKE ? DESC, short_code", ARGS(STR(code)));
	} else {
		query_add(&page, " ORDER BY short_code", NOARGS);
	}
	query_add(&page, " LIMIT ? OFFSET ?", ARGS(INT(in->page.size), INT(page_offset(&in->page))));
	if (!query_list(c, &page, &out->canned, ROW_OF(canned, row)) || !query_one(c, &count, &total, ROW_OF(number, number_cols)))
		return false;
	out->meta = page_meta(&in->page, total.n);
	return true;
}

static bool by_id(struct ctx *c, int64_t id, void *out)
{
	return db_one(c, &canned_sql[BY_ID], out, "canned.missing", ARGS(INT(id)));
}

bool canned_get(struct ctx *c, const void *vin, void *out)
{
	return by_id(c, ((const struct canned_id_in *)vin)->id, out);
}

bool canned_create(struct ctx *c, const void *vin, void *out)
{
	const struct canned_write_in *in = vin;
	const char *code;
	int64_t id;

	if (!read_code(c, in->short_code, &code))
		return false;
	if (!db_exec(c, &canned_sql[ADD], &id, ARGS(STR(code), STR(in->content), INT(c->now), INT(c->now))))
		return fail_unique(c, "short_code", "canned.code_taken");
	return audit(c, "canned_response:create", id, audit_named(c, "short_code", code)) && by_id(c, id, out);
}

bool canned_update(struct ctx *c, const void *vin, void *vout)
{
	const struct canned_write_in *in = vin;
	struct canned *out = vout;
	const char *code;

	if (!read_code(c, in->short_code, &code))
		return false;
	if (!db_exec(c, &canned_sql[CHANGE], NULL, ARGS(STR(code), STR(in->content), INT(c->now), INT(in->id))))
		return fail_unique(c, "short_code", "canned.code_taken");
	return by_id(c, in->id, out) && audit(c, "canned_response:update", in->id, audit_named(c, "short_code", out->short_code));
}

bool canned_delete(struct ctx *c, const void *vin, void *out)
{
	const struct canned_id_in *in = vin;
	struct canned before;

	(void)out;
	return by_id(c, in->id, &before) && db_exec(c, &canned_sql[DELETE], NULL, ARGS(INT(in->id))) &&
	       audit(c, "canned_response:delete", in->id, audit_named(c, "short_code", before.short_code));
}
