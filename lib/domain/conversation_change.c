/* What staff do to a conversation: status and priority. The one writer of status is conversation_move(). */
#include "assignment.h"
#include "audit.h"
#include "conversation.h"
#include "conversation_row.h"
#include "conversation_tally.h"
#include "event.h"
#include "queue.h"
#include "sql_tables.h"

enum { MOVE, PRIORITY, SQL__MAX };
const struct stmt conversation_change_sql[] = {
	[MOVE] = { "UPDATE conversations SET version = version + 1, status = ?, assignee_id = ?, resolved_at = ?, queue_rank = ?, "
		   "ai_wanted_seq = ?, "
		   "updated_at = ? WHERE id = ?" },
	[PRIORITY] = { "UPDATE conversations SET version = version + 1, priority = ?, queue_rank = ?, updated_at = ? WHERE id = "
		       "?" },
};
const size_t conversation_change_sql_n = SQL__MAX;

static const enum end_reason ends[CONV__MAX] = { [CONV_RESOLVED] = END_RESOLVED, [CONV_CLOSED] = END_CLOSED };
static const char *const notes[CONV__MAX] = { [CONV_OPEN] = "status.reopened",
					      [CONV_PENDING] = "status.pending",
					      [CONV_RESOLVED] = "status.resolved",
					      [CONV_CLOSED] = "status.closed" };

bool conversation_move(struct ctx *c, struct conversation *v, enum conversation_status to)
{
	bool ending = to == CONV_RESOLVED || to == CONV_CLOSED, reopening = !ending && !v->active;
	int64_t before_assignee = v->assignee_id;

	if (v->status == (int)to)
		return true;
	if (ending && !assignment_end(c, v, ends[to]))
		return false;
	v->status = to;
	v->updated_at = c->now;
	v->resolved_at = ending && v->resolved_at == 0 ? c->now : v->resolved_at;
	if (ending)
		v->queue_rank = v->ai_wanted_seq = 0;
	if (reopening) /* its leg had ended: nobody has it until somebody is given it */
		v->assignee_id = 0;
	if (!db_exec(c, &conversation_change_sql[MOVE], NULL,
		     ARGS(INT(to), INT_OR_NULL(v->assignee_id), INT(v->resolved_at), INT_OR_NULL(v->queue_rank),
			  INT(v->ai_wanted_seq), INT(c->now), INT(v->id))) ||
	    !tally_change(c, v))
		return false;
	conversation_finish(v);
	if (ending)
		event_wake(c, "cancel", v->id);
	struct event *e = event_queue(c, EVENT_STATUS);
	e->what = "status";
	e->note = notes[to];
	e->conversation = v;
	e->before_assignee = before_assignee;
	e->before_team = v->team_id;
	return true;
}

static struct conversation *locked(struct ctx *c, int64_t id)
{
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));

	return conversation_take(c, id, v) ? v : NULL;
}

static bool give(struct ctx *c, struct conversation *v, void *out)
{
	if (!conversation_complete(c, v))
		return false;
	*(struct conversation *)out = *v;
	conversation_show(c, out);
	return true;
}

bool conversation_set_status(struct ctx *c, const void *vin, void *out)
{
	const struct conversation_change_in *in = vin;
	struct conversation *v = locked(c, in->id);

	if (v == NULL)
		return false;
	bool reopening = !v->active && in->status <= CONV_PENDING && v->agent_type == AGENT_HUMAN;
	int64_t before = v->assignee_id;
	return conversation_move(c, v, in->status) && (!reopening || assignment_find_or_queue(c, v, before)) &&
	       audit(c, "conversation:status", v->id,
		     arena_printf(c->mem, "{\"status\":\"%s\"}", conversation_status_names[in->status])) &&
	       give(c, v, out);
}

bool conversation_set_priority(struct ctx *c, const void *vin, void *out)
{
	const struct conversation_change_in *in = vin;
	struct conversation *v = locked(c, in->id);

	if (v == NULL)
		return false;
	if (v->queue_rank != 0)
		v->queue_rank = queue_rank(in->priority, queue_since(v->queue_rank));
	v->priority = in->priority;
	if (!db_exec(c, &conversation_change_sql[PRIORITY], NULL,
		     ARGS(INT(in->priority), INT_OR_NULL(v->queue_rank), INT(c->now), INT(v->id))) ||
	    !tally_change(c, v) ||
	    !audit(c, "conversation:priority", v->id, arena_printf(c->mem, "{\"priority\":\"%s\"}", priority_names[in->priority])))
		return false;
	struct event *e = event_queue(c, EVENT_STATUS);
	e->what = "priority";
	e->conversation = v;
	e->before_assignee = v->assignee_id;
	e->before_team = v->team_id;
	return give(c, v, out);
}
