/* team_member.h: what the two files of teams share. */
#ifndef TEAM_MEMBER_H
#define TEAM_MEMBER_H
#include "../core/core.h"

MUST bool team_lock(struct ctx *, int64_t id);                              /* "team.missing" */
MUST bool team_member_ids(struct ctx *, int64_t team_id, struct list *ids); /* of int64_t */
#endif
