#include "assignment.h"
#include "../core/text.h"
#include "ai_note.h"
#include "audit.h"
#include "conversation_row.h"
#include "conversation_tally.h"
#include "event.h"
#include "message.h"
#include "notification.h"
#include "queue.h"
#include "sql_tables.h"
#include "team.h"

struct candidate {
	int64_t id, load, capacity, responses, response_ms, ratings, rating_sum;
};
static const struct col candidate_cols[] = {
	{ COL_INT, offsetof(struct candidate, id) },          { COL_INT, offsetof(struct candidate, load) },
	{ COL_INT, offsetof(struct candidate, capacity) },    { COL_INT, offsetof(struct candidate, responses) },
	{ COL_INT, offsetof(struct candidate, response_ms) }, { COL_INT, offsetof(struct candidate, ratings) },
	{ COL_INT, offsetof(struct candidate, rating_sum) },
};

enum { TAKE_SLOT, TAKE_OF_PRESENT, FREE_SLOT, LEG_START, LEG_END, GIVE, QUEUE, TO_AI, CANDIDATES, TEAM, SET_TEAM, SQL__MAX };
#define HANDED "handed_over = IF(agent_type = 1 OR handed_over > 0, handed_over, ?), "
const struct stmt assignment_sql[] = {
	[TAKE_SLOT] = { "UPDATE users SET active_sessions = active_sessions + 1, last_active_at = ? "
			"WHERE id = ? AND role > 0 AND deleted_at IS NULL AND active_sessions < max_sessions" },
	[TAKE_OF_PRESENT] = { "UPDATE users SET active_sessions = active_sessions + 1, last_active_at = ? "
			      "WHERE id = ? AND role = 1 AND status = 1 AND deleted_at IS NULL AND active_sessions < "
			      "max_sessions" },
	[FREE_SLOT] = { "UPDATE users SET active_sessions = GREATEST(active_sessions - 1, 0) WHERE id = ?" },
	/* A leg has what was said since the one before it ended. */
	[LEG_START] = { "INSERT INTO assignments (conversation_id, contact_id, agent_id, started_at, started_by, after_seq) "
			"SELECT ?, ?, ?, ?, ?, COALESCE(MAX(upto_seq), 0) FROM assignments WHERE conversation_id = ?" },
	[LEG_END] = { "UPDATE assignments SET ended_at = ?, end_reason = ?, upto_seq = ? WHERE conversation_id = ? AND ended_at IS "
		      "NULL" },
	[GIVE] = { "UPDATE conversations SET version = version + 1, " HANDED
		   "switched_at = IF(agent_type = 1, switched_at, ?), assignee_id = ?, assignee_handle = (SELECT public_id FROM "
		   "users WHERE id = ?), agent_type = 1, human_at = ?, queue_rank = NULL, ai_wanted_seq = 0, updated_at = ? WHERE "
		   "id = ?" },
	[QUEUE] = { "UPDATE conversations SET version = version + 1, " HANDED
		    "switched_at = IF(agent_type = 1, switched_at, ?), assignee_id = NULL, agent_type = "
		    "1, human_at = ?, queue_rank = ?, ai_wanted_seq = 0, "
		    "updated_at = ? WHERE id = ?" },
	[TO_AI] = { "UPDATE conversations SET version = version + 1, switched_at = ?, assignee_id = NULL, agent_type = 0, "
		    "queue_rank = NULL, ai_unsure = "
		    "0, updated_at = ? "
		    "WHERE id = ?" },
	[CANDIDATES] = { "SELECT id, active_sessions, max_sessions, responses, response_ms, ratings, rating_sum FROM users "
			 "WHERE role = 1 AND status = 1 AND deleted_at IS NULL AND active_sessions < max_sessions "
			 "AND (? IS NULL OR id IN (SELECT user_id FROM team_members WHERE team_id = ?)) LIMIT 200",
			 ROW(candidate, candidate_cols) },
	[TEAM] = { "SELECT id FROM teams WHERE id = ? LOCK IN SHARE MODE", ROW(number, number_cols) },
	[SET_TEAM] = { "UPDATE conversations SET version = version + 1, team_id = ?, updated_at = ? WHERE id = ?" },
};
const size_t assignment_sql_n = SQL__MAX;

/* DESIGN 7: 10·(1 − load/capacity) + satisfaction + 5·min(1, 30 s / average response). */
double efficiency_score(int64_t load, int64_t capacity, double satisfaction, double avg_response_s)
{
	double quick = avg_response_s <= 30 ? 1 : 30 / avg_response_s;

	return 10 * (1 - (double)load / (double)(capacity > 0 ? capacity : 1)) + satisfaction + 5 * quick;
}

static double score(const struct candidate *a)
{
	double satisfaction = a->ratings > 0 ? (double)a->rating_sum / (double)a->ratings : 5;
	double seconds = a->responses > 0 ? (double)a->response_ms / (double)a->responses / 1000 : 0;

	return efficiency_score(a->load, a->capacity, satisfaction, seconds);
}

static struct event *tell(struct ctx *c, const char *what, const char *note, const struct conversation *v, int64_t before)
{
	struct event *e = event_queue(c, EVENT_STATUS);

	e->what = what;
	e->note = note;
	e->conversation = v;
	e->before_assignee = before;
	e->before_team = v->team_id;
	return e;
}

static bool tell_assigned(struct ctx *c, const struct conversation *v, int64_t before)
{
	tell(c, "assigned", "status.taken_over", v, before);
	return notify(c, v->assignee_id, NOTIFY_ASSIGNMENT, v, v->contact_name);
}

/* What time it is under the lock: a request that had to wait for it begins nothing before the last one ended. */
static int64_t read_clock(struct ctx *c)
{
	int64_t now = now_ms();

	c->now = now > c->now ? now : c->now;
	return c->now;
}

bool assignment_end(struct ctx *c, struct conversation *v, enum end_reason reason)
{
	if (v->assignee_id == 0)
		return true;
	read_clock(c);
	if (!db_exec(c, &assignment_sql[LEG_END], NULL, ARGS(INT(c->now), INT(reason), INT(v->last_seq), INT(v->id))))
		return false;
	if (db_changed(c) > 0 && !db_exec(c, &assignment_sql[FREE_SLOT], NULL, ARGS(INT(v->assignee_id))))
		return false;
	queue_moved(c);
	return true;
}

/* For the figures, should it be the AI's until now. */
static int64_t why(const struct ctx *c, const struct conversation *v)
{
	return v->handing != HANDED_NOT ? v->handing : is_staff(c) ? HANDED_TAKEN : HANDED_ASKED;
}

/* The slot is taken by one conditional update, so no concurrency can push an agent over capacity. */
static bool take_slot(struct ctx *c, struct conversation *v, int64_t agent_id, const struct stmt *how, bool *taken)
{
	if (!db_exec(c, how, NULL, ARGS(INT(c->now), INT(agent_id))))
		return false;
	*taken = db_changed(c) > 0;
	if (!*taken)
		return true;
	read_clock(c);
	v->assignee_id = agent_id;
	v->switched_at = v->agent_type == AGENT_HUMAN ? v->switched_at : c->now;
	v->agent_type = AGENT_HUMAN;
	v->human_at = v->updated_at = c->now;
	v->queue_rank = v->ai_wanted_seq = 0;
	return db_exec(c, &assignment_sql[LEG_START], NULL,
		       ARGS(INT(v->id), INT(v->contact_id), INT(agent_id), INT(c->now), INT(c->who.user_id), INT(v->id))) &&
	       db_exec(c, &assignment_sql[GIVE], NULL,
		       ARGS(INT(why(c, v)), INT(c->now), INT(agent_id), INT(agent_id), INT(c->now), INT(c->now), INT(v->id))) &&
	       tally_change(c, v) && conversation_complete(c, v);
}

/* Its leg runs already: an ended conversation keeps its last assignee's name, but no leg. */
static bool runs_with(const struct conversation *v, int64_t agent_id)
{
	return v->assignee_id == agent_id && v->agent_type == AGENT_HUMAN && v->active;
}

bool assignment_start(struct ctx *c, struct conversation *v, int64_t agent_id)
{
	int64_t before = v->assignee_id;
	bool taken;

	if (runs_with(v, agent_id) && before != 0)
		return true;
	if (!assignment_end(c, v, END_TRANSFERRED) || !take_slot(c, v, agent_id, &assignment_sql[TAKE_SLOT], &taken))
		return false;
	if (!taken)
		return fail(c, E_BAD_INPUT, "agent.full");
	event_wake(c, "cancel", v->id);
	return tell_assigned(c, v, before);
}

static bool best(const struct list *candidates, int64_t preferred, int64_t *id)
{
	const struct candidate *a = candidates->items;
	double top = -1;

	*id = 0;
	for (size_t i = 0; i < candidates->n; i++) {
		if (a[i].id == preferred) {
			*id = preferred;
			return true;
		}
		if (score(&a[i]) > top) {
			top = score(&a[i]);
			*id = a[i].id;
		}
	}
	return *id != 0;
}

/* Nobody is overtaken: an agent whom somebody before this one waits for is not this one's. */
static bool leave_to_others(struct ctx *c, const struct conversation *v, struct list *candidates)
{
	struct candidate *a = candidates->items;
	struct queue_wanted wanted;
	size_t kept = 0;

	if (!queue_wanted(c, queue_place(c, v), &wanted))
		return false;
	for (size_t i = 0; i < candidates->n; i++)
		if (!queue_wants(&wanted, a[i].id))
			a[kept++] = a[i];
	candidates->n = kept;
	return true;
}

bool assignment_find(struct ctx *c, struct conversation *v, int64_t preferred, bool *given)
{
	struct list candidates = { 0 };
	int64_t before = v->assignee_id, agent;

	*given = false;
	if (!db_list(c, &assignment_sql[CANDIDATES], &candidates, ARGS(INT_OR_NULL(v->team_id), INT(v->team_id))))
		return false;
	if (candidates.n > 0 && !leave_to_others(c, v, &candidates))
		return false;
	/* A candidate may fill up or leave between the list and the update: the next best then. */
	while (!*given && best(&candidates, preferred, &agent)) {
		struct candidate *a = candidates.items;
		if (!take_slot(c, v, agent, &assignment_sql[TAKE_OF_PRESENT], given))
			return false;
		for (size_t i = 0; i < candidates.n; i++)
			if (a[i].id == agent)
				a[i] = a[--candidates.n];
	}
	return !*given || tell_assigned(c, v, before);
}

static bool enqueue(struct ctx *c, struct conversation *v)
{
	int64_t before = v->assignee_id;

	v->queue_rank = queue_place(c, v);
	v->queue_position = 0;
	v->assignee_id = v->ai_wanted_seq = 0;
	v->switched_at = v->agent_type == AGENT_HUMAN ? v->switched_at : c->now;
	v->agent_type = AGENT_HUMAN;
	v->human_at = v->updated_at = c->now;
	v->assignee_name = v->assignee_avatar = NULL;
	if (!db_exec(c, &assignment_sql[QUEUE], NULL,
		     ARGS(INT(why(c, v)), INT(c->now), INT(c->now), INT(v->queue_rank), INT(c->now), INT(v->id))) ||
	    !tally_change(c, v) || !conversation_complete(c, v))
		return false;
	tell(c, "queued", "status.queued", v, before);
	queue_moved(c); /* a slot may have been freed by somebody who did not see it waiting yet */
	return true;
}

bool assignment_find_or_queue(struct ctx *c, struct conversation *v, int64_t preferred)
{
	bool given;

	if (!assignment_find(c, v, preferred, &given))
		return false;
	event_wake(c, "cancel", v->id);
	return given || enqueue(c, v);
}

/* Back to the AI: nobody of the staff has it any longer. */
static bool to_ai(struct ctx *c, struct conversation *v)
{
	int64_t before = v->assignee_id;

	if (v->agent_type == AGENT_AI)
		return true;
	if (!assignment_end(c, v, END_TO_AI) ||
	    !db_exec(c, &assignment_sql[TO_AI], NULL, ARGS(INT(c->now), INT(c->now), INT(v->id))))
		return false;
	v->assignee_id = v->queue_rank = 0;
	v->agent_type = AGENT_AI;
	v->assignee_name = v->assignee_avatar = NULL;
	v->updated_at = v->switched_at = c->now;
	conversation_finish(v);
	if (!tally_change(c, v))
		return false;
	tell(c, "switched", "status.to_ai", v, before);
	return true;
}

static bool to_human(struct ctx *c, struct conversation *v)
{
	if (is_staff(c))
		return assignment_start(c, v, c->who.user_id);
	if (v->agent_type == AGENT_HUMAN && (v->assignee_id != 0 || v->queue_rank != 0))
		return true; /* asked twice: with somebody, or waiting, already */
	bool from_ai = v->agent_type == AGENT_AI;
	return assignment_find_or_queue(c, v, 0) && (!from_ai || ai_note(c, v, HANDED_ASKED));
}

bool session_switch_agent(struct ctx *c, const void *vin, void *out)
{
	const struct switch_in *in = vin;
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));

	if (!(in->session_id != NULL ? conversation_lock(c, in->session_id, v) : conversation_take(c, in->id, v)) ||
	    (!v->active && !conversation_move(c, v, CONV_OPEN)) ||
	    !(in->agent_type == AGENT_HUMAN ? to_human(c, v) : to_ai(c, v)) ||
	    !audit(c, "conversation:switch_agent", v->id,
		   arena_printf(c->mem, "{\"agent_type\":\"%s\"}", agent_type_names[in->agent_type])) ||
	    !conversation_complete(c, v))
		return false;
	*(struct conversation *)out = *v;
	conversation_show(c, out);
	return true;
}

/* -- by staff -- */

static bool check_agent(struct ctx *c, int64_t id)
{
	struct user agent;
	bool found = user_get(c, id, &agent);

	if (!found && c->err.code != E_NOT_FOUND)
		return false;
	c->err = (struct err){ 0 };
	return (found && agent.role >= ROLE_AGENT) || fail_field(c, "assignee_id", "assignment.not_staff");
}

static bool write_team(struct ctx *c, struct conversation *v, int64_t team_id)
{
	v->team_id = team_id;
	return db_exec(c, &assignment_sql[SET_TEAM], NULL, ARGS(INT_OR_NULL(team_id), INT(c->now), INT(v->id))) &&
	       tally_change(c, v);
}

bool conversation_leave_team(struct ctx *c, int64_t id, int64_t team_id)
{
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));

	return conversation_lock_id(c, id, v) && (v->team_id != team_id || write_team(c, v, 0));
}

static bool set_team(struct ctx *c, struct conversation *v, int64_t team_id)
{
	struct number team;
	int64_t before = v->team_id;
	bool found;

	if (!db_find(c, &assignment_sql[TEAM], &team, &found, ARGS(INT(team_id))))
		return false;
	if (!found)
		return fail_field(c, "team_id", "team.missing");
	if (!write_team(c, v, team_id))
		return false;
	tell(c, "team", NULL, v, v->assignee_id)->before_team = before;
	return true;
}

/* To the best free one of the team, or its queue. A member who has it keeps it. */
static bool give_to_team(struct ctx *c, struct conversation *v)
{
	struct list teams = { 0 };

	if (v->assignee_id != 0 && v->agent_type == AGENT_HUMAN) {
		if (!team_ids_of(c, v->assignee_id, &teams))
			return false;
		if (team_in(&teams, v->team_id))
			return true;
	}
	return assignment_end(c, v, END_TRANSFERRED) && assignment_find_or_queue(c, v, 0);
}

/* Whoever may not assign may still take what he sees and may answer. */
static bool may_assign(struct ctx *c, const struct conversation_change_in *in)
{
	bool all = (c->who.permissions & MAY_CONVERSATIONS_ASSIGN) != 0, own = (c->who.permissions & MAY_CONVERSATIONS_WRITE) != 0;

	if (!all && !own)
		return fail(c, E_FORBIDDEN, "auth.forbidden");
	if (in->assignee_id == 0 && in->team_id == 0)
		return fail_field(c, "assignee_id", "input.missing");
	return all || (in->assignee_id == c->who.user_id && in->team_id == 0) || fail(c, E_FORBIDDEN, "auth.forbidden");
}

static bool give_to(struct ctx *c, struct conversation *v, int64_t agent_id)
{
	if (assignment_start(c, v, agent_id))
		return true;
	if (c->err.code == E_BAD_INPUT) /* he has as many as he can */
		c->err.field = "assignee_id";
	return false;
}

bool assignment_note(struct ctx *c, const struct conversation *v, int64_t agent_id, int64_t team_id)
{
	return audit(c, "conversation:assign", v->id,
		     arena_printf(c->mem, "{\"assignee_id\":%lld,\"team_id\":%lld}", (long long)agent_id, (long long)team_id));
}

bool conversation_assign(struct ctx *c, const void *vin, void *out)
{
	const struct conversation_change_in *in = vin;
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));

	if (!may_assign(c, in) || !conversation_take(c, in->id, v) || (in->assignee_id != 0 && !check_agent(c, in->assignee_id)) ||
	    (!v->active && !conversation_move(c, v, CONV_OPEN)) || (in->team_id != 0 && !set_team(c, v, in->team_id)) ||
	    !(in->assignee_id != 0 ? give_to(c, v, in->assignee_id) : give_to_team(c, v)) ||
	    !assignment_note(c, v, in->assignee_id, in->team_id) || !conversation_complete(c, v))
		return false;
	*(struct conversation *)out = *v;
	conversation_show(c, out);
	return true;
}
