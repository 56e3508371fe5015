#include "contact.h"
#include "../core/text.h"
#include "../db/query.h"
#include "audit.h"
#include "contact_row.h"
#include "contact_terms.h"
#include "conversation.h"
#include "event.h"
#include "room.h"
#include "sign_in.h"
#include "sql_tables.h"
#include "user_row.h"
#include <string.h>

enum { TOLD_MAX = 20, INDEXED_AT_ONCE = 500 };

#define R(as, member)                                                                                                              \
	{                                                                                                                          \
		as, offsetof(struct contact_row, member)                                                                           \
	}
const struct col contact_cols[] = {
	R(COL_INT, id),         R(COL_STR, public_id),     R(COL_STR, identifier),       R(COL_STR, name),
	R(COL_STR, email),      R(COL_STR, phone),         R(COL_STR, avatar_url),       R(COL_STR, custom_attributes),
	R(COL_STR, tags),       R(COL_INT, conversations), R(COL_INT, last_activity_at), R(COL_INT, created_at),
	R(COL_INT, updated_at),
};
_Static_assert(COUNT(contact_cols) == CONTACT_COLUMNS, "the count in contact_row.h");

#define T(as, member)                                                                                                              \
	{                                                                                                                          \
		as, offsetof(struct contact_talk, member)                                                                          \
	}
static const struct col talk_cols[] = {
	T(COL_INT, id),          T(COL_ENUM, status),         T(COL_ENUM, agent_type),
	T(COL_STR, channel),     T(COL_INT, last_message_at), T(COL_INT, created_at),
	T(COL_INT, assignee_id), T(COL_STR, assignee_name),   T(COL_STR, assignee_avatar),
};
struct named_row {
	int64_t id, merged_into;
};
static const struct col named_cols[] = { { COL_INT, offsetof(struct named_row, id) },
					 { COL_INT, offsetof(struct named_row, merged_into) } };
struct words_row {
	int64_t id;
	struct contact_fields f;
};
static const struct col words_cols[] = {
	{ COL_INT, offsetof(struct words_row, id) },           { COL_STR, offsetof(struct words_row, f.name) },
	{ COL_STR, offsetof(struct words_row, f.email) },      { COL_STR, offsetof(struct words_row, f.phone) },
	{ COL_STR, offsetof(struct words_row, f.identifier) }, { COL_STR, offsetof(struct words_row, f.public_id) },
	{ COL_STR, offsetof(struct words_row, f.tags) },
};
#define LIVE_OR_MERGED "(deleted_at IS NULL OR merged_into IS NOT NULL)"
#define WORDS "SELECT id, full_name, email, phone, identifier, public_id, tags FROM users WHERE "

enum {
	BY_ID,
	LOCK,
	ADD,
	CHANGE,
	WORDS_OF,
	WAITING,
	INDEXED,
	NOT_INDEXED,
	DELETE,
	HANDLE,
	RELEASE,
	NAMED,
	NUMBERED,
	OPEN_TALKS,
	TOLD,
	SQL__MAX
};
const struct stmt contact_sql[SQL__MAX] = {
	[BY_ID] = { "SELECT " CONTACT_COLS " FROM users WHERE id = ? AND " CONTACT_LIVE, CONTACT_ROW },
	[LOCK] = { "SELECT " CONTACT_COLS " FROM users WHERE id = ? AND " CONTACT_LIVE " FOR UPDATE", CONTACT_ROW },
	[ADD] = { "INSERT INTO users (public_id, role, full_name, email, phone, identifier, avatar_url, custom_attributes, tags, "
		  "last_active_at, created_at, updated_at, words_wanted) VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)" },
	[CHANGE] = { "UPDATE users SET full_name = IF(?, ?, full_name), email = IF(?, ?, email), phone = IF(?, ?, phone), "
		     "identifier = IF(?, ?, identifier), avatar_url = IF(?, ?, avatar_url), custom_attributes = IF(?, ?, "
		     "custom_attributes), tags = IF(?, ?, tags), updated_at = ? WHERE id = ?" },
	[WORDS_OF] = { WORDS "id = ? AND " CONTACT_LIVE, ROW(words_row, words_cols) },
	[WAITING] = { WORDS "words_wanted = 1 AND " CONTACT_LIVE " ORDER BY id LIMIT ? FOR UPDATE", ROW(words_row, words_cols) },
	[INDEXED] = { "UPDATE users SET words_wanted = NULL WHERE id = ?" },
	[NOT_INDEXED] = { "UPDATE users SET words_wanted = NULL WHERE words_wanted = 1 AND NOT (" CONTACT_LIVE ") LIMIT ?" },
	/* The public id is free again: who comes back with it is somebody new. */
	[DELETE] = { "UPDATE users SET deleted_at = ?, updated_at = ?, public_id = ?, identifier = NULL, login = NULL, "
		     "password_hash = NULL, words_wanted = NULL WHERE id = ?" },
	[RELEASE] = { "UPDATE users SET public_id = CONCAT('gone_', id, '_', REPLACE(UUID(), '-', '')), merged_into = NULL "
		      "WHERE merged_into = ?" },
	[HANDLE] = { "UPDATE conversations SET version = version + 1, contact_handle = ? WHERE contact_id = ?" },
	[NAMED] = { "SELECT id, merged_into FROM users WHERE public_id = ? AND " LIVE_OR_MERGED " FOR UPDATE",
		    ROW(named_row, named_cols) },
	[NUMBERED] = { "SELECT id, merged_into FROM users WHERE id = ? AND role = 0 AND " LIVE_OR_MERGED " FOR UPDATE",
		       ROW(named_row, named_cols) },
	[OPEN_TALKS] = { "SELECT id FROM conversations WHERE contact_id = ? AND status IN (0, 1) ORDER BY created_at DESC LIMIT ?",
			 ROW(number, number_cols) },
	[TOLD] = { "UPDATE users SET full_name = COALESCE(?, full_name), email = COALESCE(?, email), phone = COALESCE(?, phone), "
		   "updated_at = ? WHERE id = ? AND login IS NULL AND " CONTACT_LIVE },
};
const size_t contact_sql_n = SQL__MAX;

/* -- reading -- */

void contact_show(const struct ctx *c, struct arena *mem, struct contact_row *r)
{
	if (!(c->who.permissions & MAY_CONTACTS_WRITE))
		r->phone = phone_masked(mem, r->phone);
}

/* Its conversations as far as the caller may see them (DESIGN 5), newest first. */
static bool add_talks(struct ctx *c, struct contact_row *r)
{
	struct query q = query_new(c, "SELECT v.id, v.status, v.agent_type, v.channel, v.last_message_at, v.created_at, "
				      "v.assignee_id, a.full_name, a.avatar_url FROM conversations v "
				      "LEFT JOIN users a ON a.id = v.assignee_id");

	query_where(&q, "v.contact_id = ?", ARGS(INT(r->id)));
	if (c->who.role < ROLE_SUPERVISOR)
		query_where(&q,
			    "(v.assignee_id IS NULL OR v.assignee_id = ? OR v.team_id IN (SELECT team_id FROM team_members "
			    "WHERE user_id = ?))",
			    ARGS(INT(c->who.user_id), INT(c->who.user_id)));
	query_add(&q, " ORDER BY v.created_at DESC, v.id DESC LIMIT ?", ARGS(INT(CONTACT_TALKS)));
	if (!query_list(c, &q, &r->talks, ROW_OF(contact_talk, talk_cols)))
		return false;
	struct contact_talk *t = r->talks.items;
	for (size_t i = 0; i < r->talks.n; i++) {
		t[i].assignee = (struct person){ t[i].assignee_id, t[i].assignee_name, t[i].assignee_avatar };
		t[i].assignee_ref = t[i].assignee_id != 0 ? &t[i].assignee : NULL;
	}
	return true;
}

static bool give(struct ctx *c, int64_t id, struct contact_row *r)
{
	if (!db_one(c, &contact_sql[BY_ID], r, "contact.missing", ARGS(INT(id))) || !add_talks(c, r))
		return false;
	contact_show(c, c->mem, r);
	return true;
}

bool contact_get(struct ctx *c, const void *vin, void *out)
{
	return give(c, ((const struct contact_id_in *)vin)->id, out);
}

bool contact_locked(struct ctx *c, int64_t id, struct contact_row *r)
{
	return db_one(c, &contact_sql[LOCK], r, "contact.missing", ARGS(INT(id)));
}

static bool hold(struct ctx *c, int statement, struct val of, int64_t *id, bool *found)
{
	struct named_row row = { 0 };
	struct contact_row heir;

	if (!db_find(c, &contact_sql[statement], &row, found, &of, 1))
		return false;
	*id = row.merged_into != 0 ? row.merged_into : row.id;
	return !*found || row.merged_into == 0 || contact_locked(c, *id, &heir);
}

bool contact_hold(struct ctx *c, const char *public_id, int64_t *id, bool *found)
{
	return hold(c, NAMED, STR(public_id), id, found);
}

bool contact_hold_id(struct ctx *c, int64_t of, int64_t *id, bool *found)
{
	return hold(c, NUMBERED, INT(of), id, found);
}

/* -- what it is found by -- */

static bool index_row(struct ctx *c, const struct words_row *row)
{
	const struct list words = contact_words(c->mem, &row->f);

	return contact_words_keep(c, row->id, &words);
}

bool contact_index(struct ctx *c, int64_t id)
{
	struct words_row row;
	bool found;

	return db_find(c, &contact_sql[WORDS_OF], &row, &found, ARGS(INT(id))) && (!found || index_row(c, &row));
}

bool contact_index_waiting(struct ctx *c, bool *done)
{
	struct list rows = { 0 };

	if (!db_exec(c, &contact_sql[NOT_INDEXED], NULL, ARGS(INT(INDEXED_AT_ONCE))))
		return false;
	*done = db_changed(c) < INDEXED_AT_ONCE;
	if (!db_list(c, &contact_sql[WAITING], &rows, ARGS(INT(INDEXED_AT_ONCE))))
		return false;
	const struct words_row *row = rows.items;
	for (size_t i = 0; i < rows.n; i++)
		if (!index_row(c, &row[i]) || !db_exec(c, &contact_sql[INDEXED], NULL, ARGS(INT(row[i].id))))
			return false;
	*done = *done && rows.n < INDEXED_AT_ONCE;
	return true;
}

/* -- writing -- */

static bool blank(const char *s)
{
	return s == NULL || *s == '\0';
}

static struct val text_or_null(const char *s)
{
	return STR(blank(s) ? NULL : s);
}

bool phone_check(struct ctx *c, const char *phone)
{
	return blank(phone) || phone_valid(phone) || fail_field(c, "phone", "contact.bad_phone");
}

static bool check(struct ctx *c, const struct contact_write_in *in)
{
	if (!blank(in->email) && !email_valid(in->email))
		return fail_field(c, "email", "input.bad_email");
	if (!phone_check(c, in->phone))
		return false;
	if (!blank(in->avatar_url) && strncmp(in->avatar_url, "https://", 8) != 0 && strncmp(in->avatar_url, "http://", 7) != 0 &&
	    *in->avatar_url != '/')
		return fail_field(c, "avatar_url", "input.bad_text");
	return true;
}

/* Besides the random public id the identifier alone is unique; say so in the field's name. */
static bool taken(struct ctx *c)
{
	if (c->err.code != E_CONFLICT)
		return false;
	c->err = (struct err){ 0 };
	return fail_field(c, "identifier", "contact.identifier_taken");
}

bool contact_create(struct ctx *c, const void *vin, void *out)
{
	const struct contact_write_in *in = vin;
	int64_t id;

	if (!check(c, in))
		return false;
	if (blank(in->name) && blank(in->email) && blank(in->phone) && blank(in->identifier))
		return fail_field(c, "name", "input.missing");
	if (!db_exec(c, &contact_sql[ADD], &id,
		     ARGS(STR(in->public_id != NULL ? in->public_id : random_id(c->mem, "contact_", 16)),
			  STR(in->name != NULL ? in->name : ""), text_or_null(in->email), text_or_null(in->phone),
			  text_or_null(in->identifier), text_or_null(in->avatar_url), text_or_null(in->custom_attributes),
			  text_or_null(in->tags), INT(c->now), INT(c->now), INT(c->now))))
		return taken(c);
	return contact_index(c, id) && audit(c, "contact:create", id, NULL) && give(c, id, out);
}

/* The log names what was changed, never the personal data itself: that must be gone after an erase. */
static const char *changed_fields(struct ctx *c, uint64_t has)
{
	static const char *const names[] = { "name", "email", "phone", "identifier", "avatar_url", "custom_attributes", "tags" };
	const char *out = "";

	for (size_t i = 0; i < COUNT(names); i++)
		if (has & (uint64_t)1 << i)
			out = arena_printf(c->mem, "%s%s\"%s\"", out, *out != '\0' ? "," : "", names[i]);
	return arena_printf(c->mem, "{\"fields\":[%s]}", out);
}

bool contact_update(struct ctx *c, const void *vin, void *out)
{
	const struct contact_write_in *in = vin;
	const char *values[] = { in->email, in->phone, in->identifier, in->avatar_url, in->custom_attributes, in->tags };
	struct contact_row before;
	struct val v[16];
	size_t n = 0;

	if (!check(c, in) || !contact_locked(c, in->id, &before))
		return false;
	v[n++] = INT((in->has & CONTACT_HAS_NAME) != 0);
	v[n++] = STR(in->name != NULL ? in->name : "");
	for (size_t i = 0; i < COUNT(values); i++) {
		v[n++] = INT((in->has & (uint64_t)CONTACT_HAS_EMAIL << i) != 0);
		v[n++] = text_or_null(values[i]);
	}
	v[n++] = INT(c->now);
	v[n++] = INT(in->id);
	if (!db_exec(c, &contact_sql[CHANGE], NULL, v, n))
		return taken(c);
	user_forget(c, in->id);
	return contact_index(c, in->id) && audit(c, "contact:update", in->id, changed_fields(c, in->has)) &&
	       contact_tell(c, in->id) && give(c, in->id, out);
}

bool contact_told(struct ctx *c, int64_t id, const char *name, const char *email, const char *phone)
{
	if (name == NULL && email == NULL && phone == NULL)
		return true;
	if (!db_exec(c, &contact_sql[TOLD], NULL, ARGS(STR(name), STR(email), STR(phone), INT(c->now), INT(id))))
		return false;
	user_forget(c, id);
	return contact_index(c, id);
}

bool contact_tell(struct ctx *c, int64_t id)
{
	struct list open = { 0 };

	if (!db_list(c, &contact_sql[OPEN_TALKS], &open, ARGS(INT(id), INT(TOLD_MAX))))
		return false;
	for (size_t i = 0; i < open.n; i++) {
		struct conversation *v = arena_alloc(c->mem, sizeof(*v));
		bool found;
		if (!conversation_peek(c, ((struct number *)open.items)[i].n, v, &found) || !conversation_complete(c, v))
			return false;
		struct event *e = event_queue(c, EVENT_STATUS);
		e->what = "updated";
		e->conversation = v;
		e->before_assignee = v->assignee_id;
		e->before_team = v->team_id;
	}
	return true;
}

bool contact_delete(struct ctx *c, const void *vin, void *out)
{
	int64_t id = ((const struct contact_id_in *)vin)->id;
	const char *gone = random_id(c->mem, "gone_", 16);
	struct contact_row before;

	(void)out;
	if (!contact_locked(c, id, &before) ||
	    !db_exec(c, &contact_sql[DELETE], NULL, ARGS(INT(c->now), INT(c->now), STR(gone), INT(id))) ||
	    !db_exec(c, &contact_sql[HANDLE], NULL, ARGS(STR(gone), INT(id))) ||
	    !db_exec(c, &contact_sql[RELEASE], NULL, ARGS(INT(id))))
		return false;
	user_forget(c, id);
	contact_count_changed(c);
	return contact_words_forget(c, id) && sign_in_end_all(c, id) && room_forget_person(c, id, false) &&
	       audit(c, "contact:delete", id, NULL);
}
