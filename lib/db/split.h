/* split.h: an SQL file into statements (pure). */
#ifndef DB_SPLIT_H
#define DB_SPLIT_H
#include "../core/core.h"

/* The next statement from *p: its bytes and length, *p moved behind its ';'. False at the end. Knows '…', "…", `…`, --, # and block
 * comments. */
bool sql_next(const char **p, const char **statement, size_t *n);
#endif
