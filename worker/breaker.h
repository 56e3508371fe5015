/* breaker.h: when a provider that fails is left alone, and when it is tried again. Pure. */
#ifndef BREAKER_H
#define BREAKER_H
#include <stdbool.h>
#include <stdint.h>

enum { BREAKER_FAILURES = 5, BREAKER_FIRST_MS = 15000, BREAKER_LAST_MS = 240000 };
struct breaker {
	int64_t failures; /* in a row */
	int64_t since;    /* ms: when it opened; 0 = it is closed */
	int64_t until;    /* left alone until then; each trial that fails doubles it */
	int64_t pause;
	bool trying; /* one call is under way that decides */
};
enum breaker_state { BREAKER_READY, BREAKER_FAILING, BREAKER_TRYING };
extern const char *const breaker_state_names[];
enum breaker_state breaker_state(const struct breaker *);

bool breaker_may(struct breaker *, int64_t now); /* may a call be made? After the pause one may, as the trial */
void breaker_good(struct breaker *);
void breaker_bad(struct breaker *, int64_t now);
void breaker_unknown(struct breaker *); /* a call was given up: it said nothing about the provider */
#endif
