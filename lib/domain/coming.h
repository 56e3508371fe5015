/* coming.h: staff are told of who comes and goes, of a crowd a few a second: thousands who come at once, because a relay or a
   network came back, must not be thousands of publications times everybody's sockets. */
#ifndef COMING_H
#define COMING_H
#include "../core/core.h"

struct coming {
	const char *public_id, *socket; /* socket: the relay's name of it, which is not told itself */
	bool there;
};
/* True: it is to be told at once. Else it is kept, as the last that happened to this user, until the worker tells it. Asks Redis;
   true when that is away. */
bool coming_now(struct ctx *, const struct coming *);
/* For the worker, once a second: those that were kept, the oldest first. *more: some are still. */
void coming_late(struct ctx *, struct list *out, bool *more); /* struct coming */
#endif
