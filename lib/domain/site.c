#include "site.h"
#include "sql_tables.h"

struct site_value {
	const char *value;
};
static const struct col value_row[] = { { COL_STR, offsetof(struct site_value, value) } };

struct user_id {
	int64_t id;
};
static const struct col id_row[] = { { COL_INT, offsetof(struct user_id, id) } };

enum { VALUE, ANYBODY, SQL__MAX };
const struct stmt site_sql[SQL__MAX] = {
	[VALUE] = { "SELECT value FROM site WHERE name = ?", ROW(site_value, value_row) },
	[ANYBODY] = { "SELECT id FROM users LIMIT 1", ROW(user_id, id_row) },
};
const size_t site_sql_n = SQL__MAX;

bool site_has_demo(struct ctx *c)
{
	struct site_value v = { 0 };
	struct err before = c->err;
	bool found = false;
	bool asked = db_find(c, &site_sql[VALUE], &v, &found, ARGS(STR("demo")));

	c->err = before; /* health tells what it can */
	return asked && found;
}

bool site_is_empty(struct ctx *c, bool *empty)
{
	struct user_id first;
	bool found;

	if (!db_find(c, &site_sql[ANYBODY], &first, &found, NOARGS))
		return false;
	*empty = !found;
	return true;
}
