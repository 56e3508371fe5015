/* assist.h: what the AI does for staff, when they ask for it: a reply suggested, a conversation summarised, a message translated.
   Nothing of it is sent or stored by itself. The builtin provider answers at once; another is asked by the worker, and how it goes
   is kept in Redis for some minutes. */
#ifndef ASSIST_H
#define ASSIST_H
#include "ai_prompt.h"
#include "ai_setup.h"

enum assist_kind { ASSIST_SUGGEST, ASSIST_SUMMARISE, ASSIST_TRANSLATE };
extern const char *const assist_kind_names[];
enum assist_state { ASSIST_RUNS, ASSIST_DONE, ASSIST_FAILED };
extern const char *const assist_state_names[];
struct assist {
	int64_t id, conversation_id, message_id, user_id;
	int kind, state;
	const char *lang;         /* the reader's */
	const char *text, *error; /* "" until then */
	int64_t asked_at;
};
struct assist_in {
	int64_t conversation_id, message_id; /* message_id: to translate */
	int kind;
};
struct assist_id_in {
	int64_t conversation_id, id;
};
struct assist_offer {
	bool suggest, summarise, translate;
};
bool assist_offer(struct ctx *, const void *in,
		  void *out); /* in: struct conversation_id_in; out: struct assist_offer: what can be asked for there */
/* Who asks sees the conversation; out: struct assist */
bool assist_start(struct ctx *, const void *in, void *out);  /* in: struct assist_in */
bool assist_get(struct ctx *, const void *in, void *out);    /* in: struct assist_id_in */
bool assist_cancel(struct ctx *, const void *in, void *out); /* the same; it is forgotten */

/* -- for the worker -- */
MUST bool assist_take(struct ctx *, int64_t id, struct assist *, bool *found); /* found: once, by one worker */
MUST bool assist_runs(struct ctx *, int64_t id, bool *runs);
MUST bool assist_prompt(struct ctx *, const struct assist *, struct ai_setup *, struct ai_prompt *);
MUST bool assist_tell(struct ctx *, const struct assist *);
#endif
