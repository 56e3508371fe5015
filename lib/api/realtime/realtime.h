/* realtime.h: WebSocket frames in (from the relay), events out (to Redis): relay/PROTOCOL.md is the contract. */
#ifndef REALTIME_H
#define REALTIME_H
#include "../../domain/event.h"
#include "../../http/http.h"

/* Render every queued event for each contract that may listen and publish all in one round trip. Failure is logged and healed
   elsewhere: by the relay's positions check and the worker's re-publishing. */
void realtime_publish(struct ctx *);
/* One request of the relay, answered in blocks. False after fail(): the relay tries again. */
bool realtime_answer(struct ctx *, const struct request *, struct buf *blocks);
#endif
