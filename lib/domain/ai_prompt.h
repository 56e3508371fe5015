/* ai_prompt.h: what a provider is told: the site's rules, the passages that fit, and this conversation alone. */
#ifndef AI_PROMPT_H
#define AI_PROMPT_H
#include "../core/buf.h"
#include "ai.h"

struct ai_line {
	bool visitor; /* else the AI or a person of the staff */
	const char *text;
};
struct ai_prompt {
	const char *system;
	struct list sources;  /* struct ai_source, best first: [1], [2] … */
	struct list passages; /* struct passage (passage.h), best first; each is of one of these */
	struct list lines;    /* struct ai_line, oldest first; never two of one side in a row, the visitor first and last */
};
MUST bool ai_prompt(struct ctx *, const struct ai_turn *, struct ai_prompt *out);
/* The articles with their passages, each in its order; numbered: as an answer names them. */
void ai_put_passages(struct buf *, const struct ai_prompt *, bool numbered);
/* The answer, with the titles of the articles that it names ([1]) below it; they become its sources. */
void ai_cite(struct ctx *, const struct ai_prompt *, const char *text, size_t n, struct ai_answer *);
#endif
