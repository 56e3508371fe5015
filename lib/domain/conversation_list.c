/* The inbox: conversations in the caller's scope, in four orders. Ids are chosen in one index alone, then their rows are read; how
   many there are says the tally where it can, and where to choose from. */
#include "../bus/bus.h"
#include "../core/buf.h"
#include "../core/text.h"
#include "conversation_row.h"
#include "conversation_search.h"
#include "conversation_tally.h"
#include "team.h"
#include <stdlib.h>
#include <string.h>

const char *const conversation_sort_names[] = { "last_activity", "created_at", "priority", "waiting", NULL };

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

static bool read_filter(struct ctx *c, const struct conversation_list_in *in, struct conversation_filter *f)
{
	if (!conversation_filter_new(c, f) || !read_assignee(c, in->assignee, &f->assignee_id) ||
	    !read_label(c, in->label, &f->label_id))
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

enum drive {
	BY_ACTIVITY,
	BY_STATUS,
	BY_ASSIGNEE,
	BY_TEAM,
	BY_PRIORITY,
	BY_CREATED,
	BY_WAITING,
	BY_CONTACT,
	BY_KIND,
	BY_ROW,
	BY_LABEL,
	BY_LABEL_CREATED,
	BY_LABEL_WAITING,
	DRIVE__MAX
};
static const char *const heads[DRIVE__MAX] = {
	[BY_ACTIVITY] = " FROM conversations c FORCE INDEX (activity)",
	[BY_STATUS] = " FROM conversations c FORCE INDEX (status_activity)",
	[BY_ASSIGNEE] = " FROM conversations c FORCE INDEX (assignee_activity)",
	[BY_TEAM] = " FROM conversations c FORCE INDEX (team_activity)",
	[BY_PRIORITY] = " FROM conversations c FORCE INDEX (priority_activity)",
	[BY_CREATED] = " FROM conversations c FORCE INDEX (created_at)",
	[BY_WAITING] = " FROM conversations c FORCE INDEX (waiting)",
	[BY_CONTACT] = " FROM conversations c FORCE INDEX (contact_activity)",
	[BY_KIND] = " FROM conversations c FORCE INDEX (kind)",
	[BY_ROW] = " FROM conversations c",
	/* Beside a label stands all that a list asks of its conversation. */
	[BY_LABEL] = " FROM conversation_labels c FORCE INDEX (label_activity)",
	[BY_LABEL_CREATED] = " FROM conversation_labels c FORCE INDEX (label_created)",
	[BY_LABEL_WAITING] = " FROM conversation_labels c FORCE INDEX (label_waiting)",
};
/* What it goes by; in order and behind a place, as it is and turned round (two ranges of the index: most have the same wait_rank);
   and of a page, which is put in order before its rows are read: sorted with them, a text among them would need a table on disk. */
struct order {
	const char *key, *by[2], *behind[2], *shown;
};
// clang-format off
#define DOWN(at, id) { at " AS at, " id " AS id", { " ORDER BY " at " DESC, " id " DESC", " ORDER BY " at ", " id }, \
	{ "(" at " < ? OR (" at " = ? AND " id " < ?))", "(" at " > ? OR (" at " = ? AND " id " > ?))" }, "p.at DESC, p.id DESC" }
#define UP(at, id) { at " AS at, " id " AS id", { " ORDER BY " at ", " id, " ORDER BY " at " DESC, " id " DESC" }, \
	{ "(" at " > ? OR (" at " = ? AND " id " > ?))", "(" at " < ? OR (" at " = ? AND " id " < ?))" }, "p.at, p.id" }
static const struct order orders[][2] = { /* and of a label's list */
	[SORT_ACTIVITY] = { DOWN("c.last_message_at", "c.id"), DOWN("c.last_message_at", "c.conversation_id") },
	[SORT_CREATED] = { DOWN("c.created_at", "c.id"), DOWN("c.created_at", "c.conversation_id") },
	[SORT_PRIORITY] = { { "c.priority, c.last_message_at AS at, c.id",
		{ " ORDER BY c.priority DESC, c.last_message_at DESC, c.id DESC", " ORDER BY c.priority, c.last_message_at, c.id" },
		{ NULL, NULL }, "p.priority DESC, p.at DESC, p.id DESC" } }, /* a label's is read priority by priority */
	[SORT_WAITING] = { UP("c.wait_rank", "c.id"), UP("c.wait_rank", "c.conversation_id") },
};
// clang-format on
static const enum drive along[][2] = {
	/* all, or a label's */
	[SORT_ACTIVITY] = { BY_ACTIVITY, BY_LABEL },
	[SORT_CREATED] = { BY_CREATED, BY_LABEL_CREATED },
	[SORT_PRIORITY] = { BY_ACTIVITY, BY_LABEL },
	[SORT_WAITING] = { BY_WAITING, BY_LABEL_WAITING },
};

/* What a way takes, in entries of an index that are looked at: in the list's order as far as the page (deep ones begin at a place
   that is known), else all of them, which are sorted. A row that has to be read costs as much as READ_ROW of them, whether one has
   a label ASK_LABEL. */
enum { READ_ROW = 200, ASK_LABEL = 100, FAR = 4000, LUMPED = 20 /* those who wait stand together at one end */ };
static int64_t cost(int64_t entries, bool ordered, int64_t total, int64_t reach)
{
	if (!ordered || reach >= total)
		return entries;
	return (int64_t)((double)entries * (double)(reach < FAR ? reach : FAR) / (double)total);
}

static bool along_label(enum drive drive)
{
	return drive == BY_LABEL || drive == BY_LABEL_CREATED || drive == BY_LABEL_WAITING;
}

/* total pass; reach: rows up to the end of the page. */
static enum drive choose(const struct conversation_filter *f, enum conversation_sort sort, int64_t total, int64_t reach)
{
	bool by_activity = sort == SORT_ACTIVITY, by_waiting = sort == SORT_WAITING, asked = f->label_id != 0;
	const struct {
		enum drive drive;
		bool can, ordered;
		int64_t entries;
	} ways[] = {
		{ along[sort][asked], true, sort != SORT_PRIORITY,
		  (asked ? f->sizes.label : f->sizes.all) * (by_waiting ? LUMPED : 1) },
		{ BY_STATUS, f->status != ANY, by_activity, f->sizes.status },
		{ BY_ASSIGNEE, f->assignee_id != ANY, by_activity, f->sizes.assignee },
		{ BY_TEAM, f->team_id != 0, by_activity, f->sizes.team },
		{ BY_PRIORITY, f->priority != ANY && by_activity, true, f->sizes.priority },
	};
	enum drive best = BY_KIND;
	int64_t least = asked ? INT64_MAX : total * READ_ROW;

	if (f->session_id != NULL || f->text != NULL)
		return BY_ROW;
	if (f->contact_id != 0)
		return BY_CONTACT;
	for (size_t i = 0; i < COUNT(ways); i++) {
		int64_t takes = cost(ways[i].entries, ways[i].ordered, total, reach);
		if (asked && !along_label(ways[i].drive))
			takes *= ASK_LABEL;
		if (!ways[i].can || takes >= least)
			continue;
		best = ways[i].drive;
		least = takes;
	}
	return best;
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
	if (f->text != NULL)
		search_from(q, f);
	else
		query_add(q, heads[drive], NOARGS);
	if (along_label(drive))
		query_where(q, "c.label_id = ?", ARGS(INT(f->label_id)));
	else if (f->label_id != 0)
		query_where(q, "EXISTS (SELECT 1 FROM conversation_labels s WHERE s.conversation_id = c.id AND s.label_id = ?)",
			    ARGS(INT(f->label_id)));
	filter_conversations(q, f);
	if (drive == BY_KIND)
		name_all_kinds(q, f);
}

static bool count(struct ctx *c, struct conversation_filter *f, int64_t *total, struct conversation_counts *counts)
{
	struct query q;
	struct number row;

	if ((conversation_filter_is_kind(f) || counts != NULL) && !tally_look(c, f, total, counts))
		return false;
	if (conversation_filter_is_kind(f) || f->text != NULL)
		return true;
	q = query_new(c, "SELECT COUNT(*)");
	add_source(&q, f, choose(f, SORT_ACTIVITY, 0, 0));
	if (!query_one(c, &q, &row, ROW_OF(number, number_cols)))
		return false;
	*total = row.n;
	return true;
}

/* -- places on the way to deep pages -- */

/* Where each EVERY-th row of a list is, kept for a minute: the next page DEEP in it begins there and is not walked to. What has
   moved to the top meanwhile is not counted there; pages above are always exact. As text: "KEY ID KEY ID …". */
enum { EVERY = 1000, DEEP = 2000, PLACES_S = 60 };
struct place {
	int64_t key, id;
};
static const struct col place_cols[] = { { COL_INT, offsetof(struct place, key) }, { COL_INT, offsetof(struct place, id) } };
struct way {
	const struct conversation_filter *f;
	enum conversation_sort sort;
	enum drive drive;
	bool back;
	const struct order *order;
};

static void add_way(struct query *q, const struct way *w, const struct place *from)
{
	add_source(q, w->f, w->drive);
	q->anew = w->sort == SORT_WAITING && !along_label(w->drive);
	if (from->id != 0)
		query_where(q, w->order->behind[w->back], ARGS(INT(from->key), INT(from->key), INT(from->id)));
	query_add(q, w->order->by[w->back], NOARGS);
}

/* The index walked along is the list's order: else all are sorted anyway. */
static bool is_ordered(const struct way *w)
{
	if (w->sort == SORT_PRIORITY)
		return false;
	return w->drive == along[w->sort][along_label(w->drive)] ||
	       (w->sort == SORT_ACTIVITY &&
		(w->drive == BY_STATUS || w->drive == BY_ASSIGNEE || w->drive == BY_TEAM || w->drive == BY_PRIORITY));
}

static const char *places_key(struct ctx *c, const struct way *w)
{
	const struct conversation_filter *f = w->f;
	struct buf b = { 0 };

	buf_printf(&b, "places:%lld:%d:%d:%d:%d:%d:%d:%lld:%lld:%lld", (long long)(c->now / (PLACES_S * 1000)), (int)w->sort,
		   (int)w->drive, w->back, f->status, f->agent_type, f->priority, (long long)f->assignee_id, (long long)f->team_id,
		   (long long)f->label_id);
	if (f->scoped)
		buf_printf(&b, ":%lld", (long long)f->me);
	for (size_t i = 0; f->scoped && i < f->teams.n; i++)
		buf_printf(&b, ",%lld", (long long)((const int64_t *)f->teams.items)[i]);
	const char *key = arena_strndup(c->mem, b.data, b.len);
	buf_free(&b);
	return key;
}

/* The n-th place, or the last one that is known; *n how many that are. */
static struct place recall(const char *text, int64_t *n)
{
	struct place at = { 0 };
	const int64_t want = text != NULL ? *n : 0;
	char *end;

	for (*n = 0; *n < want && *text != '\0'; ++*n) {
		struct place next = { .key = strtoll(text, &end, 10) };
		next.id = strtoll(end, &end, 10);
		if (end == text || next.id <= 0)
			break;
		at = next;
		text = end;
	}
	return at;
}

static bool walk_on(struct ctx *c, const struct way *w, struct place *at, bool *found)
{
	struct query q = query_new(c, "SELECT ");
	struct list row = { 0 };

	query_add(&q, w->order->key, NOARGS);
	add_way(&q, w, at);
	query_add(&q, " LIMIT 1 OFFSET 999", NOARGS);
	if (!query_list(c, &q, &row, ROW_OF(place, place_cols)))
		return false;
	*found = row.n > 0;
	if (*found)
		*at = *(const struct place *)row.items;
	return true;
}
_Static_assert(EVERY == 1000, "the OFFSET in walk_on");

/* Moves *from to the last place before so many skipped rows, and takes what it passed off *skipped. */
static bool walk_to(struct ctx *c, const struct way *w, int64_t *skipped, struct place *from)
{
	const char *key = places_key(c, w);
	int slot = bus_get(c, key);
	int64_t want = *skipped / EVERY, known = INT64_MAX, n = want;
	struct buf b = { 0 };
	bool good = true, found = true;

	bus_go(c);
	const char *text = bus_str(c, slot, NULL);
	*from = recall(text, &n);
	if (n < want) {
		known = n;
		buf_str(&b, text != NULL ? text : "");
	}
	for (; good && found && n < want; n += found) {
		good = walk_on(c, w, from, &found);
		if (good && found)
			buf_printf(&b, "%lld %lld ", (long long)from->key, (long long)from->id);
	}
	if (good && n > known) {
		bus_set(c, key, buf_text(&b), b.len, PLACES_S);
		bus_go(c);
	}
	buf_free(&b);
	*skipped -= n * EVERY;
	return good;
}

/* -- a page -- */

/* Behind the middle the way from the end is shorter. */
static bool read_rows(struct ctx *c, const struct conversation_filter *f, enum conversation_sort sort, int64_t total,
		      int64_t offset, int64_t limit, struct list *out)
{
	struct query q = query_new(c, "SELECT STRAIGHT_JOIN " CONVERSATION_COLS CONVERSATION_NAMES " FROM (SELECT ");
	bool back = offset > total / 2;

	if (limit > total - offset)
		limit = total - offset;
	if (limit <= 0)
		return true;
	int64_t skipped = back ? total - offset - limit : offset;
	enum drive drive = choose(f, sort, total, skipped + limit);
	const struct way w = { f, sort, drive, back, &orders[sort][along_label(drive)] };
	struct place from = { 0 };
	if (skipped >= DEEP && is_ordered(&w) && !walk_to(c, &w, &skipped, &from))
		return false;
	query_add(&q, w.order->key, NOARGS);
	add_way(&q, &w, &from);
	query_add(&q, " LIMIT ? OFFSET ?", ARGS(INT(limit), INT(skipped)));
	query_add(&q,
		  ") p JOIN conversations c ON c.id = p.id JOIN users u ON u.id = c.contact_id LEFT JOIN users a ON a.id = "
		  "c.assignee_id ORDER BY ",
		  NOARGS);
	query_add(&q, w.order->shown, NOARGS);
	return query_list(c, &q, out, (struct query_row){ CONVERSATION_FULL_COLS, CONVERSATION_ALL, sizeof(struct conversation) });
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
	struct conversation_filter all = { .status = ANY, .agent_type = ANY, .priority = ANY, .assignee_id = ANY };
	int64_t totals[PRIORITY__MAX], sizes[PRIORITY__MAX];

	if (!tally_priorities(c, f, totals) || !tally_priorities(c, &all, sizes))
		return false;
	for (int p = PRIORITY_URGENT; p >= 0 && limit > 0; p--) {
		struct conversation_filter one = *f;
		struct list part = { 0 };
		const int64_t total = totals[p];
		one.priority = p;
		one.sizes.priority = sizes[p];
		if (offset < total && !read_rows(c, &one, SORT_ACTIVITY, total, offset, limit, &part))
			return false;
		append(c, out, &part);
		limit -= (int64_t)part.n;
		offset = offset > total ? offset - total : 0;
	}
	return true;
}

/* The rows of these, in this order. */
static bool read_these(struct ctx *c, const struct number *ids, size_t n, struct list *out)
{
	enum { EACH = 20 };
	static const char sql[] = "SELECT " CONVERSATION_COLS CONVERSATION_NAMES CONVERSATION_JOINS
				  "WHERE c.id IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

	for (size_t from = 0; from < n; from += EACH) {
		const size_t some = n - from < EACH ? n - from : EACH;
		struct query q = query_new(c, sql);
		struct list rows = { 0 }, sorted = { arena_alloc(c->mem, some * sizeof(struct conversation)), 0 };
		for (size_t i = 0; i < EACH; i++) /* one text for any number: the last one fills up */
			query_add(&q, "", ARGS(INT(ids[from + (i < some ? i : some - 1)].n)));
		if (!query_list(c, &q, &rows,
				(struct query_row){ CONVERSATION_FULL_COLS, CONVERSATION_ALL, sizeof(struct conversation) }))
			return false;
		const struct conversation *row = rows.items;
		for (size_t i = 0; i < some; i++)
			for (size_t k = 0; k < rows.n; k++)
				if (row[k].id == ids[from + i].n)
					((struct conversation *)sorted.items)[sorted.n++] = row[k];
		append(c, out, &sorted);
	}
	return true;
}

/* What a text is in: a few thousand at most, found, counted and put in order at once. */
static bool read_found(struct ctx *c, const struct conversation_filter *f, enum conversation_sort sort, int64_t offset,
		       int64_t limit, struct conversation_list_out *out)
{
	struct query q = query_new(c, "SELECT c.id");
	struct list ids = { 0 };

	add_source(&q, f, BY_ROW);
	query_add(&q, orders[sort][0].by[0], NOARGS);
	if (!query_list(c, &q, &ids, ROW_OF(number, number_cols)))
		return false;
	out->total = (int64_t)ids.n;
	int64_t left = out->total - offset;
	return left <= 0 ||
	       read_these(c, (const struct number *)ids.items + offset, (size_t)(left < limit ? left : limit), &out->conversations);
}

static bool read_chosen(struct ctx *c, const struct conversation_filter *f, enum conversation_sort sort, int64_t offset,
			int64_t limit, struct conversation_list_out *out)
{
	if (offset >= out->total)
		return true;
	return sort == SORT_PRIORITY && conversation_filter_is_kind(f)
		       ? read_by_priority(c, f, offset, limit, &out->conversations)
		       : read_rows(c, f, sort, out->total, offset, limit, &out->conversations);
}

static bool read_page(struct ctx *c, struct conversation_filter *f, enum conversation_sort sort, int64_t offset, int64_t limit,
		      struct conversation_counts *counts, struct conversation_list_out *out)
{
	if (!count(c, f, &out->total, counts) || !(f->text != NULL ? read_found : read_chosen)(c, f, sort, offset, limit, out))
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
	struct conversation_filter f;

	return read_filter(c, in, &f) && read_page(c, &f, in->sort, in->offset, in->limit, &out->counts, out);
}

bool conversation_page(struct ctx *c, const void *vin, void *vout)
{
	const struct conversation_list_in *in = vin;
	struct conversation_list_out *out = vout;
	struct conversation_filter f;

	if (!read_filter(c, in, &f) || !read_page(c, &f, in->sort, page_offset(&in->page), in->page.size, NULL, out) ||
	    !conversation_labels_of(c, out->conversations.items, out->conversations.n))
		return false;
	out->meta = page_meta(&in->page, out->total);
	return true;
}
