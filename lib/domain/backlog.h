/* backlog.h: what waits, and who is there to take it. */
#ifndef BACKLOG_H
#define BACKLOG_H
#include "../core/core.h"

struct backlog {
	int64_t customers; /* in the queue for an agent */
	int64_t staff;     /* online, busy or away */
	int64_t ai;        /* conversations that the AI has to answer */
	int64_t webhooks, exports, backups, mails;
};
MUST bool backlog_get(struct ctx *, struct backlog *); /* a server that hangs is not waited for */
#endif
