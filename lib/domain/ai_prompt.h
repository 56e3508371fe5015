/* ai_prompt.h: what a provider is told: the site's rules, the passages that fit, and this conversation alone. */
#ifndef AI_PROMPT_H
#define AI_PROMPT_H
#include "ai.h"

struct ai_passage {
	int64_t id; /* the article */
	const char *title, *text;
	double score;
};
struct ai_line {
	bool visitor; /* else the AI or a person of the staff */
	const char *text;
};
struct ai_prompt {
	const char *system;
	struct list passages; /* struct ai_passage, best first: [1], [2] … */
	struct list lines;    /* struct ai_line, oldest first; never two of one side in a row, the visitor first and last */
};
MUST bool ai_prompt(struct ctx *, const struct ai_turn *, struct ai_prompt *out);
/* The answer, with the titles of the passages that it names ([1]) below it; they become its sources. */
void ai_cite(struct ctx *, const struct ai_prompt *, const char *text, size_t n, struct ai_answer *);
#endif
