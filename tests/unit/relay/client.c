/* One request a socket at a time: what waits for it, and what an answer leads to. */
#include "../../../relay/client.c"
#include "../../../relay/blocks.c"
#include "../../../relay/events.c"
#include "../../../relay/hub.c"
#include "../../../relay/throttle.c"
#include "../ok.h"
#include <stdarg.h>

/* What the rest of the relay would do is written down: what api.fcgi was asked, and what went out. */
static char did[4096];
static int64_t clock_ms;

struct request {
	answer_fn *answer;
	void *arg;
};
static struct request *under_way;

__attribute__((format(printf, 1, 2))) static void note(const char *format, ...)
{
	size_t n = strlen(did);
	va_list args;

	va_start(args, format);
	n += (size_t)snprintf(did + n, sizeof(did) - n, "%s", n > 0 ? " " : "");
	vsnprintf(did + n, sizeof(did) - n, format, args);
	va_end(args);
}

void *must(void *p)
{
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
	(void)r, (void)id, (void)patience;
	note("%s(%.*s)%s%s", path + strlen("/realtime/"), (int)n, body, c->who != NULL ? " as " : "", c->who != NULL ? c->who : "");
	if (arg == NULL) /* a close: nobody waits for its answer */
		return NULL;
	ok(under_way == NULL, "a request while another is under way");
	under_way = malloc(sizeof(*under_way));
	*under_way = (struct request){ answer, arg };
	return under_way;
}

void fcgi_forget_client(struct request *q)
{
	if (q != NULL)
		q->arg = NULL;
}

void out_push(struct client *c, struct frame *f)
{
	(void)c;
	note(f->data[0] == 0x88 ? "close:%d" : "<%.*s>", f->data[0] == 0x88 ? f->data[2] << 8 | f->data[3] : (int)f->len - 2,
	     f->data + 2);
}

void out_flush(struct client *c)
{
	(void)c;
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
	(void)c, (void)key, (void)n;
}

void presence_end(struct client *c)
{
	(void)c;
}

void stream_event(struct relay *r, int64_t stream, int64_t seq, int64_t id, const char *p, size_t n)
{
	(void)r, (void)stream, (void)seq, (void)id, (void)p, (void)n;
}

int64_t stream_position(struct relay *r, int64_t stream)
{
	(void)r, (void)stream;
	return 0;
}

void stream_behind(struct relay *r, int64_t stream, int64_t seq)
{
	(void)r, (void)stream, (void)seq;
}

static void answer(struct relay *r, struct client *c, bool answered, const char *body)
{
	struct request q = *under_way;

	free(under_way); /* as fcgi.c: it is over before what it says is taken */
	under_way = c->request = NULL;
	q.answer(r, q.arg, answered, body, strlen(body));
}

/* "m…" the socket says something, "r" it is rechecked, "l" after a loss, "p…" is published, "a…" is the answer to its request, "f"
 * none comes, "d" all that waited for the socket is out. */
static void step(struct relay *r, struct client *c, const char *s)
{
	*did = '\0';
	switch (*s) {
	case 'm': client_input(c, s + 1, strlen(s + 1)); break;
	case 'r': client_recheck(c, RECHECK_CHANGED); break;
	case 'l': client_recheck(c, RECHECK_LOST); break;
	case 'p': take_blocks(r, NULL, s + 1, strlen(s + 1)); break;
	case 'a': answer(r, c, true, s + 1); break;
	case 'd': client_drained(c); break;
	default: answer(r, c, false, ""); break;
	}
}

enum { STEPS = 8 };
// clang-format off
static const struct {
	const char *name;
	struct {
		const char *does, *leads_to;
		bool reading; /* then */
	} steps[STEPS];
} scenarios[] = {
	{ "a message, its answer, the next", { { "mone", "frame(one)", false }, { "aF 2\nhi\n", "<hi>", true }, { "mtwo", "frame(two)", false } } },
	{ "messages wait for the one before", { { "mone", "frame(one)", false }, { "mtwo", "", false }, { "mthree", "", false },
		{ "a", "frame(two)", false }, { "a", "frame(three)", false }, { "a", "", true } } },
	{ "a recheck of one that is quiet", { { "r", "recheck()", true }, { "a", "", true } } },
	{ "a recheck while a message is under way comes after it", { { "mone", "frame(one)", false }, { "r", "", false }, { "a", "recheck()", false }, { "a", "", true } } },
	{ "a recheck while one is under way comes again, once", { { "r", "recheck()", true }, { "r", "", true }, { "r", "", true }, { "a", "recheck()", true }, { "a", "", true } } },
	{ "a recheck goes before messages that wait", { { "mone", "frame(one)", false }, { "mtwo", "", false }, { "r", "", false },
		{ "a", "recheck()", false }, { "a", "frame(two)", false }, { "a", "", true } } },
	{ "after a loss includes a change", { { "mone", "frame(one)", false }, { "l", "", false }, { "r", "", false }, { "a", "recheck(lost)", false }, { "a", "", true } } },
	{ "R reaches who is in the channel, whatever is under way", { { "mone", "frame(one)", false }, { "aJ x\n", "", true }, { "pR y\n", "", true }, { "pR x\n", "recheck()", true },
		{ "pR x\n", "", true }, { "aL *\nJ y\n", "recheck()", true }, { "a", "", true } } },
	{ "R in the answer itself waits for its end", { { "mone", "frame(one)", false }, { "aJ x\nR x\nW me\nF 2\nhi\n", "<hi> recheck() as me", false }, { "a", "", true } } },
	{ "C is asked as who the answer says, wherever it stands", { { "mone", "frame(one)", false },
		{ "aC 3\nmor\nW me\nJ x\nF 2\nhi\n", "<hi> continue(mor) as me", false }, { "aG\n", "", true } } },
	{ "a recheck waits for all of what is continued", { { "mone", "frame(one)", false }, { "r", "", false }, { "aH\nC 1\na\n", "continue(a)", false }, { "aC 1\nb\n", "continue(b)", false },
		{ "aG\n", "recheck()", false }, { "a", "", true } } },
	{ "no C of one that is closed", { { "mone", "frame(one)", false }, { "aC 1\na\nX 4401 out\n", "close:4401", false } } },
	{ "no answer", { { "mone", "frame(one)", false }, { "mtwo", "", false }, { "r", "", false }, { "f", "close:1013", false } } },
	{ "no answer to a recheck", { { "r", "recheck()", true }, { "f", "close:1013", true } } },
};
// clang-format on

static void check_requests(void)
{
	for (size_t i = 0; i < COUNT(scenarios); i++) {
		struct relay r = { .loop = ev_loop_new(0) };
		struct client *c = calloc(1, sizeof(*c));
		hub_init(&r.hub);
		ev_init(&r.hold_timer, NULL);
		*c = (struct client){ .relay = &r, .state = CLIENT_OPEN, .reading = true };
		list_add(&r.wheel[0], c);
		for (int k = 0; k < STEPS && scenarios[i].steps[k].does != NULL; k++) {
			step(&r, c, scenarios[i].steps[k].does);
			ok(strcmp(did, scenarios[i].steps[k].leads_to) == 0 && c->reading == scenarios[i].steps[k].reading,
			   "%s, <%s>: <%s>, reading %d", scenarios[i].name, scenarios[i].steps[k].does, did, c->reading);
			ok(c->request == under_way, "%s: the socket knows its request", scenarios[i].name);
		}
		c->watched = c->dirty = false;
		ev_io_stop(r.loop, &c->io);
		c->io.fd = -1;
		r.stopping = true;
		client_close(c, 0, "test");
		client_free_gone(&r);
		free(under_way);
		under_way = NULL;
		free(r.holds);
		free(r.hub.table);
		ev_loop_destroy(r.loop);
	}
}

/* What it missed is not fetched faster than the socket takes it; neither its next message nor a recheck goes before. */
static void check_pages(void)
{
	struct relay r = { .loop = ev_loop_new(0) };
	struct client *c = calloc(1, sizeof(*c));
	struct queue full = { .bytes = MUCH_BYTES + 1 };
	static const struct {
		bool full;
		const char *does, *leads_to;
	} steps[] = { { false, "mone", "frame(one)" },
		      { false, "mtwo", "" },
		      { true, "aH\nC 1\na\n", "" },
		      { true, "r", "" },
		      { true, "mthree", "" },
		      { false, "d", "continue(a)" },
		      { false, "d", "" },
		      { false, "aG\n", "recheck()" },
		      { false, "a", "frame(two)" },
		      { false, "a", "frame(three)" },
		      { true, "aC 1\nb\n", "" } };

	hub_init(&r.hub);
	ev_init(&r.hold_timer, NULL);
	*c = (struct client){ .relay = &r, .state = CLIENT_OPEN, .reading = true };
	list_add(&r.wheel[0], c);
	for (size_t i = 0; i < COUNT(steps); i++) {
		c->out = steps[i].full ? &full : NULL;
		step(&r, c, steps[i].does);
		ok(strcmp(did, steps[i].leads_to) == 0 && !c->reading, "%s: <%s>, reading %d", steps[i].does, did, c->reading);
	}
	c->out = NULL;
	ev_io_stop(r.loop, &c->io);
	c->io.fd = -1;
	r.stopping = true;
	client_close(c, 0, "test");
	client_free_gone(&r);
	free(r.hub.table);
	ev_loop_destroy(r.loop);
}

/* The last frames that a socket may hold come from a large channel, when it is let go: it is closed, once. */
static void check_overflow(void)
{
	static struct client crowd[100];
	struct relay r = { .loop = ev_loop_new(0) };
	struct client *c = calloc(1, sizeof(*c));

	hub_init(&r.hub);
	ev_init(&r.hold_timer, NULL);
	*c = (struct client){ .relay = &r, .state = CLIENT_OPEN };
	list_add(&r.wheel[0], c);
	for (size_t i = 0; i < COUNT(crowd); i++) {
		crowd[i] = (struct client){ .relay = &r, .state = CLIENT_OPEN };
		hub_join(hub_get(&r.hub, "crowd", 5), &crowd[i]);
	}
	step(&r, c, "mresume");
	step(&r, c, "aJ quiet crowd\nH\nC 1\na\n");
	for (int i = 0; i < 1000; i++)
		step(&r, c, "pE - 0 0\nT 1 quiet\nx\n.\n");
	step(&r, c, "pE - 0 0\nT 1 crowd\ny\n.\n");
	ok(c->hold != NULL && c->hold->n == 1000, "%u held", c->hold != NULL ? c->hold->n : 0);
	step(&r, c, "aG\n");
	ok(strcmp(did, "close:1013") == 0, "%s", did);
	ok(c->state == CLIENT_CLOSING && c->hold == NULL && c->subs_n == 0 && r.n.held_closed == 1, "closed, and holds nothing");
	while (sweep_some(&r, 1000))
		;
	for (size_t i = 0; i < COUNT(crowd); i++)
		hub_leave_all(&r.hub, &crowd[i]);
	c->watched = false;
	c->io.fd = -1;
	r.stopping = true;
	client_close(c, 0, "test");
	client_free_gone(&r);
	free(r.holds);
	free(r.hub.table);
	ev_loop_destroy(r.loop);
}

/* Two seconds' worth at once; then as fast as it may, each in its turn, and silent it is not for that. */
static void check_throttle(void)
{
	struct relay r = { .loop = ev_loop_new(0), .cfg = { .rate_limit = 1, .limit_frames = 2 } };
	struct client *c = calloc(1, sizeof(*c));

	clock_ms = 100000;
	hub_init(&r.hub);
	ev_init(&r.throttle_timer, NULL);
	*c = (struct client){ .relay = &r, .state = CLIENT_OPEN, .reading = true };
	list_add(&r.wheel[0], c);
	for (int i = 0; i < 4; i++) {
		step(&r, c, "mmany");
		ok(strcmp(did, "frame(many)") == 0 && r.throttled_n == 0, "%d: %s", i, did);
		step(&r, c, "a");
	}
	step(&r, c, "mone");
	step(&r, c, "mtwo");
	ok(*did == '\0' && r.throttled_n == 1 && !c->reading && c->request == NULL, "too much: it waits, on the list once");
	*did = '\0';
	throttle_look(&r);
	ok(*did == '\0' && r.throttled_n == 1 && c->last_in == 100, "its time has not come");
	clock_ms += 1;
	throttle_look(&r);
	ok(strcmp(did, "frame(one)") == 0 && r.throttled_n == 0, "%s", did);
	step(&r, c, "r");
	step(&r, c, "a");
	ok(strcmp(did, "recheck()") == 0, "a recheck does not wait for it: %s", did);
	step(&r, c, "a");
	ok(*did == '\0' && r.throttled_n == 1 && !c->reading, "the next waits: %s", did);
	clock_ms += 500;
	throttle_look(&r);
	ok(strcmp(did, "frame(two)") == 0 && !c->reading, "%s", did);
	step(&r, c, "a");
	ok(c->reading && c->inputs == NULL && r.throttled_n == 0, "and it is read again");
	step(&r, c, "mlast");
	ev_io_stop(r.loop, &c->io);
	c->io.fd = -1;
	r.stopping = true;
	client_close(c, 0, "test");
	client_free_gone(&r);
	ok(r.gone == c, "on the list: not freed yet");
	throttle_look(&r);
	client_free_gone(&r);
	ok(r.gone == NULL && r.n.throttled == 3, "then it is: %lld", (long long)r.n.throttled);
	free(r.throttled);
	free(r.hub.table);
	ev_loop_destroy(r.loop);
	clock_ms = 0;
}

int main(void)
{
	check_requests();
	check_throttle();
	check_pages();
	check_overflow();
	return ok_end();
}
