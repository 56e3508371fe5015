#include "message_admin.h"
#include "../core/text.h"
#include "../db/query.h"
#include "conversation_search.h"
#include "leg_row.h"
#include "sql_tables.h"
#include "user_row.h"
#include <stdlib.h>
#include <string.h>

enum { FEW = 20000, LIKES = 8, TALKS = 25, RARE_LOOK = 20000 /* what is rare is not looked for from end to end */ };

/* The agent of the leg that a message is in: legs do not overlap, but what was written past lib/domain may. */
#define LEG_AGENT                                                                                                                  \
	"(SELECT s.public_id FROM assignments a JOIN users s ON s.id = a.agent_id WHERE a.conversation_id = m.stream AND m.seq > " \
	"a.after_seq AND m.seq <= " LEG_UPTO " ORDER BY a.started_at DESC LIMIT 1)"
#define COLS                                                                                                                       \
	"m.stream, m.seq, m.id, m.uuid, m.sender_id, m.sender_type, m.sender_name, m.type, m.private, m.content, m.metadata, "     \
	"m.attachment, m.client_id, m.created_at, k.public_id, " LEG_AGENT ", u.public_id"
#define JOINS                                                                                                                      \
	" JOIN conversations c ON c.id = m.stream JOIN users k ON k.id = c.contact_id LEFT JOIN users u ON u.id = m.sender_id "    \
	"AND m.sender_type = 2"
#define SAID "m.private = 0 AND m.deleted_at IS NULL AND m.sender_type < 3"

/* What the daily figures hold, and from when on they do not. */
struct rolled {
	int64_t n, until;
};
static const struct col rolled_cols[] = { { COL_INT, offsetof(struct rolled, n) }, { COL_INT, offsetof(struct rolled, until) } };

enum { BY_ID, PERSON, NEWEST, COUNT_ALL, ROLLED, SINCE, SQL__MAX };
const struct stmt message_admin_sql[] = {
	[BY_ID] = { "SELECT " COLS " FROM messages m" JOINS " WHERE m.id = ? AND m.private = 0 AND m.deleted_at IS NULL",
		    LEG_MESSAGE_ROW },
	[PERSON] = { "SELECT " USER_COLS " FROM users WHERE public_id = ?", USER_ROW },
	[NEWEST] = { "SELECT COALESCE(MAX(id), 0) FROM messages", ROW(number, number_cols) },
	[COUNT_ALL] = { "SELECT COUNT(*) FROM messages m WHERE m.stream > 0 AND " SAID, ROW(number, number_cols) },
	[ROLLED] = { "SELECT COALESCE(SUM(messages), 0), COALESCE((MAX(day) + 1) * 86400000 - MAX(tz) * 1000, 0) FROM report_days",
		     ROW(rolled, rolled_cols) },
	/* With the time from a subquery it would walk through all of them. */
	[SINCE] = { "SELECT COUNT(*) FROM messages m FORCE INDEX (said) WHERE m.created_at >= ? AND m.stream > 0 AND " SAID,
		    ROW(number, number_cols) },
};
const size_t message_admin_sql_n = SQL__MAX;

/* -- what is asked for, resolved -- */

struct asked {
	const struct message_filter *f;
	struct user from, to; /* id 0 = any */
	int from_type;        /* 1 + enum sender, of "ai" and "system"; 0 */
	struct leg leg;       /* id 0 = any */
	const struct search *words;
	const char *likes[LIKES];
	size_t n;
};

static bool find_person(struct ctx *c, const char *field, const char *public_id, struct user *u)
{
	bool found;

	*u = (struct user){ 0 };
	if (public_id == NULL || *public_id == '\0')
		return true;
	return db_find(c, &message_admin_sql[PERSON], u, &found, ARGS(STR(public_id))) &&
	       (found || fail_field(c, field, "input.unknown_value"));
}

static bool read_from(struct ctx *c, struct asked *a)
{
	const char *from = a->f->from;

	if (from != NULL && (strcmp(from, "ai") == 0 || strcmp(from, "system") == 0)) {
		a->from_type = 1 + (*from == 'a' ? SENDER_AI : SENDER_SYSTEM);
		return true;
	}
	return find_person(c, "from_user", from, &a->from);
}

/* Each word as it was typed; punctuation around it says nothing. */
static void read_likes(struct ctx *c, struct asked *a, const char *text)
{
	static const char edge[] = " \t\r\n.,;:!?\"'()[]{}<>";

	while (a->n < LIKES) {
		text += strspn(text, edge);
		size_t n = strcspn(text, " \t\r\n");
		if (n == 0)
			return;
		const char *word = text;
		text += n;
		while (n > 0 && strchr(edge, word[n - 1]) != NULL)
			n--;
		a->likes[a->n++] = text_like(c->mem, arena_strndup(c->mem, word, n), true);
	}
}

static bool read_asked(struct ctx *c, const struct message_filter *f, bool by_words, struct asked *a)
{
	*a = (struct asked){ .f = f };
	if (!read_from(c, a) || !find_person(c, "to_user", f->to, &a->to) ||
	    (f->leg.agent != NULL && !leg_reach(c, &f->leg, &a->leg)))
		return false;
	if (f->query == NULL)
		return true;
	read_likes(c, a, f->query);
	return !by_words || search_words(c, f->query, &a->words);
}

/* -- where to look -- */

static bool is_customer(const struct user *u)
{
	return u->id != 0 && u->role == ROLE_GUEST;
}

/* Whose leg a message came in takes reading two rows more of each conversation. */
static int64_t talks_of_person(const struct asked *a)
{
	return a->to.id != 0 && !is_customer(&a->to) ? MESSAGE_TALKS / 3 : MESSAGE_TALKS;
}

static bool of_person(const struct asked *a, struct query *q, const struct user *u)
{
	if (u->id == 0)
		return false;
	if (u->role == ROLE_GUEST)
		query_add(q, "(SELECT id FROM conversations WHERE contact_id = ? ORDER BY created_at DESC LIMIT ?)",
			  ARGS(INT(u->id), INT(talks_of_person(a))));
	else
		query_add(q,
			  "(SELECT DISTINCT l.conversation_id AS id FROM (SELECT conversation_id FROM assignments WHERE agent_id = "
			  "? ORDER BY started_at DESC LIMIT ?) l)",
			  ARGS(INT(u->id), INT(talks_of_person(a))));
	return true;
}

/* The conversations, as a derived table of ids; false when all are meant. */
static bool add_talks(struct ctx *c, struct query *q, const struct asked *a)
{
	const struct user *customer = is_customer(&a->from) ? &a->from : &a->to;

	if (a->leg.id != 0)
		query_add(q, "(SELECT ? AS id)", ARGS(INT(a->leg.conversation_id)));
	else if (a->words != NULL)
		search_said(q, a->words, MESSAGE_FOUND);
	else if (is_customer(customer))
		return of_person(a, q, customer);
	else if (a->from.id != 0 || a->to.id != 0)
		return of_person(a, q, a->from.id != 0 ? &a->from : &a->to);
	else if (c->who.role < ROLE_SUPERVISOR)
		query_add(q,
			  "(SELECT v.id FROM conversations v FORCE INDEX (activity) WHERE v.assignee_id IS NULL OR v.assignee_id = "
			  "? OR v.team_id IN (SELECT t.team_id FROM team_members t WHERE t.user_id = ?) ORDER BY "
			  "v.last_message_at DESC, v.id DESC LIMIT ?)",
			  ARGS(INT(c->who.user_id), INT(c->who.user_id), INT(MESSAGE_TALKS)));
	else
		return false;
	return true;
}

static void where_from(struct query *q, const struct asked *a)
{
	if (a->from_type != 0)
		query_where(q, "m.sender_type = ?", ARGS(INT(a->from_type - 1)));
	else if (is_customer(&a->from))
		query_where(q, "m.sender_type = 0", NOARGS);
	else if (a->from.id != 0)
		query_where(q, "m.sender_type = 2 AND m.sender_id = ?", ARGS(INT(a->from.id)));
	else
		query_where(q, "m.sender_type < 3", NOARGS);
}

static void where_to(struct query *q, const struct asked *a)
{
	if (is_customer(&a->to))
		query_where(q, "m.sender_type <> 0", NOARGS);
	else if (a->to.id != 0)
		query_where(q,
			    "m.sender_type = 0 AND (SELECT a.agent_id FROM assignments a WHERE a.conversation_id = m.stream AND "
			    "m.seq > a.after_seq AND m.seq <= " LEG_UPTO " ORDER BY a.started_at DESC LIMIT 1) = ?",
			    ARGS(INT(a->to.id)));
}

/* Whether a conversation has to be read to know that its messages may pass. */
static bool talk_matters(const struct ctx *c, const struct asked *a)
{
	return c->who.role < ROLE_SUPERVISOR || is_customer(&a->from) || is_customer(&a->to);
}

static void where_talk(struct ctx *c, struct query *q, const struct asked *a)
{
	if (is_customer(&a->from))
		query_where(q, "c.contact_id = ?", ARGS(INT(a->from.id)));
	if (is_customer(&a->to))
		query_where(q, "c.contact_id = ?", ARGS(INT(a->to.id)));
	if (c->who.role < ROLE_SUPERVISOR)
		query_where(
			q,
			"(c.assignee_id IS NULL OR c.assignee_id = ? OR c.team_id IN (SELECT t.team_id FROM team_members t WHERE "
			"t.user_id = ?))",
			ARGS(INT(c->who.user_id), INT(c->who.user_id)));
}

static void add_where(struct query *q, const struct asked *a, bool joined)
{
	query_where(q, "m.private = 0 AND m.deleted_at IS NULL", NOARGS);
	if (!joined)
		query_where(q, "m.stream > 0", NOARGS);
	if (!joined && (a->f->type != 0 || a->from_type != 0))
		query_where(q, "m.id > (SELECT MAX(n.id) - ? FROM messages n)", ARGS(INT(RARE_LOOK)));
	where_from(q, a);
	where_to(q, a);
	if (a->f->type != 0)
		query_where(q, "m.type = ?", ARGS(INT(a->f->type - 1)));
	if (a->f->since != 0)
		query_where(q, "m.created_at >= ?", ARGS(INT(a->f->since)));
	if (a->f->until != 0)
		query_where(q, "m.created_at < ?", ARGS(INT(a->f->until)));
	if (a->leg.id != 0)
		query_where(q, "m.seq > ? AND m.seq <= ?", ARGS(INT(a->leg.after_seq), INT(a->leg.upto_seq)));
	for (size_t i = 0; i < a->n; i++)
		query_where(q, "m.content LIKE ?", ARGS(STR(a->likes[i])));
}

/* FROM … WHERE … of the messages that pass. All of them: along their ids, newest first. */
static void add_source(struct ctx *c, struct query *q, const struct asked *a)
{
	struct query talks = query_new(c, "");
	bool joined = add_talks(c, &talks, a);

	if (joined) {
		query_add(q, " FROM ", NOARGS);
		query_add(q, talks.sql, talks.args, talks.n);
		query_add(q, " v STRAIGHT_JOIN conversations c ON c.id = v.id STRAIGHT_JOIN messages m ON m.stream = c.id", NOARGS);
	} else {
		query_add(q, " FROM messages m FORCE INDEX (id)", NOARGS);
	}
	add_where(q, a, joined);
	if (joined)
		where_talk(c, q, a);
}

/* -- lists -- */

bool message_count_since(struct ctx *c, int64_t since, int64_t *n)
{
	struct number live;

	if (!db_one(c, &message_admin_sql[SINCE], &live, "db.failed", ARGS(INT(since))))
		return false;
	*n = live.n;
	return true;
}

bool message_total(struct ctx *c, int64_t *n)
{
	struct number newest, all;
	struct rolled past = { 0 };

	if (!db_one(c, &message_admin_sql[NEWEST], &newest, "db.failed", NOARGS))
		return false;
	if (newest.n <= FEW) { /* they are counted; many are read from the daily figures */
		if (!db_one(c, &message_admin_sql[COUNT_ALL], &all, "db.failed", NOARGS))
			return false;
		*n = all.n;
		return true;
	}
	if (!db_one(c, &message_admin_sql[ROLLED], &past, "db.failed", NOARGS) || !message_count_since(c, past.until, n))
		return false;
	*n += past.n;
	return true;
}

/* Nothing is asked for: the total is that of the site, pages lead to its newest MESSAGE_PAGES. */
static bool of_all(const struct ctx *c, const struct asked *a)
{
	const struct message_filter *f = a->f;

	return f->from == NULL && f->to == NULL && f->type == 0 && f->since == 0 && f->until == 0 && a->leg.id == 0 &&
	       a->words == NULL && c->who.role >= ROLE_SUPERVISOR;
}

static bool all(struct ctx *c, const struct asked *a, const struct page_in *page, int64_t *total, struct list *out)
{
	struct query q = query_new(c, "SELECT STRAIGHT_JOIN " COLS " FROM (SELECT m.id");
	const int64_t left = MESSAGE_PAGES - page_offset(page);

	if (!message_total(c, total))
		return false;
	if (left <= 0 || page_offset(page) >= *total)
		return true;
	add_source(c, &q, a);
	query_add(&q, " ORDER BY m.id DESC LIMIT ? OFFSET ?) p JOIN messages m ON m.id = p.id" JOINS " ORDER BY m.id DESC",
		  ARGS(INT(left < page->size ? left : page->size), INT(page_offset(page))));
	return query_list(c, &q, out, (struct query_row){ leg_message_cols, LEG_MESSAGE_COLUMNS, sizeof(struct leg_message) });
}

/* -- search -- */

struct talk {
	int64_t id, last_seq;
};
static const struct col talk_cols[] = { { COL_INT, offsetof(struct talk, id) }, { COL_INT, offsetof(struct talk, last_seq) } };
struct hit {
	int64_t id;
	bool whole;
};
static const struct col hit_cols[] = { { COL_INT, offsetof(struct hit, id) }, { COL_BOOL, offsetof(struct hit, whole) } };

/* The conversations to look into. Their own rows are left alone where nothing depends on them: they lie far apart. */
static bool find_talks(struct ctx *c, const struct asked *a, struct list *out)
{
	struct query q =
		query_new(c, "SELECT v.id, (SELECT n.seq FROM messages n WHERE n.stream = v.id ORDER BY n.seq DESC LIMIT 1) FROM ");

	if (!add_talks(c, &q, a))
		return fail(c, E_BUG, "db.failed");
	query_add(&q, " v", NOARGS);
	if (talk_matters(c, a)) {
		query_add(&q, " STRAIGHT_JOIN conversations c ON c.id = v.id", NOARGS);
		where_talk(c, &q, a);
	}
	return query_list(c, &q, out, ROW_OF(talk, talk_cols));
}

/* So many of each one's newest messages are looked at that they are MESSAGE_LOOKED together: a few long conversations must not
   take the time of all the others. */
static int64_t depth(const struct list *talks)
{
	const struct talk *t = talks->items;
	int64_t least = 1, most = MESSAGE_LOOKED;

	while (least < most) {
		int64_t each = (least + most + 1) / 2, sum = 0;
		for (size_t i = 0; i < talks->n; i++)
			sum += t[i].last_seq < each ? t[i].last_seq : each;
		if (sum <= MESSAGE_LOOKED)
			least = each;
		else
			most = each - 1;
	}
	return least;
}

/* What of these conversations passes; TALKS of them a statement, whose text is the same for any number: the last one fills up. */
static bool look_into(struct ctx *c, const struct asked *a, const struct talk *t, size_t n, int64_t each, struct list *out)
{
	struct query q = query_new(c, "SELECT STRAIGHT_JOIN m.id, m.content LIKE ? FROM messages m FORCE INDEX (PRIMARY)");

	if (a->to.id != 0 && !is_customer(&a->to)) /* its leg's end */
		query_add(&q, " JOIN conversations c ON c.id = m.stream", NOARGS);
	query_add(&q, "", ARGS(STR(a->f->query != NULL ? text_like(c->mem, a->f->query, true) : "")));
	for (size_t i = 0; i < TALKS; i++) {
		const struct talk *of = &t[i < n ? i : n - 1];
		static const char next[] = " OR (m.stream = ? AND m.seq > ?)", first[] = "((m.stream = ? AND m.seq > ?)";
		(i == 0 ? query_where : query_add)(&q, i == 0 ? first : next, ARGS(INT(of->id), INT(of->last_seq - each)));
	}
	query_add(&q, ")", NOARGS);
	add_where(&q, a, true);
	return query_list(c, &q, out, ROW_OF(hit, hit_cols));
}

static int better(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;

	return x->whole != y->whole ? y->whole - x->whole : (x->id < y->id) - (x->id > y->id);
}

/* Those of these that are still there, in this order; EACH of them a statement, whose text is the same for any number: the last one
   fills up. */
static bool these(struct ctx *c, const struct hit *hits, size_t n, struct list *out)
{
	enum { EACH = 20 };
	static const char sql[] = "SELECT STRAIGHT_JOIN " COLS " FROM messages m FORCE INDEX (id)" JOINS
				  " WHERE m.id IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
	struct leg_message *sorted = arena_alloc(c->mem, (n + 1) * sizeof(*sorted));

	*out = (struct list){ sorted, 0 };
	for (size_t from = 0; from < n; from += EACH) {
		const size_t some = n - from < EACH ? n - from : EACH;
		struct query q = query_new(c, sql);
		struct list found = { 0 };
		for (size_t i = 0; i < EACH; i++)
			query_add(&q, "", ARGS(INT(hits[from + (i < some ? i : some - 1)].id)));
		if (!query_list(c, &q, &found,
				(struct query_row){ leg_message_cols, LEG_MESSAGE_COLUMNS, sizeof(struct leg_message) }))
			return false;
		const struct leg_message *m = found.items;
		for (size_t i = 0; i < some; i++)
			for (size_t k = 0; k < found.n; k++)
				if (m[k].message.id == hits[from + i].id)
					sorted[out->n++] = m[k];
	}
	return true;
}

static bool page_of(struct ctx *c, const struct hit *hits, const struct page_in *page, int64_t total, struct list *out)
{
	const int64_t offset = page_offset(page), left = total - offset;

	return left <= 0 || these(c, hits + offset, (size_t)(left < page->size ? left : page->size), out);
}

/* What certain conversations hold is read once, for the order, the page and the number of all. */
static bool of_talks(struct ctx *c, const struct asked *a, const struct page_in *page, int64_t *total, struct list *out)
{
	struct list talks = { 0 };
	struct hit *hits = arena_alloc(c->mem, sizeof(*hits));
	size_t n = 0;

	if (!find_talks(c, a, &talks))
		return false;
	const int64_t each = depth(&talks);
	for (size_t from = 0; from < talks.n; from += TALKS) {
		const size_t left = talks.n - from;
		struct list found = { 0 };
		if (!look_into(c, a, (const struct talk *)talks.items + from, left < TALKS ? left : TALKS, each, &found))
			return false;
		hits = arena_grow(c->mem, hits, n * sizeof(*hits), (n + found.n + 1) * sizeof(*hits));
		if (found.n > 0)
			memcpy(hits + n, found.items, found.n * sizeof(*hits));
		n += found.n;
	}
	if (n > 1)
		qsort(hits, n, sizeof(*hits), better);
	*total = (int64_t)n;
	return page_of(c, hits, page, *total, out);
}

/* The same of the newest messages, whatever conversation they are in. */
static bool newest(struct ctx *c, const struct asked *a, const struct page_in *page, int64_t *total, struct list *out)
{
	struct query q = query_new(c, "SELECT m.id, 0");
	struct list hits = { 0 };

	add_source(c, &q, a);
	query_add(&q, " ORDER BY m.id DESC LIMIT ?", ARGS(INT(MESSAGE_REACH)));
	if (!query_list(c, &q, &hits, ROW_OF(hit, hit_cols)))
		return false;
	*total = (int64_t)hits.n;
	return page_of(c, hits.items, page, *total, out);
}

static bool listed(struct ctx *c, const struct asked *a, const struct page_in *page, int64_t *total, struct list *out)
{
	const bool talks = a->leg.id != 0 || a->words != NULL || a->from.id != 0 || a->to.id != 0 || c->who.role < ROLE_SUPERVISOR;

	return (of_all(c, a) ? all : talks ? of_talks : newest)(c, a, page, total, out);
}

bool message_admin_list(struct ctx *c, const void *vin, void *vout)
{
	const struct message_admin_in *in = vin;
	struct message_admin_out *out = vout;
	struct asked a;
	int64_t total = 0;

	if (!read_asked(c, &in->filter, true, &a))
		return false;
	bool possible = in->filter.query == NULL || a.words != NULL; /* a query without a letter finds nothing */
	if (possible && !listed(c, &a, &in->page, &total, &out->messages))
		return false;
	struct leg_message *m = out->messages.items;
	for (size_t i = 0; i < out->messages.n; i++) {
		leg_message_finish(&m[i]);
		if (in->filter.query != NULL)
			m[i].highlight = message_highlight(c->mem, m[i].message.content, in->filter.query);
	}
	out->meta = page_meta(&in->page, total);
	out->has_more =
		in->page.number < out->meta.pages && (!of_all(c, &a) || page_offset(&in->page) + in->page.size < MESSAGE_PAGES);
	out->query = in->filter.query;
	return true;
}

bool message_admin_search(struct ctx *c, const void *vin, void *out)
{
	const struct message_admin_in *in = vin;

	return text_blank(in->filter.query) ? fail_field(c, "query", "input.missing") : message_admin_list(c, in, out);
}

bool message_admin_range(struct ctx *c, const struct message_filter *f, int64_t after, int64_t upto, struct list *out)
{
	struct query q = query_new(c, "SELECT STRAIGHT_JOIN " COLS " FROM messages m FORCE INDEX (id)" JOINS);
	struct asked a;

	if (!read_asked(c, f, false, &a))
		return false;
	if (upto <= after)
		return true;
	query_where(&q, "m.id > ? AND m.id <= ?", ARGS(INT(after), INT(upto)));
	if (a.leg.id != 0)
		query_where(&q, "m.stream = ?", ARGS(INT(a.leg.conversation_id)));
	add_where(&q, &a, true);
	where_talk(c, &q, &a);
	query_add(&q, " ORDER BY m.id", NOARGS);
	if (!query_list(c, &q, out, (struct query_row){ leg_message_cols, LEG_MESSAGE_COLUMNS, sizeof(struct leg_message) }))
		return false;
	struct leg_message *m = out->items;
	for (size_t i = 0; i < out->n; i++)
		leg_message_finish(&m[i]);
	return true;
}

/* -- one -- */

bool message_admin_get(struct ctx *c, const void *vin, void *vout)
{
	const struct message_id_in *in = vin;
	struct leg_message *out = vout;
	struct conversation v;

	if (!db_one(c, &message_admin_sql[BY_ID], out, "message.missing", ARGS(INT(in->id))))
		return false;
	leg_message_finish(out);
	return conversation_reach_id(c, out->message.stream, &v);
}
