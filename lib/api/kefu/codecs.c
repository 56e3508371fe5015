#include "../../core/text.h"
#include "kefu.h"
#include <string.h>
#include <time.h>

enum { DAY_S = 86400, METADATA_MAX = 8192 };
const char *const user_type_names[] = { "customer", "kefu", NULL };
const char *const session_state_names[] = { "active", "completed", NULL };

static bool get_msg(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	return json_int(j, slot) || get_prefixed_id(c, f, j, "msg_", slot);
}

static void put_msg(struct buf *b, const struct field *f, const void *slot)
{
	int64_t id = *(const int64_t *)slot;

	(void)f;
	if (id == 0)
		buf_str(b, "null");
	else
		buf_printf(b, "\"msg_%lld\"", (long long)id);
}

static void put_user_type(struct buf *b, const struct field *f, const void *slot)
{
	(void)f;
	buf_printf(b, "\"%s\"", user_type_names[*(const int *)slot == ROLE_GUEST ? PERSON_CUSTOMER : PERSON_STAFF]);
}

static void put_true(struct buf *b, const struct field *f, const void *slot)
{
	(void)f, (void)slot;
	buf_str(b, "true");
}

static void put_sent(struct buf *b, const struct field *f, const void *slot)
{
	(void)f, (void)slot;
	buf_str(b, "\"sent\"");
}

static bool get_day(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	const char *s = json_text(j, NULL);
	int64_t ms;

	if (s == NULL || strlen(s) != 10 || !iso_parse(s, &ms))
		return fail_field(c, f->key, "input.bad_time");
	*(int64_t *)slot = ms / (1000 * (int64_t)DAY_S);
	return true;
}

static void put_day(struct buf *b, const struct field *f, const void *slot)
{
	time_t t = (time_t)(*(const int64_t *)slot * DAY_S);
	struct tm tm;
	char text[16];

	(void)f;
	strftime(text, sizeof(text), "\"%Y-%m-%d\"", gmtime_r(&t, &tm));
	buf_str(b, text);
}

static bool get_meta(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	struct message_meta *m = slot;
	const struct field whole = { .key = f->key, .max = METADATA_MAX };

	if (!as_json.get(c, &whole, j, &m->json))
		return false;
	m->file_id = json_member_str(j, "file_id");
	return true;
}

const struct codec as_kefu_msg = { "kefu_msg", sizeof(int64_t), get_msg, put_msg,
				   "\"type\":\"string\",\"examples\":[\"msg_123\"]" };
const struct codec as_user_type = { "user_type", sizeof(int), NULL, put_user_type,
				    "\"type\":\"string\",\"enum\":[\"customer\",\"kefu\"]" };
const struct codec as_success = { "success", 0, NULL, put_true, "\"type\":\"boolean\",\"const\":true" };
const struct codec as_sent = { "sent", 0, NULL, put_sent, "\"type\":\"string\",\"const\":\"sent\"" };
const struct codec as_kefu_day = { "kefu_day", sizeof(int64_t), get_day, put_day, "\"type\":\"string\",\"format\":\"date\"" };
const struct codec as_message_meta = { "message_meta", sizeof(struct message_meta), get_meta, NULL, "\"type\":\"object\"" };
