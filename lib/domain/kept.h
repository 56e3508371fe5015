/* kept.h: a small job that the worker does for somebody who waits: what it is and how it goes stands in Redis for some minutes, and
   in no table. */
#ifndef KEPT_H
#define KEPT_H
#include "../db/db.h"

struct kept {
	const char *name; /* "assist": of its key */
	int64_t seconds;  /* then it is forgotten */
	struct stmt row;  /* its columns alone */
};
int64_t kept_new_id(struct ctx *); /* that nobody guesses */
/* False with E_UNAVAILABLE: Redis is away. */
MUST bool kept_put(struct ctx *, const struct kept *, int64_t id, const void *row);
MUST bool kept_get(struct ctx *, const struct kept *, int64_t id, void *row, bool *found);
/* The same for the worker: found once, whichever of several asks. */
MUST bool kept_take(struct ctx *, const struct kept *, int64_t id, void *row, bool *found);
MUST bool kept_forget(struct ctx *, const struct kept *, int64_t id);
#endif
