/* tries.h: wrong passwords. After a few each further one doubles the wait, per account and per address (DESIGN 5). */
#ifndef TRIES_H
#define TRIES_H
#include "../core/core.h"

MUST bool try_allowed(struct ctx *, const char *account); /* else E_RATE "login.backoff" with the wait */
bool try_failed(struct ctx *, const char *account);       /* counts it; always false: E_UNAUTHENTICATED "login.wrong" */
void try_right(struct ctx *, const char *account);        /* the next wrong one is its first again */
void try_forgive(struct ctx *, const char *account);      /* and nobody waits any longer */
#endif
