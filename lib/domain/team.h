/* team.h: groups of agents that share a scope and a queue. */
#ifndef TEAM_H
#define TEAM_H
#include "../core/core.h"

MUST bool team_ids_of(struct ctx *, int64_t user_id, struct list *ids); /* of int64_t */
bool team_in(const struct list *ids, int64_t team_id);
#endif
