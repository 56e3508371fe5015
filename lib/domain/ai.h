/* ai.h: the AI's side of a conversation: which questions wait, one claim each, one stored reply each. DESIGN 8. */
#ifndef AI_H
#define AI_H
#include "message.h"

struct ai_question {
	int64_t conversation_id, seq;
};
enum { AI_CLAIM_MS = 30000 };
/* Conversations whose customer waits for the AI and that nobody works on. */
MUST bool ai_waiting(struct ctx *, struct list *out); /* of struct ai_question */
/* One worker takes it; a claim lapses when its holder dies. */
MUST bool ai_claim(struct ctx *, const struct ai_question *, bool *taken);
MUST bool ai_release_all(struct ctx *, const struct ai_question *, size_t n);

struct ai_answer {
	const char *text; /* what to say; never empty */
	bool hand_over;   /* the customer wants a person, or the provider failed */
	bool unsure;      /* nothing in the knowledge base fits */
};
/* The builtin provider: from the knowledge base. conversation: filled, for its channel of events. */
MUST bool ai_compose(struct ctx *, const struct ai_question *, struct conversation *, struct ai_answer *);
/* Store the reply unless a person took over or a newer question came; *stored tells. In a transaction. Hands over when asked to. */
MUST bool ai_store(struct ctx *, const struct ai_question *, const struct ai_answer *, struct message *out, bool *stored);
#endif
