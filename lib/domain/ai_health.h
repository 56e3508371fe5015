/* ai_health.h: how the providers are that are asked over the network, as the worker sees it. In Redis alone. */
#ifndef AI_HEALTH_H
#define AI_HEALTH_H
#include "../core/core.h"

struct ai_health {
	const char *provider, *model; /* of the site's alone */
	const char *address;          /* without what names somebody in it; "" = none is asked */
	const char *state; /* ready; resting (asked to be left alone for a while) and failing, until retry_at; trying; builtin and
			      off as the setting; unknown: no worker says */
	const char *error; /* of the last call that failed; "" = none */
	int64_t failures;  /* in a row */
	int64_t streams;   /* answers that come just now */
	int64_t since, retry_at; /* ms; 0 = it does not fail */
};
const char *ai_health_address(struct arena *, const char *url);
void ai_health_says(struct ctx *, const struct ai_health *); /* by the worker, every few seconds; the caller does bus_go() */
/* By all others: the site's, and each address that was asked lately, the site's and those of inboxes: struct ai_health. */
void ai_health_get(struct ctx *, struct ai_health *site, struct list *all);
#endif
