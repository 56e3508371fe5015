/* Two contacts that are one person become one; and a person is forgotten. */
#include "../core/text.h"
#include "audit.h"
#include "contact.h"
#include "contact_row.h"
#include "contact_terms.h"
#include "conversation.h"
#include "conversation_search.h"
#include "mail.h"
#include "report.h"
#include "room.h"
#include "sign_in.h"
#include "sql_tables.h"
#include "unanswered.h"
#include <string.h>

struct own_row { /* what a contact itself has: no id stands in for a missing identifier */
	const char *name, *email, *phone, *identifier, *avatar_url, *attributes, *tags;
	int64_t conversations, last_active_at, created_at;
};
static const struct col own_cols[] = {
	{ COL_STR, offsetof(struct own_row, name) },           { COL_STR, offsetof(struct own_row, email) },
	{ COL_STR, offsetof(struct own_row, phone) },          { COL_STR, offsetof(struct own_row, identifier) },
	{ COL_STR, offsetof(struct own_row, avatar_url) },     { COL_STR, offsetof(struct own_row, attributes) },
	{ COL_STR, offsetof(struct own_row, tags) },           { COL_INT, offsetof(struct own_row, conversations) },
	{ COL_INT, offsetof(struct own_row, last_active_at) }, { COL_INT, offsetof(struct own_row, created_at) },
};

enum {
	OWN,
	TAKE_OVER,
	PASS_ON,
	FOLLOW,
	MESSAGES,
	LEGS,
	FILES,
	CONVERSATIONS,
	BLANK,
	KNOWN,
	TALKS,
	FORGET_MESSAGES,
	FORGET_TALK,
	FORGET_NOTES,
	FORGET_FILES,
	FORGET,
	RELEASE,
	SQL__MAX
};
const struct stmt contact_merge_sql[SQL__MAX] = {
	[OWN] = { "SELECT full_name, email, phone, identifier, avatar_url, custom_attributes, tags, conversations, last_active_at, "
		  "created_at FROM users WHERE id = ?",
		  ROW(own_row, own_cols) },
	[TAKE_OVER] = { "UPDATE users SET full_name = IF(full_name = '', ?, full_name), email = COALESCE(email, ?), "
			"phone = COALESCE(phone, ?), identifier = COALESCE(identifier, ?), avatar_url = COALESCE(avatar_url, ?), "
			"custom_attributes = COALESCE(JSON_MERGE_PATCH(?, COALESCE(custom_attributes, '{}')), custom_attributes), "
			"tags = ?, conversations = conversations + ?, last_active_at = GREATEST(last_active_at, ?), "
			"created_at = LEAST(created_at, ?), updated_at = ? WHERE id = ?" },
	[PASS_ON] = { "UPDATE users SET deleted_at = ?, merged_into = ?, conversations = 0, updated_at = ? WHERE id = ?" },
	[FOLLOW] = { "UPDATE users SET merged_into = ? WHERE merged_into = ?" },
	[MESSAGES] = { "UPDATE messages m JOIN conversations v ON v.id = m.stream SET m.sender_id = ? "
		       "WHERE v.contact_id = ? AND m.sender_id = ?" },
	[FILES] = { "UPDATE files SET owner_id = ? WHERE owner_id = ?" },
	[LEGS] = { "UPDATE assignments SET contact_id = ? WHERE contact_id = ?" },
	/* Who holds the key of such a conversation never showed that it is the contact it now belongs to: it only claims to be. */
	[CONVERSATIONS] = { "UPDATE conversations SET version = version + 1, contact_id = ?, contact_claimed = 1, contact_handle = "
			    "(SELECT public_id "
			    "FROM users WHERE id = ?) WHERE contact_id = ?" },
	[BLANK] = { "UPDATE users SET login = NULL, password_hash = NULL, email = NULL, full_name = '', phone = NULL, avatar_url "
		    "= NULL, identifier = NULL, custom_attributes = NULL, tags = NULL, words_wanted = NULL WHERE id = ?" },
	[KNOWN] = { "SELECT id FROM users WHERE id = ? AND role = 0 AND erased_at IS NULL AND merged_into IS NULL FOR UPDATE",
		    ROW(number, number_cols) },
	[TALKS] = { "SELECT id FROM conversations WHERE contact_id = ? ORDER BY id", ROW(number, number_cols) },
	/* What the customer wrote, and what the AI quoted of it; the rows stay, because they are numbered without holes. */
	/* Deleted at 0: the words are gone, that they were said stays in the figures (report_day.c). */
	[FORGET_MESSAGES] = { "UPDATE messages SET content = '', metadata = NULL, attachment = NULL, sender_name = '', client_id "
			      "= NULL, deleted_at = COALESCE(deleted_at, 0) WHERE stream = ? AND sender_type IN (0, 1)" },
	/* A new key: who still has the old one reaches nothing. */
	[FORGET_TALK] = { "UPDATE conversations SET version = version + 1, session_id = ?, create_key = NULL, metadata = NULL, "
			  "rating_comment = NULL, last_text = IF(last_sender IN (0, 1), '', last_text), ai_wanted_seq = 0, "
			  "contact_handle = ?, updated_at = ? WHERE id = ?" },
	[FORGET_FILES] = { "UPDATE files SET deleted_at = COALESCE(deleted_at, ?), name = '' WHERE owner_id = ?" },
	[FORGET_NOTES] = { "UPDATE notifications SET name = '' WHERE conversation_id = ?" },
	[FORGET] = { "UPDATE users SET deleted_at = COALESCE(deleted_at, ?), erased_at = ?, public_id = ?, updated_at = ? WHERE id "
		     "= ?" },
	[RELEASE] = { "UPDATE users SET public_id = CONCAT('gone_', id, '_', REPLACE(UUID(), '-', '')), merged_into = NULL, "
		      "erased_at = ? WHERE merged_into = ?" },
};
const size_t contact_merge_sql_n = SQL__MAX;

bool contact_blank(struct ctx *c, int64_t id)
{
	user_forget(c, id);
	return db_exec(c, &contact_merge_sql[BLANK], NULL, ARGS(INT(id))) && contact_words_forget(c, id) && sign_in_end_all(c, id);
}

/* -- merge -- */

/* Both rows, locked in the order of their ids, so that two merges cannot wait for each other. */
static bool lock_both(struct ctx *c, const struct contact_merge_in *in)
{
	struct contact_row row;
	bool from_first = in->from < in->id;

	if (in->from == in->id)
		return fail_field(c, "merge_from", "contact.merge_self");
	if (from_first && !contact_locked(c, in->from, &row))
		return false;
	return contact_locked(c, in->id, &row) && (from_first || contact_locked(c, in->from, &row));
}

static bool take_over(struct ctx *c, const struct contact_merge_in *in)
{
	struct own_row mine = { 0 }, other = { 0 };

	if (!db_one(c, &contact_merge_sql[OWN], &mine, "contact.missing", ARGS(INT(in->id))) ||
	    !db_one(c, &contact_merge_sql[OWN], &other, "contact.missing", ARGS(INT(in->from))) || !contact_blank(c, in->from))
		return false;
	return db_exec(c, &contact_merge_sql[TAKE_OVER], NULL,
		       ARGS(STR(other.name), STR(other.email), STR(other.phone), STR(other.identifier), STR(other.avatar_url),
			    STR(other.attributes != NULL ? other.attributes : "{}"), STR(tags_union(c->mem, mine.tags, other.tags)),
			    INT(other.conversations), INT(other.last_active_at), INT(other.created_at), INT(c->now), INT(in->id)));
}

static bool move_talks(struct ctx *c, const struct contact_merge_in *in)
{
	const struct val ids[] = { INT(in->id), INT(in->from), INT(in->from) };

	return db_exec(c, &contact_merge_sql[MESSAGES], NULL, ids, 3) && db_exec(c, &contact_merge_sql[LEGS], NULL, ids, 2) &&
	       db_exec(c, &contact_merge_sql[FILES], NULL, ids, 2) &&
	       db_exec(c, &contact_merge_sql[CONVERSATIONS], NULL, ARGS(INT(in->id), INT(in->id), INT(in->from))) &&
	       db_exec(c, &contact_merge_sql[FOLLOW], NULL, ids, 2) && room_merge_person(c, in->from, in->id) &&
	       report_late_contact(c, in->id);
}

bool contact_merge(struct ctx *c, const void *vin, void *out)
{
	const struct contact_merge_in *in = vin;
	const struct contact_id_in whole = { in->id };

	if (!lock_both(c, in) || !take_over(c, in) || !move_talks(c, in) ||
	    !db_exec(c, &contact_merge_sql[PASS_ON], NULL, ARGS(INT(c->now), INT(in->id), INT(c->now), INT(in->from))))
		return false;
	user_forget(c, in->id);
	contact_count_changed(c);
	return contact_index(c, in->id) &&
	       audit(c, "contact:merge", in->id, arena_printf(c->mem, "{\"merge_from\":%lld}", (long long)in->from)) &&
	       contact_tell(c, in->id) && contact_get(c, &whole, out);
}

/* -- erase -- */

/* An open conversation is closed first: its agent is free again, and those who have it on screen are told. */
static bool forget_talk(struct ctx *c, int64_t id, const char *erased)
{
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));

	if (!conversation_lock_id(c, id, v) ||
	    (v->active && (!conversation_move(c, v, CONV_CLOSED) || !conversation_complete(c, v))))
		return false;
	v->last_text = "";
	v->metadata = NULL;
	return search_forget(c, id) && mail_forget(c, id) && unanswered_forget(c, id) &&
	       db_exec(c, &contact_merge_sql[FORGET_NOTES], NULL, ARGS(INT(id))) &&
	       db_exec(c, &contact_merge_sql[FORGET_MESSAGES], NULL, ARGS(INT(id))) && report_late(c, v) &&
	       db_exec(c, &contact_merge_sql[FORGET_TALK], NULL,
		       ARGS(STR(random_id(c->mem, "sess_", 22)), STR(erased), INT(c->now), INT(id)));
}

bool contact_erase(struct ctx *c, const void *vin, void *out)
{
	int64_t id = ((const struct contact_id_in *)vin)->id;
	const char *erased = random_id(c->mem, "erased_", 16);
	struct list talks = { 0 };
	struct number row;

	(void)out;
	if (!db_one(c, &contact_merge_sql[KNOWN], &row, "contact.missing", ARGS(INT(id))) || !contact_blank(c, id) ||
	    !db_list(c, &contact_merge_sql[TALKS], &talks, ARGS(INT(id))))
		return false;
	for (size_t i = 0; i < talks.n; i++)
		if (!forget_talk(c, ((struct number *)talks.items)[i].n, erased))
			return false;
	if (!room_forget_person(c, id, true) || !db_exec(c, &contact_merge_sql[FORGET_FILES], NULL, ARGS(INT(c->now), INT(id))) ||
	    !db_exec(c, &contact_merge_sql[FORGET], NULL, ARGS(INT(c->now), INT(c->now), STR(erased), INT(c->now), INT(id))) ||
	    !db_exec(c, &contact_merge_sql[RELEASE], NULL, ARGS(INT(c->now), INT(id))))
		return false;
	contact_count_changed(c);
	return audit(c, "contact:erase", id, NULL);
}
