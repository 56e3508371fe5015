/* inbox_ai_row.h: the columns of an inbox's AI, shared by the files that select them. */
#ifndef INBOX_AI_ROW_H
#define INBOX_AI_ROW_H
#include "../db/db.h"
#include "inbox_ai.h"

#define INBOX_AI_COLS                                                                                                              \
	"a.inbox_id, a.provider, a.url, a.model, a.sealed_key, a.key_set_at, a.prompt, a.temperature, a.max_tokens, a.timeout_s, " \
	"a.price_in, a.price_out, a.day_cost, a.languages, a.hours, a.updated_at"
enum { INBOX_AI_COLUMNS = 16 };
extern const struct col inbox_ai_cols[];
#define INBOX_AI_ROW .cols = inbox_ai_cols, .ncols = INBOX_AI_COLUMNS, .rowsz = sizeof(struct inbox_ai)

void inbox_ai_unpack(struct ctx *, struct inbox_ai *); /* what is derived from the row alone */
/* What a day's answers took so far. */
MUST bool inbox_ai_today(struct ctx *, struct inbox_ai *);
int64_t inbox_ai_day(const struct ctx *);
/* NULL: there is none, or what sealed it is gone. */
const char *inbox_ai_key(struct ctx *, const struct inbox_ai *);
#endif
