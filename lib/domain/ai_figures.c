#include "ai_figures.h"
#include "report.h"
#include "sql_tables.h"
#include <math.h>

enum { TURN, SQL__MAX };
const struct stmt ai_figures_sql[SQL__MAX] = {
	[TURN] = { "INSERT INTO ai_turns (conversation_id, asked_at, word_at, outcome, tokens_in, tokens_out, cost, estimated) "
		   "VALUES (?, ?, ?, ?, ?, ?, ?, ?)" },
};
const size_t ai_figures_sql_n = SQL__MAX;

bool ai_count(struct ctx *c, const struct ai_turn *t, const struct ai_use *use, enum ai_outcome outcome)
{
	bool said = outcome == AI_OUT_ANSWERED || outcome == AI_OUT_UNSURE;
	const struct ai_usage *u = &use->usage;

	if (outcome == AI_OUT_DROPPED && u->tokens_in + u->tokens_out == 0)
		return true; /* it took nothing that anybody counts */
	return db_exec(c, &ai_figures_sql[TURN], NULL,
		       ARGS(INT(t->conversation.id), INT(t->asked_at), INT(said ? use->word_at : 0), INT(outcome),
			    INT(u->tokens_in), INT(u->tokens_out), INT(llround(ai_setup_cost(&t->setup, u) * 1e6)),
			    INT(u->estimated))) &&
	       report_late_day(c, t->asked_at);
}
