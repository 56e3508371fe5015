/* One conversation as staff see it, started by staff, and its labels. */
#include "../auth/auth.h"
#include "../core/buf.h"
#include "../core/text.h"
#include "../db/query.h"
#include "assignment.h"
#include "audit.h"
#include "contact.h"
#include "conversation_row.h"
#include "conversation_tally.h"
#include "event.h"
#include "message.h"
#include "sql_tables.h"
#include <string.h>

enum { SESSION_CHARS = 22, DETAIL_MESSAGES = 50 }; /* 22 base62 characters hold 131 bits */

static const struct col label_cols[] = {
	{ COL_INT, offsetof(struct conversation_label, conversation_id) },
	{ COL_INT, offsetof(struct conversation_label, id) },
	{ COL_STR, offsetof(struct conversation_label, title) },
	{ COL_STR, offsetof(struct conversation_label, color) },
};

enum { ADD, CONTACT_SEEN, ATTRIBUTES, LABEL_BY_TITLE, LABEL_BY_ID, UNSTICK, STICK, FOLLOW, TOUCH, ASTRAY, SQL__MAX };
const struct stmt conversation_detail_sql[] = {
	[ADD] = { "INSERT INTO conversations (uuid, session_id, create_key, contact_id, contact_claimed, agent_type, metadata, "
		  "last_message_at, switched_at, created_at, updated_at, contact_handle) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
		  "(SELECT public_id FROM users WHERE id = ?))" },
	[CONTACT_SEEN] = { "UPDATE users SET conversations = conversations + 1, last_active_at = ? WHERE id = ?" },
	[ATTRIBUTES] = { "SELECT custom_attributes FROM users WHERE id = ?", ROW(text_row, text_cols) },
	[LABEL_BY_TITLE] = { "SELECT id FROM labels WHERE title = ?", ROW(number, number_cols) },
	[LABEL_BY_ID] = { "SELECT id FROM labels WHERE id = ?", ROW(number, number_cols) },
	[UNSTICK] = { "DELETE FROM conversation_labels WHERE conversation_id = ?" },
	/* The label is held: who deletes it takes it off here too. */
	[STICK] = { "INSERT IGNORE INTO conversation_labels (conversation_id, label_id) "
		    "SELECT ?, id FROM labels WHERE id = ? LOCK IN SHARE MODE" },
	[FOLLOW] = { "UPDATE conversation_labels s JOIN conversations c ON c.id = s.conversation_id SET s.last_message_at = "
		     "c.last_message_at, s.status = c.status, s.agent_type = c.agent_type, s.priority = c.priority, s.assignee_id "
		     "= c.assignee_id, s.team_id = c.team_id, s.created_at = c.created_at, s.wait_rank = c.wait_rank WHERE "
		     "s.conversation_id = ?" },
	[ASTRAY] = { "SELECT STRAIGHT_JOIN s.conversation_id FROM conversation_labels s FORCE INDEX (PRIMARY) JOIN conversations c "
		     "ON c.id = s.conversation_id WHERE NOT c.labelled OR s.last_message_at <> c.last_message_at OR "
		     "s.status <> c.status OR s.agent_type <> c.agent_type OR s.priority <> c.priority OR "
		     "NOT (s.assignee_id <=> c.assignee_id) OR NOT (s.team_id <=> c.team_id) OR s.created_at <> c.created_at OR "
		     "s.wait_rank <> c.wait_rank LIMIT 1000",
		     ROW(number, number_cols) },
	[TOUCH] = { "UPDATE conversations SET version = version + 1, updated_at = ?, labelled = ? WHERE id = ?" },
};
const size_t conversation_detail_sql_n = SQL__MAX;

void conversation_show(struct ctx *c, struct conversation *v)
{
	if (!(c->who.permissions & MAY_CONTACTS_WRITE))
		v->contact_phone = phone_masked(c->mem, v->contact_phone);
	conversation_finish(v);
}

/* -- starting -- */

bool conversation_add(struct ctx *c, const struct conversation_start *s, int64_t *id)
{
	const struct conversation_kind kind = { .status = CONV_OPEN, .agent_type = s->agent_type, .priority = PRIORITY_MEDIUM };

	return db_exec(c, &conversation_detail_sql[ADD], id,
		       ARGS(STR(uuid4(c->mem)), STR(random_id(c->mem, "sess_", SESSION_CHARS)), STR(s->create_key),
			    INT(s->contact_id), INT(s->contact_claimed), INT(s->agent_type), STR(s->metadata),
			    INT(conversation_second(c->now)), INT(c->now), INT(c->now), INT(c->now), INT(s->contact_id))) &&
	       db_exec(c, &conversation_detail_sql[CONTACT_SEEN], NULL, ARGS(INT(c->now), INT(s->contact_id))) &&
	       tally_new(c, &kind);
}

/* Held, so that it cannot be merged away or deleted before the conversation is there. */
static bool find_contact(struct ctx *c, int64_t of, int64_t *contact)
{
	bool found;

	return contact_hold_id(c, of, contact, &found) && (found || fail_field(c, "contact_id", "conversation.no_contact"));
}

static void tell(struct ctx *c, const char *what, const struct conversation *v)
{
	struct event *e = event_queue(c, EVENT_STATUS);

	e->what = what;
	e->conversation = v;
	e->before_assignee = v->assignee_id;
	e->before_team = v->team_id;
}

/* Whoever starts it has it; the first words are his. */
bool conversation_create(struct ctx *c, const void *vin, void *out)
{
	const struct conversation_create_in *in = vin;
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));
	struct message *m = arena_alloc(c->mem, sizeof(*m));
	int64_t id, contact;

	if (in->content != NULL && text_blank(in->content))
		return fail_field(c, "content", "input.missing");
	if (!find_contact(c, in->contact_id, &contact) ||
	    !conversation_add(c, &(struct conversation_start){ .contact_id = contact, .agent_type = AGENT_HUMAN }, &id) ||
	    !conversation_lock_id(c, id, v) || !conversation_complete(c, v))
		return false;
	tell(c, "created", v);
	if (!assignment_start(c, v, c->who.user_id) || !audit(c, "conversation:create", id, NULL))
		return false;
	const struct message draft = {
		.sender_id = c->who.user_id, .sender_type = SENDER_AGENT, .sender_name = c->who.name, .content = in->content
	};
	if (in->content != NULL && !message_add(c, v, &draft, m))
		return false;
	return conversation_get(c, &(struct conversation_id_in){ id }, out);
}

/* -- looking -- */

bool conversation_get(struct ctx *c, const void *vin, void *vout)
{
	const struct conversation_id_in *in = vin;
	struct conversation_detail *out = vout;
	struct conversation *v = &out->conversation;
	struct text_row attributes = { 0 };

	if (!conversation_reach_id(c, in->id, v) || !conversation_labels_of(c, v, 1) ||
	    !db_one(c, &conversation_detail_sql[ATTRIBUTES], &attributes, "user.missing", ARGS(INT(v->contact_id))) ||
	    !message_newest(c, v, DETAIL_MESSAGES, &out->messages, &out->has_more))
		return false;
	v->contact.custom_attributes = attributes.text;
	conversation_show(c, v);
	return true;
}

/* -- labels -- */

bool label_find(struct ctx *c, const char *text, int64_t *id)
{
	struct number row = { 0 };
	bool found;

	*id = 0;
	if (!db_find(c, &conversation_detail_sql[LABEL_BY_TITLE], &row, &found, ARGS(STR(text))))
		return false;
	if (!found && parse_int(text, strlen(text), &row.n) && row.n > 0 &&
	    !db_find(c, &conversation_detail_sql[LABEL_BY_ID], &row, &found, ARGS(INT(row.n))))
		return false;
	*id = found ? row.n : 0;
	return true;
}

static void put_labels(struct conversation *v, struct list *all)
{
	struct conversation_label *l = all->items;

	v->labels = (struct list){ l, 0 };
	for (size_t i = 0; i < all->n; i++) {
		if (l[i].conversation_id != v->id)
			continue;
		if (v->labels.n++ == 0)
			v->labels.items = &l[i];
	}
}

bool conversation_labels_follow(struct ctx *c, const struct conversation *v)
{
	return !v->labelled || db_exec(c, &conversation_detail_sql[FOLLOW], NULL, ARGS(INT(v->id)));
}

bool conversation_labels_repair(struct ctx *c, int64_t *repaired)
{
	struct list astray = { 0 };
	struct conversation v;

	if (!db_list(c, &conversation_detail_sql[ASTRAY], &astray, NOARGS))
		return false;
	const struct number *of = astray.items;
	for (size_t i = 0; i < astray.n; i++) {
		if (!conversation_lock_id(c, of[i].n, &v))
			return false;
		v.labelled = true;
		if (!db_exec(c, &conversation_detail_sql[TOUCH], NULL, ARGS(INT(v.updated_at), INT(true), INT(v.id))) ||
		    !conversation_labels_follow(c, &v))
			return false;
	}
	*repaired = (int64_t)astray.n;
	return true;
}

bool conversation_labels_of(struct ctx *c, struct conversation *v, size_t n)
{
	enum { EACH = 25 };
	struct query q;

	for (size_t from = 0; from < n; from += EACH) {
		struct list found = { 0 };
		q = query_new(c,
			      "SELECT s.conversation_id, l.id, l.title, l.color FROM conversation_labels s FORCE INDEX (PRIMARY) "
			      "STRAIGHT_JOIN labels l ON l.id = s.label_id WHERE s.conversation_id IN (");
		for (size_t i = 0; i < EACH; i++) /* one text for any number: the last one fills up */
			query_add(&q, i > 0 ? ", ?" : "?", ARGS(INT(v[from + i < n ? from + i : n - 1].id)));
		query_add(&q, ") ORDER BY s.conversation_id, l.title", NOARGS);
		if (!query_list(c, &q, &found, ROW_OF(conversation_label, label_cols)))
			return false;
		for (size_t i = from; i < n && i < from + EACH; i++)
			put_labels(&v[i], &found);
	}
	return true;
}

/* By their names: a number says nothing when the label is gone. */
static bool note_labels(struct ctx *c, const struct conversation *v)
{
	const struct conversation_label *l = v->labels.items;
	struct buf b = { 0 };

	buf_str(&b, "{\"labels\":[");
	for (size_t i = 0; i < v->labels.n; i++) {
		if (i > 0)
			buf_chr(&b, ',');
		buf_json(&b, l[i].title, strlen(l[i].title));
	}
	buf_str(&b, "]}");
	const char *details = arena_strndup(c->mem, b.data, b.len);
	buf_free(&b);
	return audit(c, "conversation:labels", v->id, details);
}

bool conversation_set_labels(struct ctx *c, const void *vin, void *out)
{
	const struct conversation_labels_in *in = vin;
	const char *const *text = in->labels.items;
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));
	int64_t label;

	if (!conversation_take(c, in->id, v) || !tally_labels(c, v, -1) ||
	    !db_exec(c, &conversation_detail_sql[UNSTICK], NULL, ARGS(INT(v->id))))
		return false;
	for (size_t i = 0; i < in->labels.n; i++) {
		if (!label_find(c, text[i], &label))
			return false;
		if (label == 0)
			return fail_field(c, "labels", "label.missing");
		if (!db_exec(c, &conversation_detail_sql[STICK], NULL, ARGS(INT(v->id), INT(label))))
			return false;
	}
	v->updated_at = c->now;
	v->labelled = in->labels.n > 0;
	if (!conversation_labels_follow(c, v) || !tally_labels(c, v, 1) ||
	    !db_exec(c, &conversation_detail_sql[TOUCH], NULL, ARGS(INT(c->now), INT(v->labelled), INT(v->id))) ||
	    !conversation_complete(c, v) || !conversation_labels_of(c, v, 1) || !note_labels(c, v))
		return false;
	tell(c, "labels", v);
	*(struct conversation *)out = *v;
	conversation_show(c, out);
	return true;
}
