/* What the widget says before anybody writes: who is there, and how long an answer really takes. */
#include "../core/settings.h"
#include "ai_setup.h"
#include "analytics.h"
#include "inbox.h"
#include "setting.h"
#include "sql_tables.h"
#include "user.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WEEK_MS = 7 * 86400000 };

static const struct col agent_cols[] = {
	{ COL_INT, offsetof(struct person, id) },
	{ COL_STR, offsetof(struct person, name) },
	{ COL_STR, offsetof(struct person, avatar_url) },
};

enum { AGENTS, AGENTS_COUNT, WAITING, FIRST_RESPONSES, SQL__MAX };
const struct stmt availability_sql[] = {
	[AGENTS] = { "SELECT id, full_name, avatar_url FROM users WHERE role IN (1, 2, 3) AND status = 1 AND deleted_at IS NULL "
		     "ORDER BY status_at DESC LIMIT 3",
		     ROW(person, agent_cols) },
	[AGENTS_COUNT] = { "SELECT COUNT(*) FROM users WHERE role IN (1, 2, 3) AND status = 1 AND deleted_at IS NULL",
			   ROW(number, number_cols) },
	[WAITING] = { "SELECT COUNT(*) FROM conversations WHERE queue_rank IS NOT NULL", ROW(number, number_cols) },
	[FIRST_RESPONSES] = { "SELECT answered_at - asked_at FROM responses WHERE first = 1 AND answered_at >= ? "
			      "ORDER BY answered_at DESC LIMIT 200",
			      ROW(number, number_cols) },
};
const size_t availability_sql_n = SQL__MAX;

static int by_size(const void *a, const void *b)
{
	int64_t x = ((const struct number *)a)->n, y = ((const struct number *)b)->n;

	return (x > y) - (x < y);
}

static bool usual_reply(struct ctx *c, double *seconds)
{
	struct list sample = { 0 };

	*seconds = NAN;
	if (!db_list(c, &availability_sql[FIRST_RESPONSES], &sample, ARGS(INT(c->now - WEEK_MS))))
		return false;
	if (sample.n == 0)
		return true;
	struct number *n = sample.items;
	qsort(n, sample.n, sizeof(*n), by_size);
	*seconds = (double)n[sample.n / 2].n / 1000;
	return true;
}

/* As a conversation would that is begun now. */
static bool begins_with_ai(struct ctx *c, const struct availability_in *in, bool *ai)
{
	struct inbox x = { 0 };
	bool found = true;

	if (in->inbox != NULL && *in->inbox != '\0' && !inbox_by_token(c, in->inbox, &x, &found))
		return false;
	if (!found)
		return fail_field(c, "inbox", "inbox.missing");
	return ai_setup_begins(c, x.id, x.open && x.business_hours.days.n > 0, ai);
}

bool availability_get(struct ctx *c, const void *vin, void *vout)
{
	const struct availability_in *in = vin;
	struct availability *out = vout;
	struct number online, waiting;
	struct site_settings site;
	bool ai = false;

	if (!db_list(c, &availability_sql[AGENTS], &out->agents, NOARGS) ||
	    !db_one(c, &availability_sql[AGENTS_COUNT], &online, "db.failed", NOARGS) ||
	    !db_one(c, &availability_sql[WAITING], &waiting, "db.failed", NOARGS) || !usual_reply(c, &out->usual_reply_seconds) ||
	    !site_settings_read(c, &site) || !begins_with_ai(c, in, &ai))
		return false;
	out->agents_online = online.n;
	out->online = online.n > 0;
	out->waiting = waiting.n;
	out->site_name = site.site_name;
	out->rating_enabled = site.csat_enabled;
	out->ai_enabled = site.ai_enabled && ai;
	out->max_file_size = c->cfg->max_file;
	return true;
}
