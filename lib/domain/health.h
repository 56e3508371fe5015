/* health.h: what works just now. */
#ifndef HEALTH_H
#define HEALTH_H
#include "../core/core.h"

struct health {
	bool healthy;                                    /* MySQL answers */
	const char *status;                              /* "healthy" or "unhealthy" */
	const char *mysql, *redis, *websocket, *version; /* connected / disconnected, running / stopped */
	bool demo;                                       /* demo data is loaded */
	bool setup_needed; /* nobody of the staff was ever there: POST /api/v1/setup makes the first admin */
};
bool health_get(struct ctx *, const void *in, void *out); /* never fails */
#endif
