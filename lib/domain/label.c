#include "label.h"
#include "../db/query.h"
#include "audit.h"
#include "conversation_tally.h"
#include "event.h"
#include "sql_tables.h"
#include "unique.h"
#include "user_row.h"
#include <string.h>

#define COLOR_OTHERWISE "#64748b"

static const struct col row[] = {
	{ COL_INT, offsetof(struct label, id) },         { COL_STR, offsetof(struct label, title) },
	{ COL_STR, offsetof(struct label, color) },      { COL_STR, offsetof(struct label, description) },
	{ COL_INT, offsetof(struct label, created_at) }, { COL_INT, offsetof(struct label, updated_at) },
};
#define SELECT "SELECT id, title, color, description, created_at, updated_at FROM labels"

enum { BY_ID, ADD, CHANGE, DELETE, UNSTICK, SQL__MAX };
const struct stmt label_sql[SQL__MAX] = {
	[BY_ID] = { SELECT " WHERE id = ?", ROW(label, row) },
	[ADD] = { "INSERT INTO labels (title, color, description, created_at, updated_at) VALUES (?, ?, ?, ?, ?)" },
	[CHANGE] = { "UPDATE labels SET title = COALESCE(?, title), color = COALESCE(?, color), "
		     "description = COALESCE(?, description), updated_at = ? WHERE id = ?" },
	[DELETE] = { "DELETE FROM labels WHERE id = ?" },
	[UNSTICK] = { "DELETE FROM conversation_labels WHERE label_id = ?" },
};
const size_t label_sql_n = SQL__MAX;

bool color_ok(const char *s)
{
	return strlen(s) == 7 && *s == '#' && strspn(s + 1, "0123456789abcdefABCDEF") == 6;
}

static void search(struct ctx *c, struct query *q, const char *what)
{
	if (what != NULL && *what != '\0')
		query_where(q, "title LIKE ?", ARGS(STR(text_like(c->mem, what, true))));
}

bool label_list(struct ctx *c, const void *vin, void *vout)
{
	const struct label_list_in *in = vin;
	struct label_list_out *out = vout;
	struct query page = query_new(c, SELECT), count = query_new(c, "SELECT COUNT(*) FROM labels");
	struct number total;

	search(c, &page, in->search);
	search(c, &count, in->search);
	query_add(&page, " ORDER BY title LIMIT ? OFFSET ?", ARGS(INT(in->page.size), INT(page_offset(&in->page))));
	if (!query_list(c, &page, &out->labels, ROW_OF(label, row)) || !query_one(c, &count, &total, ROW_OF(number, number_cols)))
		return false;
	out->meta = page_meta(&in->page, total.n);
	return true;
}

/* The consoles learn of it with the numbers beside their labels. */
static bool tell(struct ctx *c)
{
	event_wake(c, "counts", 0);
	return true;
}

static bool by_id(struct ctx *c, int64_t id, void *out)
{
	return db_one(c, &label_sql[BY_ID], out, "label.missing", ARGS(INT(id)));
}

bool label_get(struct ctx *c, const void *vin, void *out)
{
	return by_id(c, ((const struct label_id_in *)vin)->id, out);
}

bool label_create(struct ctx *c, const void *vin, void *out)
{
	const struct label_write_in *in = vin;
	const char *color = in->color != NULL ? in->color : COLOR_OTHERWISE;
	int64_t id;

	if (!color_ok(color))
		return fail_field(c, "color", "label.bad_color");
	if (!db_exec(c, &label_sql[ADD], &id,
		     ARGS(STR(in->title), STR(color), STR(in->description != NULL ? in->description : ""), INT(c->now),
			  INT(c->now))))
		return fail_unique(c, "title", "label.title_taken");
	return audit(c, "label:create", id, audit_named(c, "title", in->title)) && tell(c) && by_id(c, id, out);
}

bool label_update(struct ctx *c, const void *vin, void *vout)
{
	const struct label_write_in *in = vin;
	struct label *out = vout;

	if (in->color != NULL && !color_ok(in->color))
		return fail_field(c, "color", "label.bad_color");
	if (!db_exec(c, &label_sql[CHANGE], NULL,
		     ARGS(STR(in->title), STR(in->color), STR(in->description), INT(c->now), INT(in->id))))
		return fail_unique(c, "title", "label.title_taken");
	return by_id(c, in->id, out) && audit(c, "label:update", in->id, audit_named(c, "title", out->title)) && tell(c);
}

bool label_delete(struct ctx *c, const void *vin, void *out)
{
	const struct label_id_in *in = vin;
	struct label before;

	(void)out;
	return by_id(c, in->id, &before) && db_exec(c, &label_sql[DELETE], NULL, ARGS(INT(in->id))) &&
	       db_exec(c, &label_sql[UNSTICK], NULL, ARGS(INT(in->id))) && tally_forget_label(c, in->id) &&
	       audit(c, "label:delete", in->id, audit_named(c, "title", before.title)) && tell(c);
}
