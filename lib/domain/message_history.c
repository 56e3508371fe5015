/* Reading messages: history pages, and what delivery asks for. No locks. */
#include "../bus/bus.h"
#include "message_row.h"
#include "sql_tables.h"
#include <string.h>

const struct col message_cols[] = {
	{ COL_INT, offsetof(struct message, stream) },      { COL_INT, offsetof(struct message, seq) },
	{ COL_INT, offsetof(struct message, id) },          { COL_STR, offsetof(struct message, uuid) },
	{ COL_INT, offsetof(struct message, sender_id) },   { COL_ENUM, offsetof(struct message, sender_type) },
	{ COL_STR, offsetof(struct message, sender_name) }, { COL_ENUM, offsetof(struct message, type) },
	{ COL_BOOL, offsetof(struct message, is_private) }, { COL_STR, offsetof(struct message, content) },
	{ COL_STR, offsetof(struct message, metadata) },    { COL_STR, offsetof(struct message, attachment) },
	{ COL_STR, offsetof(struct message, client_id) },   { COL_INT, offsetof(struct message, created_at) },
	{ COL_BOOL, offsetof(struct message, is_deleted) },
};
_Static_assert(COUNT(message_cols) == MESSAGE_COLUMNS, "the count in message_row.h");
#define SHOWN "private = 0 AND deleted_at IS NULL"

/* A page with its conversation's figures in each row: one turn to the database instead of two. */
struct latest {
	struct message message;
	int64_t shown, last_seq;
};
static const struct col latest_cols[] = {
	{ COL_INT, offsetof(struct latest, message.stream) },
	{ COL_INT, offsetof(struct latest, message.seq) },
	{ COL_INT, offsetof(struct latest, message.id) },
	{ COL_STR, offsetof(struct latest, message.uuid) },
	{ COL_INT, offsetof(struct latest, message.sender_id) },
	{ COL_ENUM, offsetof(struct latest, message.sender_type) },
	{ COL_STR, offsetof(struct latest, message.sender_name) },
	{ COL_ENUM, offsetof(struct latest, message.type) },
	{ COL_STR, offsetof(struct latest, message.content) },
	{ COL_STR, offsetof(struct latest, message.metadata) },
	{ COL_STR, offsetof(struct latest, message.attachment) },
	{ COL_STR, offsetof(struct latest, message.client_id) },
	{ COL_INT, offsetof(struct latest, message.created_at) },
	{ COL_INT, offsetof(struct latest, shown) },
	{ COL_INT, offsetof(struct latest, last_seq) },
};
static const struct col position_cols[] = {
	{ COL_INT, offsetof(struct stream_position, stream) },
	{ COL_INT, offsetof(struct stream_position, seq) },
	{ COL_INT, offsetof(struct stream_position, id) },
};

enum {
	PAGE,
	PAGE_BACK,
	LATEST,
	OFFSET,
	STAFF_PAGE,
	STAFF_BACK,
	RANGE,
	FIRST_ABOVE,
	SEQ_OF,
	SEQ_AT,
	SHOWN_AT,
	UNREAD,
	POSITIONS,
	BEHIND,
	POSITIONS_OF,
	NEWEST,
	SQL__MAX
};
const struct stmt message_history_sql[] = {
	[PAGE] = { "SELECT " MESSAGE_COLS " FROM messages WHERE stream = ? AND seq > ? AND " SHOWN " ORDER BY seq LIMIT ?",
		   MESSAGE_ROW },
	[PAGE_BACK] = { "SELECT " MESSAGE_COLS " FROM messages WHERE stream = ? AND seq < ? AND " SHOWN
			" ORDER BY seq DESC LIMIT ?",
			MESSAGE_ROW },
	[LATEST] = { "SELECT m.stream, m.seq, m.id, m.uuid, m.sender_id, m.sender_type, m.sender_name, m.type, m.content, "
		     "m.metadata, m.attachment, m.client_id, m.created_at, c.last_seq - c.notes, c.last_seq FROM conversations c "
		     "STRAIGHT_JOIN messages m ON m.stream = c.id AND m.seq > c.last_seq - ? WHERE c.session_id = ? AND m.private "
		     "= 0 AND m.deleted_at IS NULL ORDER BY m.seq",
		     ROW(latest, latest_cols) },
	[OFFSET] = { "SELECT " MESSAGE_COLS
		     " FROM messages WHERE stream = ? AND private = 0 AND deleted_at IS NULL ORDER BY seq LIMIT ? OFFSET ?",
		     MESSAGE_ROW },
	[STAFF_PAGE] = { "SELECT " MESSAGE_COLS
			 " FROM messages WHERE stream = ? AND seq > ? AND deleted_at IS NULL ORDER BY seq LIMIT ?",
			 MESSAGE_ROW },
	[STAFF_BACK] = { "SELECT " MESSAGE_COLS
			 " FROM messages WHERE stream = ? AND seq < ? AND deleted_at IS NULL ORDER BY seq DESC LIMIT ?",
			 MESSAGE_ROW },
	[RANGE] = { "SELECT " MESSAGE_COLS " FROM messages WHERE stream = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
		    MESSAGE_ROW },
	[FIRST_ABOVE] = { "SELECT COALESCE(MIN(seq), 0) FROM messages WHERE stream = ? AND id > ?", ROW(number, number_cols) },
	[SEQ_OF] = { "SELECT seq FROM messages WHERE id = ? AND stream = ?", ROW(number, number_cols) },
	[SEQ_AT] = { "SELECT seq FROM messages WHERE stream = ? AND id <= ? ORDER BY seq DESC LIMIT 1", ROW(number, number_cols) },
	[SHOWN_AT] = { "SELECT stream, seq, id FROM messages WHERE stream = ? AND id <= ? AND private = 0 AND deleted_at IS NULL "
		       "ORDER BY seq DESC LIMIT 1",
		       ROW(stream_position, position_cols) },
	[UNREAD] = { "SELECT COUNT(*) FROM messages WHERE stream = ? AND seq > ? AND private = 0 AND deleted_at IS NULL AND "
		     "(sender_type = 0) = ?",
		     ROW(number, number_cols) },
	[POSITIONS] = { "SELECT stream, MAX(seq), MAX(id) AS newest FROM messages FORCE INDEX (id) WHERE id > ? AND id <= ? GROUP "
			"BY stream ORDER BY newest",
			ROW(stream_position, position_cols) },
	[BEHIND] = { "SELECT id FROM messages WHERE id > ? ORDER BY id LIMIT 1 OFFSET ?", ROW(number, number_cols) },
	[POSITIONS_OF] = { "SELECT id, last_seq, last_message_id FROM conversations WHERE contact_id = ? AND contact_claimed = 0 "
			   "AND last_message_id > ? ORDER BY last_message_id LIMIT ?",
			   ROW(stream_position, position_cols) },
	[NEWEST] = { "SELECT COALESCE(MAX(id), 0) FROM messages", ROW(number, number_cols) },
};
const size_t message_history_sql_n = SQL__MAX;

/* The newest id and count of each session, in two sorted sets that only ever grow (GT): a poll with nothing new needs no SQL. */
static const char newest_ids[] = "deskbell:newest-id", newest_seqs[] = "deskbell:newest-seq";

static void add_newest(struct ctx *c, const char *key, int64_t score, const char *session_id)
{
	const char *argv[] = { "ZADD", key, "GT", arena_printf(c->mem, "%lld", (long long)score), session_id };
	size_t len[COUNT(argv)];

	for (size_t i = 0; i < COUNT(argv); i++)
		len[i] = strlen(argv[i]);
	bus_cmd(c, COUNT(argv), argv, len);
}

void message_note_newest(struct ctx *c, const char *session_id, int64_t id, int64_t shown)
{
	add_newest(c, newest_ids, id, session_id);
	add_newest(c, newest_seqs, shown, session_id);
}

void message_forget_newest(struct ctx *c, const char *session_id)
{
	for (size_t i = 0; i < 2; i++) {
		const char *argv[] = { "ZREM", i == 0 ? newest_ids : newest_seqs, session_id };
		bus_cmd(c, 3, argv, (size_t[]){ 4, strlen(argv[1]), strlen(session_id) });
	}
	bus_go(c);
}

static int ask_score(struct ctx *c, const char *key, const char *session_id)
{
	const char *argv[] = { "ZSCORE", key, session_id };
	const size_t len[] = { 6, strlen(key), strlen(session_id) };

	return bus_cmd(c, 3, argv, len);
}

/* True: Redis knows that nothing is newer than `after`. */
static bool nothing_new(struct ctx *c, const char *session_id, int64_t after, int64_t *total)
{
	int id_slot = ask_score(c, newest_ids, session_id), seq_slot = ask_score(c, newest_seqs, session_id);

	bus_go(c);
	int64_t newest = bus_int(c, id_slot, -1), seq = bus_int(c, seq_slot, -1);
	*total = seq;
	return newest >= 0 && seq >= 0 && newest <= after;
}

static void turn_round(struct message *m, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		struct message t = m[i];
		m[i] = m[n - 1 - i];
		m[n - 1 - i] = t;
	}
}

static void cut(struct list *l, int64_t limit, bool *has_more)
{
	*has_more = l->n > (size_t)limit;
	l->n = *has_more ? (size_t)limit : l->n;
}

/* The id that a page begins or ends at is nearly always one of the stream's: it is found without a walk. */
static bool seq_of(struct ctx *c, int64_t stream, int64_t id, int64_t *seq, bool *found)
{
	struct number at = { 0 };

	if (!db_find(c, &message_history_sql[SEQ_OF], &at, found, ARGS(INT(id), INT(stream))))
		return false;
	*seq = at.n;
	return true;
}

/* Of the first message with this id or a higher one; behind the last one when there is none. */
static bool seq_from(struct ctx *c, int64_t stream, int64_t id, int64_t *seq)
{
	bool found;

	if (!seq_of(c, stream, id, seq, &found))
		return false;
	if (!found && !message_seq_at(c, stream, id - 1, seq))
		return false;
	*seq += !found;
	return true;
}

/* statement: PAGE_BACK or STAFF_BACK. Whether there is more is known by one that is asked for beyond. */
static bool page_back(struct ctx *c, int statement, int64_t stream, int64_t before_id, int64_t limit, struct list *out,
		      bool *has_more)
{
	int64_t seq = INT64_MAX;

	if (before_id != INT64_MAX && !seq_from(c, stream, before_id, &seq))
		return false;
	if (!db_list(c, &message_history_sql[statement], out, ARGS(INT(stream), INT(seq), INT(limit + 1))))
		return false;
	cut(out, limit, has_more);
	turn_round(out->items, out->n);
	return true;
}

static void finish_all(const struct list *l, const char *session_id)
{
	struct message *m = l->items;

	for (size_t i = 0; i < l->n; i++)
		message_finish(&m[i], session_id);
}

/* Without notes an offset is a seq, and nothing is walked over. */
static bool page_forward(struct ctx *c, const struct conversation *v, const struct message_list_in *in, struct list *out)
{
	int64_t after = in->offset;

	if ((in->has & MESSAGES_AFTER) && !message_seq_at(c, v->id, in->after, &after))
		return false;
	if (!(in->has & MESSAGES_AFTER) && v->notes > 0)
		return db_list(c, &message_history_sql[OFFSET], out, ARGS(INT(v->id), INT(in->limit + 1), INT(in->offset)));
	return db_list(c, &message_history_sql[PAGE], out, ARGS(INT(v->id), INT(after), INT(in->limit + 1)));
}

static bool read_page(struct ctx *c, const struct conversation *v, const struct message_list_in *in, struct message_list_out *out)
{
	if (in->has & MESSAGES_BEFORE)
		return page_back(c, PAGE_BACK, v->id, in->before, in->limit, &out->messages, &out->has_more);
	if (!page_forward(c, v, in, &out->messages))
		return false;
	cut(&out->messages, in->limit, &out->has_more);
	return true;
}

/* What a page that opens asks for first. done stays false when the last messages are not all to be seen, or there are none: then
   the walk back finds the page, or what is wrong. */
static bool read_latest(struct ctx *c, const struct message_list_in *in, struct message_list_out *out, bool *done)
{
	struct list l;
	const int64_t n = in->limit + 1;

	if (!db_list(c, &message_history_sql[LATEST], &l, ARGS(INT(n), STR(in->session_id))))
		return false;
	const struct latest *row = l.items;
	*done = l.n > 0 && (int64_t)l.n == (row->last_seq < n ? row->last_seq : n);
	if (!*done)
		return true;
	out->total = row->shown;
	out->has_more = (int64_t)l.n == n;
	struct message *m = arena_alloc(c->mem, l.n * sizeof(*m));
	for (size_t i = out->has_more; i < l.n; i++)
		m[out->messages.n++] = row[i].message;
	out->messages.items = m;
	finish_all(&out->messages, in->session_id);
	return true;
}

bool message_list(struct ctx *c, const void *vin, void *vout)
{
	const struct message_list_in *in = vin;
	struct message_list_out *out = vout;
	struct conversation v;
	bool poll = (in->has & MESSAGES_AFTER) != 0, done = false;

	if (poll && !is_staff(c) && nothing_new(c, in->session_id, in->after, &out->total))
		return true;
	if ((in->has & MESSAGES_BEFORE) && in->before == INT64_MAX && !is_staff(c) && !read_latest(c, in, out, &done))
		return false;
	if (done)
		return true;
	if (!conversation_find(c, in->session_id, &v) || !read_page(c, &v, in, out))
		return false;
	out->total = v.shown;
	finish_all(&out->messages, v.session_id);
	if (poll && out->messages.n == 0) {
		message_note_newest(c, v.session_id, v.last_message_id, v.shown);
		bus_go(c);
	}
	return true;
}

bool message_newest(struct ctx *c, const struct conversation *v, int64_t limit, struct list *out, bool *has_more)
{
	if (!page_back(c, STAFF_BACK, v->id, INT64_MAX, limit, out, has_more))
		return false;
	finish_all(out, v->session_id);
	return true;
}

bool message_page(struct ctx *c, const void *vin, void *vout)
{
	const struct message_page_in *in = vin;
	struct message_list_out *out = vout;
	struct conversation v;
	int64_t after, before = in->has & MESSAGES_BEFORE ? in->before : INT64_MAX;

	if (!conversation_reach_id(c, in->conversation_id, &v))
		return false;
	out->total = v.last_seq;
	if (in->has & MESSAGES_AFTER) {
		if (!message_seq_at(c, v.id, in->after, &after) ||
		    !db_list(c, &message_history_sql[STAFF_PAGE], &out->messages, ARGS(INT(v.id), INT(after), INT(in->limit + 1))))
			return false;
		cut(&out->messages, in->limit, &out->has_more);
	} else if (!page_back(c, STAFF_BACK, v.id, before, in->limit, &out->messages, &out->has_more)) {
		return false;
	}
	finish_all(&out->messages, v.session_id);
	return true;
}

bool message_shown_at(struct ctx *c, int64_t stream, int64_t id, struct stream_position *at)
{
	bool found;

	*at = (struct stream_position){ 0 };
	return db_find(c, &message_history_sql[SHOWN_AT], at, &found, ARGS(INT(stream), INT(id)));
}

bool message_unread(struct ctx *c, int64_t stream, int64_t seq, bool staff, int64_t *n)
{
	struct number found;

	if (!db_one(c, &message_history_sql[UNREAD], &found, "db.failed", ARGS(INT(stream), INT(seq), INT(staff))))
		return false;
	*n = found.n;
	return true;
}

bool message_range(struct ctx *c, int64_t stream, int64_t after, int64_t upto, int64_t limit, struct list *out)
{
	return db_list(c, &message_history_sql[RANGE], out, ARGS(INT(stream), INT(after), INT(upto), INT(limit)));
}

bool message_first_above(struct ctx *c, int64_t stream, int64_t above, int64_t *seq)
{
	struct number first;

	if (!db_one(c, &message_history_sql[FIRST_ABOVE], &first, "db.failed", ARGS(INT(stream), INT(above))))
		return false;
	*seq = first.n;
	return true;
}

bool message_seq_at(struct ctx *c, int64_t stream, int64_t last_id, int64_t *seq)
{
	struct number at = { 0 };
	bool found;

	if (!seq_of(c, stream, last_id, seq, &found))
		return false;
	if (found)
		return true;
	if (!db_find(c, &message_history_sql[SEQ_AT], &at, &found, ARGS(INT(stream), INT(last_id))))
		return false;
	*seq = found ? at.n : 0;
	return true;
}

/* However long ago `since` is, no more than so many messages are read. */
bool message_top_id(struct ctx *c, int64_t *id)
{
	struct number top = { 0 };
	bool good = db_one(c, &message_history_sql[NEWEST], &top, "db.failed", NOARGS);

	*id = top.n;
	return good;
}

bool message_positions(struct ctx *c, int64_t since, int64_t limit, struct list *out, int64_t *newest, bool *more)
{
	struct number behind = { 0 };

	*more = false;
	if (!message_top_id(c, newest))
		return false;
	if (since == 0)
		return true;
	if (!db_find(c, &message_history_sql[BEHIND], &behind, more, ARGS(INT(since), INT(limit - 1))))
		return false;
	if (*more)
		*newest = behind.n;
	return db_list(c, &message_history_sql[POSITIONS], out, ARGS(INT(since), INT(*newest)));
}

bool message_positions_of(struct ctx *c, int64_t contact_id, int64_t since, int64_t limit, struct list *out, bool *more)
{
	if (!db_list(c, &message_history_sql[POSITIONS_OF], out, ARGS(INT(contact_id), INT(since), INT(limit + 1))))
		return false;
	cut(out, limit, more);
	return true;
}
