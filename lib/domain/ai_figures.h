/* ai_figures.h: what a turn of the AI took, counted once: the rows that the reports' figures are made of. */
#ifndef AI_FIGURES_H
#define AI_FIGURES_H
#include "ai.h"

enum ai_outcome {
	AI_OUT_ANSWERED,
	AI_OUT_UNSURE,      /* said that it does not know */
	AI_OUT_HANDED_OVER, /* to a person instead of an answer */
	AI_OUT_DROPPED,     /* nobody wanted the answer any more, or the question had changed */
};
/* In the transaction that stores what came of the turn. */
MUST bool ai_count(struct ctx *, const struct ai_turn *, const struct ai_use *, enum ai_outcome);
#endif
