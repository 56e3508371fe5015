/* row_cache.h: a database row as text and back, by the same column table: what Redis caches of a noun. */
#ifndef ROW_CACHE_H
#define ROW_CACHE_H
#include "../core/buf.h"
#include "../db/db.h"

void row_pack(struct buf *, const struct stmt *, const void *row);
/* False when the text does not fit the columns (an older version wrote it): read the database then. */
bool row_unpack(struct arena *, const struct stmt *, const char *, size_t, void *row);
#endif
