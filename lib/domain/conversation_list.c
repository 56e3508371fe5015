/* The inbox: conversations in the caller's scope, in four orders. Ids are chosen in one index alone, then their rows are read; how
   many there are says the tally where it can, and where to choose from. */
#include "../core/text.h"
#include "conversation_row.h"
#include "conversation_search.h"
#include "conversation_tally.h"
#include "team.h"
#include <string.h>

enum { FEW = 2000 }; /* so many are sorted rather than met on a walk */
const char *const conversation_sort_names[] = { "last_activity", "created_at", "priority", "waiting", NULL };

struct number {
	int64_t n;
};
static const struct col number_cols[] = { { COL_INT, offsetof(struct number, n) } };

/* -- the question -- */

/* "me", "none" or a number; ANY when not said. */
static bool read_assignee(struct ctx *c, const char *text, int64_t *id)
{
	*id = ANY;
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

static bool read_label(struct ctx *c, const char *text, int64_t *id)
{
	if (text == NULL || *text == '\0')
		return true;
	return label_find(c, text, id) && (*id != 0 || fail_field(c, "label", "label.missing"));
}

static bool count_label(struct ctx *c, struct conversation_filter *f)
{
	const struct conversation_filter all = {
		.status = ANY, .agent_type = ANY, .priority = ANY, .assignee_id = ANY, .label_id = f->label_id
	};

	return f->label_id == 0 || tally_total(c, &all, &f->label_total);
}

static bool read_filter(struct ctx *c, const struct conversation_list_in *in, struct conversation_filter *f)
{
	if (!conversation_filter_new(c, f) || !read_assignee(c, in->assignee, &f->assignee_id) ||
	    !read_label(c, in->label, &f->label_id) || !count_label(c, f))
		return false;
	f->status = in->status - 1;
	f->agent_type = in->agent_type - 1;
	f->priority = in->priority - 1;
	f->team_id = in->team_id;
	f->contact_id = in->contact_id;
	f->session_id = in->session_id != NULL && *in->session_id != '\0' ? in->session_id : NULL;
	f->text = in->q != NULL && !text_blank(in->q) ? in->q : NULL;
	return f->text == NULL || search_prepare(c, f);
}

/* -- where to choose from -- */

enum drive { BY_ACTIVITY, BY_STATUS, BY_ASSIGNEE, BY_TEAM, BY_CREATED, BY_WAITING, BY_KIND, BY_ROW, BY_LABEL, DRIVE__MAX };
static const char *const heads[DRIVE__MAX] = {
	[BY_ACTIVITY] = " FROM conversations c FORCE INDEX (activity)",
	[BY_STATUS] = " FROM conversations c FORCE INDEX (status_activity)",
	[BY_ASSIGNEE] = " FROM conversations c FORCE INDEX (assignee_activity)",
	[BY_TEAM] = " FROM conversations c FORCE INDEX (team_activity)",
	[BY_CREATED] = " FROM conversations c FORCE INDEX (created_at)",
	[BY_WAITING] = " FROM conversations c FORCE INDEX (waiting)",
	[BY_KIND] = " FROM conversations c FORCE INDEX (kind)",
	[BY_ROW] = " FROM conversations c",
	[BY_LABEL] = " FROM conversation_labels s FORCE INDEX (label_id) STRAIGHT_JOIN conversations c FORCE INDEX (facts) ON c.id "
		     "= s.conversation_id",
};
static const char *const orders[][2] = {
	/* and turned round */
	[SORT_ACTIVITY] = { " ORDER BY c.last_message_at DESC, c.id DESC", " ORDER BY c.last_message_at, c.id" },
	[SORT_CREATED] = { " ORDER BY c.created_at DESC, c.id DESC", " ORDER BY c.created_at, c.id" },
	[SORT_PRIORITY] = { " ORDER BY c.priority DESC, c.last_message_at DESC, c.id DESC",
			    " ORDER BY c.priority, c.last_message_at, c.id" },
	[SORT_WAITING] = { " ORDER BY c.wait_rank, c.id", " ORDER BY c.wait_rank DESC, c.id DESC" },
};

/* Few: from the index that names them, sorted. Many: along the index of the order, so that a page is found soon; a frequent label
   is asked for on the way, which reads no row. */
static enum drive choose(const struct conversation_filter *f, enum conversation_sort sort, int64_t total)
{
	if (f->contact_id != 0 || f->session_id != NULL || f->text != NULL)
		return BY_ROW;
	if (f->label_id != 0 && f->label_total <= FEW)
		return BY_LABEL;
	if (total <= FEW && f->label_id == 0)
		return f->team_id != 0 && f->assignee_id == ANY && (!f->scoped || team_in(&f->teams, f->team_id)) ? BY_TEAM
														  : BY_KIND;
	if (sort == SORT_CREATED)
		return BY_CREATED;
	if (sort == SORT_WAITING)
		return BY_WAITING;
	if (f->assignee_id != ANY)
		return BY_ASSIGNEE;
	if (f->team_id != 0)
		return BY_TEAM;
	return f->status != ANY ? BY_STATUS : BY_ACTIVITY;
}

/* An index that begins with what is not asked for serves when all its values are named. */
static void name_all_kinds(struct query *q, const struct conversation_filter *f)
{
	if (f->status == ANY)
		query_where(q, "c.status IN (0, 1, 2, 3)", NOARGS);
	if (f->agent_type == ANY)
		query_where(q, "c.agent_type IN (0, 1)", NOARGS);
	if (f->priority == ANY)
		query_where(q, "c.priority IN (0, 1, 2, 3)", NOARGS);
}

static void add_source(struct query *q, const struct conversation_filter *f, enum drive drive)
{
	query_add(q, heads[drive], NOARGS);
	if (f->text != NULL)
		search_join(q, f);
	if (drive == BY_LABEL)
		query_where(q, "s.label_id = ?", ARGS(INT(f->label_id)));
	else if (f->label_id != 0)
		query_where(q, "EXISTS (SELECT 1 FROM conversation_labels s WHERE s.conversation_id = c.id AND s.label_id = ?)",
			    ARGS(INT(f->label_id)));
	filter_conversations(q, f);
	if (drive == BY_KIND)
		name_all_kinds(q, f);
}

static bool count(struct ctx *c, const struct conversation_filter *f, int64_t *total)
{
	struct query q;
	struct number row;

	if (conversation_filter_is_kind(f))
		return tally_total(c, f, total);
	q = query_new(c, "SELECT COUNT(*)");
	add_source(&q, f, choose(f, SORT_ACTIVITY, 0));
	if (!query_one(c, &q, &row, ROW_OF(number, number_cols)))
		return false;
	*total = row.n;
	return true;
}

/* -- a page -- */

/* Behind the middle the way from the end is shorter. */
static bool read_rows(struct ctx *c, const struct conversation_filter *f, enum conversation_sort sort, int64_t total,
		      int64_t offset, int64_t limit, struct list *out)
{
	struct query q = query_new(c, "SELECT STRAIGHT_JOIN " CONVERSATION_COLS CONVERSATION_NAMES " FROM (SELECT c.id");
	bool back = offset > total / 2;

	if (limit > total - offset)
		limit = total - offset;
	if (limit <= 0)
		return true;
	int64_t skipped = back ? total - offset - limit : offset;
	add_source(&q, f, choose(f, sort, total));
	query_add(&q, orders[sort][back], NOARGS);
	query_add(&q, " LIMIT ? OFFSET ?", ARGS(INT(limit), INT(skipped)));
	query_add(&q,
		  ") p JOIN conversations c ON c.id = p.id JOIN users u ON u.id = c.contact_id LEFT JOIN users a ON a.id = "
		  "c.assignee_id",
		  NOARGS);
	query_add(&q, orders[sort][0], NOARGS);
	return query_list(c, &q, out, (struct query_row){ conversation_cols, CONVERSATION_ALL, sizeof(struct conversation) });
}

static void append(struct ctx *c, struct list *to, const struct list *more)
{
	const size_t size = sizeof(struct conversation);

	if (more->n == 0)
		return;
	to->items = arena_grow(c->mem, to->items, to->n * size, (to->n + more->n) * size);
	memcpy((char *)to->items + to->n * size, more->items, more->n * size);
	to->n += more->n;
}

/* By priority: one list a priority, the highest first; each is a walk along the activity of its own. */
static bool read_by_priority(struct ctx *c, const struct conversation_filter *f, int64_t offset, int64_t limit, struct list *out)
{
	for (int p = PRIORITY_URGENT; p >= 0 && limit > 0; p--) {
		struct conversation_filter one = *f;
		struct list part = { 0 };
		int64_t total;
		if (f->priority != ANY && f->priority != p)
			continue;
		one.priority = p;
		if (!tally_total(c, &one, &total))
			return false;
		if (offset < total && !read_rows(c, &one, SORT_ACTIVITY, total, offset, limit, &part))
			return false;
		append(c, out, &part);
		limit -= (int64_t)part.n;
		offset = offset > total ? offset - total : 0;
	}
	return true;
}

static bool read_page(struct ctx *c, const struct conversation_filter *f, enum conversation_sort sort, int64_t offset,
		      int64_t limit, struct conversation_list_out *out)
{
	if (!count(c, f, &out->total))
		return false;
	if (offset >= out->total)
		return true;
	bool many = sort == SORT_PRIORITY && conversation_filter_is_kind(f) && out->total > FEW;
	if (!(many ? read_by_priority(c, f, offset, limit, &out->conversations)
		   : read_rows(c, f, sort, out->total, offset, limit, &out->conversations)))
		return false;
	struct conversation *items = out->conversations.items;
	for (size_t i = 0; i < out->conversations.n; i++)
		conversation_show(c, &items[i]);
	out->has_more = offset + (int64_t)out->conversations.n < out->total;
	return conversation_positions(c, items, out->conversations.n);
}

bool conversation_list(struct ctx *c, const void *vin, void *vout)
{
	const struct conversation_list_in *in = vin;
	struct conversation_list_out *out = vout;
	struct conversation_filter f, all;

	return read_filter(c, in, &f) && read_page(c, &f, in->sort, in->offset, in->limit, out) &&
	       conversation_filter_new(c, &all) && tally_counts(c, &all, &out->counts);
}

bool conversation_page(struct ctx *c, const void *vin, void *vout)
{
	const struct conversation_list_in *in = vin;
	struct conversation_list_out *out = vout;
	struct conversation_filter f;

	if (!read_filter(c, in, &f) || !read_page(c, &f, in->sort, page_offset(&in->page), in->page.size, out) ||
	    !conversation_labels_of(c, out->conversations.items, out->conversations.n))
		return false;
	out->meta = page_meta(&in->page, out->total);
	return true;
}
