#include "backlog.h"
#include "sql_tables.h"

static const struct col cols[] = {
	{ COL_INT, offsetof(struct backlog, customers) }, { COL_INT, offsetof(struct backlog, staff) },
	{ COL_INT, offsetof(struct backlog, ai) },        { COL_INT, offsetof(struct backlog, webhooks) },
	{ COL_INT, offsetof(struct backlog, exports) },   { COL_INT, offsetof(struct backlog, backups) },
	{ COL_INT, offsetof(struct backlog, mails) },
};

enum { ALL, SQL__MAX };
/* Each by an index that holds little more than what waits. */
const struct stmt backlog_sql[SQL__MAX] = {
	[ALL] = { "SELECT (SELECT COUNT(*) FROM conversations WHERE queue_rank > 0), (SELECT COUNT(*) FROM users WHERE role IN "
		  "(1, 2, 3) AND status IN (1, 2, 3) AND deleted_at IS NULL), (SELECT COUNT(*) FROM conversations WHERE "
		  "ai_wanted_seq > 0), (SELECT COUNT(*) FROM webhooks w STRAIGHT_JOIN webhook_deliveries d ON d.webhook_id = w.id "
		  "AND d.next_at > 0), (SELECT COUNT(*) FROM exports WHERE status = 0), (SELECT COUNT(*) FROM backups WHERE "
		  "status < 2), (SELECT COUNT(*) FROM mails)",
		  ROW(backlog, cols) },
};
const size_t backlog_sql_n = SQL__MAX;

bool backlog_get(struct ctx *c, struct backlog *out)
{
	return db_ping(c) ? db_one(c, &backlog_sql[ALL], out, "db.failed", NOARGS) : fail(c, E_UNAVAILABLE, "db.unavailable");
}
