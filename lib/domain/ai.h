/* ai.h: answers of the AI: who wants one, what it is, and storing it exactly once. DESIGN 8. */
#ifndef AI_H
#define AI_H
#include "ai_setup.h"
#include "conversation.h"
#include "message.h"

enum { AI_CLAIM_MS = 30000 };

/* A conversation that wants an answer, as it was when it was taken up. */
struct ai_turn {
	struct conversation conversation;
	int64_t wanted_seq; /* the customer message to answer */
	int64_t claim;      /* until when it is ours; also tells our claim from others' */
	int64_t asked_at;   /* the first of those to answer */
	int64_t unsure;     /* answers in a row that did not know */
	const char *lang;   /* "zh", "en": of what the visitor wrote last, if the AI may answer in it */
	struct ai_setup setup;
	struct list messages; /* struct message, oldest first, the last 20 */
	size_t pending;       /* so many at its end are not answered yet */
};
enum ai_kind {
	AI_SURE,
	AI_UNSURE,     /* says that it does not know, and offers a person */
	AI_HANDS_OVER, /* to a person, for `why` */
	AI_SPENT,      /* the day has cost what it may: a person must */
	AI_FAILS,      /* could not answer: a person must */
};
struct ai_source { /* an article */
	int64_t id;
	const char *title;
};
struct ai_answer {
	enum ai_kind kind;
	const char *text;    /* of the first two kinds */
	struct list sources; /* struct ai_source: what it names */
	enum handover why;   /* of the other two */
};
/* What it took. */
struct ai_use {
	int64_t word_at; /* ms: its first word was said */
	struct ai_usage usage;
};

/* Conversations that want an answer and are nobody's, the longest waiting first: int64_t. One index read when there is none. */
MUST bool ai_due(struct ctx *, int64_t limit, struct list *ids);
/* Take one up for AI_CLAIM_MS; within a transaction. `mine` is the claim held already (0 = none). Not claimed: answered, a human's,
 * or another worker's. */
MUST bool ai_claim(struct ctx *, int64_t id, int64_t mine, struct ai_turn *, bool *claimed);
MUST bool ai_renew(struct ctx *, struct ai_turn *, bool *still);
MUST bool ai_release(struct ctx *, const struct ai_turn *);

/* What somebody says in words: "" of a file that comes with none, for which its name stands. */
const char *ai_words(struct ctx *, const struct message *);
/* Does what is not answered yet ask for a person, by its words? */
bool ai_person_wanted(struct ctx *, const struct ai_turn *);
/* The builtin provider: the best passages of the knowledge base. */
MUST bool ai_answer_builtin(struct ctx *, const struct ai_turn *, struct ai_answer *);

/* Whoever reads it has heard enough: the answer under way is not given; the next question gets one. out: struct conversation */
bool session_stop_reply(struct ctx *, const void *in, void *out);      /* in: struct session_in */
bool conversation_stop_reply(struct ctx *, const void *in, void *out); /* in: struct conversation_id_in */

enum ai_stored {
	AI_STORED,
	AI_ASKED_AGAIN, /* the visitor wrote more meanwhile: take it up again */
	AI_GONE,        /* a human has it, it was closed, or it is answered */
};
/* Within a transaction: the answer becomes a message, or the conversation a human's. message->id stays 0 when nothing was stored.
 */
MUST bool ai_store(struct ctx *, const struct ai_turn *, const struct ai_answer *, const struct ai_use *, enum ai_stored *,
		   struct message *out);
#endif
