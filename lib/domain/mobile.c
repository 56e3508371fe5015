/* What the app in a pocket asks for: a summary in one call, and where to ring. */
#include "audit.h"
#include "conversation_tally.h"
#include "notification.h"
#include "sql_tables.h"

enum { SUMMARY_NOTIFICATIONS = 20 };

const char *const platform_names[] = { "ios", "android", NULL };

static const struct col row[] = {
	{ COL_INT, offsetof(struct push_token, id) },         { COL_STR, offsetof(struct push_token, device_token) },
	{ COL_INT, offsetof(struct push_token, user_id) },    { COL_ENUM, offsetof(struct push_token, platform) },
	{ COL_BOOL, offsetof(struct push_token, enabled) },   { COL_INT, offsetof(struct push_token, created_at) },
	{ COL_INT, offsetof(struct push_token, updated_at) },
};
enum { PUT, BY_TOKEN, DELETE, SQL__MAX };
const struct stmt mobile_sql[] = {
	[PUT] = { "INSERT INTO push_tokens (device_token, user_id, platform, enabled, created_at, updated_at) VALUES (?, ?, ?, ?, "
		  "?, ?) ON DUPLICATE KEY UPDATE user_id = VALUES(user_id), platform = VALUES(platform), enabled = "
		  "VALUES(enabled), updated_at = VALUES(updated_at)" },
	[BY_TOKEN] = { "SELECT id, device_token, user_id, platform, enabled, created_at, updated_at FROM push_tokens "
		       "WHERE device_token = ?",
		       ROW(push_token, row) },
	[DELETE] = { "DELETE FROM push_tokens WHERE device_token = ? AND user_id = ?" },
};
const size_t mobile_sql_n = SQL__MAX;

bool mobile_summary_get(struct ctx *c, const void *in, void *vout)
{
	struct mobile_summary *out = vout;
	struct conversation_filter f;

	(void)in;
	if (!conversation_filter_new(c, &f))
		return false;
	struct conversation_filter open = f, pending = f, unassigned = f, urgent = f;
	open.assignee_id = pending.assignee_id = c->who.user_id;
	open.status = CONV_OPEN;
	pending.status = CONV_PENDING;
	unassigned.active = urgent.active = true;
	unassigned.assignee_id = 0;
	urgent.priority = PRIORITY_URGENT;
	return tally_total(c, &open, &out->my_open) && tally_total(c, &pending, &out->my_pending) &&
	       tally_total(c, &unassigned, &out->team_unassigned) && tally_total(c, &urgent, &out->team_urgent) &&
	       notification_unread(c, SUMMARY_NOTIFICATIONS, &out->notifications);
}

static bool plain(const char *s)
{
	for (; *s != '\0'; s++)
		if (*s < '!' || *s > '~')
			return false;
	return true;
}

bool push_token_put(struct ctx *c, const void *vin, void *out)
{
	const struct push_token_in *in = vin;
	struct push_token *kept = out;
	bool enabled = !(in->has & PUSH_HAS_ENABLED) || in->enabled;

	if (!plain(in->device_token))
		return fail_field(c, "device_token", "input.bad_text");
	return db_exec(c, &mobile_sql[PUT], NULL,
		       ARGS(STR(in->device_token), INT(c->who.user_id), INT(in->platform), INT(enabled), INT(c->now),
			    INT(c->now))) &&
	       db_one(c, &mobile_sql[BY_TOKEN], kept, "push_token.missing", ARGS(STR(in->device_token))) &&
	       audit(c, "push_token:save", kept->id,
		     arena_printf(c->mem, "{\"platform\":\"%s\",\"enabled\":%s}", platform_names[in->platform],
				  enabled ? "true" : "false"));
}

bool push_token_delete(struct ctx *c, const void *vin, void *out)
{
	const struct push_token_in *in = vin;
	struct push_token gone = { 0 };
	bool found;

	(void)out;
	if (!db_find(c, &mobile_sql[BY_TOKEN], &gone, &found, ARGS(KEY(in->device_token))) ||
	    !db_exec(c, &mobile_sql[DELETE], NULL, ARGS(KEY(in->device_token), INT(c->who.user_id))))
		return false;
	if (db_changed(c) == 0)
		return fail(c, E_NOT_FOUND, "push_token.missing");
	return audit(c, "push_token:delete", gone.id, NULL);
}
