/* ai_setup.h: who answers, with what and within which limits: an inbox's settings (inbox_ai.h) over the site's. */
#ifndef AI_SETUP_H
#define AI_SETUP_H
#include "inbox_ai.h"

enum ai_provider { AI_BUILTIN, AI_OPENAI, AI_OFF };
extern const char *const ai_provider_names[]; /* "builtin", "openai", "off" */
struct ai_setup {
	int64_t inbox_id; /* 0 = by none */
	int provider;     /* enum ai_provider */
	bool own;         /* its address was typed in the back office, not by who installed the site */
	const char *url, *key, *model;
	const char *temperature; /* "" = the provider's */
	const char *prompt;      /* "" = as templates/ has it */
	int64_t max_tokens, wait_ms, timeout_ms;
	double price_in, price_out;
	struct list languages; /* const char *; none = the visitor's */
	bool spent;            /* the day's money is gone */
};
MUST bool ai_setup_read(struct ctx *, int64_t inbox_id, struct ai_setup *);
MUST bool ai_setup_of(struct ctx *, int64_t conversation_id, struct ai_setup *);
/* Does a conversation that begins now begin with the AI? open: by the inbox's business hours, which it has. */
MUST bool ai_setup_begins(struct ctx *, int64_t inbox_id, bool open, bool *ai);
/* Is what is said in a conversation that the AI has answered at all? */
MUST bool ai_setup_listens(struct ctx *, int64_t conversation_id, bool *ai);
/* The language to answer in, for a visitor who writes in this one. */
const char *ai_setup_lang(const struct ai_setup *, const char *lang);

struct ai_usage {
	int64_t tokens_in, tokens_out;
	bool estimated;
};
double ai_setup_cost(const struct ai_setup *, const struct ai_usage *);
/* What an answer took, whatever became of it. */
MUST bool ai_setup_spend(struct ctx *, const struct ai_setup *, const struct ai_usage *);
/* About so many tokens: a character of Chinese is one, four letters of others are. Pure. */
int64_t ai_tokens_about(const char *, size_t n);
#endif
