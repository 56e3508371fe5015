#include "counts.h"
#include "conversation.h"
#include "sql_tables.h"
#include "team.h"
#include <string.h>

struct kind_row {
	int64_t assignee_id, team_id, n;
	int status, agent_type, priority;
	bool waiting;
};
static const struct col kind_cols[] = {
	{ COL_INT, offsetof(struct kind_row, assignee_id) }, { COL_INT, offsetof(struct kind_row, team_id) },
	{ COL_ENUM, offsetof(struct kind_row, status) },     { COL_ENUM, offsetof(struct kind_row, agent_type) },
	{ COL_ENUM, offsetof(struct kind_row, priority) },   { COL_BOOL, offsetof(struct kind_row, waiting) },
	{ COL_INT, offsetof(struct kind_row, n) },
};
struct staff_row {
	int64_t id;
	int role, status;
};
static const struct col staff_cols[] = { { COL_INT, offsetof(struct staff_row, id) },
					 { COL_ENUM, offsetof(struct staff_row, role) },
					 { COL_ENUM, offsetof(struct staff_row, status) } };
struct member_row {
	int64_t user_id, team_id;
};
static const struct col member_cols[] = { { COL_INT, offsetof(struct member_row, user_id) },
					  { COL_INT, offsetof(struct member_row, team_id) } };

struct team_row {
	int64_t id;
	const char *name;
};
static const struct col team_cols[] = { { COL_INT, offsetof(struct team_row, id) }, { COL_STR, offsetof(struct team_row, name) } };

static const struct col label_cols[] = { { COL_INT, offsetof(struct label_name, id) },
					 { COL_STR, offsetof(struct label_name, title) },
					 { COL_STR, offsetof(struct label_name, color) } };
struct sum_row {
	int64_t label_id, assignee_id, team_id, n;
	size_t at; /* the label's place among the names */
};
static const struct col sum_cols[] = { { COL_INT, offsetof(struct sum_row, label_id) },
				       { COL_INT, offsetof(struct sum_row, assignee_id) },
				       { COL_INT, offsetof(struct sum_row, team_id) },
				       { COL_INT, offsetof(struct sum_row, n) } };

/* Each status by itself: then the key leads to those alone, past the many that are resolved. */
#define LABELLED "SELECT t.label_id, t.assignee_id, t.team_id, t.n FROM "
#define IN_TALLY(status)                                                                                                           \
	LABELLED "labels l STRAIGHT_JOIN conversation_tally t ON t.label_id = l.id AND t.status = " status                         \
		 " WHERE l.id <= ? AND t.n <> 0 UNION ALL "
#define KIND "assignee_id, team_id, status, agent_type, priority, waiting"
enum { KINDS, STAFF, MEMBERS, TEAMS, LABELS, LABEL_SUMS, SQL__MAX };
const struct stmt counts_sql[] = {
	/* Both tables in one statement: a fold between two would count twice or not at all. */
	[KINDS] = { "SELECT " KIND ", SUM(n) FROM (SELECT " KIND
		    ", n FROM conversation_tally WHERE label_id = 0 AND status IN (0, 1) AND n <> 0 "
		    "UNION ALL SELECT " KIND ", n FROM conversation_tally_deltas WHERE label_id = 0 AND status IN (0, 1)) t "
		    "GROUP BY " KIND " HAVING SUM(n) > 0",
		    ROW(kind_row, kind_cols) },
	[STAFF] = { "SELECT id, role, status FROM users FORCE INDEX (role_status) WHERE role IN (1, 2, 3) AND deleted_at IS NULL "
		    "ORDER BY id",
		    ROW(staff_row, staff_cols) },
	[MEMBERS] = { "SELECT user_id, team_id FROM team_members ORDER BY user_id, team_id", ROW(member_row, member_cols) },
	[TEAMS] = { "SELECT id, name FROM teams ORDER BY id", ROW(team_row, team_cols) },
	[LABELS] = { "SELECT id, title, color FROM labels ORDER BY id LIMIT ?", ROW(label_name, label_cols) },
	// clang-format off
	[LABEL_SUMS] = { "SELECT label_id, assignee_id, team_id, SUM(n) FROM (" IN_TALLY("0") IN_TALLY("1")
			 LABELLED "conversation_tally_deltas t WHERE t.label_id BETWEEN 1 AND ? AND t.status IN (0, 1)) t "
			 "GROUP BY label_id, assignee_id, team_id HAVING SUM(n) > 0 ORDER BY label_id",
			 ROW(sum_row, sum_cols) },
	// clang-format on
};
const size_t counts_sql_n = SQL__MAX;

static void add_team(struct live_counts *o, int64_t team_id, int64_t n)
{
	struct team_count *t = o->teams.items;

	for (size_t i = 0; i < o->teams.n; i++)
		if (t[i].team_id == team_id) {
			t[i].count += n;
			return;
		}
	t[o->teams.n++] = (struct team_count){ team_id, n, NULL };
}

static void add_kind(struct live_counts *o, const struct kind_row *k)
{
	o->all += k->n;
	o->mine += k->assignee_id == o->user_id ? k->n : 0;
	o->unassigned += k->assignee_id == 0 ? k->n : 0;
	o->waiting += k->waiting ? k->n : 0;
	*(k->status == CONV_OPEN ? &o->open : &o->pending) += k->n;
	*(k->agent_type == AGENT_AI ? &o->ai : &o->human) += k->n;
	o->urgent += k->priority == PRIORITY_URGENT ? k->n : 0;
	if (k->team_id != 0)
		add_team(o, k->team_id, k->n);
}

/* The same scope as conversation_may_see(). */
static bool in_scope(const struct staff_row *s, const struct list *teams, int64_t assignee_id, int64_t team_id)
{
	return s->role >= ROLE_SUPERVISOR || assignee_id == 0 || assignee_id == s->id || (team_id != 0 && team_in(teams, team_id));
}

static size_t teams_among(const struct list *kinds)
{
	const struct kind_row *k = kinds->items;
	size_t n = 0;

	for (size_t i = 0; i < kinds->n; i++) /* at most: a team may stand in many rows, but rarely in very many */
		n += k[i].team_id != 0;
	return n;
}

/* The rows of one person: they are together, and both lists go by user. */
static struct list teams_of(struct ctx *c, const struct list *members, size_t *at, int64_t user_id)
{
	const struct member_row *m = members->items;
	size_t first;

	while (*at < members->n && m[*at].user_id < user_id)
		++*at;
	for (first = *at; *at < members->n && m[*at].user_id == user_id;)
		++*at;
	int64_t *ids = arena_alloc(c->mem, (*at - first + 1) * sizeof(*ids));
	for (size_t i = first; i < *at; i++)
		ids[i - first] = m[i].team_id;
	return (struct list){ ids, *at - first };
}

/* One's own teams stand there with none in them too. */
static void add_own_teams(struct live_counts *o, const struct list *teams)
{
	const int64_t *ids = teams->items;

	for (size_t i = 0; i < teams->n; i++)
		add_team(o, ids[i], 0);
}

static const char *team_name(const struct list *names, int64_t id)
{
	const struct team_row *t = names->items;

	for (size_t i = 0; i < names->n; i++)
		if (t[i].id == id)
			return t[i].name;
	return "";
}

static void keep_teams(struct ctx *c, struct live_counts *o, const struct list *names)
{
	const struct team_count *counted = o->teams.items;
	struct team_count *own = arena_alloc(c->mem, (o->teams.n + 1) * sizeof(*own));

	for (size_t i = 0; i < o->teams.n; i++)
		own[i] = (struct team_count){ counted[i].team_id, counted[i].count, team_name(names, counted[i].team_id) };
	o->teams.items = own;
}

/* -- labels -- */

/* Both lists go by label. One of which there is no name has just been deleted: none of it. */
static void place(const struct list *names, struct list *sums)
{
	const struct label_name *l = names->items;
	struct sum_row *s = sums->items;
	size_t at = 0, n = 0;

	for (size_t i = 0; i < sums->n; i++) {
		while (at < names->n && l[at].id < s[i].label_id)
			at++;
		if (at == names->n || l[at].id != s[i].label_id)
			continue;
		s[n] = s[i];
		s[n++].at = at;
	}
	sums->n = n;
}

/* staff = NULL: of all. */
static const int64_t *labels_of(struct ctx *c, size_t labels, const struct list *sums, const struct staff_row *staff,
				const struct list *teams)
{
	int64_t *n = arena_alloc(c->mem, (labels + 1) * sizeof(*n));
	const struct sum_row *s = sums->items;

	for (size_t i = 0; i < sums->n; i++)
		if (staff == NULL || in_scope(staff, teams, s[i].assignee_id, s[i].team_id))
			n[s[i].at] += s[i].n;
	return n;
}

static bool same_label(const struct live_counts *a, size_t i, const struct live_counts *b, size_t j)
{
	const struct label_name *l = a->label_names->items, *m = b->label_names->items;

	return l[i].id == m[j].id && a->label_n[i] == b->label_n[j] && strcmp(l[i].title, m[j].title) == 0 &&
	       strcmp(l[i].color, m[j].color) == 0;
}

static bool same_labels(const struct live_counts *a, const struct live_counts *b)
{
	if (a->label_names->n != b->label_names->n || a->more_labels != b->more_labels)
		return false;
	for (size_t i = 0; i < a->label_names->n; i++)
		if (!same_label(a, i, b, i))
			return false;
	return true;
}

static void add_label(struct live_counts *o, size_t i)
{
	const struct label_name *l = o->label_names->items;
	struct label_count *told = o->labels.items;

	told[o->labels.n++] = (struct label_count){ l[i].id, o->label_n[i], l[i].title, l[i].color };
}

void counts_tell_labels(struct ctx *c, struct live_counts *o, const struct live_counts *before)
{
	static const struct list none;
	const struct list *had = before != NULL ? before->label_names : &none;
	const struct label_name *is = o->label_names->items, *was = had->items;
	int64_t *gone = arena_alloc(c->mem, (had->n + 1) * sizeof(*gone));
	size_t at = 0;

	o->labels = (struct list){ arena_alloc(c->mem, (o->label_names->n + 1) * sizeof(struct label_count)), 0 };
	o->labels_gone = (struct list){ gone, 0 };
	o->labels_whole = before == NULL && !o->more_labels;
	for (size_t i = 0; i < o->label_names->n; i++) {
		while (at < had->n && was[at].id < is[i].id)
			gone[o->labels_gone.n++] = was[at++].id;
		if (before == NULL || at == had->n || !same_label(o, i, before, at))
			add_label(o, i);
		at += at < had->n && was[at].id == is[i].id;
	}
	while (at < had->n)
		gone[o->labels_gone.n++] = was[at++].id;
}

/* -- everybody -- */

struct counted {
	struct list kinds, staff, members, names, labels, sums;
	int64_t online;
	bool more_labels;
	const int64_t *label_n; /* of all */
	struct team_count *scratch;
	size_t at; /* among the members */
};

static bool read_labels(struct ctx *c, struct counted *r)
{
	if (!db_list(c, &counts_sql[LABELS], &r->labels, ARGS(INT(LABELS_COUNTED + 1))))
		return false;
	r->more_labels = r->labels.n > LABELS_COUNTED;
	r->labels.n -= r->more_labels;
	const struct label_name *l = r->labels.items;
	int64_t last = r->labels.n > 0 ? l[r->labels.n - 1].id : 0;
	if (!db_list(c, &counts_sql[LABEL_SUMS], &r->sums, ARGS(INT(last), INT(last), INT(last))))
		return false;
	place(&r->labels, &r->sums);
	r->label_n = labels_of(c, r->labels.n, &r->sums, NULL, NULL);
	return true;
}

static bool read_all(struct ctx *c, struct counted *r)
{
	if (!db_list(c, &counts_sql[KINDS], &r->kinds, NOARGS) || !db_list(c, &counts_sql[STAFF], &r->staff, NOARGS) ||
	    !db_list(c, &counts_sql[MEMBERS], &r->members, NOARGS) || !db_list(c, &counts_sql[TEAMS], &r->names, NOARGS) ||
	    !read_labels(c, r))
		return false;
	const struct staff_row *s = r->staff.items;
	for (size_t i = 0; i < r->staff.n; i++)
		r->online += s[i].status == PRESENCE_ONLINE;
	r->scratch = arena_alloc(c->mem, (teams_among(&r->kinds) + r->members.n + 1) * sizeof(*r->scratch));
	return true;
}

static struct live_counts of_one(struct ctx *c, struct counted *r, const struct staff_row *s)
{
	const struct list teams = teams_of(c, &r->members, &r->at, s->id);
	const struct kind_row *k = r->kinds.items;
	struct live_counts o = { .user_id = s->id, .agents_online = r->online, .teams = { r->scratch, 0 } };

	add_own_teams(&o, &teams);
	for (size_t i = 0; i < r->kinds.n; i++)
		if (in_scope(s, &teams, k[i].assignee_id, k[i].team_id))
			add_kind(&o, &k[i]);
	keep_teams(c, &o, &r->names);
	o.label_names = &r->labels;
	o.more_labels = r->more_labels;
	o.label_n = s->role >= ROLE_SUPERVISOR ? r->label_n : labels_of(c, r->labels.n, &r->sums, s, &teams);
	return o;
}

bool counts_of_staff(struct ctx *c, struct list *out)
{
	struct counted *r = arena_alloc(c->mem, sizeof(*r)); /* lives on: the names are everybody's */

	if (!read_all(c, r))
		return false;
	const struct staff_row *s = r->staff.items;
	struct live_counts *o = arena_alloc(c->mem, (r->staff.n + 1) * sizeof(*o));
	for (size_t i = 0; i < r->staff.n; i++)
		o[i] = of_one(c, r, &s[i]);
	*out = (struct list){ o, r->staff.n };
	return true;
}

bool counts_same(const struct live_counts *a, const struct live_counts *b)
{
	const struct team_count *t = a->teams.items, *u = b->teams.items;

	if (a->mine != b->mine || a->unassigned != b->unassigned || a->all != b->all || a->waiting != b->waiting ||
	    a->open != b->open || a->pending != b->pending || a->urgent != b->urgent || a->ai != b->ai || a->human != b->human ||
	    a->agents_online != b->agents_online || a->teams.n != b->teams.n)
		return false;
	for (size_t i = 0; i < a->teams.n; i++)
		if (t[i].team_id != u[i].team_id || t[i].count != u[i].count || strcmp(t[i].name, u[i].name) != 0)
			return false;
	return same_labels(a, b);
}
