#include "arrival.h"
#include "../core/buf.h"
#include "../core/text.h"
#include "contact.h"
#include "inbox.h"
#include "inbox_text.h"
#include "sql_tables.h"
#include <string.h>

enum { NAME_MAX_CHARS = 100, PHONE_MAX_CHARS = 40, EMAIL_MAX_BYTES = 254 };

enum { KEEP, SQL__MAX };
const struct stmt arrival_sql[] = {
	[KEEP] = { "UPDATE conversations SET version = version + 1, inbox_id = ?, metadata = IF(? IS NULL, metadata, "
		   "JSON_SET(COALESCE(metadata, '{}'), "
		   "'$.pre_chat', JSON_EXTRACT(?, '$'))) WHERE id = ?" },
};
const size_t arrival_sql_n = SQL__MAX;

static const char *answer_of(const struct session_create_in *in, const char *name)
{
	const struct answer *a = in->pre_chat.items;

	for (size_t i = 0; i < in->pre_chat.n; i++)
		if (strcmp(a[i].name, name) == 0 && !text_blank(a[i].value))
			return a[i].value;
	return NULL;
}

static const char *said(const struct session_create_in *in, const char *name)
{
	const char *outside = strcmp(name, "name") == 0 ? in->name : strcmp(name, "email") == 0 ? in->email : NULL;

	return outside != NULL && *outside != '\0' ? outside : answer_of(in, name);
}

static bool all_answered(struct ctx *c, const struct session_create_in *in, const struct inbox *x)
{
	const struct pre_chat_field *f = x->pre_chat_fields.items;

	for (size_t i = 0; i < x->pre_chat_fields.n; i++)
		if (f[i].required && said(in, f[i].name) == NULL)
			return fail_field(c, f[i].name, "input.missing");
	return true;
}

static bool fits(struct ctx *c, const char *field, const char *text, size_t max_chars)
{
	if (text == NULL)
		return true;
	if (!text_plain(text, false))
		return fail_field(c, field, "input.bad_text");
	return utf8_count(text, strlen(text)) <= max_chars || fail_field(c, field, "input.too_long");
}

static bool read_contact(struct ctx *c, const struct session_create_in *in, struct arrival *a)
{
	const char *email = said(in, "email"), *name = said(in, "name"), *phone = said(in, "phone");

	a->name = name != NULL ? text_trim(c->mem, name) : NULL;
	a->phone = phone != NULL ? text_trim(c->mem, phone) : NULL;
	if (email != NULL) {
		char *lower = text_trim(c->mem, email);
		for (char *p = lower; *p != '\0'; p++)
			*p |= *p >= 'A' && *p <= 'Z' ? 0x20 : 0;
		if (strlen(lower) > EMAIL_MAX_BYTES || !email_valid(lower))
			return fail_field(c, "email", "input.bad_email");
		a->email = lower;
	}
	return fits(c, "name", a->name, NAME_MAX_CHARS) && fits(c, "phone", a->phone, PHONE_MAX_CHARS) && phone_check(c, a->phone);
}

static void read_answers(struct ctx *c, const struct session_create_in *in, struct arrival *out)
{
	const struct answer *a = in->pre_chat.items;
	struct buf b = { 0 };

	for (size_t i = 0; i < in->pre_chat.n; i++) {
		if (strcmp(a[i].name, "name") == 0 || strcmp(a[i].name, "email") == 0 || strcmp(a[i].name, "phone") == 0)
			continue;
		buf_chr(&b, b.len == 0 ? '{' : ',');
		buf_json(&b, a[i].name, strlen(a[i].name));
		buf_chr(&b, ':');
		buf_json(&b, a[i].value, strlen(a[i].value));
	}
	if (b.len > 0) {
		buf_chr(&b, '}');
		out->answers = arena_strndup(c->mem, b.data, b.len);
	}
	buf_free(&b);
}

bool arrival_read(struct ctx *c, const struct session_create_in *in, struct arrival *out)
{
	struct inbox x = { 0 };
	bool found;

	*out = (struct arrival){ 0 };
	if (in->inbox != NULL && *in->inbox != '\0') {
		if (!inbox_by_token(c, in->inbox, &x, &found))
			return false;
		if (!found)
			return fail_field(c, "inbox", "inbox.missing");
		out->inbox_id = x.id;
		out->open = x.open && x.business_hours.days.n > 0;
		if (!all_answered(c, in, &x))
			return false;
	}
	read_answers(c, in, out);
	return read_contact(c, in, out);
}

bool arrival_keep(struct ctx *c, const struct arrival *a, int64_t conversation_id, int64_t contact_id, bool claimed)
{
	if (!claimed && !contact_told(c, contact_id, NULL, NULL, a->phone))
		return false;
	if (a->inbox_id == 0 && a->answers == NULL)
		return true;
	return db_exec(c, &arrival_sql[KEEP], NULL,
		       ARGS(INT_OR_NULL(a->inbox_id), STR(a->answers), STR(a->answers), INT(conversation_id)));
}
