#include "../../../relay/streams.c"
#include "../../../relay/blocks.c"
#include "../ok.h"
#include <unistd.h>

/* What the rest of the relay would do is written down: what went out, and what api.fcgi was asked. */
static int64_t clock_ms;
static char told[16384], asked[16384];
struct call {
	answer_fn *fn;
	void *arg;
};
static struct call calls[64];
static size_t calls_n;

void *must(void *p)
{
	return p;
}

int64_t mono(const struct relay *r)
{
	(void)r;
	return clock_ms;
}

static void note(char *list, const char *text)
{
	size_t n = strlen(list);

	snprintf(list + n, sizeof(told) - n, "%s%s", n > 0 ? " " : "", text);
}

struct request *fcgi_call(struct relay *r, const char *path, struct client *c, const char *id, const char *body, size_t n,
			  answer_fn *fn, void *arg, int64_t patience)
{
	char line[256];

	(void)r, (void)c, (void)id, (void)patience;
	snprintf(line, sizeof(line), "%s(%.*s)", path + strlen("/realtime/"),
		 (int)strcspn(body, "\n") < (int)n ? (int)strcspn(body, "\n") : (int)n, body);
	note(asked, line);
	calls[calls_n++] = (struct call){ fn, arg };
	return (struct request *)(uintptr_t)calls_n;
}

void deliver_event(struct relay *r, const char *p, size_t n, int64_t stream, int64_t seq)
{
	char line[64];

	(void)r, (void)p, (void)n;
	snprintf(line, sizeof(line), "%lld.%lld", (long long)stream, (long long)seq);
	note(told, line);
}

void take_blocks(struct relay *r, struct client *c, const char *p, size_t n)
{
	const char *end = p + n;
	struct block b;

	(void)c;
	while (block_next(&p, end, &b) == 1)
		if (b.kind == 'E')
			stream_event(r, word_int(b.words[0]), word_int(b.words[1]), word_int(b.words[2]), p, (size_t)(end - p));
}

void relay_ready(struct relay *r)
{
	r->ready = true;
	note(asked, "READY");
}

void client_recheck(struct client *c, enum recheck what)
{
	c->recheck = (uint8_t)what;
}

static void answer_oldest(struct relay *r, bool answered, const char *body)
{
	struct call call = calls[0];

	ok(calls_n > 0, "somebody was asked");
	memmove(calls, calls + 1, --calls_n * sizeof(*calls));
	call.fn(r, call.arg, answered, body, answered ? strlen(body) : 0);
}

static struct relay *relay_new(void)
{
	struct relay *r = calloc(1, sizeof(*r));

	clock_ms = 1000000;
	calls_n = 0;
	*told = *asked = '\0';
	r->redis_up = true;
	streams_init(r);
	return r;
}

static void relay_free(struct relay *r)
{
	for (uint32_t i = 0; i < TABLE; i++)
		for (struct stream *t = r->streams->table[i], *next; t != NULL; t = next) {
			next = t->next;
			for (struct pending *p = t->pending, *after; p != NULL; p = after) {
				after = p->next;
				free(p);
			}
			free(t);
		}
	buf_free(&r->streams->origins);
	free(r->streams);
	free(r);
}

/* A step, and what it led to. "eS.Q" an event, "aTEXT" the oldest question is answered, "f" it gets no answer, "bS.Q" a socket was
 * caught up, "tN" N ms pass and the second's work is done, "c" a check. Ids are 100 * stream + seq. */
static void step(struct relay *r, const char *s)
{
	int64_t stream = 0, seq = 0;
	const char *dot = strchr(s, '.');

	*told = *asked = '\0';
	if ((*s == 'e' || *s == 'b') && dot != NULL) {
		stream = strtoll(s + 1, NULL, 10);
		seq = strtoll(dot + 1, NULL, 10);
	}
	switch (*s) {
	case 'e': stream_event(r, stream, seq, 100 * stream + seq, "", 0); break;
	case 'b': stream_behind(r, stream, seq); break;
	case 'a': answer_oldest(r, true, s + 1); break;
	case 'f': answer_oldest(r, false, NULL); break;
	case 'c': streams_check(r); break;
	default: clock_ms += strtoll(s + 1, NULL, 10); streams_second(r);
	}
}

enum { STEPS = 16 };
struct scenario {
	const char *name;
	struct {
		const char *does, *told, *asked;
	} steps[STEPS];
};

/* How every relay begins: the newest id, then what moved since a margin below it. */
#define BEGIN(last, positions)                                                                                                     \
	{ "c", "", "positions(since 0)" }, { "aM " last " 0\n", "", "positions(since 1)" },                                        \
	{                                                                                                                          \
		"a" positions "M " last " 0\n", "", "READY"                                                                        \
	}

// clang-format off
static const struct scenario scenarios[] = {
	{ "an empty database is ready at once", { { "c", "", "positions(since 0)" }, { "aM 0 0\n", "", "READY" }, { "e7.1", "7.1", "" } } },
	{ "in order", { BEGIN("702", "D 7 2 702\n"), { "e7.3", "7.3", "" }, { "e7.4", "7.4", "" } } },
	{ "old ones and doubles are dropped", { BEGIN("702", "D 7 2 702\n"), { "e7.2", "", "" }, { "e7.3", "7.3", "" }, { "e7.3", "", "" }, { "e7.1", "", "" } } },
	{ "streams do not wait for each other", { BEGIN("702", "D 7 2 702\n"), { "e7.4", "", "fill(7 2 3)" }, { "e8.1", "8.1", "" }, { "e8.2", "8.2", "" } } },
	{ "a hole is filled before what came after it", { BEGIN("702", "D 7 2 702\n"),
		{ "e7.5", "", "fill(7 2 4)" }, { "e7.6", "", "" }, { "e7.5", "", "" },
		{ "aE 7 3 703\n.\nE 7 4 704\n.\nD 7 4\n", "7.3 7.4 7.5 7.6", "" }, { "e7.7", "7.7", "" } } },
	{ "what was missing comes while it is asked for", { BEGIN("702", "D 7 2 702\n"),
		{ "e7.4", "", "fill(7 2 3)" }, { "e7.3", "7.3 7.4", "" }, { "aE 7 3 703\n.\nD 7 3\n", "", "" }, { "e7.5", "7.5", "" } } },
	{ "a hole that is none: the seq does not exist", { BEGIN("702", "D 7 2 702\n"), { "e7.4", "", "fill(7 2 3)" }, { "aD 7 3\n", "7.4", "" } } },
	{ "two holes", { BEGIN("702", "D 7 2 702\n"),
		{ "e7.4", "", "fill(7 2 3)" }, { "e7.6", "", "" }, { "aE 7 3 703\n.\nD 7 3\n", "7.3 7.4", "fill(7 4 5)" },
		{ "aE 7 5 705\n.\nD 7 5\n", "7.5 7.6", "" } } },
	{ "a second hole while the first is filled by what comes", { BEGIN("702", "D 7 2 702\n"),
		{ "e7.4", "", "fill(7 2 3)" }, { "e7.3", "7.3 7.4", "" }, { "e7.8", "", "" }, { "aE 7 3 703\n.\nD 7 3\n", "", "fill(7 4 7)" } } },
	{ "an earlier one comes behind a later", { BEGIN("702", "D 7 2 702\n"),
		{ "e7.9", "", "fill(7 2 8)" }, { "e7.5", "", "" }, { "aE 7 3 703\n.\nE 7 4 704\n.\nD 7 4\n", "7.3 7.4 7.5", "fill(7 5 8)" } } },
	{ "no answer: the next event asks again", { BEGIN("702", "D 7 2 702\n"), { "e7.4", "", "fill(7 2 3)" }, { "f", "", "" }, { "e7.5", "", "fill(7 2 3)" } } },
	{ "no answer: the next check asks again", { BEGIN("702", "D 7 2 702\n"),
		{ "e7.4", "", "fill(7 2 3)" }, { "f", "", "" }, { "t999", "", "" }, { "t1", "", "positions(since 1)" },
		{ "aD 7 4 704\nM 704 0\n", "", "fill(7 2 4)" }, { "aE 7 3 703\n.\nE 7 4 704\n.\nD 7 4\n", "7.3 7.4", "" } } },
	{ "no answer for longer than BASE stands still: every check that is answered asks again, each time later", { BEGIN("702", "D 7 2 702\n"),
		{ "e7.4", "", "fill(7 2 3)" }, { "f", "", "" }, { "t1000", "", "positions(since 1)" }, { "aM 704 0\n", "", "fill(7 2 3)" },
		{ "f", "", "" }, { "t1999", "", "" }, { "t1", "", "positions(since 1)" }, { "f", "", "" }, { "t500", "", "positions(since 1)" },
		{ "aM 704 0\n", "", "fill(7 2 3)" }, { "aE 7 3 703\n.\nD 7 3\n", "7.3 7.4", "" }, { "t29999", "", "" }, { "t1", "", "positions(since 1)" } } },
	{ "no answer for a stream nobody knows: BASE stays its first one", { { "c", "", "positions(since 0)" }, { "aM 5000 0\n", "", "positions(since 4000)" },
		{ "aM 5000 0\n", "", "READY" }, { "e9.5", "", "fill(9 id>4000 4)" }, { "t61000", "", "positions(since 4000)" }, { "f", "", "" },
		{ "aM 6000 0\n", "", "" }, { "t1000", "", "positions(since 5000)" }, { "aM 6000 0\n", "", "fill(9 id>4000 4)" }, { "aE 9 4 904\n.\nD 9 4\n", "9.4 9.5", "" } } },
	{ "a stream nobody knows begins at 1", { BEGIN("702", ""), { "e9.1", "9.1", "" } } },
	{ "a stream nobody knows is filled from BASE", { BEGIN("702", ""),
		{ "e9.5", "", "fill(9 id>0 4)" }, { "aE 9 3 903\n.\nE 9 4 904\n.\nD 9 4\n", "9.3 9.4 9.5", "" }, { "e9.2", "", "" } } },
	{ "a stream nobody knows, with nothing before", { BEGIN("702", ""), { "e9.5", "", "fill(9 id>0 4)" }, { "aD 9 4\n", "9.5", "" } } },
	{ "a live 1 while a fill is under way does not hide what is between", { BEGIN("702", ""),
		{ "e9.3", "", "fill(9 id>0 2)" }, { "e9.1", "9.1", "" }, { "aE 9 1 901\n.\nE 9 2 902\n.\nD 9 2\n", "9.2 9.3", "" } } },
	{ "a live event in the middle does not begin a stream", { BEGIN("702", ""),
		{ "e9.3", "", "fill(9 id>0 2)" }, { "e9.2", "", "" }, { "aE 9 1 901\n.\nD 9 1\n", "9.1 9.2 9.3", "" } } },
	{ "a lost publication is found by the check", { BEGIN("702", "D 7 2 702\n"),
		{ "t30000", "", "positions(since 1)" }, { "aD 7 3 703\nM 703 0\n", "", "fill(7 2 3)" }, { "aE 7 3 703\n.\nD 7 3\n", "7.3", "" } } },
	{ "many positions come in pages", { BEGIN("702", "D 7 2 702\n"),
		{ "c", "", "positions(since 1)" }, { "aD 7 2 702\nM 702 1\n", "", "positions(since 702)" }, { "aM 750 0\n", "", "" } } },
	{ "a check during a check comes after it", { BEGIN("702", ""), { "c", "", "positions(since 1)" }, { "c", "", "" }, { "aM 702 0\n", "", "positions(since 1)" } } },
	{ "a check without an answer comes again soon", { { "c", "", "positions(since 0)" }, { "f", "", "" }, { "t499", "", "" }, { "t1", "", "positions(since 0)" } } },
	{ "a socket that was caught up beyond", { BEGIN("702", "D 7 2 702\n"),
		{ "b7.2", "", "" }, { "b7.4", "", "fill(7 2 4)" }, { "b7.5", "", "" },
		{ "aE 7 3 703\n.\nE 7 4 704\n.\nD 7 4\n", "7.3 7.4", "fill(7 4 5)" }, { "aE 7 5 705\n.\nD 7 5\n", "7.5", "" } } },
	{ "BASE starts a margin below the newest", { { "c", "", "positions(since 0)" }, { "aM 5000 0\n", "", "positions(since 4000)" },
		{ "aM 5000 0\n", "", "READY" }, { "e9.5", "", "fill(9 id>4000 4)" } } },
	{ "BASE follows a check that is a minute old", { { "c", "", "positions(since 0)" }, { "aM 5000 0\n", "", "positions(since 4000)" },
		{ "aM 5000 0\n", "", "READY" }, { "t59999", "", "positions(since 4000)" }, { "aM 6000 0\n", "", "" }, { "t30000", "", "positions(since 4000)" },
		{ "aM 7000 0\n", "", "" }, { "t30000", "", "positions(since 5000)" } } },
	{ "nonsense in an answer changes nothing", { BEGIN("702", "D 7 2 702\n"), { "e7.4", "", "fill(7 2 3)" }, { "a???\n", "", "" }, { "e7.5", "", "fill(7 2 3)" } } },
	{ "an answer that leads nowhere is not asked for again at once", { BEGIN("702", "D 7 2 702\n"),
		{ "e7.4", "", "fill(7 2 3)" }, { "aD 7 2\n", "", "" }, { "t999", "", "" }, { "t1", "", "positions(since 1)" } } },
};
// clang-format on

static void check_scenarios(void)
{
	for (size_t i = 0; i < COUNT(scenarios); i++) {
		struct relay *r = relay_new();
		for (int k = 0; k < STEPS && scenarios[i].steps[k].does != NULL; k++) {
			step(r, scenarios[i].steps[k].does);
			ok(strcmp(told, scenarios[i].steps[k].told) == 0, "%s, <%s>: told <%s>", scenarios[i].name,
			   scenarios[i].steps[k].does, told);
			ok(strcmp(asked, scenarios[i].steps[k].asked) == 0, "%s, <%s>: asked <%s>", scenarios[i].name,
			   scenarios[i].steps[k].does, asked);
		}
		relay_free(r);
	}
}

/* Any order, doubles and losses: what goes out is 1, 2, 3 … once the holes are filled. */
static void check_orders(void)
{
	enum { EVENTS = 40, ROUNDS = 300 };

	srandom(1);
	for (int round = 0; round < ROUNDS; round++) {
		struct relay *r = relay_new();
		char want[sizeof(told)] = "", got[sizeof(told)] = "", text[64], body[8192];
		step(r, "c");
		step(r, "aM 0 0\n");
		for (int i = 0; i < 2 * EVENTS; i++) {
			snprintf(text, sizeof(text), "e7.%ld", i < EVENTS ? 1 + random() % EVENTS : (long)EVENTS);
			if (random() % 4 > 0 || calls_n == 0) {
				step(r, text);
			} else { /* all that is stored, whatever was asked */
				*body = '\0';
				for (int k = 1; k <= EVENTS; k++)
					snprintf(body + strlen(body), sizeof(body) - strlen(body), "E 7 %d %d\n.\n", k, 700 + k);
				snprintf(body + strlen(body), sizeof(body) - strlen(body), "D 7 %d\n", EVENTS);
				*told = *asked = '\0';
				answer_oldest(r, random() % 3 > 0, body);
			}
			if (*told != '\0')
				note(got, told);
		}
		for (int k = 1; k <= EVENTS; k++) {
			snprintf(text, sizeof(text), "7.%d", k);
			note(want, text);
		}
		bool whole = stream_position(r, 7) == EVENTS;
		ok(whole ? strcmp(got, want) == 0 : strncmp(got, want, strlen(got)) == 0, "round %d: %s", round, got);
		relay_free(r);
	}
}

static void check_lost(void)
{
	struct relay *r = relay_new();
	static char key[] = "key";
	struct client known = { .state = CLIENT_OPEN, .presence = key, .relay = r }, nobody = { .state = CLIENT_OPEN, .relay = r };

	known.next = &nobody;
	r->wheel[3] = &known;
	step(r, "c");
	step(r, "aM 0 0\n");
	*asked = '\0';
	streams_lost(r);
	ok(strcmp(asked, "positions(since 1)") == 0, "asked <%s>", asked);
	ok(known.recheck == RECHECK_LOST && nobody.recheck == RECHECK_NONE,
	   "whoever is somebody is looked at again, and only they");
	relay_free(r);
}

/* Of a hole with more behind it than is kept, the rest comes from the database: in order, and nothing twice. */
static void check_many_pending(void)
{
	enum { EVENTS = PENDING_MAX + 300, PAGE = 200 };
	struct relay *r = relay_new();
	char text[64];
	int64_t at = 0;

	step(r, "c");
	step(r, "aM 0 0\n");
	for (int k = 2; k <= EVENTS; k++) {
		snprintf(text, sizeof(text), "e7.%d", k);
		step(r, text);
	}
	const struct stream *t = find(r->streams, 7);
	ok(t->pending_n == PENDING_MAX && calls_n == 1, "%u are kept, %zu questions", t->pending_n, calls_n);
	while (calls_n > 0) { /* a page each time, as api.fcgi answers */
		struct buf body = { 0 };
		int64_t upto = at + PAGE < t->wanted ? at + PAGE : t->wanted;
		for (int64_t k = at + 1; k <= upto; k++)
			buf_printf(&body, "E 7 %lld %lld\n.\n", (long long)k, (long long)(700 + k));
		buf_printf(&body, "D 7 %lld\n", (long long)upto);
		*told = *asked = '\0';
		answer_oldest(r, true, buf_text(&body));
		buf_free(&body);
		for (char *p = told; *p != '\0'; p += strcspn(p, " "), p += *p == ' ')
			ok(strtoll(p + 2, NULL, 10) == ++at, "%.8s comes as number %lld", p, (long long)at);
	}
	ok_int(at, EVENTS);
	ok(t->pending == NULL && t->pending_n == 0, "nothing is kept any longer");
	relay_free(r);
}

static void check_origins(void)
{
	struct relay *r = relay_new();

	ok_str(streams_origins(r), "");
	step(r, "c");
	step(r, "aO https://a.example\nO *\nM 0 0\n");
	ok_str(streams_origins(r), "https://a.example,*,");
	step(r, "c");
	step(r, "f");
	ok_str(streams_origins(r), "https://a.example,*,");
	step(r, "t500");
	step(r, "aO https://b.example\nM 0 0\n");
	ok_str(streams_origins(r), "https://b.example,");
	relay_free(r);
}

/* So many origins, each of 200 bytes, as one answer of positions. */
static char *many_origins(int n)
{
	struct buf b = { 0 };

	buf_chr(&b, 'a');
	for (int i = 0; i < n; i++)
		buf_printf(&b, "O https://%0*d.example\n", 182, i);
	buf_str(&b, "M 0 0\n");
	char *answer = strdup(buf_text(&b));
	buf_free(&b);
	return answer;
}

static size_t lines_of(const char *file)
{
	size_t n = 0;
	FILE *f = fopen(file, "r");

	for (int ch; f != NULL && (ch = fgetc(f)) != EOF;)
		n += ch == '\n';
	if (f != NULL)
		fclose(f);
	return n;
}

/* Those that do not fit are told of when they change, not at each look. */
static void check_left_out(void)
{
	static const struct {
		int n;
		size_t told;
	} looks[] = { { 400, 1 }, { 400, 1 }, { 401, 2 }, { 401, 2 }, { 2, 2 }, { 2, 2 }, { 400, 3 } };
	char file[] = "/tmp/deskbell-streams-XXXXXX";
	struct relay *r = relay_new();
	int fd = mkstemp(file);

	ok(fd >= 0, "a log");
	log_open("test", file, LOG_INFO);
	for (size_t i = 0; i < COUNT(looks); i++) {
		char *answer = many_origins(looks[i].n);
		step(r, "c");
		step(r, answer);
		ok_int(lines_of(file), looks[i].told);
		free(answer);
	}
	ok(strlen(streams_origins(r)) <= ORIGINS_MAX, "%zu bytes", strlen(streams_origins(r)));
	log_open("test", NULL, LOG_INFO);
	close(fd);
	unlink(file);
	relay_free(r);
}

/* Quiet streams can be learnt again; those with something open stay. */
static void check_forgetting(void)
{
	struct relay *r = relay_new();
	struct streams *s = r->streams;

	s->base = 1000;
	get(s, 1)->last_id = 999;
	get(s, 2)->last_id = 1001;
	get(s, 3)->last_id = 0;
	get(s, 4)->last_id = 999;
	get(s, 4)->filling = true;
	keep(get(s, 5), 7, 1, "", 0);
	get(s, 5)->last_id = 999;
	get(s, 6)->last_id = 999;
	get(s, 6)->behind = true;
	forget_quiet(s);
	ok(find(s, 1) != NULL, "there is room: none goes");
	s->n = STREAMS_MAX;
	forget_quiet(s);
	ok(find(s, 1) == NULL && find(s, 2) != NULL && find(s, 3) != NULL && find(s, 4) != NULL && find(s, 5) != NULL &&
		   find(s, 6) != NULL,
	   "only 1 goes");
	ok_int(s->n, STREAMS_MAX - 1);
	ok_int(stream_position(r, 1), 0);
	relay_free(r);
}

int main(void)
{
	check_scenarios();
	check_orders();
	check_lost();
	check_many_pending();
	check_origins();
	check_left_out();
	check_forgetting();
	return ok_end();
}
