#include "conversation.h"
#include "conversation_row.h"
#include "sql_tables.h"
#include "team.h"

const char *const conversation_status_names[] = { "open", "pending", "resolved", "closed", NULL };
const char *const priority_names[] = { "low", "medium", "high", "urgent", NULL };
const char *const agent_type_names[] = { "ai", "human", NULL };

#define C(as, member)                                                                                                              \
	{                                                                                                                          \
		as, offsetof(struct conversation, member)                                                                          \
	}
const struct col conversation_cols[] = {
	C(COL_INT, id),
	C(COL_STR, uuid),
	C(COL_STR, session_id),
	C(COL_INT, contact_id),
	C(COL_BOOL, contact_claimed),
	C(COL_ENUM, status),
	C(COL_ENUM, priority),
	C(COL_ENUM, agent_type),
	C(COL_STR, channel),
	C(COL_INT, assignee_id),
	C(COL_INT, team_id),
	C(COL_INT, queue_rank),
	C(COL_STR, metadata),
	C(COL_INT, last_seq),
	C(COL_INT, last_message_id),
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
	/* joined */
	C(COL_STR, contact_public_id),
	C(COL_STR, contact_name),
	C(COL_STR, contact_email),
	C(COL_STR, contact_phone),
	C(COL_STR, assignee_name),
	C(COL_STR, assignee_avatar),
};
_Static_assert(COUNT(conversation_cols) == CONVERSATION_ALL, "the counts in conversation_row.h");

struct names {
	const char *contact_public_id, *contact_name, *contact_email, *contact_phone, *assignee_name, *assignee_avatar;
};
static const struct col names_cols[] = {
	{ COL_STR, offsetof(struct names, contact_public_id) }, { COL_STR, offsetof(struct names, contact_name) },
	{ COL_STR, offsetof(struct names, contact_email) },     { COL_STR, offsetof(struct names, contact_phone) },
	{ COL_STR, offsetof(struct names, assignee_name) },     { COL_STR, offsetof(struct names, assignee_avatar) },
};
struct number {
	int64_t n;
};
static const struct col number_cols[] = { { COL_INT, offsetof(struct number, n) } };

enum { BY_SESSION, BY_ID, FIND, PEEK, LOCK_SESSION, LOCK_ID, NAMES, POSITION, SQL__MAX };
const struct stmt conversation_sql[SQL__MAX] = {
	[BY_SESSION] = { "SELECT " CONVERSATION_COLS CONVERSATION_NAMES CONVERSATION_JOINS "WHERE c.session_id = ?",
			 CONVERSATION_FULL_ROW },
	[BY_ID] = { "SELECT " CONVERSATION_COLS CONVERSATION_NAMES CONVERSATION_JOINS "WHERE c.id = ?", CONVERSATION_FULL_ROW },
	[FIND] = { "SELECT " CONVERSATION_COLS " FROM conversations c WHERE c.session_id = ?", CONVERSATION_ROW },
	[PEEK] = { "SELECT " CONVERSATION_COLS " FROM conversations c WHERE c.id = ?", CONVERSATION_ROW },
	[LOCK_SESSION] = { "SELECT " CONVERSATION_COLS " FROM conversations c WHERE c.session_id = ? FOR UPDATE",
			   CONVERSATION_ROW },
	[LOCK_ID] = { "SELECT " CONVERSATION_COLS " FROM conversations c WHERE c.id = ? FOR UPDATE", CONVERSATION_ROW },
	[NAMES] = { "SELECT u.public_id, u.full_name, u.email, u.phone, a.full_name, a.avatar_url FROM users u "
		    "LEFT JOIN users a ON a.id = ? WHERE u.id = ?",
		    ROW(names, names_cols) },
	[POSITION] = { "SELECT COUNT(*) FROM conversations WHERE queue_rank <= ?", ROW(number, number_cols) },
};
const size_t conversation_sql_n = SQL__MAX;

void conversation_finish(struct conversation *v)
{
	v->active = v->status == CONV_OPEN || v->status == CONV_PENDING;
	v->assignee = (struct person){ v->assignee_id, v->assignee_name != NULL ? v->assignee_name : "", v->assignee_avatar };
	v->assignee_ref = v->assignee_id != 0 ? &v->assignee : NULL;
	v->contact = (struct contact){ v->contact_id, v->contact_public_id, v->contact_name, v->contact_email, v->contact_phone };
	v->last = (struct last_message){ v->last_message_id, v->last_seq, v->last_sender, v->last_text, v->last_message_at };
	v->last_ref = v->last_seq > 0 ? &v->last : NULL;
	v->rated = (struct rating){ v->session_id, v->rating_comment, v->rating, v->rated_at };
	v->rated_ref = v->rating > 0 ? &v->rated : NULL;
	v->waiting_since = 0;
	if (v->agent_type == AGENT_HUMAN && v->active && v->asked_at != 0)
		v->waiting_since = v->asked_at > v->human_at ? v->asked_at : v->human_at;
}

bool conversation_positions(struct ctx *c, struct conversation *v, size_t n)
{
	struct number at;

	for (size_t i = 0; i < n; i++) {
		if (v[i].queue_rank == 0)
			continue;
		if (!db_one(c, &conversation_sql[POSITION], &at, "db.failed", ARGS(INT(v[i].queue_rank))))
			return false;
		v[i].queue_position = at.n;
	}
	return true;
}

/* Agents see what is theirs, their team's or unassigned; supervisors and admins all; a visitor what it holds the key of. */
bool conversation_may_see(const struct ctx *c, const struct conversation *v, const struct list *teams)
{
	if (c->who.role >= ROLE_SUPERVISOR)
		return true;
	if (c->who.role == ROLE_AGENT)
		return v->assignee_id == 0 || v->assignee_id == c->who.user_id || (v->team_id != 0 && team_in(teams, v->team_id));
	return c->who.conversation_id == v->id;
}

static bool check_right(struct ctx *c, const struct conversation *v)
{
	struct list teams = { 0 };

	if (!is_staff(c)) /* the key itself is the right: it named the row */
		return true;
	if (c->who.role == ROLE_AGENT && v->team_id != 0 && v->assignee_id != 0 && !team_ids_of(c, c->who.user_id, &teams))
		return false;
	return conversation_may_see(c, v, &teams) || fail(c, E_FORBIDDEN, "conversation.not_yours");
}

static bool reached(struct ctx *c, struct conversation *v)
{
	conversation_finish(v);
	return check_right(c, v) && conversation_positions(c, v, 1);
}

bool conversation_reach(struct ctx *c, const char *session_id, struct conversation *v)
{
	return db_one(c, &conversation_sql[BY_SESSION], v, "session.missing", ARGS(STR(session_id))) && reached(c, v);
}

bool conversation_reach_id(struct ctx *c, int64_t id, struct conversation *v)
{
	return db_one(c, &conversation_sql[BY_ID], v, "conversation.missing", ARGS(INT(id))) && reached(c, v);
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

bool conversation_lock(struct ctx *c, const char *session_id, struct conversation *v)
{
	if (!db_one(c, &conversation_sql[LOCK_SESSION], v, "session.missing", ARGS(STR(session_id))))
		return false;
	conversation_finish(v);
	return check_right(c, v);
}

bool conversation_lock_id(struct ctx *c, int64_t id, struct conversation *v)
{
	if (!db_one(c, &conversation_sql[LOCK_ID], v, "conversation.missing", ARGS(INT(id))))
		return false;
	conversation_finish(v);
	return true;
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
	v->assignee_name = names.assignee_name;
	v->assignee_avatar = names.assignee_avatar;
	conversation_finish(v);
	return conversation_positions(c, v, 1);
}
