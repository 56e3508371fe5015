/* Console: webhooks and the log of their deliveries. */
#include "../../domain/user.h"
#include "../../domain/webhook.h"
#include "console.h"
#include <string.h>

/* Bits of enum webhook_event as a list of names. A ping is nobody's to list. */
static bool get_events(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	struct list names = { 0 };
	int64_t bits = 0;

	if (!as_strs.get(c, &(struct field){ .key = f->key, .max = 20 }, j, &names))
		return false;
	for (size_t i = 0; i < names.n; i++) {
		int k = 0;
		while (k < HOOK_PING && strcmp(webhook_event_names[k], ((const char *const *)names.items)[i]) != 0)
			k++;
		if (k == HOOK_PING)
			return fail_field(c, f->key, "input.unknown_value");
		bits |= 1 << k;
	}
	*(int64_t *)slot = bits;
	return true;
}

static void put_events(struct buf *b, const struct field *f, const void *slot)
{
	const char *names[HOOK_PING];
	struct list l = { names, 0 };

	for (int k = 0; k < HOOK_PING; k++)
		if (*(const int64_t *)slot >> k & 1)
			names[l.n++] = webhook_event_names[k];
	as_strs.put(b, f, &l);
}

static const struct codec as_events = {
	"webhook_events", sizeof(int64_t), get_events, put_events,
	"\"type\":\"array\",\"items\":{\"type\":\"string\",\"enum\":[\"conversation.created\",\"conversation.updated\","
	"\"conversation.resolved\",\"message.created\",\"rating.created\"]}"
};

// clang-format off
#define WEBHOOK_FIELDS \
	FIELD(webhook, id, "id", as_int), \
	FIELD(webhook, url, "url", as_str), \
	FIELD(webhook, events, "events", as_events), \
	FIELD(webhook, enabled, "enabled", as_bool), \
	FIELD(webhook, created_at, "created_at", as_time), \
	FIELD(webhook, updated_at, "updated_at", as_time)
static const struct field webhook_f[] = { WEBHOOK_FIELDS };
static const struct field with_secret_f[] = { WEBHOOK_FIELDS,
	FIELD(webhook, secret, "secret", as_str, .doc = "Shown here alone. X-Deskbell-Signature is sha256= and the hex of HMAC-SHA-256(secret, X-Deskbell-Timestamp + \".\" + body)"),
};
static const struct spec webhook = SPEC("ConsoleWebhook", webhook, webhook_f),
	with_secret = SPEC("ConsoleWebhookWithSecret", webhook, with_secret_f);
static const struct field one_f[] = { { .key = "webhook", .as = &as_object, .arg = &webhook } };
static const struct field secret_f[] = { { .key = "webhook", .as = &as_object, .arg = &with_secret } };
static const struct spec one = SPEC("ConsoleWebhookAnswer", webhook, one_f), secret = SPEC("ConsoleWebhookSecret", webhook, secret_f);

static const struct field list_in_f[] = { PAGE_IN(webhook_list_in) };
static const struct spec list_in = SPEC("ConsoleWebhookList", webhook_list_in, list_in_f);
static const struct field list_f[] = {
	FIELD(webhook_list_out, webhooks, "webhooks", as_list, .arg = &webhook),
	PAGE_META(webhook_list_out),
};
static const struct spec list = SPEC("ConsoleWebhooks", webhook_list_out, list_f);

#define ID(T, member) FIELD(T, member, "webhook_id", as_int, .flags = FROM_PATH | REQUIRED, .min = 1, .max = INT64_MAX)
static const struct field id_f[] = { ID(webhook_id_in, id) };
static const struct spec id_in = SPEC("ConsoleWebhookId", webhook_id_in, id_f);

#define EVENTS_DOC "conversation.updated comes with every change of status, priority, assignee, team, labels or AI/human, also with those that have an event of their own"
static const struct field create_f[] = {
	FIELD(webhook_write_in, url, "url", as_str, .flags = REQUIRED | TRIM, .min = 1, .max = 2000, .bit = WEBHOOK_HAS_URL, .doc = "http or https"),
	FIELD(webhook_write_in, events, "events", as_events, .flags = REQUIRED, .bit = WEBHOOK_HAS_EVENTS, .doc = EVENTS_DOC),
	FIELD(webhook_write_in, secret, "secret", as_str, .flags = SECRET, .min = 1, .max = 128, .bit = WEBHOOK_HAS_SECRET, .doc = "16 or more characters; made when absent"),
	FIELD(webhook_write_in, enabled, "enabled", as_bool, .bit = WEBHOOK_HAS_ENABLED),
};
static const struct field update_f[] = {
	ID(webhook_write_in, id),
	FIELD(webhook_write_in, url, "url", as_str, .flags = TRIM, .min = 1, .max = 2000, .bit = WEBHOOK_HAS_URL),
	FIELD(webhook_write_in, events, "events", as_events, .bit = WEBHOOK_HAS_EVENTS),
	FIELD(webhook_write_in, secret, "secret", as_str, .flags = SECRET, .min = 1, .max = 128, .bit = WEBHOOK_HAS_SECRET),
	FIELD(webhook_write_in, enabled, "enabled", as_bool, .bit = WEBHOOK_HAS_ENABLED),
};
static const struct spec create_in = SPEC_HAS("ConsoleWebhookCreate", webhook_write_in, create_f),
	update_in = SPEC_HAS("ConsoleWebhookUpdate", webhook_write_in, update_f);

static const struct field delivery_f[] = {
	FIELD(delivery, id, "id", as_int, .doc = "X-Deskbell-Delivery: the same with every attempt"),
	FIELD(delivery, event, "event", as_enum, .arg = webhook_event_names),
	FIELD(delivery, conversation_id, "conversation_id", as_int_or_null),
	FIELD(delivery, status, "status", as_enum, .arg = delivery_status_names),
	FIELD(delivery, attempts, "attempts", as_int),
	FIELD(delivery, response_status, "response_status", as_int_or_null),
	FIELD(delivery, response_ms, "response_ms", as_int_or_null),
	FIELD(delivery, error, "error", as_text),
	FIELD(delivery, next_at, "next_at", as_time, .flags = NULLABLE),
	FIELD(delivery, finished_at, "finished_at", as_time, .flags = NULLABLE),
	FIELD(delivery, created_at, "created_at", as_time),
};
static const struct spec delivery = SPEC("ConsoleDelivery", delivery, delivery_f);
static const struct field delivery_one_f[] = { { .key = "delivery", .as = &as_object, .arg = &delivery } };
static const struct spec delivery_one = SPEC("ConsoleDeliveryAnswer", delivery, delivery_one_f);
static const struct field deliveries_in_f[] = {
	ID(delivery_list_in, webhook_id),
	FIELD(delivery_list_in, status, "status", as_filter, .flags = FROM_QUERY, .arg = delivery_status_names),
	PAGE_IN(delivery_list_in),
};
static const struct spec deliveries_in = SPEC("ConsoleDeliveryList", delivery_list_in, deliveries_in_f);
static const struct field deliveries_f[] = {
	FIELD(delivery_list_out, deliveries, "deliveries", as_list, .arg = &delivery),
	PAGE_META(delivery_list_out),
};
static const struct spec deliveries = SPEC("ConsoleDeliveries", delivery_list_out, deliveries_f);
static const struct field retry_f[] = {
	ID(delivery_in, webhook_id),
	FIELD(delivery_in, id, "delivery_id", as_int, .flags = FROM_PATH | REQUIRED, .min = 1, .max = INT64_MAX),
};
static const struct spec retry_in = SPEC("ConsoleDeliveryRetry", delivery_in, retry_f);

#define ALL "/api/v1/webhooks"
#define ONE ALL "/:webhook_id"
static const struct route routes[] = {
	{ "GET", ALL, STAFF, MAY_SETTINGS_READ, LIMIT_ADMIN, &list_in, webhook_list, &list, 200, "Who is told over HTTP what happens" },
	{ "POST", ALL, STAFF | WRITES, MAY_SETTINGS_WRITE, LIMIT_ADMIN, &create_in, webhook_create, &secret, 201, "A new webhook; the answer shows its secret" },
	{ "GET", ONE, STAFF, MAY_SETTINGS_READ, LIMIT_ADMIN, &id_in, webhook_get, &one, 200, "A webhook" },
	{ "PUT", ONE, STAFF | WRITES, MAY_SETTINGS_WRITE, LIMIT_ADMIN, &update_in, webhook_update, &one, 200, "Change what is named" },
	{ "DELETE", ONE, STAFF | WRITES, MAY_SETTINGS_WRITE, LIMIT_ADMIN, &id_in, webhook_delete, NULL, 200, "Delete a webhook; what waits for it is not sent" },
	{ "POST", ONE "/rotate-secret", STAFF | WRITES, MAY_SETTINGS_WRITE, LIMIT_ADMIN, &id_in, webhook_rotate_secret, &secret, 200, "A new secret, shown here; deliveries are signed with it from now on" },
	{ "POST", ONE "/test", STAFF | WRITES, MAY_SETTINGS_WRITE, LIMIT_ADMIN, &id_in, webhook_test, &delivery_one, 201, "Send a ping" },
	{ "GET", ONE "/deliveries", STAFF, MAY_SETTINGS_READ, LIMIT_ADMIN, &deliveries_in, delivery_list, &deliveries, 200, "What was sent in the last 30 days, newest first; counts up to 10,000" },
	{ "POST", ONE "/deliveries/:delivery_id/retry", STAFF | WRITES, MAY_SETTINGS_WRITE, LIMIT_ADMIN, &retry_in, delivery_retry, &delivery_one, 200, "Send it once more, now" },
};
// clang-format on
const struct route_table console_webhooks = ROUTES(routes);
