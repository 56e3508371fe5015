/* Whose numbers a conversation counts in: the pure part; the queries are under test in tests/realtime. */
#include "../../../../lib/domain/counts.c"
#include "../../ok.h"

static struct member_row membership[] = { { 3, 1 }, { 4, 2 }, { 4, 7 }, { 9, 1 } };

static void teams(void)
{
	const struct list members = { membership, COUNT(membership) };
	struct arena mem = { 0 };
	struct ctx c = { .mem = &mem };
	static const struct {
		int64_t user, n, first;
	} rows[] = { { 1, 0, 0 }, { 3, 1, 1 }, { 4, 2, 2 }, { 5, 0, 0 }, { 9, 1, 1 }, { 10, 0, 0 } };
	size_t at = 0;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct list got = teams_of(&c, &members, &at, rows[i].user);
		ok_int(got.n, rows[i].n);
		if (got.n > 0)
			ok_int(((int64_t *)got.items)[0], rows[i].first);
	}
	arena_free(&mem);
}

static void scope(void)
{
	int64_t ids[] = { 2, 7 };
	const struct list own = { ids, COUNT(ids) };
	const struct staff_row agent = { 4, ROLE_AGENT, 0 }, boss = { 2, ROLE_SUPERVISOR, 0 };
	static const struct {
		int64_t assignee, team;
		bool seen;
	} rows[] = { { 0, 0, true }, { 0, 1, true }, { 4, 1, true }, { 3, 0, false }, { 3, 1, false }, { 3, 7, true } };

	for (size_t i = 0; i < COUNT(rows); i++) {
		ok(in_scope(&agent, &own, rows[i].assignee, rows[i].team) == rows[i].seen, "row %zu", i);
		ok(in_scope(&boss, &own, rows[i].assignee, rows[i].team), "row %zu", i);
	}
}

static void sums(void)
{
	static const struct kind_row kinds[] = {
		{ .assignee_id = 4,
		  .team_id = 2,
		  .n = 3,
		  .status = CONV_OPEN,
		  .agent_type = AGENT_HUMAN,
		  .priority = PRIORITY_URGENT },
		{ .assignee_id = 0, .team_id = 2, .n = 2, .status = CONV_OPEN, .agent_type = AGENT_HUMAN, .waiting = true },
		{ .assignee_id = 0, .team_id = 0, .n = 5, .status = CONV_OPEN, .agent_type = AGENT_AI },
		{ .assignee_id = 3, .team_id = 7, .n = 1, .status = CONV_PENDING, .agent_type = AGENT_HUMAN },
	};
	struct team_count by_team[COUNT(kinds)];
	static const struct list no_labels;
	struct live_counts o = { .user_id = 4, .teams = { by_team, 0 }, .label_names = &no_labels }, other;

	for (size_t i = 0; i < COUNT(kinds); i++)
		add_kind(&o, &kinds[i]);
	const int64_t got[] = { o.mine, o.unassigned, o.all, o.waiting, o.open, o.pending, o.urgent, o.ai, o.human },
		      want[] = { 3, 7, 11, 2, 10, 1, 3, 5, 6 };
	for (size_t i = 0; i < COUNT(want); i++)
		ok(got[i] == want[i], "%zu: got %lld, want %lld", i, (long long)got[i], (long long)want[i]);
	ok_int(o.teams.n, 2);
	ok_int(by_team[0].count, 5);
	ok_int(by_team[1].count, 1);
	by_team[0].name = by_team[1].name = "";
	other = o;
	ok(counts_same(&o, &other), "itself");
	other.urgent++;
	ok(!counts_same(&o, &other), "another number");
	other = o;
	other.teams.n = 1;
	ok(!counts_same(&o, &other), "a team less");
}

/* The numbers of labels: of everybody, and in the scope of an agent who is in team 2. */
static void labels(void)
{
	static struct label_name names[] = { { 3, "a", "#1" }, { 5, "b", "#1" }, { 9, "c", "#1" } };
	static struct sum_row rows[] = { { 2, 0, 0, 7, 0 }, { 3, 0, 0, 1, 0 }, { 3, 4, 0, 2, 0 }, { 3, 8, 2, 4, 0 },
					 { 4, 0, 0, 7, 0 }, { 9, 8, 0, 5, 0 }, { 9, 8, 2, 6, 0 }, { 10, 0, 0, 7, 0 } };
	const struct staff_row agent = { 4, ROLE_AGENT, 0 };
	int64_t team = 2;
	const struct list teams = { &team, 1 }, of = { names, COUNT(names) };
	struct list sums = { rows, COUNT(rows) };
	struct arena mem = { 0 };
	struct ctx c = { .mem = &mem };
	const int64_t all[] = { 7, 0, 11 }, own[] = { 7, 0, 6 };

	place(&of, &sums);
	ok_int(sums.n, 5); /* without those that have no name any more */
	const int64_t *everybody = labels_of(&c, COUNT(names), &sums, NULL, NULL);
	const int64_t *mine = labels_of(&c, COUNT(names), &sums, &agent, &teams);
	for (size_t i = 0; i < COUNT(names); i++) {
		ok_int(everybody[i], all[i]);
		ok_int(mine[i], own[i]);
	}
	arena_free(&mem);
}

/* What one is told: all at first, then what is new, has another number or another name, and which are gone. */
static void told_labels(void)
{
	static struct label_name old[] = {
		{ 1, "a", "#1" }, { 2, "b", "#1" }, { 3, "c", "#1" }, { 4, "d", "#1" }, { 8, "h", "#1" }
	};
	static struct label_name new[] = { { 2, "b", "#1" }, { 3, "c", "#1" }, { 4, "D", "#1" }, { 7, "g", "#1" } };
	static const int64_t old_n[] = { 1, 1, 1, 1, 1 }, new_n[] = { 1, 2, 1, 0 };
	const struct list was = { old, COUNT(old) }, is = { new, COUNT(new) };
	const struct live_counts before = { .label_names = &was, .label_n = old_n };
	struct live_counts o = { .label_names = &is, .label_n = new_n };
	struct arena mem = { 0 };
	struct ctx c = { .mem = &mem };
	const int64_t ids[] = { 3, 4, 7 }, counts[] = { 2, 1, 0 };

	ok(!same_labels(&before, &o) && same_labels(&o, &o), "same");
	counts_tell_labels(&c, &o, NULL);
	ok(o.labels_whole && o.labels.n == COUNT(new) && o.labels_gone.n == 0, "all of them");
	o.more_labels = true;
	counts_tell_labels(&c, &o, NULL);
	ok(!o.labels_whole && o.labels.n == COUNT(new), "as many as are counted");
	o.more_labels = false;
	counts_tell_labels(&c, &o, &before);
	const struct label_count *l = o.labels.items;
	ok(!o.labels_whole && o.labels.n == COUNT(ids), "what has changed");
	for (size_t i = 0; i < COUNT(ids) && i < o.labels.n; i++)
		ok(l[i].label_id == ids[i] && l[i].count == counts[i], "%zu: label %lld", i, (long long)l[i].label_id);
	const int64_t *gone = o.labels_gone.items;
	ok(o.labels_gone.n == 2 && gone[0] == 1 && gone[1] == 8, "gone");
	arena_free(&mem);
}

int main(void)
{
	labels();
	told_labels();
	teams();
	scope();
	sums();
	return ok_end();
}
