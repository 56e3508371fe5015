#include "idle.h"
#include "conversation.h"
#include "sql_tables.h"

enum { AT_ONCE = 50, DAY_MS = 86400000 };

enum { SILENT, SQL__MAX };
const struct stmt idle_sql[SQL__MAX] = {
	[SILENT] = { "SELECT id FROM conversations WHERE status = ? AND last_message_at < ? AND queue_rank IS NULL AND "
		     "(agent_type = 0 OR asked_at = 0) ORDER BY last_message_at LIMIT ?",
		     ROW(number, number_cols) },
};
const size_t idle_sql_n = SQL__MAX;

static bool resolve(struct ctx *c, int64_t id, int64_t before)
{
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));

	if (!conversation_lock_id(c, id, v))
		return false;
	return !v->active || v->last_message_at >= before || conversation_move(c, v, CONV_RESOLVED);
}

bool idle_resolve(struct ctx *c, int64_t days, bool *done)
{
	int64_t before = c->now - days * DAY_MS;

	*done = true;
	for (int status = CONV_OPEN; status <= CONV_PENDING; status++) {
		struct list ids = { 0 };
		if (!db_list(c, &idle_sql[SILENT], &ids, ARGS(INT(status), INT(before), INT(AT_ONCE))))
			return false;
		const struct number *id = ids.items;
		for (size_t i = 0; i < ids.n; i++)
			if (!resolve(c, id[i].n, before))
				return false;
		*done = *done && ids.n < AT_ONCE;
	}
	return true;
}
