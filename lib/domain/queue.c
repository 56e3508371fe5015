#include "queue.h"
#include "../db/db.h"
#include "assignment.h"
#include "event.h"
#include "sql_tables.h"

enum { TRIES = 5, SETTLE = 10 /* the rest is the worker's: others want to be answered */ };
/* (9 - priority) first, then who came first. */
static const int64_t RANK_STEP = 10000000000000;

struct head { /* the first of a team's queue, or of everybody's */
	int64_t id, team_id;
};
static const struct col head_cols[] = { { COL_INT, offsetof(struct head, id) }, { COL_INT, offsetof(struct head, team_id) } };

enum { HEADS, WANTED, FREE, SQL__MAX };
/* The index has the smallest rank of each team at one place: as many steps as there are teams, however many wait. */
#define FIRSTS                                                                                                                     \
	"(SELECT team_id, MIN(queue_rank) AS first FROM conversations FORCE INDEX (queue_of_team) WHERE queue_rank > 0 "           \
	"GROUP BY team_id)"
const struct stmt queue_sql[SQL__MAX] = {
	[HEADS] = { "SELECT c.id, c.team_id FROM " FIRSTS " f JOIN conversations c ON c.queue_rank = f.first "
		    "AND c.team_id <=> f.team_id ORDER BY c.queue_rank, c.id",
		    ROW(head, head_cols), PREPARE_ANEW },
	[WANTED] = { "SELECT IF(f.team_id IS NULL, 0, m.user_id) FROM " FIRSTS
		     " f LEFT JOIN team_members m ON m.team_id = f.team_id "
		     "WHERE f.first < ? AND (f.team_id IS NULL OR m.user_id IS NOT NULL)",
		     ROW(number, number_cols), PREPARE_ANEW },
	[FREE] = { "SELECT id FROM users WHERE role = 1 AND status = 1 AND deleted_at IS NULL AND active_sessions < max_sessions "
		   "AND (? IS NULL OR id IN (SELECT user_id FROM team_members WHERE team_id = ?)) LIMIT 1",
		   ROW(number, number_cols) },
};
const size_t queue_sql_n = SQL__MAX;

int64_t queue_rank(enum priority p, int64_t since)
{
	return (9 - (int64_t)p) * RANK_STEP + since;
}

int64_t queue_since(int64_t rank)
{
	return rank % RANK_STEP;
}

int64_t queue_place(const struct ctx *c, const struct conversation *v)
{
	return queue_rank(v->priority, v->queue_rank != 0 ? queue_since(v->queue_rank) : c->now);
}

bool queue_wanted(struct ctx *c, int64_t rank, struct queue_wanted *out)
{
	*out = (struct queue_wanted){ 0 };
	if (!db_list(c, &queue_sql[WANTED], &out->some, ARGS(INT(rank))))
		return false;
	const struct number *agent = out->some.items;
	for (size_t i = 0; i < out->some.n; i++)
		out->everybody = out->everybody || agent[i].n == 0;
	return true;
}

bool queue_wants(const struct queue_wanted *w, int64_t agent_id)
{
	const struct number *agent = w->some.items;

	for (size_t i = 0; i < w->some.n && !w->everybody; i++)
		if (agent[i].n == agent_id)
			return true;
	return w->everybody;
}

/* -- giving -- */

static bool give(struct ctx *c, int64_t id, bool *given)
{
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));

	*given = false;
	if (!conversation_lock_id(c, id, v))
		return false;
	return v->queue_rank == 0 || assignment_find(c, v, 0, given);
}

/* One waiting conversation, in its own transaction: given, still waiting (nobody is free for it by now), or no longer there. */
static bool give_one(struct ctx *c, int64_t id, bool *given)
{
	struct event_mark before = event_mark(c);

	for (int tries = 1;; tries++) {
		if (!db_begin(c))
			return false;
		if (give(c, id, given) && db_commit(c))
			return true;
		bool again = c->err.code == E_UNAVAILABLE && db_retryable(c) && tries < TRIES, gone = c->err.code == E_NOT_FOUND;
		db_rollback(c);
		event_undo(c, before);
		*given = false;
		if (!again && !gone)
			return false;
		c->err = (struct err){ 0 };
		if (gone)
			return true;
	}
}

static bool somebody_free(struct ctx *c, int64_t team_id, bool *found)
{
	struct number agent;

	return db_find(c, &queue_sql[FREE], &agent, found, ARGS(INT_OR_NULL(team_id), INT(team_id)));
}

/* The next one: the first of those who stand at the head of a queue and whom somebody can take. */
static bool give_next(struct ctx *c, bool *given)
{
	struct list heads = { 0 };

	*given = false;
	if (!db_list(c, &queue_sql[HEADS], &heads, NOARGS))
		return false;
	const struct head *h = heads.items;
	for (size_t i = 0; i < heads.n && !*given; i++) {
		bool free;
		if (!somebody_free(c, h[i].team_id, &free) || (free && !give_one(c, h[i].id, given)))
			return false;
	}
	return true;
}

void queue_moved(struct ctx *c)
{
	event_wake(c, "queue", 0);
	c->left_over = true;
}

void queue_settle(struct ctx *c)
{
	int64_t given;

	if (!queue_drain(c, SETTLE, &given))
		c->err = (struct err){ 0 }; /* the worker does it */
}

bool queue_drain(struct ctx *c, int64_t most, int64_t *given)
{
	bool more = true;

	for (*given = 0; more && *given < most; *given += more)
		if (!give_next(c, &more))
			return false;
	return true;
}
