/* Staff who vanished: their sockets are gone (DESIGN 7). The relay keeps each open socket in the sorted set online:USER
 * (PROTOCOL.md 5). */
#include "../bus/bus.h"
#include "assignment.h"
#include "event.h"
#include "online.h"
#include "sql_tables.h"
#include <string.h>

enum { IDLE_MS = 30 * 60 * 1000, GRACE_MS = 2 * 60 * 1000, SOCKET_MS = 30000 /* a closed socket stays known for as long */ };

struct agent_row {
	int64_t id, last_active_at;
	const char *name;
};
static const struct col agent_cols[] = {
	{ COL_INT, offsetof(struct agent_row, id) },
	{ COL_INT, offsetof(struct agent_row, last_active_at) },
	{ COL_STR, offsetof(struct agent_row, name) },
};
struct leg_row {
	int64_t conversation_id, agent_id;
};
static const struct col leg_cols[] = { { COL_INT, offsetof(struct leg_row, conversation_id) },
				       { COL_INT, offsetof(struct leg_row, agent_id) } };

enum { PRESENT, GONE, ABANDONED, STILL_GONE, SQL__MAX };
const struct stmt presence_sql[] = {
	[PRESENT] = { "SELECT id, last_active_at, full_name FROM users WHERE role IN (1, 2, 3) AND status IN (1, 2, 3) "
		      "AND deleted_at IS NULL",
		      ROW(agent_row, agent_cols) },
	[GONE] = { "UPDATE users SET status = 0, status_at = ? WHERE id = ? AND status <> 0" },
	[ABANDONED] = { "SELECT l.conversation_id, l.agent_id FROM users u JOIN assignments l ON l.agent_id = u.id AND l.ended_at "
			"IS NULL JOIN conversations c ON c.id = l.conversation_id WHERE u.role IN (1, 2, 3) AND u.status = 0 AND "
			"u.status_at > 0 AND u.status_at < ? AND c.asked_at > 0 AND c.status IN (0, 1) LIMIT 100",
			ROW(leg_row, leg_cols) },
	[STILL_GONE] = { "SELECT id FROM users WHERE id = ? AND status = 0", ROW(number, number_cols) },
};
const size_t presence_sql_n = SQL__MAX;

static int ask_card(struct ctx *c, const char *key)
{
	const char *full = arena_printf(c->mem, "deskbell:%s", key);

	return bus_cmd(c, 2, (const char *[]){ "ZCARD", full }, (size_t[]){ 5, strlen(full) });
}

/* Had sockets and all are gone; or never had one and did nothing for half an hour. Redis away: nobody vanished. */
static bool vanished(struct ctx *c, const struct agent_row *a, int64_t *last_seen)
{
	const char *key = arena_printf(c->mem, "online:%lld", (long long)a->id);
	int known = ask_card(c, key), live = bus_zcount(c, key, c->now, INT64_MAX);

	bus_go(c);
	int64_t sockets = bus_int(c, known, -1), open = bus_int(c, live, -1);
	if (sockets < 0 || open < 0)
		return false;
	*last_seen = a->last_active_at;
	if (sockets > 0 && *last_seen < c->now - SOCKET_MS)
		*last_seen = c->now - SOCKET_MS;
	return open == 0 && (sockets > 0 || a->last_active_at < c->now - IDLE_MS);
}

static bool mark_gone(struct ctx *c, const struct agent_row *a, int64_t last_seen)
{
	if (!db_exec(c, &presence_sql[GONE], NULL, ARGS(INT(c->now), INT(a->id))) ||
	    !online_note(c, a->id, PRESENCE_OFFLINE, last_seen))
		return false;
	user_forget(c, a->id);
	bus_del(c, arena_printf(c->mem, "online:%lld", (long long)a->id));
	bus_go(c);
	struct event *e = event_queue(c, EVENT_AGENT_STATUS);
	e->user_id = a->id;
	e->user_name = a->name;
	e->number = PRESENCE_OFFLINE;
	return true;
}

/* Under the lock: it is still with him, unanswered, and he has not come back meanwhile. */
static bool still_abandoned(struct ctx *c, const struct leg_row *l, struct conversation *v, bool *abandoned)
{
	struct number agent;

	*abandoned = false;
	if (!conversation_lock_id(c, l->conversation_id, v))
		return false;
	if (v->assignee_id != l->agent_id || v->asked_at == 0 || !v->active)
		return true;
	return db_find(c, &presence_sql[STILL_GONE], &agent, abandoned, ARGS(INT(l->agent_id)));
}

/* The customer of an agent who is gone is waiting: back to the queue, or to whoever is free. */
static bool hand_back(struct ctx *c, const struct leg_row *l)
{
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));
	struct event_mark before = event_mark(c);
	bool abandoned;

	if (!db_begin(c))
		return false;
	if (still_abandoned(c, l, v, &abandoned) &&
	    (!abandoned || (assignment_end(c, v, END_AGENT_GONE) && assignment_find_or_queue(c, v, 0))) && db_commit(c))
		return true;
	db_rollback(c);
	event_undo(c, before);
	return false;
}

bool presence_sweep(struct ctx *c, int64_t *gone)
{
	struct list present = { 0 }, abandoned = { 0 };

	*gone = 0;
	if (!db_list(c, &presence_sql[PRESENT], &present, NOARGS))
		return false;
	const struct agent_row *a = present.items;
	for (size_t i = 0; i < present.n; i++) {
		int64_t last_seen;
		if (!vanished(c, &a[i], &last_seen))
			continue;
		if (!mark_gone(c, &a[i], last_seen))
			return false;
		++*gone;
	}
	if (!online_sweep(c) || !db_list(c, &presence_sql[ABANDONED], &abandoned, ARGS(INT(c->now - GRACE_MS))))
		return false;
	const struct leg_row *l = abandoned.items;
	for (size_t i = 0; i < abandoned.n; i++)
		if (!hand_back(c, &l[i]))
			return false;
	return true;
}
