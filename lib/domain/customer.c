/* Customers as staff see them: list and search. */
#include "../core/text.h"
#include "sql_tables.h"
#include "user.h"
#include "user_row.h"

struct number {
	int64_t n;
};
static const struct col number_cols[] = { { COL_INT, offsetof(struct number, n) } };

enum { PAGE, TOTAL, SQL__MAX };
#define FILTERS                                                                                                                    \
	"role = 0 AND deleted_at IS NULL AND (? IS NULL OR full_name LIKE ? OR email LIKE ? OR phone LIKE ? OR public_id LIKE ? "  \
	"OR identifier LIKE ?)"
const struct stmt customer_sql[] = {
	[PAGE] = { "SELECT " USER_COLS " FROM users WHERE " FILTERS " ORDER BY last_active_at DESC, id DESC LIMIT ? OFFSET ?",
		   USER_ROW },
	[TOTAL] = { "SELECT COUNT(*) FROM users WHERE " FILTERS, ROW(number, number_cols) },
};
const size_t customer_sql_n = SQL__MAX;

static void show(struct ctx *c, struct user *u)
{
	if (!(c->who.permissions & MAY_CONTACTS_WRITE))
		u->phone = phone_masked(c->mem, u->phone);
	user_finish(c, u);
}

bool customer_list(struct ctx *c, const void *vin, void *vout)
{
	const struct user_list_in *in = vin;
	struct user_list_out *out = vout;
	const char *q = in->search != NULL && *in->search ? text_like(c->mem, in->search, true) : NULL;
	const struct val v[] = { STR(q), STR(q), STR(q), STR(q), STR(q), STR(q), INT(in->limit), INT(in->offset) };
	struct number total;

	if (!db_list(c, &customer_sql[PAGE], &out->users, v, COUNT(v)) ||
	    !db_one(c, &customer_sql[TOTAL], &total, "db.failed", v, COUNT(v) - 2))
		return false;
	for (size_t i = 0; i < out->users.n; i++)
		show(c, (struct user *)out->users.items + i);
	out->total = total.n;
	out->has_more = in->offset + (int64_t)out->users.n < total.n;
	return true;
}
