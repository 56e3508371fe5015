#include "team.h"
#include "sql_tables.h"

struct team_id {
	int64_t id;
};
static const struct col id_row[] = { { COL_INT, offsetof(struct team_id, id) } };

enum { OF_USER, SQL__MAX };
const struct stmt team_sql[SQL__MAX] = {
	[OF_USER] = { "SELECT team_id FROM team_members WHERE user_id = ? ORDER BY team_id", ROW(team_id, id_row) },
};
const size_t team_sql_n = SQL__MAX;

bool team_ids_of(struct ctx *c, int64_t user_id, struct list *ids)
{
	return db_list(c, &team_sql[OF_USER], ids, ARGS(INT(user_id)));
}

bool team_in(const struct list *ids, int64_t team_id)
{
	const int64_t *id = ids->items;

	for (size_t i = 0; i < ids->n; i++)
		if (id[i] == team_id)
			return true;
	return false;
}
