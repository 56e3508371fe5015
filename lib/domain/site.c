#include "site.h"
#include "sql_tables.h"

enum { VALUE, ANYBODY, SQL__MAX };
const struct stmt site_sql[SQL__MAX] = {
	[VALUE] = { "SELECT value FROM site WHERE name = ?", ROW(text_row, text_cols) },
	[ANYBODY] = { "SELECT id FROM users LIMIT 1", ROW(number, number_cols) },
};
const size_t site_sql_n = SQL__MAX;

bool site_has_demo(struct ctx *c)
{
	struct text_row v = { 0 };
	struct err before = c->err;
	bool found = false;
	bool asked = db_find(c, &site_sql[VALUE], &v, &found, ARGS(STR("demo")));

	c->err = before; /* health tells what it can */
	return asked && found;
}

bool site_is_empty(struct ctx *c, bool *empty)
{
	struct number first;
	bool found;

	if (!db_find(c, &site_sql[ANYBODY], &first, &found, NOARGS))
		return false;
	*empty = !found;
	return true;
}
