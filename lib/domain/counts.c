#include "counts.h"
#include "conversation.h"
#include "sql_tables.h"
#include "team.h"

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

#define KIND "assignee_id, team_id, status, agent_type, priority, waiting"
enum { KINDS, STAFF, MEMBERS, TEAMS, SQL__MAX };
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
static bool in_scope(const struct staff_row *s, const struct list *teams, const struct kind_row *k)
{
	return s->role >= ROLE_SUPERVISOR || k->assignee_id == 0 || k->assignee_id == s->id ||
	       (k->team_id != 0 && team_in(teams, k->team_id));
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

bool counts_of_staff(struct ctx *c, struct list *out)
{
	struct list kinds = { 0 }, staff = { 0 }, members = { 0 }, names = { 0 };
	int64_t online = 0;
	size_t at = 0;

	if (!db_list(c, &counts_sql[KINDS], &kinds, NOARGS) || !db_list(c, &counts_sql[STAFF], &staff, NOARGS) ||
	    !db_list(c, &counts_sql[MEMBERS], &members, NOARGS) || !db_list(c, &counts_sql[TEAMS], &names, NOARGS))
		return false;
	const struct kind_row *k = kinds.items;
	const struct staff_row *s = staff.items;
	struct live_counts *o = arena_alloc(c->mem, (staff.n + 1) * sizeof(*o));
	struct team_count *scratch = arena_alloc(c->mem, (teams_among(&kinds) + members.n + 1) * sizeof(*scratch));
	for (size_t i = 0; i < staff.n; i++)
		online += s[i].status == PRESENCE_ONLINE;
	for (size_t i = 0; i < staff.n; i++) {
		struct list teams = teams_of(c, &members, &at, s[i].id);
		o[i] = (struct live_counts){ .user_id = s[i].id, .agents_online = online, .teams = { scratch, 0 } };
		add_own_teams(&o[i], &teams);
		for (size_t j = 0; j < kinds.n; j++)
			if (in_scope(&s[i], &teams, &k[j]))
				add_kind(&o[i], &k[j]);
		keep_teams(c, &o[i], &names);
	}
	*out = (struct list){ o, staff.n };
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
		if (t[i].team_id != u[i].team_id || t[i].count != u[i].count)
			return false;
	return true;
}
