#include "conversation_filter.h"
#include "team.h"

bool conversation_filter_new(struct ctx *c, struct conversation_filter *f)
{
	*f = (struct conversation_filter){ .status = ANY, .agent_type = ANY, .priority = ANY, .assignee_id = ANY };
	f->me = c->who.user_id;
	f->scoped = c->who.role < ROLE_SUPERVISOR;
	return !f->scoped || team_ids_of(c, f->me, &f->teams);
}

bool conversation_filter_is_kind(const struct conversation_filter *f)
{
	return f->contact_id == 0 && f->session_id == NULL && f->text == NULL;
}

/* … OR the team is one of mine; closes the parenthesis. Whoever is in very many teams has them looked up. */
static void or_teams(struct query *q, const struct conversation_filter *f, const char *column)
{
	enum { NAMED = 8 };
	const int64_t *id = f->teams.items;

	if (f->teams.n == 0 || f->team_id != 0) { /* a team that is asked for is not one of mine */
		query_add(q, ")", NOARGS);
		return;
	}
	query_add(q, column, NOARGS);
	if (f->teams.n > NAMED) {
		query_add(q, "SELECT m.team_id FROM team_members m WHERE m.user_id = ?))", ARGS(INT(f->me)));
		return;
	}
	for (size_t i = 0; i < f->teams.n; i++)
		query_add(q, i > 0 ? ", ?" : "?", ARGS(INT(id[i])));
	query_add(q, "))", NOARGS);
}

/* One's own, what nobody has, and one's own team's is in one's scope anyway. */
static bool needs_scope(const struct conversation_filter *f)
{
	return f->scoped && f->assignee_id != f->me && f->assignee_id != 0 && (f->team_id == 0 || !team_in(&f->teams, f->team_id));
}

void filter_conversations(struct query *q, const struct conversation_filter *f)
{
	if (f->active)
		query_where(q, "c.status IN (0, 1)", NOARGS);
	if (f->status != ANY)
		query_where(q, "c.status = ?", ARGS(INT(f->status)));
	if (f->agent_type != ANY)
		query_where(q, "c.agent_type = ?", ARGS(INT(f->agent_type)));
	if (f->priority != ANY)
		query_where(q, "c.priority = ?", ARGS(INT(f->priority)));
	if (f->assignee_id == 0)
		query_where(q, "c.assignee_id IS NULL", NOARGS);
	else if (f->assignee_id != ANY)
		query_where(q, "c.assignee_id = ?", ARGS(INT(f->assignee_id)));
	if (f->team_id != 0)
		query_where(q, "c.team_id = ?", ARGS(INT(f->team_id)));
	if (f->contact_id != 0)
		query_where(q, "c.contact_id = ?", ARGS(INT(f->contact_id)));
	if (f->session_id != NULL)
		query_where(q, "c.session_id = ?", ARGS(STR(f->session_id)));
	if (!needs_scope(f))
		return;
	query_where(q, "(c.assignee_id IS NULL OR c.assignee_id = ?", ARGS(INT(f->me)));
	or_teams(q, f, " OR c.team_id IN (");
}

void filter_kinds(struct query *q, const struct conversation_filter *f)
{
	query_where(q, "label_id = ?", ARGS(INT(f->label_id)));
	if (f->active)
		query_where(q, "status IN (0, 1)", NOARGS);
	if (f->status != ANY)
		query_where(q, "status = ?", ARGS(INT(f->status)));
	if (f->agent_type != ANY)
		query_where(q, "agent_type = ?", ARGS(INT(f->agent_type)));
	if (f->priority != ANY)
		query_where(q, "priority = ?", ARGS(INT(f->priority)));
	if (f->assignee_id != ANY)
		query_where(q, "assignee_id = ?", ARGS(INT(f->assignee_id)));
	if (f->team_id != 0)
		query_where(q, "team_id = ?", ARGS(INT(f->team_id)));
	if (!needs_scope(f))
		return;
	query_where(q, "(assignee_id IN (0, ?)", ARGS(INT(f->me)));
	or_teams(q, f, " OR team_id IN (");
}
