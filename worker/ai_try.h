/* ai_try.h: providers that are tried out (lib/domain/ai_try.h), a few at a time, beside the answers. */
#ifndef WORKER_AI_TRY_H
#define WORKER_AI_TRY_H
#include "worker.h"

void tries_ask(struct worker *, int64_t id);
void tries_tick(struct worker *);
int64_t tries_next(const struct worker *); /* mono ms; INT64_MAX = none runs */
void tries_stop(struct worker *);
#endif
