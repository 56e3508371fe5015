#include "health.h"
#include "../bus/bus.h"
#include "../db/db.h"
#include "setup.h"
#include "site.h"

bool health_get(struct ctx *c, const void *in, void *vout)
{
	struct health *out = vout;
	int relays = bus_exists(c, "relays"); /* the relays keep it alive while they run */
	bool redis = bus_go(c);
	bool relay = redis && bus_int(c, relays, 0) > 0;

	(void)in;
	out->healthy = db_ping(c);
	out->status = out->healthy ? "healthy" : "unhealthy";
	out->mysql = out->healthy ? "connected" : "disconnected";
	out->redis = redis ? "connected" : "disconnected";
	out->websocket = relay ? "running" : "stopped";
	out->version = DESKBELL_VERSION;
	out->demo = out->healthy && site_has_demo(c);
	struct err before = c->err;
	if (out->healthy && !setup_needed(c, &out->setup_needed))
		c->err = before; /* health tells what it can */
	return true;
}
