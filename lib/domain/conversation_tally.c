#include "conversation_tally.h"
#include "report.h"
#include "sql_tables.h"
#include <string.h>

struct look {
	struct conversation_sizes sizes;
	int64_t total;
	struct conversation_counts counts;
};
#define L(member)                                                                                                                  \
	{                                                                                                                          \
		COL_INT, offsetof(struct look, member)                                                                             \
	}
static const struct col look_cols[] = { L(sizes.all),         L(sizes.status), L(sizes.assignee), L(sizes.team),
					L(sizes.priority),    L(sizes.label),  L(total),          L(counts.mine),
					L(counts.unassigned), L(counts.all),   L(counts.waiting) };
enum { WITHOUT_COUNTS = COUNT(look_cols) - 4 };

struct of_priority {
	int64_t priority, n;
};
static const struct col of_priority_cols[] = { { COL_INT, offsetof(struct of_priority, priority) },
					       { COL_INT, offsetof(struct of_priority, n) } };

#define KIND "status, assignee_id, team_id, agent_type, priority, waiting"
#define LABELLED "label_id, " KIND
#define KIND_VALUES "?, ?, ?, ?, ?, ?"
#define ROW_KIND "c.status, COALESCE(c.assignee_id, 0), COALESCE(c.team_id, 0), c.agent_type, c.priority, c.queue_rank IS NOT NULL"
enum { ONE, TWO, LABELS, LABEL_CHANGES, TAKE, FOLD, FORGET, REPAIR, FORGET_LABEL, FORGET_GONE, SQL__MAX };
const struct stmt conversation_tally_sql[] = {
	[ONE] = { "INSERT INTO conversation_tally_deltas (" KIND ", n) VALUES (?, ?, ?, ?, ?, ?, 1)" },
	[TWO] = { "INSERT INTO conversation_tally_deltas (" KIND ", n) VALUES (?, ?, ?, ?, ?, ?, -1), (?, ?, ?, ?, ?, ?, 1)" },
	[LABELS] = { "INSERT INTO conversation_tally_deltas (" LABELLED ", n) SELECT label_id, " KIND_VALUES
		     ", ? FROM conversation_labels "
		     "WHERE conversation_id = ?" },
	[LABEL_CHANGES] = { "INSERT INTO conversation_tally_deltas (" LABELLED ", n) "
			    "SELECT label_id, " KIND_VALUES ", -1 FROM conversation_labels WHERE conversation_id = ? UNION ALL "
			    "SELECT label_id, " KIND_VALUES ", 1 FROM conversation_labels WHERE conversation_id = ?" },
	[TAKE] = { "UPDATE conversation_tally_deltas SET batch = ? WHERE batch = 0 ORDER BY id LIMIT 2000" },
	[FOLD] = { "INSERT INTO conversation_tally (" LABELLED ", n) SELECT " LABELLED ", d.n FROM (SELECT " LABELLED
		   ", SUM(n) AS n "
		   "FROM conversation_tally_deltas WHERE batch = ? AND (label_id = 0 OR label_id IN (SELECT id FROM labels)) "
		   "GROUP BY " LABELLED " HAVING SUM(n) <> 0) d "
		   "ON DUPLICATE KEY UPDATE n = conversation_tally.n + VALUES(n)" },
	[FORGET] = { "DELETE FROM conversation_tally_deltas WHERE batch = ?" },
	/* What is there, less what is counted: one statement, so one moment of all of them. */
	[REPAIR] = { "INSERT INTO conversation_tally_deltas (" LABELLED ", n) SELECT " LABELLED ", SUM(n) FROM ("
		     "SELECT 0 AS label_id, c.status, COALESCE(c.assignee_id, 0) AS assignee_id, COALESCE(c.team_id, 0) AS "
		     "team_id, c.agent_type, c.priority, c.queue_rank IS NOT NULL AS waiting, COUNT(*) AS n FROM conversations c "
		     "GROUP BY " ROW_KIND " UNION ALL SELECT l.label_id, " ROW_KIND ", COUNT(*) FROM conversation_labels l "
		     "JOIN conversations c ON c.id = l.conversation_id GROUP BY l.label_id, " ROW_KIND " UNION ALL SELECT " LABELLED
		     ", -n FROM conversation_tally "
		     "UNION ALL SELECT " LABELLED ", -n FROM conversation_tally_deltas) t GROUP BY " LABELLED
		     " HAVING SUM(n) <> 0" },
	[FORGET_LABEL] = { "DELETE FROM conversation_tally WHERE label_id = ?" },
	[FORGET_GONE] = { "DELETE FROM conversation_tally WHERE label_id > 0 AND label_id NOT IN (SELECT id FROM labels)" },
};
const size_t conversation_tally_sql_n = SQL__MAX;

#define KIND_ARGS(k)                                                                                                               \
	INT((k)->status), INT((k)->assignee_id), INT((k)->team_id), INT((k)->agent_type), INT((k)->priority), INT((k)->waiting)

static bool same(const struct conversation_kind *a, const struct conversation_kind *b)
{
	return a->status == b->status && a->assignee_id == b->assignee_id && a->team_id == b->team_id &&
	       a->agent_type == b->agent_type && a->priority == b->priority && a->waiting == b->waiting;
}

bool tally_new(struct ctx *c, const struct conversation_kind *k)
{
	return db_exec(c, &conversation_tally_sql[ONE], NULL, ARGS(KIND_ARGS(k)));
}

bool tally_change(struct ctx *c, struct conversation *v)
{
	const struct conversation_kind was = v->counted, is = conversation_kind_of(v);

	v->counted = is;
	if (!conversation_labels_follow(c, v))
		return false;
	return same(&was, &is) || (db_exec(c, &conversation_tally_sql[TWO], NULL, ARGS(KIND_ARGS(&was), KIND_ARGS(&is))) &&
				   db_exec(c, &conversation_tally_sql[LABEL_CHANGES], NULL,
					   ARGS(KIND_ARGS(&was), INT(v->id), KIND_ARGS(&is), INT(v->id))) &&
				   report_late(c, v)); /* the figures of its days change with it */
}

bool tally_labels(struct ctx *c, const struct conversation *v, int64_t n)
{
	return db_exec(c, &conversation_tally_sql[LABELS], NULL, ARGS(KIND_ARGS(&v->counted), INT(n), INT(v->id)));
}

bool tally_forget_label(struct ctx *c, int64_t label_id)
{
	return db_exec(c, &conversation_tally_sql[FORGET_LABEL], NULL, ARGS(INT(label_id)));
}

/* Both tables in one statement: a fold between two would count twice or not at all. */
bool tally_total(struct ctx *c, const struct conversation_filter *f, int64_t *n)
{
	struct query q = query_new(c, "SELECT COALESCE(SUM(n), 0) FROM (SELECT SUM(n) AS n FROM conversation_tally");
	struct number row;

	filter_kinds(&q, f);
	query_add(&q, " UNION ALL SELECT SUM(n) AS n FROM conversation_tally_deltas", NOARGS);
	q.where = false;
	filter_kinds(&q, f);
	query_add(&q, ") t", NOARGS);
	if (!query_one(c, &q, &row, ROW_OF(number, number_cols)))
		return false;
	*n = row.n > 0 ? row.n : 0;
	return true;
}

/* SUM of n where what is asked for in f is so, and this as well. */
static void add_sum(struct query *q, const char *also, const struct conversation_filter *f, const char *end)
{
	query_add(q, "SUM(IF(", NOARGS);
	query_add(q, also, NOARGS);
	q->where = true;
	filter_kinds(q, f);
	query_add(q, ", n, 0)) AS ", NOARGS);
	query_add(q, end, NOARGS);
}

static void add_look(struct query *q, const char *from, const struct conversation_filter *f,
		     const struct conversation_filter *active)
{
	query_add(q,
		  "SELECT SUM(IF(label_id = 0, n, 0)) AS a, SUM(IF(label_id = 0 AND status = ?, n, 0)) AS b, "
		  "SUM(IF(label_id = 0 AND assignee_id = ?, n, 0)) AS c, SUM(IF(label_id = 0 AND team_id = ?, n, 0)) AS d, "
		  "SUM(IF(label_id = 0 AND priority = ?, n, 0)) AS e, SUM(IF(label_id = ?, n, 0)) AS l, ",
		  ARGS(INT(f->status), INT(f->assignee_id), INT(f->team_id), INT(f->priority), INT(f->label_id)));
	add_sum(q, "TRUE", f, "f");
	if (active != NULL) {
		query_add(q, ", ", NOARGS);
		struct conversation_filter whose = *active;
		whose.assignee_id = active->me;
		add_sum(q, "TRUE", &whose, "g, ");
		whose.assignee_id = 0;
		add_sum(q, "TRUE", &whose, "h, ");
		add_sum(q, "TRUE", active, "i, ");
		add_sum(q, "waiting = 1", active, "j");
	}
	query_add(q, from, NOARGS);
	query_add(q, " WHERE label_id IN (0, ?)", ARGS(INT(f->label_id)));
}

bool tally_look(struct ctx *c, struct conversation_filter *f, int64_t *total, struct conversation_counts *counts)
{
	struct conversation_filter of = { .status = ANY, .agent_type = ANY, .priority = ANY, .assignee_id = ANY, .active = true };
	struct query q = query_new(c, "SELECT COALESCE(SUM(a), 0), COALESCE(SUM(b), 0), COALESCE(SUM(c), 0), COALESCE(SUM(d), 0), "
				      "COALESCE(SUM(e), 0), COALESCE(SUM(l), 0), COALESCE(SUM(f), 0)");
	struct look look = { 0 };

	of.scoped = f->scoped;
	of.me = f->me;
	of.teams = f->teams;
	if (counts != NULL)
		query_add(&q, ", COALESCE(SUM(g), 0), COALESCE(SUM(h), 0), COALESCE(SUM(i), 0), COALESCE(SUM(j), 0)", NOARGS);
	query_add(&q, " FROM (", NOARGS);
	add_look(&q, " FROM conversation_tally", f, counts != NULL ? &of : NULL);
	query_add(&q, " UNION ALL ", NOARGS);
	add_look(&q, " FROM conversation_tally_deltas", f, counts != NULL ? &of : NULL);
	query_add(&q, ") t", NOARGS);
	if (!query_one(c, &q, &look,
		       (struct query_row){ look_cols, counts != NULL ? COUNT(look_cols) : WITHOUT_COUNTS, sizeof(look) }))
		return false;
	f->sizes = look.sizes;
	*total = look.total > 0 ? look.total : 0;
	if (counts != NULL)
		*counts = look.counts;
	return true;
}

/* How many pass of each priority. */
bool tally_priorities(struct ctx *c, const struct conversation_filter *f, int64_t n[static PRIORITY__MAX])
{
	struct query q = query_new(c, "SELECT priority, SUM(n) FROM (SELECT priority, SUM(n) AS n FROM conversation_tally");
	struct list rows = { 0 };

	filter_kinds(&q, f);
	query_add(&q, " GROUP BY priority UNION ALL SELECT priority, SUM(n) AS n FROM conversation_tally_deltas", NOARGS);
	q.where = false;
	filter_kinds(&q, f);
	query_add(&q, " GROUP BY priority) t GROUP BY priority", NOARGS);
	if (!query_list(c, &q, &rows, ROW_OF(of_priority, of_priority_cols)))
		return false;
	memset(n, 0, sizeof(*n) * (PRIORITY__MAX));
	const struct of_priority *row = rows.items;
	for (size_t i = 0; i < rows.n; i++)
		if (row[i].priority >= 0 && row[i].priority <= PRIORITY_URGENT && row[i].n > 0)
			n[row[i].priority] = row[i].n;
	return true;
}

bool tally_fold(struct ctx *c, int64_t *folded)
{
	int64_t batch = c->now > 0 ? c->now : 1;

	if (!db_exec(c, &conversation_tally_sql[TAKE], NULL, ARGS(INT(batch))))
		return false;
	*folded = db_changed(c);
	return *folded == 0 || (db_exec(c, &conversation_tally_sql[FOLD], NULL, ARGS(INT(batch))) &&
				db_exec(c, &conversation_tally_sql[FORGET], NULL, ARGS(INT(batch))));
}

bool tally_repair(struct ctx *c, int64_t *repaired)
{
	/* A fold that met the deletion of a label may have counted it once more. */
	if (!db_exec(c, &conversation_tally_sql[FORGET_GONE], NULL, NOARGS) ||
	    !db_exec(c, &conversation_tally_sql[REPAIR], NULL, NOARGS))
		return false;
	*repaired = db_changed(c);
	return true;
}
