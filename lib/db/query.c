#include "query.h"
#include <stdlib.h>
#include <string.h>

struct query query_new(struct ctx *c, const char *sql)
{
	struct query q = { .mem = c->mem };

	query_add(&q, sql, NOARGS);
	return q;
}

void query_add(struct query *q, const char *sql, const struct val *v, size_t n)
{
	size_t more = strlen(sql);

	if (q->n + n > QUERY_ARGS) /* the pieces are the program's own: this is a mistake in it */
		abort();
	if (q->len + more + 1 > q->cap) {
		size_t cap = (q->len + more + 1) * 2;
		q->sql = arena_grow(q->mem, q->sql, q->cap, cap);
		q->cap = cap;
	}
	memcpy(q->sql + q->len, sql, more + 1);
	q->len += more;
	for (size_t i = 0; i < n; i++)
		q->args[q->n++] = v[i];
}

void query_where(struct query *q, const char *sql, const struct val *v, size_t n)
{
	query_add(q, q->where ? " AND " : " WHERE ", NOARGS);
	q->where = true;
	query_add(q, sql, v, n);
}

static struct stmt built(const struct query *q, struct query_row row)
{
	return (struct stmt){
		.sql = q->sql, .cols = row.cols, .ncols = row.ncols, .rowsz = row.rowsz, .built = true, .anew = q->anew
	};
}

bool query_list(struct ctx *c, const struct query *q, struct list *out, struct query_row row)
{
	const struct stmt s = built(q, row);

	return db_list(c, &s, out, q->args, q->n);
}

bool query_one(struct ctx *c, const struct query *q, void *out, struct query_row row)
{
	const struct stmt s = built(q, row);
	bool found;

	return db_find(c, &s, out, &found, q->args, q->n) && (found || fail(c, E_BUG, "db.failed"));
}
