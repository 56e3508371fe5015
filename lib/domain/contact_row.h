/* contact_row.h: the columns of a contact, shared by the files that select them. Include after contact.h. */
#ifndef CONTACT_ROW_H
#define CONTACT_ROW_H
#include "../db/query.h"
#include "contact.h"

#define CONTACT_COLS                                                                                                               \
	"id, public_id, COALESCE(identifier, public_id), full_name, email, phone, avatar_url, custom_attributes, tags, "           \
	"conversations, last_active_at, created_at, updated_at"
#define CONTACT_LIVE "role = 0 AND deleted_at IS NULL"
enum { CONTACT_COLUMNS = 13 };
extern const struct col contact_cols[];
#define CONTACT_ROW .cols = contact_cols, .ncols = CONTACT_COLUMNS, .rowsz = sizeof(struct contact_row)

void contact_show(const struct ctx *, struct arena *, struct contact_row *); /* masks what the caller may not see */
/* Ids of those that a text and a tag name (either may be NULL), upwards. */
MUST bool contact_matches(struct ctx *, const char *text, const char *tag, struct list *ids);
MUST bool contact_words_keep(struct ctx *, int64_t id, const struct list *words); /* instead of those it had */
MUST bool contact_words_forget(struct ctx *, int64_t id);
MUST bool contact_locked(struct ctx *, int64_t id, struct contact_row *); /* live, under its row lock; "contact.missing" */
/* Personal data goes from the row, and what it could sign in with; the row stays, because messages and figures name it. */
MUST bool contact_blank(struct ctx *, int64_t id);
/* Tell those who see its open conversations that the names in them have changed. */
MUST bool contact_tell(struct ctx *, int64_t id);
#endif
