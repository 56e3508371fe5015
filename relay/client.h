/* client.h: one socket. An idle one must stay small: buffers, queues and contexts exist only while they hold something. */
#ifndef CLIENT_H
#define CLIENT_H
#include "handshake.h"
#include "hub.h"
#include <ev.h>

struct relay;
struct addr {                        /* sockets of one address, counted, and once more in what limits count by */
	struct addr *next, *counted; /* counted: an IPv6 network, or the address itself */
	uint32_t n;
	char text[46];
};
struct queue { /* frames that wait for the socket: first … n - 1, `off` bytes of the first are out */
	struct frame **frames;
	uint32_t first, n, cap, off;
	uint32_t bytes;
	int64_t since; /* mono ms: when it began to wait */
};
struct skip {
	int64_t stream, seq;
};
struct hold { /* what came while the socket is being caught up, and what catching up covered */
	struct frame **frames;
	struct skip *covered;
	uint32_t n, cap, covered_n, covered_cap, bytes;
	int64_t until; /* mono ms: a hold nobody asked for ends by itself; 0 = only by G */
};
struct request;
struct input; /* inbound text messages that wait for the one before */

/* It must be asked anew what it may have: something changed (R), or the subscription was lost. The larger includes the lesser. */
enum recheck { RECHECK_NONE, RECHECK_CHANGED, RECHECK_LOST };

enum client_state {
	CLIENT_HANDSHAKE, /* its request is being read */
	CLIENT_OPEN,
	CLIENT_CLOSING, /* a close frame is queued: closed when it is out */
	CLIENT_GONE,    /* the descriptor is closed; freed at the end of the turn */
};
struct client {
	ev_io io;
	struct relay *relay;
	struct client *prev, *next; /* in the handshake list, or in a slot of the ping wheel */
	struct sub *subs;
	struct addr *addr;
	struct queue *out;
	struct hold *hold;
	struct skip *skip; /* positions it was caught up beyond; NULL mostly */
	void *ws;          /* wslay context, while part of a message is pending */
	char *in;          /* handshake bytes */
	char *who, *info, *presence;
	const char *endpoint;    /* static text, or owned when info_endpoint */
	struct request *request; /* the one under way */
	struct input *inputs, **inputs_end;
	struct input *later; /* a continuation that waits until what is queued has gone out */
	uint64_t id;
	int64_t paid_until; /* mono ms: what it said takes its allowance up to here */
	uint32_t last_in;   /* mono s */
	uint32_t frames_in;
	uint32_t in_len;
	uint16_t subs_n, skip_n;
	uint8_t state, slot;
	uint8_t recheck;  /* what waits for the request under way */
	bool answering;   /* its answer is being taken */
	bool peer_closed; /* it sent its close frame: ours is the last word */
	bool local;       /* it came by the unix socket, through the web server */
	bool dirty, watched, stranger, throttled, writing, reading, announced,
		endpoint_owned; /* dirty, watched, stranger, throttled: on a list of the relay's, so not freed yet */
};

void client_accept(struct relay *, int fd, bool local);
/* The one door out: a close frame and an orderly end, or (code 0) the descriptor at once. why: one word, counted and logged. */
void client_close(struct client *, int code, const char *why);
void client_reset(struct client *, const char *why);      /* RST: what the kernel holds for a stalled peer goes at once */
void client_announce(struct client *);                    /* it opened with credentials: before its first message */
void client_input(struct client *, const char *, size_t); /* a whole text message */
void client_go_on(struct client *);                       /* its allowance has grown again */
void client_continue(struct client *, const char *, size_t);
void client_drained(struct client *); /* nothing waits for the socket any longer */
void client_recheck(struct client *, enum recheck);
void client_hold(struct client *, int64_t until);
void client_go(struct client *);       /* release what was held */
void client_holds_end(struct relay *); /* holds that end by time */
void client_cover(struct client *, int64_t stream, int64_t seq);
void client_strange(struct client *); /* it has ten seconds to be granted a channel */
void client_second(struct relay *);   /* pings, idle and slow handshakes: once a second */
void client_free_gone(struct relay *);

/* open.c */
void addr_drop(struct relay *, struct addr *);
/* for open.c */
uint32_t now_s(const struct relay *);
void list_add(struct client **first, struct client *);
void list_remove(struct client **first, struct client *);

/* out.c */
void out_push(struct client *, struct frame *); /* queue; written at the end of the turn */
void out_flush(struct client *);
void out_free(struct client *);
void out_turn(struct relay *); /* end of a loop turn: write, and go on with large channels */
/* events.c: through holds and skips */
void client_deliver(struct client *, struct frame *);
/* ws.c */
bool ws_input(struct client *, const uint8_t *, size_t); /* false: the client is closing or gone */
void ws_free(struct client *);
#endif
