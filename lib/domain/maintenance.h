/* maintenance.h: the site is closed for all but admins. MySQL knows; Redis tells every worker with what it asks anyway. */
#ifndef MAINTENANCE_H
#define MAINTENANCE_H
#include "../core/core.h"

int maintenance_ask(struct ctx *);                        /* queue the question… */
const char *maintenance_take(struct ctx *, int slot);     /* …take the answer, before another round trip… */
MUST bool maintenance_admits(struct ctx *, const char *); /* …and look at it: false, E_UNAVAILABLE, while it is closed for c->who */
MUST bool maintenance_admits_role(struct ctx *, int role); /* the same in one go, for who is just signing in */

struct maintenance {
	bool enabled;
	const char *message; /* for people; "" = the usual one */
	int64_t since;       /* 0 = it is open */
};
bool maintenance_get(struct ctx *, const void *in, void *out);
bool maintenance_set(struct ctx *, const void *in, void *out); /* struct maintenance, both */
#endif
