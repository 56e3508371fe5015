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
		const struct kind_row k = { .assignee_id = rows[i].assignee, .team_id = rows[i].team, .n = 1 };
		ok(in_scope(&agent, &own, &k) == rows[i].seen, "row %zu", i);
		ok(in_scope(&boss, &own, &k), "row %zu", i);
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
	struct live_counts o = { .user_id = 4, .teams = { by_team, 0 } }, other;

	for (size_t i = 0; i < COUNT(kinds); i++)
		add_kind(&o, &kinds[i]);
	const int64_t got[] = { o.mine, o.unassigned, o.all, o.waiting, o.open, o.pending, o.urgent, o.ai, o.human },
		      want[] = { 3, 7, 11, 2, 10, 1, 3, 5, 6 };
	for (size_t i = 0; i < COUNT(want); i++)
		ok(got[i] == want[i], "%zu: got %lld, want %lld", i, (long long)got[i], (long long)want[i]);
	ok_int(o.teams.n, 2);
	ok_int(by_team[0].count, 5);
	ok_int(by_team[1].count, 1);
	other = o;
	ok(counts_same(&o, &other), "itself");
	other.urgent++;
	ok(!counts_same(&o, &other), "another number");
	other = o;
	other.teams.n = 1;
	ok(!counts_same(&o, &other), "a team less");
}

int main(void)
{
	teams();
	scope();
	sums();
	return ok_end();
}
