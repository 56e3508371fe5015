/* Sessions as kefu has them: a customer's conversations, by the customer's name. */
#include "../core/buf.h"
#include "contact.h"
#include "conversation_filter.h"
#include "conversation_row.h"
#include "conversation_tally.h"
#include "direct.h"
#include "direct_row.h"
#include "sql_tables.h"
#include <string.h>

enum { OPEN_OWN, OPEN_ANY, BY_UUID, SQL__MAX };
const struct stmt direct_session_sql[] = {
	[OPEN_OWN] = { "SELECT id FROM conversations WHERE contact_id = ? AND status IN (0, 1) AND contact_claimed = 0 "
		       "ORDER BY last_message_at DESC, id DESC LIMIT 1",
		       ROW(number, number_cols) },
	[OPEN_ANY] = { "SELECT id FROM conversations WHERE contact_id = ? AND status IN (0, 1) "
		       "ORDER BY (assignee_id = ?) DESC, contact_claimed, last_message_at DESC, id DESC LIMIT 1",
		       ROW(number, number_cols) },
	[BY_UUID] = { "SELECT session_id FROM conversations WHERE uuid = ?", .cols = session_key_cols, .ncols = 1,
		      .rowsz = sizeof(struct session_key) },
};
const size_t direct_session_sql_n = SQL__MAX;

/* -- a name that is no key: "sess_" and the digits of the uuid -- */

enum { DIGITS = 32 };
static const char prefix[] = "sess_";

const char *session_handle(struct arena *mem, const char *uuid)
{
	char *out = arena_alloc(mem, sizeof(prefix) + DIGITS), *p = out;

	for (const char *s = prefix; *s != '\0'; s++)
		*p++ = *s;
	for (const char *s = uuid; *s != '\0' && p < out + sizeof(prefix) - 1 + DIGITS; s++)
		if (*s != '-')
			*p++ = *s;
	return out;
}

const char *session_handle_uuid(struct arena *mem, const char *id)
{
	const char *d = id + sizeof(prefix) - 1;

	if (strncmp(id, prefix, sizeof(prefix) - 1) != 0 || strlen(d) != DIGITS || strspn(d, "0123456789abcdef") != DIGITS)
		return NULL;
	return arena_printf(mem, "%.8s-%.4s-%.4s-%.4s-%.12s", d, d + 8, d + 12, d + 16, d + 20);
}

/* -- starting -- */

static bool name_ok(const char *s)
{
	return strspn(s, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-.@") == strlen(s);
}

/* Whose it is to be, held; *proven: the caller is that user, or staff, or the user is new. */
static bool whose(struct ctx *c, const struct direct_session_in *in, int64_t *contact, bool *proven)
{
	const char *name = in->user_id;
	struct user u = { 0 };
	bool known = false, existed;

	if (c->who.user_id != 0 && !is_staff(c)) { /* customers start their own */
		if (!user_get(c, c->who.user_id, &u))
			return false;
		if (name != NULL && strcmp(name, u.public_id) != 0)
			return fail(c, E_FORBIDDEN, "auth.forbidden");
		name = u.public_id;
	}
	if (name != NULL && !name_ok(name))
		return fail_field(c, "user_id", "input.bad_id");
	if (name != NULL && !user_by_public_id(c, name, &u, &known))
		return false;
	if (known && u.role != ROLE_GUEST)
		return fail_field(c, "user_id", "session.user_is_staff");
	if (!guest_ensure(c, name, in->name, NULL, contact, &existed))
		return false;
	*proven = !existed || c->who.user_id != 0;
	return true;
}

static bool find_open(struct ctx *c, int64_t contact, bool proven, int64_t *id)
{
	bool own = proven && !is_staff(c), found;
	struct number row = { 0 };

	if (own ? !db_find(c, &direct_session_sql[OPEN_OWN], &row, &found, ARGS(INT(contact)))
		: !db_find(c, &direct_session_sql[OPEN_ANY], &row, &found, ARGS(INT(contact), INT(c->who.user_id))))
		return false;
	*id = found ? row.n : 0;
	return true;
}

static const char *type_metadata(struct ctx *c, const char *type)
{
	struct buf b = { 0 };

	if (type == NULL || *type == '\0')
		return NULL;
	buf_str(&b, "{\"session_type\":");
	buf_json(&b, type, strlen(type));
	buf_chr(&b, '}');
	const char *out = arena_strndup(c->mem, b.data, b.len);
	buf_free(&b);
	return out;
}

/* What staff begin is theirs, if they can take it; what customers begin, whoever says the first word's or is found by theirs. */
bool direct_session_open(struct ctx *c, const void *vin, void *vout)
{
	const struct direct_session_in *in = vin;
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));
	int64_t contact = 0, id = 0;
	bool proven = false;

	if (is_staff(c) && !(c->who.permissions & MAY_CONVERSATIONS_WRITE))
		return fail(c, E_FORBIDDEN, "auth.forbidden");
	if (!whose(c, in, &contact, &proven) || !find_open(c, contact, proven, &id))
		return false;
	const struct conversation_start start = { .contact_id = contact,
						  .contact_claimed = !proven,
						  .agent_type = AGENT_HUMAN,
						  .metadata = type_metadata(c, in->session_type) };
	if (id != 0 ? !(conversation_lock_id(c, id, v) && conversation_complete(c, v))
		    : !direct_begin(c, &start, 0, v) || (is_staff(c) && !direct_give(c, v)))
		return false;
	if (!proven)
		v->session_id = session_handle(c->mem, v->uuid);
	*(struct conversation *)vout = *v;
	conversation_show(c, vout);
	return true;
}

/* -- looking -- */

static bool may_read(struct ctx *c)
{
	return !is_staff(c) || (c->who.permissions & MAY_CONVERSATIONS_READ) || fail(c, E_FORBIDDEN, "auth.forbidden");
}

bool direct_session_get(struct ctx *c, const void *vin, void *vout)
{
	const struct direct_session_id_in *in = vin;
	struct conversation *v = vout;
	const struct list none = { 0 };
	const char *uuid = session_handle_uuid(c->mem, in->session_id);
	struct session_key key = { in->session_id };
	bool found;

	if (!may_read(c) || (uuid != NULL && !db_find(c, &direct_session_sql[BY_UUID], &key, &found, ARGS(STR(uuid)))) ||
	    !conversation_reach(c, key.session_id, v))
		return false;
	if (!is_staff(c) && !conversation_may_see(c, v, &none))
		return fail(c, E_FORBIDDEN, "conversation.not_yours");
	conversation_show(c, v);
	return true;
}

static void where_state(struct query *q, int state)
{
	if (state == 1)
		query_where(q, "c.status IN (0, 1)", NOARGS);
	else if (state == 2)
		query_where(q, "c.status IN (2, 3)", NOARGS);
}

static void where_whose(struct ctx *c, struct query *q, const struct conversation_filter *f, int state)
{
	filter_conversations(q, f);
	where_state(q, state);
	if (!is_staff(c))
		query_where(q, "c.contact_claimed = 0", NOARGS);
}

static bool read_page(struct ctx *c, const struct conversation_filter *f, const struct direct_sessions_in *in, struct list *out)
{
	struct query q = query_new(c, "SELECT STRAIGHT_JOIN " CONVERSATION_COLS CONVERSATION_NAMES " FROM (SELECT c.id FROM "
				      "conversations c");

	where_whose(c, &q, f, in->state);
	query_add(&q, " ORDER BY c.last_message_at DESC, c.id DESC LIMIT ? OFFSET ?",
		  ARGS(INT(in->page.size), INT(page_offset(&in->page))));
	query_add(&q,
		  ") p JOIN conversations c ON c.id = p.id JOIN users u ON u.id = c.contact_id LEFT JOIN users a ON a.id = "
		  "c.assignee_id ORDER BY c.last_message_at DESC, c.id DESC",
		  NOARGS);
	if (!query_list(c, &q, out, (struct query_row){ CONVERSATION_FULL_COLS, CONVERSATION_ALL, sizeof(struct conversation) }))
		return false;
	for (size_t i = 0; i < out->n; i++)
		conversation_show(c, (struct conversation *)out->items + i);
	return true;
}

bool direct_sessions_of(struct ctx *c, const void *vin, void *vout)
{
	const struct direct_sessions_in *in = vin;
	struct direct_sessions *out = vout;
	struct conversation_filter f;
	struct number total = { 0 };
	struct user u;

	if (!may_read(c) || !direct_find_user(c, in->user_id, &u) || !conversation_filter_new(c, &f))
		return false;
	if (u.role == ROLE_GUEST)
		f.contact_id = u.id;
	else
		f.assignee_id = u.id;
	if (!is_staff(c)) {
		f.contact_id = c->who.user_id;
		f.scoped = false;
	}
	struct query q = query_new(c, "SELECT COUNT(*) FROM conversations c");
	where_whose(c, &q, &f, in->state);
	if (!query_one(c, &q, &total, ROW_OF(number, number_cols)) || !read_page(c, &f, in, &out->sessions))
		return false;
	out->meta = page_meta(&in->page, total.n);
	return true;
}

bool direct_sessions_active(struct ctx *c, const void *vin, void *vout)
{
	const struct direct_sessions_in *in = vin;
	struct direct_sessions *out = vout;
	struct conversation_filter f;
	int64_t total;

	if (!conversation_filter_new(c, &f))
		return false;
	f.active = true;
	if (!tally_total(c, &f, &total) || !read_page(c, &f, in, &out->sessions))
		return false;
	out->meta = page_meta(&in->page, total);
	return true;
}
