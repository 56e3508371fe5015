/* article_row.h: the columns of an article, shared by the files that select them. Include after article.h. */
#ifndef ARTICLE_ROW_H
#define ARTICLE_ROW_H
#include "../db/db.h"
#include "article.h"

/* The last column, the rank, is each statement's own. */
#define ARTICLE_COLS "id, title, content, locale, published, terms, created_at, updated_at"
enum { ARTICLE_COLUMNS = 9 };
extern const struct col article_cols[];
#define ARTICLE_ROW .cols = article_cols, .ncols = ARTICLE_COLUMNS, .rowsz = sizeof(struct article)

/* For AGAINST (? IN BOOLEAN MODE): what the text asks for without what every question says; "" = nothing. */
const char *article_terms(struct arena *, const char *text, const char **core);
#endif
