/* load.h: a WebSocket load generator. It opens sockets, publishes numbered, time-stamped messages through Redis and checks every
   delivery: what is missing, doubled or foreign, and how long it took. One thread, epoll. */
#ifndef LOAD_H
#define LOAD_H
#include "../../../lib/core/buf.h"
#include <netinet/in.h>

enum { HIST_STEPS = 64, HIST_SIZE = 60 * HIST_STEPS, HEX_CHANNEL = 8, HEX_SEQ = 8, HEX_TIME = 16, PAYLOAD_MIN = 32 };
static const uint64_t SECOND = 1000000000;

struct hist { /* latencies in ns, log-linear: 64 steps a power of two */
	uint64_t bucket[HIST_SIZE], count, max;
};
struct options {
	struct sockaddr_in server, redis;
	const char *path, *publish; /* '%' stands for the channel's number */
	unsigned conns, channels, stalled;
	unsigned rate;   /* messages a second; 0: as many as the window allows */
	unsigned window; /* most deliveries under way */
	unsigned size;   /* bytes a message */
	double seconds;  /* of publishing */
	bool nchan, hold;
	const char *tokens, *room; /* members of a chat room, which somebody else writes in */
};
enum conn_state { CONN_NEW, CONN_CONNECTING, CONN_HANDSHAKE, CONN_JOINING, CONN_OPEN, CONN_CLOSED };
struct conn {
	int fd;
	unsigned id; /* listens to channel id % channels */
	uint8_t state;
	bool stalled;  /* never reads: a slow consumer */
	struct buf in; /* the start of what has not arrived whole */
	uint64_t last; /* number of the last message */
};
struct channel {
	struct buf head; /* the PUBLISH command up to the payload */
	uint64_t seq;
	unsigned readers;
};
struct counts {
	uint64_t opened, failed, closed, published, answered, refused, expected, deliveries, missing, doubled, foreign, bad,
		dropped, others;
};
struct tcp_watch { /* the kernel's TCP memory around slow consumers */
	uint64_t before_kb, peak_kb, looked_at, dropped_at, back_at;
};
struct load {
	struct options opt;
	struct counts n;
	struct hist hist;
	struct tcp_watch tcp;
	struct conn *conns;
	struct channel *channels;
	char **tokens;
	size_t tokens_n;
	uint8_t *bytes; /* what one read takes */
	struct buf out; /* to Redis; `out_at` bytes are written */
	size_t out_at;
	int epoll, redis;
	bool redis_waits;
	uint64_t now;               /* ns: when the bytes in hand were read */
	uint64_t progress;          /* ns: of the last open or delivery */
	double open_took, run_took; /* s */
};

/* conn.c */
void conn_start(struct load *, struct conn *);
void conn_event(struct load *, struct conn *, uint32_t events);
/* room.c */
void room_tokens(struct load *);
bool room_sign_in(const struct load *, const struct conn *);
bool room_frame(struct load *, struct conn *, const uint8_t *p, size_t n); /* false: it is to be closed */
/* publish.c */
void redis_connect(struct load *);
void redis_event(struct load *, uint32_t events);
void redis_flush(struct load *);
void publish(struct load *);
/* run.c */
void turn(struct load *, int ms); /* waits for events at most so long, and handles them */
bool open_all(struct load *);
void run_fanout(struct load *);
/* stats.c */
uint64_t now_ns(void);
void hist_add(struct hist *, uint64_t ns);
double hist_ms(const struct hist *, double q);
uint64_t tcp_memory_kb(void); /* of the machine */
void tcp_look(struct load *);
_Noreturn void die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void *must_calloc(size_t n, size_t size);
void watch(struct load *, int fd, void *who, int op, uint32_t events);
#endif
