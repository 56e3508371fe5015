#include "site.h"
#include "sql_tables.h"

struct site_value {
	const char *value;
};
static const struct col value_row[] = { { COL_STR, offsetof(struct site_value, value) } };

enum { VALUE, SQL__MAX };
const struct stmt site_sql[SQL__MAX] = {
	[VALUE] = { "SELECT value FROM site WHERE name = ?", ROW(site_value, value_row) },
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
