/* idle.h: conversations that fell silent. */
#ifndef IDLE_H
#define IDLE_H
#include "../core/core.h"

/* One transaction's share of those open or pending without a message for so long, in which nobody waits for a person: resolved. */
MUST bool idle_resolve(struct ctx *, int64_t days, bool *done);
#endif
