/* assist.h: what staff asked the AI for, in the worker's loop. */
#ifndef WORKER_ASSIST_H
#define WORKER_ASSIST_H
#include "worker.h"

void assists_ask(struct worker *, int64_t id); /* a new one, or one that was turned away from */
void assists_tick(struct worker *);
int64_t assists_next(const struct worker *); /* mono ms; INT64_MAX = none runs */
void assists_stop(struct worker *);
#endif
