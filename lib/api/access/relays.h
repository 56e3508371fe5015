/* relays.h: what the relays say of themselves (relay/PROTOCOL.md 5). */
#ifndef RELAYS_H
#define RELAYS_H
#include "../../http/http.h"

struct relay_report {
	const char *name;            /* unique over restarts */
	int64_t at;                  /* ms: when it said so */
	int64_t open, joined;        /* sockets just now; joined: signed in, or with a conversation */
	int64_t chat, kefu, console; /* of them, by the path they came by */
	int64_t opened, closed, refused, frames_in, frames_out, slow_closed, held_closed, holes, fills, requests, retries; /* since
													      it started */
	int64_t waiting; /* requests to api.fcgi under way */
	int64_t memory;  /* bytes */
};
/* Those that run: struct relay_report. None when Redis is away. */
void relays_list(struct ctx *, struct list *out);

struct relay_sums {
	int64_t relays, open, joined, chat, kefu, console, opened, closed;
};
void relays_read(struct ctx *, struct relay_sums *); /* all 0 when Redis is away */
#endif
