#include "audit.h"
#include "../core/buf.h"
#include "../core/text.h"
#include "../db/query.h"
#include "sql_tables.h"
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

/* -- reading -- */

static const struct col entry_cols[] = {
	{ COL_INT, offsetof(struct audit_entry, id) },         { COL_INT, offsetof(struct audit_entry, user_id) },
	{ COL_STR, offsetof(struct audit_entry, action) },     { COL_INT, offsetof(struct audit_entry, resource_id) },
	{ COL_STR, offsetof(struct audit_entry, details) },    { COL_STR, offsetof(struct audit_entry, ip_address) },
	{ COL_STR, offsetof(struct audit_entry, user_agent) }, { COL_INT, offsetof(struct audit_entry, created_at) },
	{ COL_STR, offsetof(struct audit_entry, user_name) },  { COL_STR, offsetof(struct audit_entry, user_avatar) },
};

/* "conversation:assign": what else is asked for cannot have happened. */
static bool action_ok(const char *s)
{
	size_t noun = strspn(s, "abcdefghijklmnopqrstuvwxyz_"),
	       verb = s[noun] == ':' ? strspn(s + noun + 1, "abcdefghijklmnopqrstuvwxyz_") : 0;

	return noun > 0 && verb > 0 && s[noun + 1 + verb] == '\0';
}

static void filter(struct query *q, const struct audit_list_in *in)
{
	if (in->user_id != 0)
		query_where(q, "user_id = ?", ARGS(INT(in->user_id)));
	if (in->action != NULL)
		query_where(q, "action = ?", ARGS(STR(in->action)));
	if (in->resource_id != 0)
		query_where(q, "resource_id = ?", ARGS(INT(in->resource_id)));
	if (in->from != 0)
		query_where(q, "created_at >= ?", ARGS(INT(in->from)));
	if (in->to != 0)
		query_where(q, "created_at < ?", ARGS(INT(in->to)));
}

/* The page's ids by an index alone, then their rows. */
static bool entries(struct ctx *c, const struct audit_list_in *in, struct list *out)
{
	struct query q =
		query_new(c,
			  "SELECT a.id, a.user_id, a.action, a.resource_id, a.details, a.ip_address, a.user_agent, a.created_at, "
			  "u.full_name, u.avatar_url FROM (SELECT id FROM audit_log");

	filter(&q, in);
	query_add(&q,
		  " ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?) p JOIN audit_log a ON a.id = p.id LEFT JOIN users u ON "
		  "u.id = a.user_id ORDER BY a.created_at DESC, a.id DESC",
		  ARGS(INT(in->page.size), INT(page_offset(&in->page))));
	return query_list(c, &q, out, ROW_OF(audit_entry, entry_cols));
}

bool audit_list(struct ctx *c, const void *vin, void *vout)
{
	const struct audit_list_in *in = vin;
	struct audit_list_out *out = vout;
	struct query count = query_new(c, "SELECT COUNT(*) FROM (SELECT 1 AS one FROM audit_log");
	struct number total;

	if (in->action != NULL && !action_ok(in->action))
		return fail_field(c, "action", "input.unknown_value");
	filter(&count, in);
	query_add(&count, " LIMIT ?) counted", ARGS(INT(AUDIT_REACH)));
	if (!query_one(c, &count, &total, ROW_OF(number, number_cols)) ||
	    (page_offset(&in->page) < total.n && !entries(c, in, &out->entries)))
		return false;
	struct audit_entry *e = out->entries.items;
	for (size_t i = 0; i < out->entries.n; i++)
		e[i].user = (struct person){ e[i].user_id, e[i].user_name, e[i].user_avatar };
	out->meta = page_meta(&in->page, total.n);
	return true;
}
