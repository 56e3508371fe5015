#include "conversation.h"
#include "../core/recent.h"
#include "../core/text.h"
#include "conversation_row.h"
#include "row_cache.h"
#include "sql_tables.h"
#include "team.h"
#include "webhook.h"
#include <string.h>

const char *const conversation_status_names[] = { "open", "pending", "resolved", "closed", NULL };
const char *const priority_names[] = { "low", "medium", "high", "urgent", NULL };
const char *const agent_type_names[] = { "ai", "human", NULL };

#define C(as, member)                                                                                                              \
	{                                                                                                                          \
		as, offsetof(struct conversation, member)                                                                          \
	}
const struct col conversation_cols[] = {
	C(COL_INT, unheard),
	C(COL_INT, version),
	C(COL_INT, id),
	C(COL_STR, session_id),
	C(COL_INT, contact_id),
	C(COL_BOOL, contact_claimed),
	C(COL_ENUM, status),
	C(COL_ENUM, agent_type),
	C(COL_INT, assignee_id),
	C(COL_INT, team_id),
	C(COL_INT, last_seq),
	C(COL_INT, last_message_id),
	C(COL_INT, notes),
	C(COL_INT, shown_seq),
	C(COL_STR, contact_handle),
	C(COL_STR, agent_handle),
	/* the key ends here */
	C(COL_STR, uuid),
	C(COL_ENUM, priority),
	C(COL_STR, channel),
	C(COL_INT, queue_rank),
	C(COL_STR, metadata),
	C(COL_INT, last_message_at),
	C(COL_ENUM, last_sender),
	C(COL_STR, last_text),
	C(COL_INT, unread_staff),
	C(COL_INT, unread_contact),
	C(COL_INT, staff_read_seq),
	C(COL_INT, contact_read_seq),
	C(COL_INT, asked_at),
	C(COL_INT, first_asked_at),
	C(COL_INT, first_answered_at),
	C(COL_INT, human_at),
	C(COL_INT, agent_messages),
	C(COL_INT, ai_wanted_seq),
	C(COL_INT, rating),
	C(COL_STR, rating_comment),
	C(COL_INT, rated_at),
	C(COL_INT, resolved_at),
	C(COL_INT, created_at),
	C(COL_INT, updated_at),
	C(COL_INT, switched_at),
	C(COL_BOOL, labelled),
	C(COL_INT, rated_agent_id),
	/* joined */
	C(COL_STR, contact_public_id),
	C(COL_STR, contact_name),
	C(COL_STR, contact_email),
	C(COL_STR, contact_phone),
	C(COL_STR, contact_avatar),
	C(COL_STR, assignee_name),
	C(COL_STR, assignee_avatar),
};
_Static_assert(COUNT(conversation_cols) == CONVERSATION_LOCKED + CONVERSATION_ALL, "the counts in conversation_row.h");

struct names {
	const char *contact_public_id, *contact_name, *contact_email, *contact_phone, *contact_avatar, *assignee_name,
		*assignee_avatar, *agent_handle;
};
static const struct col names_cols[] = {
	{ COL_STR, offsetof(struct names, contact_public_id) }, { COL_STR, offsetof(struct names, contact_name) },
	{ COL_STR, offsetof(struct names, contact_email) },     { COL_STR, offsetof(struct names, contact_phone) },
	{ COL_STR, offsetof(struct names, contact_avatar) },    { COL_STR, offsetof(struct names, assignee_name) },
	{ COL_STR, offsetof(struct names, assignee_avatar) },   { COL_STR, offsetof(struct names, agent_handle) },
};

/* How many of the waiting ones stand up to each place of a page: one walk along the queue, however many places. */
struct stretch {
	int64_t place, n;
};
static const struct col stretch_cols[] = { { COL_INT, offsetof(struct stretch, place) }, { COL_INT, offsetof(struct stretch, n) } };
enum { PLACES = 20 };
#define PLACES_MARKS "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"

enum { BY_SESSION, BY_ID, FIND, PEEK, LOCK_SESSION, LOCK_ID, NAMES, POSITION, POSITIONS, SQL__MAX };
const struct stmt conversation_sql[SQL__MAX] = {
	[BY_SESSION] = { "SELECT " CONVERSATION_COLS CONVERSATION_NAMES CONVERSATION_JOINS "WHERE c.session_id = ?",
			 CONVERSATION_FULL_ROW },
	[BY_ID] = { "SELECT " CONVERSATION_COLS CONVERSATION_NAMES CONVERSATION_JOINS "WHERE c.id = ?", CONVERSATION_FULL_ROW },
	[FIND] = { "SELECT " CONVERSATION_KEY_COLS " FROM conversations c WHERE c.session_id = ?", CONVERSATION_KEY_ROW },
	[PEEK] = { "SELECT " CONVERSATION_COLS " FROM conversations c WHERE c.id = ?", CONVERSATION_ROW },
	[LOCK_SESSION] = { "SELECT " CONVERSATION_LOCK_COLS " FROM conversations c WHERE c.session_id = ? FOR UPDATE",
			   CONVERSATION_LOCK_ROW },
	[LOCK_ID] = { "SELECT " CONVERSATION_LOCK_COLS " FROM conversations c WHERE c.id = ? FOR UPDATE", CONVERSATION_LOCK_ROW },
	[NAMES] = { "SELECT u.public_id, u.full_name, u.email, u.phone, u.avatar_url, a.full_name, a.avatar_url, a.public_id FROM "
		    "users u LEFT JOIN users a ON a.id = ? WHERE u.id = ?",
		    ROW(names, names_cols) },
	[POSITION] = { "SELECT COUNT(*) FROM conversations WHERE queue_rank > ? AND queue_rank <= ?", ROW(number, number_cols),
		       PREPARE_ANEW },
	[POSITIONS] = { "SELECT INTERVAL(queue_rank, " PLACES_MARKS ") AS place, COUNT(*) FROM conversations "
			"WHERE queue_rank > ? AND queue_rank <= ? GROUP BY place",
			ROW(stretch, stretch_cols), PREPARE_ANEW },
};
const size_t conversation_sql_n = SQL__MAX;

void conversation_finish(struct conversation *v)
{
	v->agent_handle = v->assignee_id != 0 ? v->agent_handle : NULL;
	v->queue_position = v->queue_rank != 0 ? v->queue_position : 0;
	v->active = v->status == CONV_OPEN || v->status == CONV_PENDING;
	v->assignee = (struct person){ v->assignee_id, v->assignee_name != NULL ? v->assignee_name : "", v->assignee_avatar };
	v->assignee_ref = v->assignee_id != 0 ? &v->assignee : NULL;
	v->contact = (struct contact){ .id = v->contact_id,
				       .public_id = v->contact_public_id,
				       .name = v->contact_name,
				       .email = v->contact_email,
				       .phone = v->contact_phone,
				       .avatar_url = v->contact_avatar,
				       .custom_attributes = v->contact.custom_attributes };
	v->last = (struct last_message){ v->last_message_id, v->last_seq, v->last_sender, v->last_text, v->last_message_at };
	v->last_ref = v->last_message_id > 0 ? &v->last : NULL;
	v->shown = v->last_seq - v->notes;
	v->shown_seq = v->notes == 0 ? v->last_seq : v->shown_seq;
	v->rated = (struct rating){ v->session_id, v->rating_comment, v->rating, v->rated_at };
	v->rated_ref = v->rating > 0 ? &v->rated : NULL;
	v->switched_at = v->switched_at != 0 ? v->switched_at : v->human_at != 0 ? v->human_at : v->created_at;
	v->waiting_since = 0;
	if (v->agent_type == AGENT_HUMAN && v->active && v->asked_at != 0)
		v->waiting_since = v->asked_at > v->human_at ? v->asked_at : v->human_at;
}

/* The smallest ranks behind this one, in order; how many. */
static size_t next_ranks(const struct conversation *v, size_t n, int64_t before, int64_t ranks[static PLACES])
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++) {
		int64_t rank = v[i].queue_rank;
		size_t at = found;
		while (at > 0 && ranks[at - 1] > rank)
			at--;
		if (rank <= before || at == PLACES || (at > 0 && ranks[at - 1] == rank))
			continue;
		found += found < PLACES;
		memmove(&ranks[at + 1], &ranks[at], (found - at - 1) * sizeof(*ranks));
		ranks[at] = rank;
	}
	return found;
}

/* counts[i]: how many stand behind the rank before this one, up to this one. */
static bool count_stretches(struct ctx *c, int64_t before, const int64_t *ranks, size_t n, int64_t counts[static PLACES])
{
	struct val args[PLACES + 2];
	struct list some = { 0 };

	if (n == 1) {
		struct number one;
		bool good = db_one(c, &conversation_sql[POSITION], &one, "db.failed", ARGS(INT(before), INT(ranks[0])));
		counts[0] = one.n;
		return good;
	}
	for (size_t i = 0; i < PLACES; i++) /* a stretch ends with its rank: the next one begins behind it */
		args[i] = INT(ranks[i < n ? i : n - 1] + 1);
	args[PLACES] = INT(before);
	args[PLACES + 1] = INT(ranks[n - 1]);
	if (!db_list(c, &conversation_sql[POSITIONS], &some, args, COUNT(args)))
		return false;
	const struct stretch *s = some.items;
	for (size_t i = 0; i < some.n; i++)
		if (s[i].place >= 0 && s[i].place < (int64_t)n)
			counts[s[i].place] = s[i].n;
	return true;
}

/* The places of several: each counts on from the one before it, so the queue is walked once. */
bool conversation_positions(struct ctx *c, struct conversation *v, size_t n)
{
	int64_t ranks[PLACES], before = 0, count = 0;
	size_t found;

	while ((found = next_ranks(v, n, before, ranks)) > 0) {
		int64_t counts[PLACES] = { 0 };
		if (!count_stretches(c, before, ranks, found, counts))
			return false;
		for (size_t at = 0; at < found; at++) {
			count += counts[at] > 0 ? counts[at]
						: 1; /* given to somebody since its row was read: it stood behind the last one */
			for (size_t i = 0; i < n; i++)
				if (v[i].queue_rank == ranks[at])
					v[i].queue_position = count;
		}
		before = ranks[found - 1];
	}
	return true;
}

/* Agents see what is theirs, their team's or unassigned; supervisors and admins all; a customer who signed in its own; a visitor
   what it holds the key of. */
bool conversation_may_see(const struct ctx *c, const struct conversation *v, const struct list *teams)
{
	if (c->who.role >= ROLE_SUPERVISOR)
		return true;
	if (c->who.role == ROLE_AGENT)
		return v->assignee_id == 0 || v->assignee_id == c->who.user_id || (v->team_id != 0 && team_in(teams, v->team_id));
	if (c->who.user_id != 0) /* a conversation that somebody began in its name is not its own */
		return v->contact_id == c->who.user_id && !v->contact_claimed;
	return c->who.conversation_id == v->id;
}

static bool look_at_scope(struct ctx *c, const struct conversation *v, bool *may)
{
	struct list teams = { 0 };

	if (c->who.role == ROLE_AGENT && v->team_id != 0 && v->assignee_id != 0 && !team_ids_of(c, c->who.user_id, &teams))
		return false;
	*may = conversation_may_see(c, v, &teams);
	return true;
}

bool conversation_seen_by(struct ctx *c, const struct conversation *v, int64_t user_id, bool *may)
{
	struct list teams = { 0 };
	struct user u;

	*may = false;
	if (!user_get(c, user_id, &u)) {
		bool missing = c->err.code == E_NOT_FOUND;
		if (missing)
			c->err = (struct err){ 0 };
		return missing;
	}
	*may = u.role >= ROLE_SUPERVISOR || (u.role == ROLE_AGENT && (v->assignee_id == 0 || v->assignee_id == user_id));
	if (*may || u.role != ROLE_AGENT || v->team_id == 0)
		return true;
	if (!team_ids_of(c, user_id, &teams))
		return false;
	*may = team_in(&teams, v->team_id);
	return true;
}

/* Who holds a key knows that its conversation is there. */
static bool check_right(struct ctx *c, const struct conversation *v)
{
	bool may;

	if (!is_staff(c)) /* the key itself is the right: it named the row */
		return true;
	return look_at_scope(c, v, &may) && (may || fail(c, E_FORBIDDEN, "conversation.not_yours"));
}

/* By number, what is out of scope is not there at all. */
static bool check_scope(struct ctx *c, const struct conversation *v)
{
	bool may;

	return look_at_scope(c, v, &may) && (may || fail(c, E_NOT_FOUND, "conversation.missing"));
}

struct conversation_kind conversation_kind_of(const struct conversation *v)
{
	return (struct conversation_kind){ v->assignee_id, v->team_id, v->status, v->agent_type, v->priority, v->queue_rank != 0 };
}

bool conversation_reach(struct ctx *c, const char *session_id, struct conversation *v)
{
	if (!db_one(c, &conversation_sql[BY_SESSION], v, "session.missing", ARGS(STR(session_id))))
		return false;
	conversation_finish(v);
	return check_right(c, v) && conversation_positions(c, v, 1);
}

bool conversation_reach_id(struct ctx *c, int64_t id, struct conversation *v)
{
	if (!db_one(c, &conversation_sql[BY_ID], v, "conversation.missing", ARGS(INT(id))))
		return false;
	conversation_finish(v);
	return check_scope(c, v) && conversation_positions(c, v, 1);
}

bool conversation_find(struct ctx *c, const char *session_id, struct conversation *v)
{
	if (!db_one(c, &conversation_sql[FIND], v, "session.missing", ARGS(STR(session_id))))
		return false;
	conversation_finish(v);
	return check_right(c, v);
}

bool conversation_peek(struct ctx *c, int64_t id, struct conversation *v, bool *found)
{
	if (!db_find(c, &conversation_sql[PEEK], v, found, ARGS(INT(id))))
		return false;
	conversation_finish(v);
	return true;
}

static bool lock(struct ctx *c, const struct stmt *stmt, const char *missing, struct val key, struct conversation *v)
{
	int64_t asked = mono_ms();

	if (!db_one(c, stmt, v, missing, &key, 1))
		return false;
	webhook_unheard_at(c, v->unheard, asked);
	conversation_finish(v);
	v->counted = conversation_kind_of(v);
	return true;
}

bool conversation_lock(struct ctx *c, const char *session_id, struct conversation *v)
{
	return lock(c, &conversation_sql[LOCK_SESSION], "session.missing", STR(session_id), v) && check_right(c, v);
}

bool conversation_lock_id(struct ctx *c, int64_t id, struct conversation *v)
{
	return lock(c, &conversation_sql[LOCK_ID], "conversation.missing", INT(id), v);
}

bool conversation_take(struct ctx *c, int64_t id, struct conversation *v)
{
	return conversation_lock_id(c, id, v) && check_scope(c, v);
}

static const struct stmt remembered = { "", CONVERSATION_KNOWN_ROW };

int64_t conversation_second(int64_t ms)
{
	return ms - ms % 1000;
}

bool conversation_recall(struct ctx *c, const char *session_id, struct conversation *v)
{
	struct err before = c->err;
	size_t n;
	int64_t unheard;
	const char *text = webhook_unheard(c, &unheard) ? recent_get(c->recent, c->mem, session_id, &n) : NULL;

	if (text == NULL || !row_unpack(c->mem, &remembered, text, n, v))
		return false;
	v->unheard = unheard;
	conversation_finish(v);
	v->counted = conversation_kind_of(v);
	if (check_right(c, v))
		return true;
	c->err = before; /* what the row says now decides */
	return false;
}

void conversation_remember(struct ctx *c, const struct conversation *v)
{
	struct buf b = { 0 };

	if (c->recent == NULL)
		return;
	row_pack(&b, &remembered, v);
	recent_put(c->recent, v->session_id, b.data, b.len);
	buf_free(&b);
}

bool conversation_complete(struct ctx *c, struct conversation *v)
{
	struct names names = { 0 };

	if (!db_one(c, &conversation_sql[NAMES], &names, "user.missing", ARGS(INT(v->assignee_id), INT(v->contact_id))))
		return false;
	v->contact_public_id = names.contact_public_id;
	v->contact_name = names.contact_name;
	v->contact_email = names.contact_email;
	v->contact_phone = names.contact_phone;
	v->contact_avatar = names.contact_avatar;
	v->assignee_name = names.assignee_name;
	v->assignee_avatar = names.assignee_avatar;
	v->contact_handle = names.contact_public_id;
	v->agent_handle = names.agent_handle;
	conversation_finish(v);
	return v->queue_position != 0 || conversation_positions(c, v, 1); /* counted once: it is locked */
}
