/* user_row.h: the columns of a user, shared by the files that select them. Include after user.h. */
#ifndef USER_ROW_H
#define USER_ROW_H
#include "../db/db.h"
#include "user.h"

#define USER_COLS                                                                                                                  \
	"id, public_id, role, login, email, full_name, phone, avatar_url, identifier, permissions_add, permissions_drop, status, " \
	"max_sessions, active_sessions, conversations, last_active_at, created_at, updated_at"
enum { USER_COLUMNS = 18 };
extern const struct col user_cols[];
#define USER_ROW .cols = user_cols, .ncols = USER_COLUMNS, .rowsz = sizeof(struct user)

void user_finish(struct ctx *, struct user *); /* what follows from the row: effective permissions */
/* LIKE pattern of what somebody typed, its own % and _ taken literally; inside: also in the middle of the text. */
char *text_like(struct arena *, const char *, bool inside);
#endif
