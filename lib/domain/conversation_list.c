/* The inbox: conversations in the caller's scope, newest activity first. */
#include "../core/text.h"
#include "conversation.h"
#include "conversation_row.h"
#include "sql_tables.h"
#include "user_row.h"
#include <string.h>

/* Filters by fixed variants: NULL = any. Scope: supervisors pass 1, agents their id. */
#define SCOPE                                                                                                                      \
	"(? = 1 OR c.assignee_id IS NULL OR c.assignee_id = ? OR c.team_id IN (SELECT team_id FROM team_members WHERE user_id = "  \
	"?))"
#define FILTERS                                                                                                                    \
	"(? IS NULL OR c.status = ?) AND (? IS NULL OR c.agent_type = ?) AND (? IS NULL OR c.priority = ?) "                       \
	"AND (? IS NULL OR (? = 0 AND c.assignee_id IS NULL) OR c.assignee_id = ?) AND (? IS NULL OR c.session_id = ?) "           \
	"AND (? IS NULL OR u.full_name LIKE ? OR u.public_id LIKE ? OR u.email LIKE ? OR c.last_text LIKE ?)"

struct counts_row {
	int64_t mine, unassigned, all, waiting;
};
static const struct col counts_cols[] = {
	{ COL_INT, offsetof(struct counts_row, mine) },
	{ COL_INT, offsetof(struct counts_row, unassigned) },
	{ COL_INT, offsetof(struct counts_row, all) },
	{ COL_INT, offsetof(struct counts_row, waiting) },
};
struct total_row {
	int64_t n;
};
static const struct col total_cols[] = { { COL_INT, offsetof(struct total_row, n) } };

enum { PAGE, TOTAL, COUNTS, SQL__MAX };
const struct stmt conversation_list_sql[SQL__MAX] = {
	[PAGE] = { "SELECT " CONVERSATION_COLS CONVERSATION_NAMES CONVERSATION_JOINS "WHERE " SCOPE " AND " FILTERS
		   " ORDER BY c.last_message_at DESC, c.id DESC LIMIT ? OFFSET ?",
		   CONVERSATION_FULL_ROW },
	[TOTAL] = { "SELECT COUNT(*)" CONVERSATION_JOINS "WHERE " SCOPE " AND " FILTERS, ROW(total_row, total_cols) },
	[COUNTS] = { "SELECT SUM(c.assignee_id = ?), SUM(c.assignee_id IS NULL), COUNT(*), SUM(c.queue_rank IS NOT NULL) "
		     "FROM conversations c WHERE c.status IN (0, 1) AND " SCOPE,
		     ROW(counts_row, counts_cols) },
};
const size_t conversation_list_sql_n = SQL__MAX;

static struct val int_or_any(int64_t v)
{
	return v < 0 ? (struct val){ .t = 'n' } : INT(v);
}

/* "me", "none" or a number, as the number to compare with: 0 = unassigned, -1 = any. */
static bool read_assignee(struct ctx *c, const char *text, int64_t *id)
{
	*id = -1;
	if (text == NULL || *text == '\0')
		return true;
	if (strcmp(text, "me") == 0)
		*id = c->who.user_id;
	else if (strcmp(text, "none") == 0)
		*id = 0;
	else if (!parse_int(text, strlen(text), id) || *id < 1)
		return fail_field(c, "assignee_id", "input.bad_id");
	return true;
}

enum { SCOPE_ARGS = 3, FILTER_ARGS = 16 };

static void scope_args(const struct ctx *c, struct val *v)
{
	v[0] = INT(c->who.role >= ROLE_SUPERVISOR);
	v[1] = v[2] = INT(c->who.user_id);
}

static bool filter_args(struct ctx *c, const struct conversation_list_in *in, struct val *v)
{
	const char *q = in->q != NULL && *in->q ? text_like(c->mem, in->q, true) : NULL;
	int64_t assignee;

	if (!read_assignee(c, in->assignee, &assignee))
		return false;
	v[0] = v[1] = int_or_any(in->status - 1);
	v[2] = v[3] = int_or_any(in->agent_type - 1);
	v[4] = v[5] = int_or_any(in->priority - 1);
	v[6] = v[7] = v[8] = int_or_any(assignee);
	v[9] = v[10] = STR(in->session_id);
	v[11] = v[12] = v[13] = v[14] = v[15] = STR(q);
	return true;
}

static bool count_open(struct ctx *c, struct conversation_counts *out)
{
	struct counts_row row = { 0 };
	struct val v[1 + SCOPE_ARGS] = { INT(c->who.user_id) };

	scope_args(c, v + 1);
	if (!db_one(c, &conversation_list_sql[COUNTS], &row, "db.failed", v, COUNT(v)))
		return false;
	*out = (struct conversation_counts){ row.mine, row.unassigned, row.all, row.waiting };
	return true;
}

/* Phone numbers are for those who may change contacts (DESIGN 5). */
static void show_contact(struct ctx *c, struct conversation *v)
{
	if (!(c->who.permissions & MAY_CONTACTS_WRITE))
		v->contact_phone = phone_masked(c->mem, v->contact_phone);
	conversation_finish(v);
}

bool conversation_list(struct ctx *c, const void *vin, void *vout)
{
	const struct conversation_list_in *in = vin;
	struct conversation_list_out *out = vout;
	struct val v[SCOPE_ARGS + FILTER_ARGS + 2];
	struct total_row total;

	scope_args(c, v);
	if (!filter_args(c, in, v + SCOPE_ARGS))
		return false;
	v[SCOPE_ARGS + FILTER_ARGS] = INT(in->limit);
	v[SCOPE_ARGS + FILTER_ARGS + 1] = INT(in->offset);
	if (!db_list(c, &conversation_list_sql[PAGE], &out->conversations, v, COUNT(v)) ||
	    !db_one(c, &conversation_list_sql[TOTAL], &total, "db.failed", v, COUNT(v) - 2) || !count_open(c, &out->counts))
		return false;
	struct conversation *items = out->conversations.items;
	for (size_t i = 0; i < out->conversations.n; i++)
		show_contact(c, &items[i]);
	out->total = total.n;
	out->has_more = in->offset + (int64_t)out->conversations.n < total.n;
	return conversation_positions(c, items, out->conversations.n);
}
