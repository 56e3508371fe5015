/* relays.h: how many WebSockets are open, from what the relays say of themselves (relay/PROTOCOL.md 5). */
#ifndef RELAYS_H
#define RELAYS_H
#include "../../http/http.h"

struct relay_sums {
	int64_t relays, open, joined; /* joined: signed in, or with a conversation */
	int64_t chat, kefu, console;  /* by the path they came by */
	int64_t opened, closed;       /* since the relays started */
};
void relays_read(struct ctx *, struct relay_sums *); /* all 0 when Redis is away */
#endif
