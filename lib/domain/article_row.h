/* article_row.h: the columns of an article, shared by the files that select them. Include after article.h. */
#ifndef ARTICLE_ROW_H
#define ARTICLE_ROW_H
#include "../db/db.h"
#include "article.h"

#define ARTICLE_COLS "id, title, content, locale, published, created_at, updated_at"
enum { ARTICLE_COLUMNS = 7 };
extern const struct col article_cols[];
#define ARTICLE_ROW .cols = article_cols, .ncols = ARTICLE_COLUMNS, .rowsz = sizeof(struct article)
#endif
