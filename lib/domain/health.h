/* health.h: what works just now. */
#ifndef HEALTH_H
#define HEALTH_H
#include "../core/core.h"

struct health {
	bool healthy;                                    /* MySQL answers */
	const char *status;                              /* "healthy" or "unhealthy" */
	const char *mysql, *redis, *websocket, *version; /* connected / disconnected, running / stopped */
	bool demo;                                       /* demo data is loaded */
};
bool health_get(struct ctx *, const void *in, void *out); /* never fails */
#endif
