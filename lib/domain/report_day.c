/* One day counted: the formulas of DESIGN 10. */
#include "conversation.h"
#include "online.h"
#include "report.h"
#include "report_row.h"
#include "sql_tables.h"
#include <string.h>

/* One group of a count: to whom it belongs, its bucket in a histogram (-1 = none), and numbers. */
struct group {
	int64_t team_id, agent_id, first, bucket, n, ms, ai, rated[5], ai_rated[5];
	int64_t handed[HANDED_TAKEN]; /* by enum handover, from HANDED_ASKED on */
	int64_t tokens_in, tokens_out, cost, estimated;
};
#define G(member)                                                                                                                  \
	{                                                                                                                          \
		COL_INT, offsetof(struct group, member)                                                                            \
	}
static const struct col conversation_cols_[] = { G(team_id), G(agent_id), G(bucket), G(n), G(ms), G(ai) };
static const struct col rating_cols[] = {
	G(team_id), G(agent_id), G(rated[0]), G(rated[1]), G(rated[2]), G(rated[3]), G(rated[4])
};
static const struct col ai_cols[] = { G(team_id),     G(agent_id),    G(handed[0]),  G(handed[1]),   G(handed[2]),
				      G(handed[3]),   G(handed[4]),   G(handed[5]),  G(ai_rated[0]), G(ai_rated[1]),
				      G(ai_rated[2]), G(ai_rated[3]), G(ai_rated[4]) };
static const struct col turn_cols[] = { G(team_id),   G(agent_id),   G(bucket), G(n),        G(ms),
					G(tokens_in), G(tokens_out), G(cost),   G(estimated) };
static const struct col response_cols[] = { G(team_id), G(agent_id), G(first), G(bucket), G(n), G(ms) };
static const struct col count_cols[] = { G(team_id), G(agent_id), G(n) };
static const struct col said_cols[] = {
	{ COL_INT, offsetof(struct said_row, hour) },
	{ COL_INT, offsetof(struct said_row, type) },
	{ COL_INT, offsetof(struct said_row, n) },
};
static const struct col contacts_cols[] = {
	{ COL_INT, offsetof(struct contacts_row, before_day) },
	{ COL_INT, offsetof(struct contacts_row, n) },
};

#define UNDELETED "(deleted_at IS NULL OR deleted_at = 0)"
#define AI_RATED(n) "COALESCE(SUM(agent_type = 0 AND agent_messages = 0 AND rating = " #n "), 0)"
enum { CONVERSATIONS, RATINGS, RESOLUTIONS, RESPONSES, MESSAGES, SAID, CONTACTS, AI, TURNS, SQL__MAX };
const struct stmt report_day_sql[] = {
	/* Created that day. Resolution: created → first resolved or closed. The AI's: no person answered or is meant to. */
	[CONVERSATIONS] = { "SELECT COALESCE(team_id, 0) AS team, COALESCE(assignee_id, 0) AS agent, "
			    "IF(resolved_at > 0, " HISTOGRAM_BUCKET(
				    "resolved_at - created_at") ", -1) AS bucket, COUNT(*), "
								"SUM(IF(resolved_at > 0, resolved_at - created_at, 0)), "
								"SUM(agent_type = 0 AND agent_messages = 0) "
								"FROM conversations WHERE created_at >= ? AND created_at < ? GROUP "
								"BY team, agent, bucket",
			    ROW(group, conversation_cols_) },
	[RESOLUTIONS] = { "SELECT COALESCE(team_id, 0) AS team, COALESCE(assignee_id, 0) AS agent, COUNT(*) "
			  "FROM conversations WHERE resolved_at >= ? AND resolved_at < ? GROUP BY team, agent",
			  ROW(group, count_cols) },
	/* A row is a customer's message (the first of a run) with the next message of an agent that the customer could read;
	   `first` marks the first answer of a conversation. Private notes and the AI make no rows. */
	[RESPONSES] = { "SELECT COALESCE(c.team_id, 0) AS team, r.agent_id AS agent, r.first, " HISTOGRAM_BUCKET(
				"r.answered_at - r.asked_at") " AS bucket, COUNT(*), SUM(r.answered_at - r.asked_at) "
							      "FROM responses r JOIN conversations c ON c.id = r.conversation_id "
							      "WHERE r.asked_at >= ? AND r.asked_at < ? GROUP BY team, agent, "
							      "r.first, bucket",
			ROW(group, response_cols) },
	/* The same messages as below, by the hour and by what they are. */
	[SAID] = { "SELECT FLOOR((created_at - ?) / 3600000) AS hour, type, COUNT(*) FROM messages FORCE INDEX (said) WHERE "
		   "created_at >= ? AND created_at < ? AND sender_type < 3 AND private = 0 AND " UNDELETED " AND stream > 0 "
		   "GROUP BY hour, type",
		   ROW(said_row, said_cols) },
	/* What customers, agents and the AI said to each other: no notes, no lines of the system. What a customer who was erased
	   had said still counts (contact_merge.c). */
	[MESSAGES] = { "SELECT COALESCE(c.team_id, 0) AS team, COALESCE(c.assignee_id, 0) AS agent, SUM(m.n) FROM "
		       "(SELECT stream, COUNT(*) AS n FROM messages FORCE INDEX (said) WHERE created_at >= ? AND created_at < ? "
		       "AND sender_type < 3 AND private = 0 AND " UNDELETED " AND stream > 0 GROUP BY stream) m "
		       "JOIN conversations c ON c.id = m.stream GROUP BY team, agent",
		       ROW(group, count_cols) },
	/* Customers who began a conversation, by the day on which they had begun the one before. */
	[CONTACTS] = { "SELECT COALESCE(FLOOR((d.before_at + ?) / 86400000), 0) AS before_day, COUNT(*) FROM "
		       "(SELECT c.contact_id, MAX(b.created_at) AS before_at FROM "
		       "(SELECT DISTINCT contact_id FROM conversations WHERE created_at >= ? AND created_at < ?) c "
		       "LEFT JOIN conversations b ON b.contact_id = c.contact_id AND b.created_at < ? GROUP BY c.contact_id) d "
		       "GROUP BY before_day ORDER BY before_day",
		       ROW(contacts_row, contacts_cols) },
	/* Created that day, by whom their customers rated. */
	[RATINGS] = { "SELECT COALESCE(team_id, 0) AS team, COALESCE(rated_agent_id, 0) AS agent, SUM(rating = 1), SUM(rating = "
		      "2), SUM(rating = 3), SUM(rating = 4), SUM(rating = 5) FROM conversations WHERE created_at >= ? AND "
		      "created_at < ? AND rating IS NOT NULL GROUP BY team, agent",
		      ROW(group, rating_cols) },
	/* Created that day: those that went from the AI to a person, and the ratings of those that the AI handled alone. */
	[AI] = { "SELECT COALESCE(team_id, 0) AS team, COALESCE(assignee_id, 0) AS agent, SUM(handed_over = 1), SUM(handed_over = "
		 "2), SUM(handed_over = 3), SUM(handed_over = 4), SUM(handed_over = 5), SUM(handed_over = 6), " AI_RATED(
			 1) ", " AI_RATED(2) ", " AI_RATED(3) ", " AI_RATED(4) ", " AI_RATED(5) " FROM conversations WHERE "
												"created_at >= ? AND created_at < "
												"? AND (handed_over > 0 OR "
												"(agent_type = 0 AND "
												"agent_messages = 0 AND rating IS "
												"NOT NULL)) GROUP BY team, agent",
		 ROW(group, ai_cols) },
	/* Asked for that day. Question to first word, of the answers that were given; what all turns took. */
	[TURNS] = { "SELECT COALESCE(c.team_id, 0) AS team, COALESCE(c.assignee_id, 0) AS agent, IF(t.word_at > "
		    "0, " HISTOGRAM_BUCKET(
			    "t.word_at - t.asked_at") ", -1) AS bucket, COUNT(*), SUM(IF(t.word_at > 0, t.word_at - t.asked_at, "
						      "0)), SUM(t.tokens_in), SUM(t.tokens_out), SUM(t.cost), SUM(t.estimated) "
						      "FROM ai_turns t JOIN conversations c ON c.id = t.conversation_id WHERE "
						      "t.asked_at >= ? AND t.asked_at < ? GROUP BY team, agent, bucket",
		    ROW(group, turn_cols) },
};
const size_t report_day_sql_n = SQL__MAX;

#define P(member)                                                                                                                  \
	{                                                                                                                          \
		COL_INT, offsetof(struct report_part, member)                                                                      \
	}
#define T(member)                                                                                                                  \
	{                                                                                                                          \
		COL_STR, offsetof(struct report_part, member)                                                                      \
	}
const struct col report_part_cols[] = { P(day),       P(team_id),   P(agent_id),  P(sum[0]),   P(sum[1]),  P(sum[2]),  P(sum[3]),
					P(sum[4]),    P(sum[5]),    P(sum[6]),    P(sum[7]),   P(sum[8]),  P(sum[9]),  P(sum[10]),
					P(sum[11]),   P(sum[12]),   P(sum[13]),   P(sum[14]),  P(sum[15]), P(sum[16]), P(sum[17]),
					P(sum[18]),   P(sum[19]),   P(sum[20]),   P(sum[21]),  P(sum[22]), P(sum[23]), P(sum[24]),
					P(sum[25]),   P(sum[26]),   P(sum[27]),   P(sum[28]),  P(sum[29]), P(sum[30]), P(sum[31]),
					T(spread[0]), T(spread[1]), T(spread[2]), T(spread[3]) };
_Static_assert(COUNT(report_part_cols) == REPORT_COLUMNS, "the count in report_row.h");

/* -- the groups of the counts put together, by team and agent -- */

struct cell {
	int64_t team_id, agent_id;
	struct figures figures;
};
struct cells {
	struct arena *mem;
	struct cell **at; /* sorted */
	size_t n, cap;
};

static struct figures *cell_of(struct cells *k, const struct group *g)
{
	size_t low = 0, high = k->n;

	while (low < high) {
		size_t mid = (low + high) / 2;
		const struct cell *m = k->at[mid];
		if (m->team_id < g->team_id || (m->team_id == g->team_id && m->agent_id < g->agent_id))
			low = mid + 1;
		else
			high = mid;
	}
	if (low < k->n && k->at[low]->team_id == g->team_id && k->at[low]->agent_id == g->agent_id)
		return &k->at[low]->figures;
	if (k->n == k->cap) {
		size_t cap = k->cap > 0 ? k->cap * 2 : 64;
		k->at = arena_grow(k->mem, k->at, k->cap * sizeof(struct cell *), cap * sizeof(struct cell *));
		k->cap = cap;
	}
	memmove(&k->at[low + 1], &k->at[low], (k->n++ - low) * sizeof(struct cell *));
	k->at[low] = arena_alloc(k->mem, sizeof(struct cell));
	k->at[low]->team_id = g->team_id;
	k->at[low]->agent_id = g->agent_id;
	return &k->at[low]->figures;
}

static void put_conversations(struct figures *f, const struct group *g)
{
	f->sum[SUM_CONVERSATIONS] += g->n;
	f->sum[SUM_AI_HANDLED] += g->ai;
	if (g->bucket < 0)
		return;
	f->sum[SUM_RESOLVED] += g->n;
	f->sum[SUM_RESOLUTION_MS] += g->ms;
	f->spread[SPREAD_RESOLUTION].count[g->bucket] += (uint32_t)g->n;
}

static void put_ratings(struct figures *f, const struct group *g)
{
	for (int i = 0; i < 5; i++)
		f->sum[SUM_RATED_1 + i] += g->rated[i];
}

static void put_responses(struct figures *f, const struct group *g)
{
	f->sum[SUM_RESPONSES] += g->n;
	f->sum[SUM_RESPONSE_MS] += g->ms;
	f->spread[SPREAD_RESPONSE].count[g->bucket] += (uint32_t)g->n;
	if (!g->first)
		return;
	f->sum[SUM_FIRSTS] += g->n;
	f->sum[SUM_FIRST_MS] += g->ms;
	f->spread[SPREAD_FIRST].count[g->bucket] += (uint32_t)g->n;
}

static void put_resolutions(struct figures *f, const struct group *g)
{
	f->sum[SUM_RESOLUTIONS] += g->n;
}

static void put_ai(struct figures *f, const struct group *g)
{
	for (int i = 0; i < HANDED_TAKEN; i++)
		f->sum[SUM_HANDED_ASKED + i] += g->handed[i];
	for (int i = 0; i < 5; i++)
		f->sum[SUM_AI_RATED_1 + i] += g->ai_rated[i];
}

static void put_turns(struct figures *f, const struct group *g)
{
	f->sum[SUM_AI_TOKENS_IN] += g->tokens_in;
	f->sum[SUM_AI_TOKENS_OUT] += g->tokens_out;
	f->sum[SUM_AI_COST] += g->cost;
	f->sum[SUM_AI_ESTIMATED] += g->estimated;
	if (g->bucket < 0)
		return;
	f->sum[SUM_AI_REPLIES] += g->n;
	f->sum[SUM_AI_WORD_MS] += g->ms;
	f->spread[SPREAD_AI_WORD].count[g->bucket] += (uint32_t)g->n;
}

static void put_messages(struct figures *f, const struct group *g)
{
	f->sum[SUM_MESSAGES] += g->n;
}

static bool count(struct ctx *c, int which, int64_t day, struct cells *k, void (*put)(struct figures *, const struct group *))
{
	struct list groups = { 0 };

	if (!db_list(c, &report_day_sql[which], &groups, ARGS(INT(report_day_start(c, day)), INT(report_day_start(c, day + 1)))))
		return false;
	const struct group *g = groups.items;
	for (size_t i = 0; i < groups.n; i++)
		put(cell_of(k, &g[i]), &g[i]);
	return true;
}

static struct report_part part_of(struct arena *mem, int64_t day, const struct cell *cell)
{
	struct report_part p = { .day = day, .team_id = cell->team_id, .agent_id = cell->agent_id };

	memcpy(p.sum, cell->figures.sum, sizeof(p.sum));
	for (int i = 0; i < SPREAD__MAX; i++)
		p.spread[i] = histogram_text(mem, &cell->figures.spread[i]);
	return p;
}

/* Its scratch memory is its own: a request may count several days. */
bool report_count_parts(struct ctx *c, int64_t day, struct list *out)
{
	struct arena scratch = { 0 };
	struct cells k = { .mem = &scratch };
	struct ctx inner = *c;

	inner.mem = &scratch;
	bool good = count(&inner, CONVERSATIONS, day, &k, put_conversations) && count(&inner, RATINGS, day, &k, put_ratings) &&
		    count(&inner, RESOLUTIONS, day, &k, put_resolutions) && count(&inner, RESPONSES, day, &k, put_responses) &&
		    count(&inner, MESSAGES, day, &k, put_messages) && count(&inner, AI, day, &k, put_ai) &&
		    count(&inner, TURNS, day, &k, put_turns);
	c->err = inner.err;
	struct report_part *parts = arena_alloc(c->mem, (k.n + 1) * sizeof(*parts));
	for (size_t i = 0; i < k.n; i++)
		parts[i] = part_of(c->mem, day, k.at[i]);
	*out = (struct list){ parts, k.n };
	arena_free(&scratch);
	return good;
}

bool report_count_contacts(struct ctx *c, int64_t day, struct list *out)
{
	int64_t start = report_day_start(c, day);

	return db_list(c, &report_day_sql[CONTACTS], out,
		       ARGS(INT(-report_day_start(c, 0)), INT(start), INT(report_day_start(c, day + 1)), INT(start)));
}

bool report_count_online(struct ctx *c, int64_t day, struct list *out)
{
	return online_between(c, report_day_start(c, day), report_day_start(c, day + 1), out);
}

bool report_count_said(struct ctx *c, int64_t day, struct list *out)
{
	int64_t from = report_day_start(c, day), to = report_day_start(c, day + 1);

	if (!db_list(c, &report_day_sql[SAID], out, ARGS(INT(from), INT(from), INT(to))))
		return false;
	for (size_t i = 0; i < out->n; i++)
		((struct said_row *)out->items)[i].day = day;
	return true;
}
