/* article_ask.h: trying out what the AI makes of the knowledge base, for those who write it. */
#ifndef ARTICLE_ASK_H
#define ARTICLE_ASK_H
#include "../core/core.h"

/* What would be said to somebody who opens with this question, and from where. Nobody is asked over the network: ai_try.h does
 * that. */
struct article_ask_in {
	const char *question, *locale; /* locale: of a question whose own language cannot be told */
	int64_t inbox_id;              /* as those are answered who come by it; 0 = by none */
};
struct article_ask_passage {
	int64_t article_id;
	const char *title, *heading, *text; /* text: as it is read, without markup */
	double score;
	bool used; /* by the answer, or told to the provider */
};
struct article_source {
	int64_t id;
	const char *title;
	double score;
	bool used;
	const char *passage; /* its best */
};
struct article_ask_out {
	const char *answer;
	int kind;     /* enum ai_kind of ai.h */
	int provider; /* enum ai_provider of ai_setup.h: whose settings were tried; of AI_OPENAI the answer is the builtin one's */
	bool sure;
	struct list passages; /* struct article_ask_passage, best first */
	struct list articles; /* struct article_source: each once */
	const char *prompt;   /* what a provider over the network is told before the conversation; NULL: none is asked */
};
extern const char *const answer_kind_names[]; /* the order of enum ai_kind */
bool article_ask(struct ctx *, const void *in, void *out);
#endif
