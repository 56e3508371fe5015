#include "conversation_tally.h"
#include "report.h"
#include "sql_tables.h"

static const struct col counts_cols[] = {
	{ COL_INT, offsetof(struct conversation_counts, mine) },
	{ COL_INT, offsetof(struct conversation_counts, unassigned) },
	{ COL_INT, offsetof(struct conversation_counts, all) },
	{ COL_INT, offsetof(struct conversation_counts, waiting) },
};

static const struct col sizes_cols[] = {
	{ COL_INT, offsetof(struct conversation_sizes, all) },
	{ COL_INT, offsetof(struct conversation_sizes, status) },
	{ COL_INT, offsetof(struct conversation_sizes, assignee) },
	{ COL_INT, offsetof(struct conversation_sizes, team) },
};

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
		     "team_id, "
		     "c.agent_type, c.priority, c.queue_rank IS NOT NULL AS waiting, COUNT(*) AS n FROM conversations c GROUP "
		     "BY " ROW_KIND " UNION ALL SELECT l.label_id, " ROW_KIND ", COUNT(*) FROM conversation_labels l "
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
static void over_both(struct query *q, const char *sums, int64_t me, const struct conversation_filter *f)
{
	for (int i = 0; i < 2; i++) {
		if (i > 0)
			query_add(q, " UNION ALL ", NOARGS);
		q->where = false;
		query_add(q, sums, ARGS(INT(me)));
		query_add(q, i > 0 ? " FROM conversation_tally_deltas" : " FROM conversation_tally", NOARGS);
		filter_kinds(q, f);
	}
	query_add(q, ") t", NOARGS);
}

#define SUMS                                                                                                                       \
	"SELECT SUM(IF(assignee_id = ?, n, 0)) AS mine, SUM(IF(assignee_id = 0, n, 0)) AS free, SUM(n) AS n, SUM(IF(waiting, n, "  \
	"0)) AS waiting"
static bool sums(struct ctx *c, const struct conversation_filter *f, struct conversation_counts *out)
{
	struct query q = query_new(c, "SELECT COALESCE(SUM(mine), 0), COALESCE(SUM(free), 0), COALESCE(SUM(n), 0), "
				      "COALESCE(SUM(waiting), 0) FROM (");

	over_both(&q, SUMS, f->me, f);
	return query_one(c, &q, out, ROW_OF(conversation_counts, counts_cols));
}

bool tally_total(struct ctx *c, const struct conversation_filter *f, int64_t *n)
{
	struct conversation_counts all = { 0 };

	if (!sums(c, f, &all))
		return false;
	*n = all.all > 0 ? all.all : 0;
	return true;
}

#define SIZES "SELECT n, status = ? AS s, assignee_id = ? AS a, team_id = ? AS t FROM "
#define OF_ALL " WHERE label_id = 0"
bool tally_sizes(struct ctx *c, struct conversation_filter *f)
{
	const struct val v[] = { INT(f->status), INT(f->assignee_id), INT(f->team_id) };
	struct query q = query_new(c, "SELECT COALESCE(SUM(n), 0), COALESCE(SUM(IF(s, n, 0)), 0), COALESCE(SUM(IF(a, n, 0)), 0), "
				      "COALESCE(SUM(IF(t, n, 0)), 0) FROM (");

	query_add(&q, SIZES "conversation_tally" OF_ALL " UNION ALL ", v, COUNT(v));
	query_add(&q, SIZES "conversation_tally_deltas" OF_ALL ") t", v, COUNT(v));
	return query_one(c, &q, &f->sizes, ROW_OF(conversation_sizes, sizes_cols));
}

bool tally_counts(struct ctx *c, const struct conversation_filter *f, struct conversation_counts *out)
{
	struct conversation_filter of = *f;

	of.active = true;
	return sums(c, &of, out);
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
