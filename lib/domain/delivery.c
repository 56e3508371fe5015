/* What webhooks are to be told: written with what happened, taken up by the worker, kept as a log for 30 days. */
#include "../core/text.h"
#include "audit.h"
#include "conversation.h"
#include "event.h"
#include "message.h"
#include "sql_tables.h"
#include "webhook.h"
#include <string.h>

static const int64_t keep_ms = 30LL * 24 * 3600 * 1000;
enum { FORGET_ROWS = 2000, ERROR_CHARS = 200 };

#define COLS                                                                                                                       \
	"d.id, d.webhook_id, d.event, d.detail, d.conversation_id, d.seq, d.status, d.attempts, d.response_status, "               \
	"d.response_ms, d.error, d.created_at, d.next_at, d.claimed_until, d.finished_at"
static const struct col cols[] = {
	{ COL_INT, offsetof(struct delivery, id) },
	{ COL_INT, offsetof(struct delivery, webhook_id) },
	{ COL_ENUM, offsetof(struct delivery, event) },
	{ COL_STR, offsetof(struct delivery, detail) },
	{ COL_INT, offsetof(struct delivery, conversation_id) },
	{ COL_INT, offsetof(struct delivery, seq) },
	{ COL_ENUM, offsetof(struct delivery, status) },
	{ COL_INT, offsetof(struct delivery, attempts) },
	{ COL_INT, offsetof(struct delivery, response_status) },
	{ COL_INT, offsetof(struct delivery, response_ms) },
	{ COL_STR, offsetof(struct delivery, error) },
	{ COL_INT, offsetof(struct delivery, created_at) },
	{ COL_INT, offsetof(struct delivery, next_at) },
	{ COL_INT, offsetof(struct delivery, claimed_until) },
	{ COL_INT, offsetof(struct delivery, finished_at) },
};
static const struct col due_cols[] = {
	{ COL_INT, offsetof(struct webhook_due, webhook.id) },
	{ COL_STR, offsetof(struct webhook_due, webhook.url) },
	{ COL_STR, offsetof(struct webhook_due, webhook.secret) },
	{ COL_INT, offsetof(struct webhook_due, next_at) },
};

enum {
	ADD_WANTED,
	ADD_ONE,
	PAGE,
	PAGE_STATUS,
	TOTAL,
	TOTAL_STATUS,
	BY_ID,
	AGAIN,
	DUE,
	TAKE,
	CLAIM,
	FINISH,
	RELEASE,
	FORGET,
	SQL__MAX
};
#define ADD_COLS "INSERT INTO webhook_deliveries (webhook_id, event, detail, conversation_id, seq, created_at, next_at) "
/* The page's ids by the index alone, then their rows. */
#define PAGE_OF(where)                                                                                                             \
	"SELECT " COLS " FROM (SELECT id FROM webhook_deliveries WHERE " where                                                     \
	" ORDER BY id DESC LIMIT ? OFFSET ?) p JOIN webhook_deliveries d ON d.id = p.id ORDER BY d.id DESC"
#define TOTAL_OF(where) "SELECT COUNT(*) FROM (SELECT id FROM webhook_deliveries WHERE " where " LIMIT ?) n"
const struct stmt delivery_sql[] = {
	[ADD_WANTED] = { ADD_COLS "SELECT id, ?, ?, ?, ?, ?, ? FROM webhooks WHERE enabled = 1 AND events & ? <> 0" },
	[ADD_ONE] = { ADD_COLS "VALUES (?, ?, '', 0, 0, ?, ?)" },
	[PAGE] = { PAGE_OF("webhook_id = ?"), ROW(delivery, cols) },
	[PAGE_STATUS] = { PAGE_OF("webhook_id = ? AND status = ?"), ROW(delivery, cols) },
	[TOTAL] = { TOTAL_OF("webhook_id = ?"), ROW(number, number_cols) },
	[TOTAL_STATUS] = { TOTAL_OF("webhook_id = ? AND status = ?"), ROW(number, number_cols) },
	[BY_ID] = { "SELECT " COLS " FROM webhook_deliveries d WHERE d.id = ? AND d.webhook_id = ?", ROW(delivery, cols) },
	[AGAIN] = { "UPDATE webhook_deliveries SET status = 0, next_at = ?, finished_at = 0 WHERE id = ? AND webhook_id = ?" },
	/* By (webhook_id, next_at): one short look a webhook, however much waits. */
	[DUE] = { "SELECT w.id, w.url, w.secret, COALESCE((SELECT d.next_at FROM webhook_deliveries d WHERE d.webhook_id = w.id "
		  "AND d.next_at > 0 AND d.claimed_until <= ? ORDER BY d.next_at LIMIT 1), 0) FROM webhooks w WHERE w.enabled = 1",
		  ROW(webhook_due, due_cols) },
	[TAKE] = { "SELECT " COLS " FROM webhook_deliveries d WHERE d.webhook_id = ? AND d.next_at > 0 AND d.next_at <= ? AND "
		   "d.claimed_until <= ? ORDER BY d.next_at, d.id LIMIT ? FOR UPDATE",
		   ROW(delivery, cols) },
	[CLAIM] = { "UPDATE webhook_deliveries SET claimed_until = ? WHERE id = ?" },
	[FINISH] = { "UPDATE webhook_deliveries SET status = ?, attempts = attempts + 1, response_status = ?, response_ms = ?, "
		     "error = ?, next_at = ?, claimed_until = 0, finished_at = ? WHERE id = ? AND claimed_until = ?" },
	[RELEASE] = { "UPDATE webhook_deliveries SET claimed_until = 0 WHERE id = ? AND claimed_until = ?" },
	[FORGET] = { "DELETE FROM webhook_deliveries WHERE created_at < ? LIMIT ?" },
};
const size_t delivery_sql_n = SQL__MAX;

int64_t webhook_pause_ms(int64_t attempts)
{
	static const int64_t seconds[WEBHOOK_ATTEMPTS - 1] = { 10, 60, 300, 1800, 7200, 21600 };

	return attempts >= 1 && attempts < WEBHOOK_ATTEMPTS ? seconds[attempts - 1] * 1000 : attempts < 1 ? 0 : -1;
}

/* -- in -- */

static bool put(struct ctx *c, enum webhook_event event, const struct conversation *v, const char *detail, int64_t seq)
{
	if (v->unheard >> event & 1)
		return true;
	if (!db_exec(c, &delivery_sql[ADD_WANTED], NULL,
		     ARGS(INT(event), STR(detail), INT(v->id), INT(seq), INT(c->now), INT(c->now), INT(1 << event))))
		return false;
	event_wake(c, "webhook", 0);
	return true;
}

static bool put_status(struct ctx *c, const struct event *e)
{
	const struct conversation *v = e->conversation;

	if (strcmp(e->what, "created") == 0)
		return put(c, HOOK_CONVERSATION_CREATED, v, "", 0);
	if (strcmp(e->what, "rated") == 0)
		return put(c, HOOK_RATING_CREATED, v, "", 0);
	if (strcmp(e->what, "status") == 0 && v->status == CONV_RESOLVED && !put(c, HOOK_CONVERSATION_RESOLVED, v, "", 0))
		return false;
	return put(c, HOOK_CONVERSATION_UPDATED, v, e->what, 0);
}

bool webhook_outbox(struct ctx *c)
{
	for (struct event *e = c->events; e != NULL; e = e->next) {
		if (e->noted || e->conversation == NULL)
			continue;
		e->noted = true;
		if (e->kind == EVENT_STATUS && !put_status(c, e))
			return false;
		if (e->kind == EVENT_MESSAGE &&
		    !put(c, HOOK_MESSAGE_CREATED, e->conversation, e->message->is_private ? "private" : "", e->message->seq))
			return false;
	}
	return true;
}

/* -- for staff -- */

static bool there(struct ctx *c, int64_t webhook_id)
{
	struct webhook x;

	return webhook_get(c, &(struct webhook_id_in){ webhook_id }, &x);
}

static bool by_id(struct ctx *c, int64_t id, int64_t webhook_id, void *out)
{
	return db_one(c, &delivery_sql[BY_ID], out, "webhook.no_delivery", ARGS(INT(id), INT(webhook_id)));
}

bool webhook_test(struct ctx *c, const void *vin, void *out)
{
	const struct webhook_id_in *in = vin;
	int64_t id;

	if (!there(c, in->id) ||
	    !db_exec(c, &delivery_sql[ADD_ONE], &id, ARGS(INT(in->id), INT(HOOK_PING), INT(c->now), INT(c->now))))
		return false;
	event_wake(c, "webhook", in->id);
	return audit(c, "webhook:test", in->id, NULL) && by_id(c, id, in->id, out);
}

bool delivery_list(struct ctx *c, const void *vin, void *vout)
{
	const struct delivery_list_in *in = vin;
	struct delivery_list_out *out = vout;
	int64_t offset = page_offset(&in->page), left = DELIVERIES_COUNTED - offset;
	int64_t limit = left < 0 ? 0 : left < in->page.size ? left : in->page.size, from = left < 0 ? 0 : offset;
	struct number total;
	bool any = in->status == 0;

	if (!there(c, in->webhook_id))
		return false;
	if (any ? !db_list(c, &delivery_sql[PAGE], &out->deliveries, ARGS(INT(in->webhook_id), INT(limit), INT(from))) ||
			    !db_one(c, &delivery_sql[TOTAL], &total, "db.failed",
				    ARGS(INT(in->webhook_id), INT(DELIVERIES_COUNTED)))
		: !db_list(c, &delivery_sql[PAGE_STATUS], &out->deliveries,
			   ARGS(INT(in->webhook_id), INT(in->status - 1), INT(limit), INT(from))) ||
			    !db_one(c, &delivery_sql[TOTAL_STATUS], &total, "db.failed",
				    ARGS(INT(in->webhook_id), INT(in->status - 1), INT(DELIVERIES_COUNTED))))
		return false;
	out->meta = page_meta(&in->page, total.n);
	return true;
}

bool delivery_retry(struct ctx *c, const void *vin, void *out)
{
	const struct delivery_in *in = vin;

	if (!there(c, in->webhook_id) ||
	    !db_exec(c, &delivery_sql[AGAIN], NULL, ARGS(INT(c->now), INT(in->id), INT(in->webhook_id))) ||
	    !by_id(c, in->id, in->webhook_id, out))
		return false;
	event_wake(c, "webhook", in->webhook_id);
	return audit(c, "webhook:retry", in->webhook_id, arena_printf(c->mem, "{\"delivery_id\":%lld}", (long long)in->id));
}

/* -- out -- */

bool webhook_due(struct ctx *c, struct list *out)
{
	struct list all = { 0 };

	if (!db_list(c, &delivery_sql[DUE], &all, ARGS(INT(c->now))))
		return false;
	struct webhook_due *items = all.items;
	*out = (struct list){ items, 0 };
	for (size_t i = 0; i < all.n; i++)
		if (items[i].next_at != 0)
			items[out->n++] = items[i];
	return true;
}

bool delivery_claim(struct ctx *c, int64_t webhook_id, int64_t limit, struct list *out)
{
	if (!db_list(c, &delivery_sql[TAKE], out, ARGS(INT(webhook_id), INT(c->now), INT(c->now), INT(limit))))
		return false;
	struct delivery *d = out->items;
	for (size_t i = 0; i < out->n; i++) {
		d[i].claimed_until = c->now + WEBHOOK_CLAIM_MS;
		if (!db_exec(c, &delivery_sql[CLAIM], NULL, ARGS(INT(d[i].claimed_until), INT(d[i].id))))
			return false;
	}
	return true;
}

bool delivery_finish(struct ctx *c, const struct delivery *d, const struct delivery_result *r, int64_t *next_at)
{
	int64_t pause = webhook_pause_ms(d->attempts + 1);
	bool again = !r->delivered && !r->hopeless && pause >= 0;
	const char *error = r->error != NULL ? r->error : "";
	enum delivery_status status = r->delivered ? DELIVERY_DELIVERED : again ? DELIVERY_PENDING : DELIVERY_FAILED;

	*next_at = again ? c->now + pause : 0;
	return db_exec(c, &delivery_sql[FINISH], NULL,
		       ARGS(INT(status), INT(r->response_status), INT(r->response_ms),
			    BYTES(error, utf8_cut(error, strlen(error), ERROR_CHARS)), INT(*next_at), INT(again ? 0 : c->now),
			    INT(d->id), INT(d->claimed_until)));
}

bool delivery_release(struct ctx *c, const struct delivery *d)
{
	return db_exec(c, &delivery_sql[RELEASE], NULL, ARGS(INT(d->id), INT(d->claimed_until)));
}

bool delivery_forget_old(struct ctx *c)
{
	do {
		if (!db_exec(c, &delivery_sql[FORGET], NULL, ARGS(INT(c->now - keep_ms), INT(FORGET_ROWS))))
			return false;
	} while (db_changed(c) == FORGET_ROWS);
	return true;
}
