/* query.h: a list's statement from constant pieces. Only the filters that are asked for stand in it, so that an index can serve it;
   values are always parameters. The pieces must be string literals: nothing a client sent ever becomes SQL. */
#ifndef QUERY_H
#define QUERY_H
#include "db.h"

enum { QUERY_ARGS = 96 };
struct query {
	struct arena *mem;
	char *sql;
	size_t len, cap;
	bool where; /* a WHERE stands already */
	bool anew;  /* a generated column is asked for: used again, a prepared statement would read rows where its index has all */
	struct val args[QUERY_ARGS];
	size_t n;
};
struct query query_new(struct ctx *, const char *sql);
void query_add(struct query *, const char *sql, const struct val *,
	       size_t); /* the next piece, with its values: ARGS(…) or NOARGS */
void query_where(struct query *, const char *sql, const struct val *, size_t); /* WHERE or AND before it */

/* As db_list and db_one of db.h; ncols and rowsz as in struct stmt: query_list(c, &q, &list, ROW_OF(noun, cols)). */
struct query_row {
	const struct col *cols;
	size_t ncols, rowsz;
};
#define ROW_OF(T, arr)                                                                                                             \
	(struct query_row)                                                                                                         \
	{                                                                                                                          \
		(arr), COUNT(arr), sizeof(struct T)                                                                                \
	}
MUST bool query_list(struct ctx *, const struct query *, struct list *, struct query_row);
MUST bool query_one(struct ctx *, const struct query *, void *row, struct query_row); /* none is E_BUG: for figures */
#endif
