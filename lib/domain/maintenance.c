#include "maintenance.h"
#include "../bus/bus.h"
#include "../core/log.h"
#include "../db/db.h"
#include "audit.h"
#include "sql_tables.h"
#include <stdlib.h>
#include <string.h>

enum { KNOWN_S = 60, AGAIN_S = 60 };
static const char key[] = "maintenance"; /* "-" = open, else "SINCE MESSAGE" */

enum { GET, SET, CLEAR, SQL__MAX };
const struct stmt maintenance_sql[] = {
	[GET] = { "SELECT value FROM site WHERE name = 'maintenance'", ROW(text_row, text_cols) },
	[SET] = { "INSERT INTO site (name, value) VALUES ('maintenance', ?) ON DUPLICATE KEY UPDATE value = VALUES(value)" },
	[CLEAR] = { "DELETE FROM site WHERE name = 'maintenance'" },
};
const size_t maintenance_sql_n = SQL__MAX;

static struct maintenance parse(struct ctx *c, const char *text)
{
	struct maintenance m = { .message = "" };
	char *rest;

	if (text == NULL || *text < '0' || *text > '9')
		return m;
	m.enabled = true;
	m.since = strtoll(text, &rest, 10);
	m.message = arena_strdup(c->mem, *rest == ' ' ? rest + 1 : "");
	return m;
}

static void tell(struct ctx *c, const char *text, bool only_if_unknown)
{
	const char *full = "deskbell:maintenance", *ttl = arena_printf(c->mem, "%d", KNOWN_S);
	const char *argv[] = { "SET", full, text, "EX", ttl, "NX" };
	size_t len[COUNT(argv)];

	for (size_t i = 0; i < COUNT(argv); i++)
		len[i] = strlen(argv[i]);
	bus_cmd(c, only_if_unknown ? 6 : 5, argv, len);
	bus_go(c);
}

static bool read_row(struct ctx *c, struct maintenance *m)
{
	struct text_row row = { 0 };
	bool found;

	if (!db_find(c, &maintenance_sql[GET], &row, &found, NOARGS))
		return false;
	tell(c, found ? row.text : "-", true);
	*m = parse(c, row.text);
	return true;
}

int maintenance_ask(struct ctx *c)
{
	return bus_get(c, key);
}

static bool admits(struct ctx *c, const struct maintenance *m, int role)
{
	if (!m->enabled || role >= ROLE_ADMIN)
		return true;
	return fail_wait(c, E_UNAVAILABLE, *m->message != '\0' ? m->message : "maintenance.on", AGAIN_S);
}

const char *maintenance_take(struct ctx *c, int slot)
{
	return bus_str(c, slot, NULL);
}

bool maintenance_admits(struct ctx *c, const char *text)
{
	struct maintenance m;
	struct err before = c->err;

	if (text != NULL)
		m = parse(c, text);
	else if (!read_row(c, &m)) { /* the operation says that MySQL is away, if it needs it */
		c->err = before;
		return true;
	}
	return admits(c, &m, c->who.role);
}

bool maintenance_admits_role(struct ctx *c, int role)
{
	struct maintenance m;

	return role >= ROLE_ADMIN || (read_row(c, &m) && admits(c, &m, role));
}

bool maintenance_get(struct ctx *c, const void *in, void *out)
{
	(void)in;
	return read_row(c, out);
}

bool maintenance_set(struct ctx *c, const void *vin, void *vout)
{
	const struct maintenance *in = vin;
	struct maintenance *out = vout, before;
	const char *message = in->message != NULL ? in->message : "";

	if (!read_row(c, &before))
		return false;
	*out = (struct maintenance){ in->enabled, message, in->enabled ? (before.enabled ? before.since : c->now) : 0 };
	const char *text = in->enabled ? arena_printf(c->mem, "%lld %s", (long long)out->since, message) : "-";
	if (!(in->enabled ? db_exec(c, &maintenance_sql[SET], NULL, ARGS(STR(text)))
			  : db_exec(c, &maintenance_sql[CLEAR], NULL, NOARGS)) ||
	    !audit(c, in->enabled ? "system:maintenance_on" : "system:maintenance_off", 0, NULL))
		return false;
	tell(c, text, false);
	log_warn(c, "maintenance", "%s", in->enabled ? "on: all but admins are refused" : "off");
	return true;
}
