/* ai_try.h: one question to an inbox's provider, asked on purpose: does the connection work, what would it answer? The worker asks;
   how it goes is kept in Redis for a few minutes. */
#ifndef AI_TRY_H
#define AI_TRY_H
#include "ai_prompt.h"

enum ai_try_state { AI_TRY_RUNS, AI_TRY_GOOD, AI_TRY_FAILED };
extern const char *const ai_try_state_names[];
struct ai_try {
	int64_t id, inbox_id;
	const char *question; /* "" = only whether it answers */
	const char *lang;
	int state;
	const char *error, *answer; /* "" until then */
	int64_t word_ms, ms;        /* until its first word; in all */
	int64_t tokens_in, tokens_out;
	bool estimated; /* the provider did not say how many: counted here */
	double cost;
	int64_t asked_at;
};
struct ai_try_in {
	int64_t inbox_id; /* 0 = as those are answered who come by none */
	const char *question;
};
struct ai_try_id_in {
	int64_t id;
};
bool ai_try_start(struct ctx *, const void *in, void *out); /* out: struct ai_try */
bool ai_try_get(struct ctx *, const void *in, void *out);   /* in: struct ai_try_id_in */

/* -- for the worker -- */
MUST bool ai_try_take(struct ctx *, int64_t id, struct ai_try *, bool *found); /* found: once, by one worker */
MUST bool ai_try_tell(struct ctx *, const struct ai_try *);
/* What is asked: the question as a visitor's first words. */
MUST bool ai_try_prompt(struct ctx *, const struct ai_try *, struct ai_setup *, struct ai_prompt *);
#endif
