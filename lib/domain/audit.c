#include "audit.h"
#include "../core/buf.h"
#include "../core/text.h"
#include "sql_tables.h"
#include "user.h"
#include <string.h>

enum { ADD, SQL__MAX };
const struct stmt audit_sql[SQL__MAX] = {
	[ADD] = { "INSERT INTO audit_log (user_id, action, resource_id, details, ip_address, user_agent, created_at) "
		  "VALUES (?, ?, ?, ?, ?, ?, ?)" },
};
const size_t audit_sql_n = SQL__MAX;

bool audit(struct ctx *c, const char *action, int64_t resource_id, const char *details)
{
	const char *agent = c->user_agent != NULL ? c->user_agent : "";

	if (!is_staff(c))
		return true;
	return db_exec(c, &audit_sql[ADD], NULL,
		       ARGS(INT(c->who.user_id), STR(action), INT(resource_id), STR(details), STR(c->addr != NULL ? c->addr : ""),
			    BYTES(agent, utf8_cut(agent, strlen(agent), 300)), INT(c->now)));
}

const char *audit_named(struct ctx *c, const char *key, const char *value)
{
	struct buf b = { 0 };

	buf_printf(&b, "{\"%s\":", key);
	buf_json(&b, value, strlen(value));
	buf_chr(&b, '}');
	const char *out = arena_strndup(c->mem, b.data, b.len);
	buf_free(&b);
	return out;
}
