#include "../../../../lib/domain/conversation_list.c"
#include "../../ok.h"

static int64_t teams[9] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };

static struct conversation_filter any(void)
{
	return (struct conversation_filter){ .status = ANY, .agent_type = ANY, .priority = ANY, .assignee_id = ANY, .me = 7 };
}

/* Only what is asked for stands in the statement, as many values as question marks, the scope of agents behind. */
static void statements(void)
{
	struct arena mem = { 0 };
	struct ctx c = { .mem = &mem };
	struct conversation_filter nothing = any(), status = any(), mine = any(), none = any(), foreign = any(), own, scoped,
				   many = any(), all = any();

	status.status = CONV_RESOLVED;
	mine.assignee_id = 7;
	mine.scoped = none.scoped = foreign.scoped = many.scoped = true;
	mine.teams = foreign.teams = (struct list){ teams, 2 };
	none.assignee_id = 0;
	own = scoped = foreign;
	own.team_id = 2;
	foreign.team_id = 5;
	many.teams = (struct list){ teams, 9 };
	all = (struct conversation_filter){ .status = 0,
					    .agent_type = 1,
					    .priority = 3,
					    .assignee_id = 9,
					    .team_id = 2,
					    .contact_id = 5,
					    .session_id = "s",
					    .scoped = true,
					    .me = 7,
					    .active = true };
	const struct {
		const struct conversation_filter *f;
		const char *rows, *kinds;
	} table[] = {
		{ &nothing, "", " WHERE label_id = ?" },
		{ &status, " WHERE c.status = ?", " WHERE label_id = ? AND status = ?" },
		{ &mine, " WHERE c.assignee_id = ?", " WHERE label_id = ? AND assignee_id = ?" },
		{ &none, " WHERE c.assignee_id IS NULL", " WHERE label_id = ? AND assignee_id = ?" },
		{ &own, " WHERE c.team_id = ?", " WHERE label_id = ? AND team_id = ?" },
		{ &foreign, " WHERE c.team_id = ? AND (c.assignee_id IS NULL OR c.assignee_id = ?)",
		  " WHERE label_id = ? AND team_id = ? AND (assignee_id IN (0, ?))" },
		{ &scoped, " WHERE (c.assignee_id IS NULL OR c.assignee_id = ? OR c.team_id IN (?, ?))",
		  " WHERE label_id = ? AND (assignee_id IN (0, ?) OR team_id IN (?, ?))" },
		{ &many,
		  " WHERE (c.assignee_id IS NULL OR c.assignee_id = ? OR c.team_id IN (SELECT m.team_id FROM team_members m WHERE "
		  "m.user_id = ?))",
		  " WHERE label_id = ? AND (assignee_id IN (0, ?) OR team_id IN (SELECT m.team_id FROM team_members m WHERE "
		  "m.user_id = ?))" },
		{ &all,
		  " WHERE c.status IN (0, 1) AND c.status = ? AND c.agent_type = ? AND c.priority = ? AND c.assignee_id = ? AND "
		  "c.team_id = ? AND "
		  "c.contact_id = ? AND c.session_id = ? AND (c.assignee_id IS NULL OR c.assignee_id = ?)",
		  " WHERE label_id = ? AND status IN (0, 1) AND status = ? AND agent_type = ? AND priority = ? AND assignee_id = ? "
		  "AND team_id = ? "
		  "AND (assignee_id IN (0, ?))" },
	};
	for (size_t i = 0; i < COUNT(table); i++)
		for (int kinds = 0; kinds < 2; kinds++) {
			struct query q = query_new(&c, "");
			size_t marks = 0;
			(kinds ? filter_kinds : filter_conversations)(&q, table[i].f);
			ok_str(q.sql, kinds ? table[i].kinds : table[i].rows);
			for (const char *p = q.sql; *p != '\0'; p++)
				marks += *p == '?';
			ok_int(q.n, marks);
		}
	arena_free(&mem);
}

static void drives(void)
{
	struct conversation_filter nothing = any(), open = any(), mine = any(), team = any(), label = any(), often = any(),
				   contact = any(), urgent = any();

	nothing.sizes.all = open.sizes.all = mine.sizes.all = team.sizes.all = label.sizes.all = often.sizes.all =
		urgent.sizes.all = 1000000;
	open.status = often.status = CONV_OPEN;
	open.sizes.status = often.sizes.status = 30000;
	mine.assignee_id = 7;
	mine.sizes.assignee = 5000;
	team.team_id = 2;
	team.sizes.team = 90000;
	label.label_id = often.label_id = 3;
	label.sizes.label = 100;
	often.sizes.label = 100000;
	contact.contact_id = 4;
	urgent.priority = PRIORITY_URGENT;
	const struct {
		const struct conversation_filter *f;
		enum conversation_sort sort;
		int64_t total, reach;
		enum drive want;
	} table[] = {
		{ &nothing, SORT_ACTIVITY, 1000000, 20, BY_ACTIVITY },
		{ &nothing, SORT_CREATED, 1000000, 20, BY_CREATED },
		{ &nothing, SORT_WAITING, 1000000, 20, BY_WAITING },
		{ &open, SORT_ACTIVITY, 30000, 20, BY_STATUS },
		{ &open, SORT_ACTIVITY, 2000, 20, BY_STATUS },  /* those in somebody's scope */
		{ &team, SORT_WAITING, 90000, 20, BY_WAITING }, /* a few entries in order, not 90,000 to sort */
		{ &open, SORT_WAITING, 30000, 10000, BY_STATUS },
		{ &open, SORT_WAITING, 3000, 20, BY_STATUS },
		{ &mine, SORT_ACTIVITY, 5000, 20, BY_ASSIGNEE },
		{ &mine, SORT_CREATED, 5000, 20, BY_CREATED },
		{ &mine, SORT_CREATED, 5000, 4000, BY_ASSIGNEE },
		{ &mine, SORT_ACTIVITY, 12, 20, BY_KIND },
		{ &team, SORT_ACTIVITY, 90000, 20, BY_TEAM },
		{ &urgent, SORT_PRIORITY, 300, 20, BY_KIND },
		{ &label, SORT_ACTIVITY, 100, 20, BY_LABEL },
		{ &often, SORT_ACTIVITY, 3000, 20, BY_LABEL }, /* a label's entries say the status too */
		{ &contact, SORT_WAITING, 10, 20, BY_CONTACT },
	};
	for (size_t i = 0; i < COUNT(table); i++)
		ok_int(choose(table[i].f, table[i].sort, table[i].total, table[i].reach), table[i].want);
}

static void places(void)
{
	const struct {
		const char *text;
		int64_t want, n, key, id;
	} table[] = {
		{ NULL, 3, 0, 0, 0 },
		{ "", 3, 0, 0, 0 },
		{ "90 4 80 3 ", 1, 1, 90, 4 },
		{ "90 4 80 3 ", 2, 2, 80, 3 },
		{ "90 4 80 3 ", 9, 2, 80, 3 },
		{ "90 4 80", 2, 1, 90, 4 },
		{ "90 4 nonsense", 2, 1, 90, 4 },
	};
	for (size_t i = 0; i < COUNT(table); i++) {
		int64_t n = table[i].want;
		struct place at = recall(table[i].text, &n);
		ok_int(n, table[i].n);
		ok_int(at.key, table[i].key);
		ok_int(at.id, table[i].id);
	}
}

static void assignees(void)
{
	static const struct {
		const char *text;
		int64_t want; /* -2: refused */
	} table[] = { { NULL, ANY }, { "", ANY },  { "me", 7 }, { "none", 0 }, { "12", 12 },
		      { "0", -2 },   { "-3", -2 }, { "x", -2 }, { "1x", -2 } };

	for (size_t i = 0; i < COUNT(table); i++) {
		struct ctx c = { .who.user_id = 7 };
		int64_t id;
		bool good = read_assignee(&c, table[i].text, &id);
		ok_int(good ? id : -2, table[i].want);
		ok(good || strcmp(c.err.field, "assignee_id") == 0, "%s", table[i].text);
	}
}

int main(void)
{
	statements();
	drives();
	places();
	assignees();
	return ok_end();
}
