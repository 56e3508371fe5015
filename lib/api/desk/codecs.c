/* How desk shows ids, states and the two people of a session. */
#include "../../domain/leg.h"
#include "desk.h"
#include <string.h>

const char *const desk_presence_names[] = { "Offline", "Online", "Away", "Busy", NULL };
const char *const desk_priority_names[] = { "low", "normal", "high", "urgent", NULL };
const char *const desk_type_names[] = { "Text", "Image", "File", "System", NULL };

static bool get_leg(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	const struct field whole = { .key = f->key, .min = 3, .max = 2 * PUBLIC_ID_MAX + 1 };
	struct leg_name *out = slot;
	const char *text;

	if (!as_str.get(c, &whole, j, &text))
		return false;
	const char *colon = strchr(text, ':');
	if (colon == NULL || colon == text || colon[1] == '\0')
		return fail(c, E_NOT_FOUND, "leg.missing");
	*out = (struct leg_name){ arena_strndup(c->mem, text, (size_t)(colon - text)), colon + 1 };
	return true;
}

static void put_leg(struct buf *b, const struct field *f, const void *slot)
{
	const struct leg_name *name = slot;
	const char *customer = name->customer != NULL ? name->customer : "", *agent = name->agent != NULL ? name->agent : "";

	(void)f;
	buf_json(b, customer, strlen(customer));
	b->len--; /* one text of two */
	buf_chr(b, ':');
	size_t at = b->len;
	buf_json(b, agent, strlen(agent));
	memmove(b->data + at, b->data + at + 1, b->len - at - 1);
	b->len--;
}

static bool get_msg(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	return json_int(j, slot) || get_prefixed_id(c, f, j, "msg_", slot);
}

static void put_msg(struct buf *b, const struct field *f, const void *slot)
{
	(void)f;
	buf_printf(b, "\"msg_%lld\"", (long long)*(const int64_t *)slot);
}

/* The attachment is JSON that the domain has written: its "url" is taken as it stands there. */
static void put_url(struct buf *b, const struct field *f, const void *slot)
{
	static const char member[] = "\"url\":\"";
	const char *json = *(const char *const *)slot, *at = json != NULL ? strstr(json, member) : NULL;

	(void)f;
	if (at == NULL) {
		buf_str(b, "null");
		return;
	}
	at += sizeof(member) - 2;
	buf_add(b, at, strcspn(at + 1, "\"") + 2);
}

const struct codec desk_leg = { "leg", sizeof(struct leg_name), get_leg, put_leg,
				"\"type\":\"string\",\"examples\":[\"kehu_001:kefu_001\"]" };
const struct codec desk_msg = { "desk_msg_id", sizeof(int64_t), get_msg, put_msg,
				"\"type\":\"string\",\"examples\":[\"msg_123\"]" };
const struct codec desk_url = { "attachment_url", sizeof(char *), NULL, put_url, "\"type\":[\"string\",\"null\"]" };
