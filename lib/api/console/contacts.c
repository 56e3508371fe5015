/* Console: contacts. */
#include "../../core/csv.h"
#include "../../core/text.h"
#include "../../domain/contact.h"
#include "../../domain/contact_terms.h"
#include "../../domain/conversation.h"
#include "console.h"
#include <string.h>

/* -- codecs: JSON that is kept as text -- */

enum { ATTRIBUTES_MAX = 100, ATTRIBUTES_BYTES = 16384 };

static bool get_attributes(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	const struct json *value;
	const char *key;
	size_t at = 0, n = 0;

	if (!as_json.get(c, f, j, slot))
		return false;
	while (json_each(j, &at, &key, &value))
		n++;
	return n <= ATTRIBUTES_MAX || fail_field(c, f->key, "input.too_long");
}

static void put_attributes(struct buf *b, const struct field *f, const void *slot)
{
	as_json.put(b, f, slot);
}

static bool had(const char *const *items, size_t n, const char *item)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(items[i], item) == 0)
			return true;
	return false;
}

/* A list of texts, each trimmed and once. */
static bool get_tags(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	struct list l;
	struct buf b = { 0 };
	bool good = as_strs.get(c, f, j, &l);

	buf_chr(&b, '[');
	for (size_t i = 0; good && i < l.n; i++) {
		const char **tag = (const char **)l.items + i;
		*tag = text_trim(c->mem, *tag);
		if (**tag == '\0')
			good = fail_field(c, f->key, "input.missing");
		else if (utf8_count(*tag, strlen(*tag)) > TAG_CHARS)
			good = fail_field(c, f->key, "input.too_long");
		else if (!had(l.items, i, *tag)) {
			if (b.len > 1)
				buf_chr(&b, ',');
			buf_json(&b, *tag, strlen(*tag));
		}
	}
	buf_chr(&b, ']');
	*(const char **)slot = arena_strndup(c->mem, b.data, b.len);
	buf_free(&b);
	return good;
}

static void put_tags(struct buf *b, const struct field *f, const void *slot)
{
	const char *s = *(const char *const *)slot;

	(void)f;
	buf_str(b, s != NULL && *s != '\0' ? s : "[]");
}

/* An address, or "" to take it away. */
static bool get_email_or_none(struct ctx *c, const struct field *f, const struct json *j, void *slot)
{
	size_t n;
	const char *s = json_text(j, &n);

	if (s == NULL || strlen(s) != n || !text_blank(s))
		return as_email.get(c, f, j, slot);
	*(const char **)slot = "";
	return true;
}

static void put_email_or_none(struct buf *b, const struct field *f, const void *slot)
{
	as_str.put(b, f, slot);
}

static const struct codec as_attributes = { "attributes", sizeof(char *), get_attributes, put_attributes, "\"type\":\"object\"" },
			  as_tags = { "tags", sizeof(char *), get_tags, put_tags,
				      "\"type\":\"array\",\"items\":{\"type\":\"string\"}" },
			  as_email_or_none = { "email_or_none", sizeof(char *), get_email_or_none, put_email_or_none,
					       "\"type\":\"string\"" };

/* -- CSV -- */

static const char *const formats[] = { "csv", NULL };
enum { EXPORT_PART = 200, EXPORT_BYTES = 8 << 20 };
struct export_in {
	int format;
	int64_t after_id;
};

static void put_iso(struct buf *b, int64_t ms)
{
	if (ms != 0)
		buf_time(b, ms);
}

static void put_row(struct buf *b, const struct contact_row *r)
{
	buf_int(b, r->id);
	csv_next(b);
	csv_text(b, r->identifier);
	csv_next(b);
	csv_text(b, r->name);
	csv_next(b);
	csv_text(b, r->email);
	csv_next(b);
	csv_plain(b, r->phone);
	csv_next(b);
	csv_plain(b, r->tags != NULL ? r->tags : "[]");
	csv_next(b);
	csv_plain(b, r->custom_attributes != NULL ? r->custom_attributes : "{}");
	csv_next(b);
	buf_int(b, r->conversations);
	csv_next(b);
	put_iso(b, r->last_activity_at);
	csv_next(b);
	put_iso(b, r->created_at);
	csv_end(b);
}

static void free_buf(void *b)
{
	buf_free(b);
}

/* One part in an arena of its own, so that rows read do not add up. *after moves on; *n = 0 behind the last. */
static bool export_part(struct ctx *c, struct buf *b, int64_t limit, int64_t *after, size_t *n)
{
	struct arena part = { 0 }, *whole = c->mem;
	struct list rows = { 0 };

	c->mem = &part;
	bool good = contact_range(c, *after, limit, &rows);
	const struct contact_row *r = rows.items;
	for (size_t i = 0; good && i < rows.n; i++) {
		put_row(b, &r[i]);
		*after = r[i].id;
	}
	*n = rows.n;
	c->mem = whole;
	arena_free(&part);
	return good;
}

static bool export(struct ctx *c, const void *vin, void *vout)
{
	const struct export_in *in = vin;
	struct raw *out = vout;
	struct buf *b = arena_alloc(c->mem, sizeof(*b));
	int64_t after = in->after_id, rows = 0;
	size_t n = 1;

	arena_defer(c->mem, free_buf, b);
	buf_str(b, "id,identifier,name,email,phone,tags,custom_attributes,conversations_count,last_activity_at,created_at\r\n");
	while (n > 0 && rows < CONTACT_EXPORT_ROWS && b->len < EXPORT_BYTES) {
		if (!export_part(c, b, EXPORT_PART, &after, &n))
			return false;
		rows += (int64_t)n;
	}
	*out = (struct raw){ 200, "text/csv; charset=utf-8", b->data, b->len,
			     arena_printf(c->mem, "Content-Disposition: attachment; filename=\"contacts.csv\"\r\n%s%s%s",
					  n > 0 ? "X-Next-After-Id: " : "",
					  n > 0 ? arena_printf(c->mem, "%lld", (long long)after) : "", n > 0 ? "\r\n" : "") };
	return true;
}

/* -- tables -- */

// clang-format off
static const struct field talk_f[] = {
	FIELD(contact_talk, id, "id", as_int),
	FIELD(contact_talk, status, "status", as_enum, .arg = conversation_status_names),
	FIELD(contact_talk, channel, "channel_type", as_str),
	FIELD(contact_talk, agent_type, "current_agent_type", as_enum, .arg = agent_type_names),
	FIELD(contact_talk, assignee_ref, "assignee", as_ref, .arg = &console_person),
	FIELD(contact_talk, last_message_at, "last_message_at", as_time),
	FIELD(contact_talk, created_at, "created_at", as_time),
};
static const struct spec talk = SPEC("ConsoleContactConversation", contact_talk, talk_f);

#define CONTACT_FIELDS \
	FIELD(contact_row, id, "id", as_int), \
	FIELD(contact_row, identifier, "identifier", as_text, .doc = "The site's own id of the customer, else user_id"), \
	FIELD(contact_row, public_id, "user_id", as_str), \
	FIELD(contact_row, name, "name", as_text), \
	FIELD(contact_row, email, "email", as_str, .flags = NULLABLE), \
	FIELD(contact_row, phone, "phone", as_str, .flags = NULLABLE, .doc = "Masked for those without contacts:write"), \
	FIELD(contact_row, avatar_url, "avatar_url", as_str, .flags = NULLABLE), \
	FIELD(contact_row, custom_attributes, "custom_attributes", as_attributes), \
	FIELD(contact_row, tags, "tags", as_tags), \
	FIELD(contact_row, last_activity_at, "last_activity_at", as_time, .flags = NULLABLE), \
	FIELD(contact_row, conversations, "conversations_count", as_int), \
	FIELD(contact_row, created_at, "created_at", as_time), \
	FIELD(contact_row, updated_at, "updated_at", as_time)
static const struct field row_f[] = { CONTACT_FIELDS };
static const struct field whole_f[] = { CONTACT_FIELDS,
	FIELD(contact_row, talks, "conversations", as_list, .arg = &talk, .doc = "The newest 50 that the caller may see") };
static const struct spec row = SPEC("ConsoleContactRow", contact_row, row_f),
	whole = SPEC("ConsoleContactDetail", contact_row, whole_f);
static const struct field one_f[] = { { .key = "contact", .as = &as_object, .arg = &whole } };
static const struct spec one = SPEC("ConsoleContactAnswer", contact_row, one_f);
static const struct field list_f[] = { FIELD(contact_list_out, contacts, "contacts", as_list, .arg = &row), PAGE_META(contact_list_out) };
static const struct spec list = SPEC("ConsoleContacts", contact_list_out, list_f);

static const struct field list_in_f[] = {
	FIELD(contact_list_in, search, "search", as_str, .flags = FROM_QUERY | TRIM, .max = 100, .doc = "In name, e-mail, phone, identifier"),
	FIELD(contact_list_in, tag, "tag", as_str, .flags = FROM_QUERY | TRIM, .max = TAG_CHARS),
	FIELD(contact_list_in, sort, "sort", as_filter, .flags = FROM_QUERY, .arg = contact_sort_names),
	FIELD(contact_list_in, order, "order", as_filter, .flags = FROM_QUERY, .arg = contact_order_names, .doc = "name: asc, the others: desc"),
	PAGE_IN(contact_list_in),
};
static const struct spec list_in = SPEC("ConsoleContactsQuery", contact_list_in, list_in_f);

#define ID(T) FIELD(T, id, "contact_id", as_int, .flags = FROM_PATH | REQUIRED, .min = 1, .max = INT64_MAX)
#define WRITE \
	FIELD(contact_write_in, name, "name", as_str, .flags = TRIM, .max = 100, .bit = CONTACT_HAS_NAME), \
	FIELD(contact_write_in, email, "email", as_email_or_none, .max = 254, .bit = CONTACT_HAS_EMAIL), \
	FIELD(contact_write_in, phone, "phone", as_str, .flags = TRIM, .max = 40, .bit = CONTACT_HAS_PHONE), \
	FIELD(contact_write_in, identifier, "identifier", as_str, .flags = TRIM, .max = 100, .bit = CONTACT_HAS_IDENTIFIER), \
	FIELD(contact_write_in, avatar_url, "avatar_url", as_str, .flags = TRIM, .max = 500, .bit = CONTACT_HAS_AVATAR), \
	FIELD(contact_write_in, custom_attributes, "custom_attributes", as_attributes, .max = ATTRIBUTES_BYTES, .bit = CONTACT_HAS_ATTRIBUTES), \
	FIELD(contact_write_in, tags, "tags", as_tags, .max = TAGS_MAX, .bit = CONTACT_HAS_TAGS)
static const struct field create_f[] = { WRITE };
static const struct field update_f[] = { ID(contact_write_in), WRITE };
static const struct field id_f[] = { ID(contact_id_in) };
static const struct field merge_f[] = { ID(contact_merge_in),
	FIELD(contact_merge_in, from, "merge_from", as_int, .flags = REQUIRED, .min = 1, .max = INT64_MAX) };
static const struct field export_f[] = {
	FIELD(export_in, format, "format", as_enum, .flags = FROM_QUERY, .arg = formats),
	FIELD(export_in, after_id, "after_id", as_int, .flags = FROM_QUERY, .min = 0, .max = INT64_MAX, .doc = "X-Next-After-Id of the part before"),
};
static const struct spec create_in = SPEC_HAS("ConsoleContactCreate", contact_write_in, create_f),
	update_in = SPEC_HAS("ConsoleContactUpdate", contact_write_in, update_f),
	id_in = SPEC("ConsoleContactId", contact_id_in, id_f),
	merge_in = SPEC("ConsoleContactMerge", contact_merge_in, merge_f),
	export_spec = SPEC("ConsoleContactsExport", export_in, export_f);

#define ALL "/api/v1/contacts"
#define ONE ALL "/:contact_id"
static const struct route routes[] = {
	{ "GET", ALL, STAFF, MAY_CONTACTS_READ, LIMIT_ADMIN, &list_in, contact_list, &list, 200, "Contacts: search in Chinese and Latin, by parts of phone numbers too" },
	{ "POST", ALL, STAFF | WRITES, MAY_CONTACTS_WRITE, LIMIT_ADMIN, &create_in, contact_create, &one, 201, "Create a contact; a name, e-mail, phone or identifier is needed" },
	{ "GET", ALL "/export", STAFF | RAW, MAY_CONTACTS_READ, LIMIT_ADMIN, &export_spec, export, NULL, 200, "Contacts as CSV, at most 10,000 a call; X-Next-After-Id names the next after_id" },
	{ "GET", ONE, STAFF, MAY_CONTACTS_READ, LIMIT_ADMIN, &id_in, contact_get, &one, 200, "A contact with its newest conversations" },
	{ "PUT", ONE, STAFF | WRITES, MAY_CONTACTS_WRITE, LIMIT_ADMIN, &update_in, contact_update, &one, 200, "Change a contact; an empty text clears a field, attributes and tags are replaced" },
	{ "DELETE", ONE, STAFF | WRITES, MAY_CONTACTS_DELETE, LIMIT_ADMIN, &id_in, contact_delete, NULL, 200, "Delete a contact; its conversations stay" },
	{ "POST", ONE "/merge", STAFF | WRITES, MAY_CONTACTS_WRITE, LIMIT_ADMIN, &merge_in, contact_merge, &one, 200, "Everything of merge_from but its sign-in moves to this contact; merge_from answers 404 from then on, its user_id means this one" },
	{ "POST", ONE "/erase", STAFF | WRITES, MAY_CONTACTS_DELETE, LIMIT_ADMIN, &id_in, contact_erase, NULL, 200, "Remove personal data and what the customer wrote for good; counts stay. For deleted contacts too" },
};
// clang-format on
const struct route_table console_contacts = ROUTES(routes);
