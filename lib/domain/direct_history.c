/* What was said with somebody, over all their conversations; and what was said last of all. */
#include "conversation_filter.h"
#include "direct.h"
#include "direct_row.h"
#include "message_row.h"
#include "sql_tables.h"
#include <string.h>

enum { COLUMNS = MESSAGE_COLUMNS + 4 };
struct addressed {
	struct message m;
	const char *session_id, *sender, *contact, *agent; /* public ids, but for the first */
};
const struct col session_key_cols[] = { { COL_STR, offsetof(struct session_key, session_id) } };
struct newest {
	int64_t id, last_message_id, last_message_at;
};
static const struct col newest_cols[] = { { COL_INT, offsetof(struct newest, id) },
					  { COL_INT, offsetof(struct newest, last_message_id) },
					  { COL_INT, offsetof(struct newest, last_message_at) } };

#define ADDRESSED                                                                                                                  \
	"SELECT " MESSAGE_COLS ", (SELECT k.session_id FROM conversations k WHERE k.id = stream), "                                \
	"(SELECT w.public_id FROM users w WHERE w.id = sender_id), "                                                               \
	"(SELECT w.public_id FROM conversations k JOIN users w ON w.id = k.contact_id WHERE k.id = stream), "                      \
	"(SELECT w.public_id FROM conversations k JOIN users w ON w.id = k.assignee_id WHERE k.id = stream) FROM messages"
#define SHOWN "private = 0 AND deleted_at IS NULL"

static struct query_row row(struct ctx *c)
{
	struct col *cols = arena_alloc(c->mem, COLUMNS * sizeof(*cols));

	memcpy(cols, message_cols, MESSAGE_COLUMNS * sizeof(*cols));
	cols[MESSAGE_COLUMNS] = (struct col){ COL_STR, offsetof(struct addressed, session_id) };
	cols[MESSAGE_COLUMNS + 1] = (struct col){ COL_STR, offsetof(struct addressed, sender) };
	cols[MESSAGE_COLUMNS + 2] = (struct col){ COL_STR, offsetof(struct addressed, contact) };
	cols[MESSAGE_COLUMNS + 3] = (struct col){ COL_STR, offsetof(struct addressed, agent) };
	return (struct query_row){ cols, COLUMNS, sizeof(struct addressed) };
}

static const char *text(const char *s)
{
	return s != NULL ? s : "";
}

static struct message shown(const struct addressed *a)
{
	struct message m = a->m;

	message_finish(&m, a->session_id);
	m.from = m.sender_type == SENDER_AI ? "ai" : m.sender_type == SENDER_SYSTEM ? "system" : text(a->sender);
	m.to = m.sender_type == SENDER_USER ? text(a->agent) : text(a->contact);
	return m;
}

static struct list show_all(struct ctx *c, const struct list *found)
{
	struct message *m = arena_alloc(c->mem, (found->n + 1) * sizeof(*m));

	for (size_t i = 0; i < found->n; i++) {
		m[i] = shown((const struct addressed *)found->items + i);
		if (m[i].sender_ref != NULL)
			m[i].sender_ref = &m[i].sender;
	}
	return (struct list){ m, found->n };
}

/* -- with somebody -- */

static bool whose(struct ctx *c, const char *name, struct conversation_filter *f)
{
	struct user u;

	if (is_staff(c) && !(c->who.permissions & MAY_CONVERSATIONS_READ))
		return fail(c, E_FORBIDDEN, "auth.forbidden");
	if (!direct_find_user(c, name, &u) || !conversation_filter_new(c, f))
		return false;
	if (u.role == ROLE_GUEST)
		f->contact_id = u.id;
	else
		f->assignee_id = u.id;
	if (!is_staff(c)) {
		f->contact_id = c->who.user_id;
		f->scoped = false;
	}
	return true;
}

/* The newest of their conversations, as v: what was said in thousands of them lies too far apart to be put in order for a page. */
static void add_talks(struct ctx *c, struct query *q, const struct conversation_filter *f)
{
	query_add(q,
		  f->contact_id != 0 ? "(SELECT c.id, c.last_seq, c.notes FROM conversations c FORCE INDEX (contact_activity)"
				     : "(SELECT c.id, c.last_seq, c.notes FROM conversations c FORCE INDEX (assignee_activity)",
		  NOARGS);
	filter_conversations(q, f);
	if (!is_staff(c))
		query_where(q, "c.contact_claimed = 0", NOARGS);
	query_add(q, " ORDER BY c.last_message_at DESC, c.id DESC LIMIT ?) v", ARGS(INT(DIRECT_TALKS)));
}

static bool count(struct ctx *c, const struct conversation_filter *f, int64_t *n)
{
	struct query q = query_new(c, "SELECT COALESCE(SUM(v.last_seq - v.notes), 0) FROM ");
	struct number total = { 0 };

	add_talks(c, &q, f);
	if (!query_one(c, &q, &total, ROW_OF(number, number_cols)))
		return false;
	*n = total.n;
	return true;
}

bool direct_history(struct ctx *c, const void *vin, void *vout)
{
	const struct direct_history_in *in = vin;
	struct direct_history *out = vout;
	struct conversation_filter f = { 0 };
	struct list found = { 0 };
	int64_t total;

	if (!whose(c, in->user_id, &f) || !count(c, &f, &total))
		return false;
	struct query q = query_new(c, ADDRESSED " JOIN (SELECT STRAIGHT_JOIN m.stream AS s, m.seq AS q FROM ");
	add_talks(c, &q, &f);
	query_add(&q,
		  " JOIN messages m ON m.stream = v.id WHERE m.private = 0 AND m.deleted_at IS NULL ORDER BY m.id LIMIT ? OFFSET "
		  "?) p "
		  "ON stream = p.s AND seq = p.q ORDER BY id",
		  ARGS(INT(in->page.size), INT(page_offset(&in->page))));
	if (!query_list(c, &q, &found, row(c)))
		return false;
	out->messages = show_all(c, &found);
	out->meta = page_meta(&in->page, total);
	return true;
}

/* -- of all: the newest n lie in the n conversations in which something was said last -- */

struct top {
	struct addressed *best; /* newest first */
	size_t n, max;
};

static void keep(struct top *t, const struct addressed *a)
{
	if (t->n == t->max && a->m.id <= t->best[t->n - 1].m.id)
		return;
	size_t at = t->n < t->max ? t->n++ : t->max - 1;

	for (; at > 0 && t->best[at - 1].m.id < a->m.id; at--)
		t->best[at] = t->best[at - 1];
	t->best[at] = *a;
}

static int64_t least(const struct top *t)
{
	return t->n < t->max ? 0 : t->best[t->n - 1].m.id;
}

static bool look(struct ctx *c, struct top *t, int64_t stream)
{
	struct query q = query_new(c, ADDRESSED " WHERE stream = ? AND id > ? AND " SHOWN " ORDER BY seq DESC LIMIT ?");
	struct list found = { 0 };

	query_add(&q, "", ARGS(INT(stream), INT(least(t)), INT((int64_t)t->max)));
	if (!query_list(c, &q, &found, row(c)))
		return false;
	for (size_t i = 0; i < found.n; i++)
		keep(t, (const struct addressed *)found.items + i);
	return true;
}

/* The conversations in which something was said last; before: of that very second, those behind it in the list, newest first. */
static bool list_recent(struct ctx *c, const struct conversation_filter *f, int64_t n, const struct newest *before,
			struct list *out)
{
	struct query q =
		query_new(c, "SELECT c.id, c.last_message_id, c.last_message_at FROM conversations c FORCE INDEX (activity)");

	filter_conversations(&q, f);
	if (before != NULL)
		query_where(&q, "c.last_message_at = ? AND c.id < ?", ARGS(INT(before->last_message_at), INT(before->id)));
	query_add(&q,
		  before != NULL ? " ORDER BY c.last_message_id DESC LIMIT ?"
				 : " ORDER BY c.last_message_at DESC, c.id DESC LIMIT ?",
		  ARGS(INT(n)));
	return query_list(c, &q, out, ROW_OF(newest, newest_cols));
}

static bool look_at_each(struct ctx *c, struct top *t, const struct list *recent)
{
	const struct newest *r = recent->items;

	for (size_t i = 0; i < recent->n; i++)
		if (r[i].last_message_id > least(t) && !look(c, t, r[i].id))
			return false;
	return true;
}

bool direct_latest(struct ctx *c, const void *vin, void *vout)
{
	const struct direct_latest_in *in = vin;
	struct direct_history *out = vout;
	struct conversation_filter f;
	struct list recent = { 0 }, tied = { 0 };
	struct top t = { arena_alloc(c->mem, (size_t)in->count * sizeof(struct addressed)), 0, (size_t)in->count };

	if (!conversation_filter_new(c, &f) || !list_recent(c, &f, in->count, NULL, &recent) || !look_at_each(c, &t, &recent))
		return false;
	const struct newest *r = recent.items;
	if ((int64_t)recent.n == in->count && /* the list is in the order of seconds alone */
	    (!list_recent(c, &f, in->count, &r[recent.n - 1], &tied) || !look_at_each(c, &t, &tied)))
		return false;
	out->messages = show_all(c, &(struct list){ t.best, t.n });
	return true;
}
