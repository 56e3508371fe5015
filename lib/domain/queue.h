/* queue.h: who waits for a person, and who is next: by priority and then arrival, those of a team for its members alone. DESIGN 7.
 */
#ifndef QUEUE_H
#define QUEUE_H
#include "conversation.h"

int64_t queue_rank(enum priority, int64_t since); /* the order of the queue: smallest first */
int64_t queue_since(int64_t rank);
/* Where it stands, or would if it joined now: who waits already keeps its place. */
int64_t queue_place(const struct ctx *, const struct conversation *);

/* The agents for whom somebody waits who stands before that rank. */
struct queue_wanted {
	bool everybody;   /* it is nobody's in particular */
	struct list some; /* int64_t */
};
MUST bool queue_wanted(struct ctx *, int64_t rank, struct queue_wanted *out);
bool queue_wants(const struct queue_wanted *, int64_t agent_id);

/* Somebody waits, or a slot is free: whoever did that looks who can have it when its answer is out, the worker as soon as it hears.
 */
void queue_moved(struct ctx *);
void queue_settle(struct ctx *);
/* Gives waiting conversations to free agents, up to `most`; *given counts. Runs its own transactions. */
MUST bool queue_drain(struct ctx *, int64_t most, int64_t *given);
#endif
