/* What Redis publishes and api.fcgi answers to sockets, positions and holes, in any order and malformed anyhow: every socket gets
 * the messages of a stream in order, and none twice; places in channels agree with each other; what waits for a hole is kept in
 * order; and the worker heard of every event that the relay took. The input is steps, each ended by FF: the first byte says what
 * happens, the rest are its bytes. */
#include "../../lib/core/text.h"
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#define close(fd) ((void)(fd)) /* sockets that there are not */
#include "../../relay/blocks.c"
#include "../../relay/client.c"
#include "../../relay/events.c"
#include "../../relay/hub.c"
#define ask ask_positions
#define bucket stream_bucket
#include "../../relay/streams.c"
#include "../../worker/heard.c"

enum { CLIENTS = 4, SEEN = 64, FD = 100 };
struct request {
	struct client *client;
	answer_fn *answer;
	void *arg;
};
static struct request **calls; /* oldest first */
static size_t calls_n, calls_cap;
static int64_t clock_ms;
static struct relay *relay;
static struct client *clients[CLIENTS];
static struct frame *last[CLIENTS]; /* what each got last; kept, so that no other has its address */
static struct skip seen[CLIENTS][SEEN];
static size_t seen_n[CLIENTS];
static bool large;         /* a channel was handed out slowly: others may have overtaken it */
static struct heard heard; /* of all inputs: a later id takes an earlier one's place */

static void demand(bool holds)
{
	if (!holds)
		abort();
}

void *must(void *p)
{
	demand(p != NULL);
	return p;
}

int64_t mono(const struct relay *r)
{
	(void)r;
	return clock_ms;
}

struct request *fcgi_call(struct relay *r, const char *path, struct client *c, const char *id, const char *body, size_t n,
			  answer_fn *answer, void *arg, int64_t patience)
{
	struct request *q = must(malloc(sizeof(*q)));

	(void)r, (void)path, (void)id, (void)patience;
	demand(c == NULL || arg == NULL || c->request == NULL); /* one at a time */
	demand(n == 0 || body != NULL);
	*q = (struct request){ c, answer, arg };
	if (calls_n == calls_cap) {
		calls_cap = calls_cap != 0 ? 2 * calls_cap : 64;
		calls = must(realloc(calls, calls_cap * sizeof(struct request *)));
	}
	return calls[calls_n++] = q;
}

void fcgi_forget_client(struct request *q)
{
	q->arg = q->client != NULL && q->arg == q->client ? NULL : q->arg;
	q->client = NULL;
}

static size_t index_of(const struct client *c)
{
	size_t i = 0;

	while (i < CLIENTS && clients[i] != c)
		i++;
	demand(i < CLIENTS);
	return i;
}

static void check_order(size_t i, const struct frame *f)
{
	size_t k = 0;

	while (k < seen_n[i] && seen[i][k].stream != f->stream)
		k++;
	if (f->stream == 0 || k == SEEN)
		return;
	demand(large || k == seen_n[i] || seen[i][k].seq <= f->seq);
	seen_n[i] = k == seen_n[i] ? k + 1 : seen_n[i];
	seen[i][k] = (struct skip){ f->stream, f->seq };
}

void out_push(struct client *c, struct frame *f)
{
	size_t i = index_of(c);

	if (c->state != CLIENT_OPEN)
		return;
	demand(f != last[i] && f->ref > 0);
	if (last[i] != NULL)
		frame_unref(last[i]);
	last[i] = f;
	f->ref++;
	check_order(i, f);
}

void out_flush(struct client *c)
{
	demand(c->state != CLIENT_GONE);
}

void out_free(struct client *c)
{
	(void)c;
}

void ws_free(struct client *c)
{
	(void)c;
}

void addr_drop(struct relay *r, struct addr *a)
{
	(void)r, (void)a;
}

void presence_add(struct client *c, const char *key, size_t n)
{
	if (c->presence == NULL)
		c->presence = must(strndup(key, n));
}

void presence_end(struct client *c)
{
	(void)c;
}

bool throttle_take(struct client *c)
{
	(void)c;
	return true;
}

void relay_ready(struct relay *r)
{
	r->ready = true;
}

/* -- a relay with a few sockets -- */

static void begin(void)
{
	static struct ev_loop *loop;

	if (loop == NULL) {
		loop = must(ev_loop_new(EVFLAG_AUTO));
		log_open("fuzz", "/dev/null", LOG_ERROR);
	}
	relay = must(calloc(1, sizeof(*relay)));
	relay->loop = loop;
	relay->redis_up = true;
	snprintf(relay->name, sizeof(relay->name), "r");
	clock_ms = 1000000;
	large = false;
	hub_init(&relay->hub);
	streams_init(relay);
	ev_timer_init(&relay->hold_timer, NULL, 0., 0.);
	for (int i = 0; i < CLIENTS; i++) {
		struct client *c = clients[i] = must(calloc(1, sizeof(*c)));
		c->relay = relay;
		c->state = CLIENT_OPEN;
		c->endpoint = "/ws";
		c->id = (uint64_t)i;
		ev_io_init(&c->io, NULL, FD + i, EV_READ);
		list_add(&relay->wheel[0], c);
		last[i] = NULL;
		seen_n[i] = 0;
	}
}

static void end(void)
{
	large = true; /* what is left goes out anyhow */
	while (sweep_some(relay, 1000))
		;
	for (int i = 0; i < CLIENTS; i++) {
		client_close(clients[i], 0, "end");
		clients[i]->watched = false;
		if (last[i] != NULL)
			frame_unref(last[i]);
	}
	client_free_gone(relay);
	demand(relay->hub.n == 0);
	for (size_t i = 0; i < calls_n; i++)
		free(calls[i]);
	calls_n = 0;
	for (uint32_t i = 0; i < TABLE && relay->streams->n > 0; i++)
		for (struct stream *t = relay->streams->table[i], *next; t != NULL; t = next, relay->streams->n--) {
			next = t->next;
			for (struct pending *p = t->pending, *after; p != NULL; p = after) {
				after = p->next;
				free(p);
			}
			free(t);
		}
	buf_free(&relay->streams->origins);
	free(relay->streams);
	free(relay->hub.table);
	free(relay->holds);
	free(relay);
}

/* Every place that a client says it has is its own, and the other way round. */
static void check_places(void)
{
	uint32_t channels = 0, members = 0, subs = 0;

	for (uint32_t i = 0; i < relay->hub.size; i++)
		for (const struct channel *ch = relay->hub.table[i]; ch != NULL; ch = ch->hash_next) {
			channels++;
			members += ch->n;
			demand(ch->n > 0 || ch->sweeping);
			demand(hub_find(&relay->hub, ch->name, strlen(ch->name)) == ch);
			for (uint32_t k = 0; k < ch->n; k++) {
				const struct sub *s = &ch->members[k].client->subs[ch->members[k].sub];
				demand(s->channel == ch && s->slot == k);
			}
		}
	for (int i = 0; i < CLIENTS; i++)
		subs += clients[i]->subs_n;
	demand(channels == relay->hub.n && members == subs);
}

static void check_streams(void)
{
	uint32_t streams = 0;

	for (uint32_t i = 0; i < TABLE && streams < relay->streams->n; i++)
		for (const struct stream *t = relay->streams->table[i]; t != NULL; t = t->next) {
			uint32_t n = 0;
			for (const struct pending *p = t->pending; p != NULL; p = p->next, n++)
				demand(p->next == NULL || p->seq < p->next->seq);
			demand(n == t->pending_n && n <= PENDING_MAX);
			streams++;
		}
	demand(streams == relay->streams->n);
}

/* -- steps -- */

/* Of those that the relay takes whole; a line that is longer than any event's is not looked at. */
static void check_heard(const char *p, size_t n)
{
	enum { LINE = 80 };
	const char *at = p, *stop = p + n;
	int64_t id = 0;
	struct block b;
	int got;

	while ((got = block_next(&at, stop, &b)) == 1) {
		if (strchr("ETN.KR", b.kind) == NULL)
			return;
		if (b.kind == 'E' && (b.n != 3 || at - b.start > LINE))
			return;
		id = b.kind == 'E' && word_int(b.words[2]) > 0 ? word_int(b.words[2]) : id;
	}
	demand(got != 0 || id == 0 || heard_has(&heard, id));
}

static void answer(size_t i, bool answered, const char *body, size_t n)
{
	if (calls_n == 0)
		return;
	struct request *q = calls[i], copy = *q;
	memmove(calls + i, calls + i + 1, (--calls_n - i) * sizeof(struct request *));
	if (copy.client != NULL && copy.client->request == q)
		copy.client->request = NULL;
	free(q);
	copy.answer(relay, copy.arg, answered, body, n);
}

static void slow(const char *name, size_t n)
{
	struct channel *ch = hub_find(&relay->hub, name, n);

	if (ch == NULL || ch->n == 0)
		return;
	struct frame *f = frame_text("slow", 4, 0, 0);
	large = true;
	keep_for_sweep(relay, ch, f);
	frame_unref(f);
}

static void step(char what, const char *p, size_t n)
{
	struct client *c = clients[n > 0 ? (unsigned char)*p % CLIENTS : 0];

	switch (what) {
	case 'p':
		heard_payload(&heard, p, n);
		check_heard(p, n);
		take_blocks(relay, NULL, p, n);
		break;
	case 'a': answer(0, true, p, n); break;
	case 'n': answer(calls_n - 1, true, p, n); break;
	case 'f': answer(0, false, "", 0); break;
	case 'm':
		if (c->state == CLIENT_OPEN)
			client_input(c, p, n);
		break;
	case 'r': client_recheck(c, RECHECK_CHANGED); break;
	case 'g': client_close(c, n > 1 ? 1000 : 0, "gone"); break;
	case 'l': streams_lost(relay); break;
	case 's': slow(p, n); break;
	case 'w': sweep_some(relay, (int)n); break;
	default:
		clock_ms += 700 * (int64_t)(n + 1);
		streams_second(relay);
		client_holds_end(relay);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const uint8_t *stop = data + n, *ff;

	begin();
	for (const uint8_t *p = data; p < stop; p = ff + 1) {
		ff = memchr(p, 0xff, (size_t)(stop - p));
		ff = ff != NULL ? ff : stop;
		if (ff == p)
			continue;
		size_t k = (size_t)(ff - p) - 1;
		char *copy = must(malloc(k + 1)); /* of its own, so that nothing behind it is read */
		memcpy(copy, p + 1, k);
		step((char)*p, copy, k);
		free(copy);
		check_places();
	}
	check_streams();
	end();
	return 0;
}
