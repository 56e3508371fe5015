/* relay.h: the process: one loop, its parts, its counters. PROTOCOL.md says what it does. */
#ifndef RELAY_H
#define RELAY_H
#include "../lib/core/buf.h"
#include "../lib/core/settings.h"
#include "blocks.h"
#include "client.h"

enum { WHEEL = 25 };
struct counters {
	int64_t opened, closed, refused, frames_in, frames_out, writes, deliveries, slow_closed, held_closed, events, built,
		old_events, holes, fills, checks, requests, retries, bad_blocks, throttled;
};
struct bus;
struct streams;
struct relay {
	struct ev_loop *loop;
	struct settings cfg;
	struct arena settings_mem;
	char name[32]; /* unique over restarts */
	uint64_t next_client;
	struct hub hub;
	struct client *handshakes, *handshakes_last, *wheel[WHEEL], *gone;
	uint32_t wheel_at, clients;
	struct addr *addrs[4096];
	struct client **dirty;
	uint32_t dirty_n, dirty_cap, dirty_at;
	struct channel *sweeps, *sweeps_last; /* large channels that have frames to hand out, in turns */
	struct pace {                         /* of what goes through the web server: out.c */
		int last, on_way[2]; /* descriptors, or -1: the last written to of this slice; of those that are on their way */
		int64_t since;
		ev_timer look;
	} pace;
	struct client **holds; /* clients whose hold ends by time */
	uint32_t holds_n, holds_cap;
	struct stranger { /* nobody yet: since when, in mono s */
		struct client *client;
		uint32_t since;
	} * strangers;
	uint32_t strangers_n, strangers_cap;
	struct streams *streams;
	struct bus *bus;
	struct fcgi *fcgi;
	struct client **throttled; /* clients that spoke too fast: what they say next waits */
	uint32_t throttled_n, throttled_cap;
	struct client **present; /* clients with a presence key */
	uint32_t present_n, present_cap;
	ev_io accept_unix, accept_tcp;
	ev_timer second, hold_timer, throttle_timer;
	ev_prepare turn;
	ev_idle spin;
	ev_signal term, intr, hup;
	ev_timer stop_timer;
	bool ready, accepting, stopping, open_channels, redis_up;
	int64_t started; /* by the clock, ms */
	int64_t stop_at; /* mono ms */
	struct counters n;
};

/* events.c: events and answers */
void take_blocks(struct relay *, struct client *, const char *, size_t);               /* c: whose answer it is; NULL = published */
void deliver_event(struct relay *, const char *, size_t, int64_t stream, int64_t seq); /* T and N blocks of one event */
void channel_send(struct relay *, struct channel *, struct frame *);
bool sweep_some(struct relay *, int budget); /* large channels: true when more is left */
void out_turn_init(struct relay *);
void member_catch_up(struct channel *, struct member *);
void leave_channel(struct relay *, struct client *, struct channel *);

/* streams.c: positions and holes */
void streams_init(struct relay *);
/* The event is in bytes (its T and N blocks). Forwards, drops or keeps it. */
void stream_event(struct relay *, int64_t stream, int64_t seq, int64_t id, const char *, size_t);
void stream_known(struct relay *, int64_t stream, int64_t seq);  /* D of a fill: nothing up to there is missing any longer */
int64_t stream_position(struct relay *, int64_t stream);         /* 0 = unknown */
void stream_behind(struct relay *, int64_t stream, int64_t seq); /* a socket was caught up beyond our position */
void streams_check(struct relay *);                              /* compare positions with the database */
void streams_second(struct relay *);
const char *streams_origins(const struct relay *); /* patterns of pages that inboxes allow: a comma list */
void streams_lost(struct relay *);                 /* the subscription was lost: check, and look again at every socket */

/* fcgi.c: requests to api.fcgi */
typedef void answer_fn(struct relay *, void *arg, bool answered, const char *body, size_t n);
struct request *fcgi_call(struct relay *, const char *path, struct client *, const char *frame_id, const char *body, size_t n,
			  answer_fn *, void *arg, int64_t patience_ms);
void fcgi_forget_client(struct request *); /* the client is gone: its answer's events still count */
void fcgi_init(struct relay *);
int64_t fcgi_waiting(const struct relay *);

/* throttle.c: DESKBELL_LIMIT_FRAMES */
bool throttle_take(struct client *); /* false: its next message waits, until client_go_on() */
void throttle_look(struct relay *);

/* bus.c: Redis */
void bus_start(struct relay *);
void bus_second(struct relay *);
void presence_add(struct client *, const char *key, size_t n);
void presence_end(struct client *);
int64_t mono(const struct relay *); /* ms; no clock that can be set */

struct buf;
void put_counters(struct relay *, struct buf *); /* as a JSON object and a line end */
void relay_listen_start(struct relay *);
void relay_ready(struct relay *); /* the first check is done: accept sockets */
void *must(void *);               /* abort when memory is out */
#endif
