/* Positions: each stream's messages leave the relay in order, each once; holes are filled from the database. PROTOCOL.md section 3.
 */
#include "../lib/core/log.h"
#include "relay.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	TABLE = 16384,
	PENDING_MAX = 1000,
	CHECK_MS = 30000,
	CHECK_AWAY_MS = 2000,
	RETRY_MS = 1000, /* after a fill that failed: the next check, later each time */
	BASE_AGE_MS = 60000,
	MARGIN = 1000,
	HISTORY = 64,
	ORIGINS_MAX = 65536, /* bytes */
	STREAMS_MAX = 200000
};

struct pending { /* an event that came before the one before it */
	struct pending *next;
	int64_t seq, id;
	size_t n;
	char bytes[];
};
struct stream {
	struct stream *next;
	int64_t id, pos, last_id; /* last_id: highest message id forwarded */
	int64_t wanted, from;     /* filled up to here is what was asked for, and from where; from -1 = from BASE */
	int64_t base;             /* while it is not known: the BASE of its first fill, whatever becomes of that */
	int64_t retry_at, pause;  /* of a fill that failed: mono ms */
	struct stream *next_behind;
	struct pending *pending; /* by seq */
	uint32_t pending_n;
	bool answering;      /* events are taken out of a fill's answer just now */
	bool based, behind;  /* base is set; it is on the list of those whose fill failed */
	bool known, filling; /* known: pos is meant; else everything above BASE is still to come */
};
struct mark {
	int64_t when, id;
};
struct streams {
	struct stream *table[TABLE];
	uint32_t n;
	int64_t base, check_at, since, newest;
	struct stream *behind;
	struct mark history[HISTORY];
	uint32_t history_n;
	bool checking, again, first_done, initial;
	struct buf origins;      /* a comma list */
	uint64_t left_out, told; /* those that did not fit, as one number: of this answer, and of what the log was last told */
};

static struct stream **bucket(struct streams *s, int64_t id)
{
	return &s->table[(uint64_t)id * 0x9e3779b97f4a7c15u >> 50];
}

static struct stream *find(struct streams *s, int64_t id)
{
	for (struct stream *t = *bucket(s, id); t != NULL; t = t->next)
		if (t->id == id)
			return t;
	return NULL;
}

static struct stream *get(struct streams *s, int64_t id)
{
	struct stream *t = find(s, id);

	if (t != NULL)
		return t;
	t = must(calloc(1, sizeof(*t)));
	t->id = id;
	struct stream **b = bucket(s, id);
	t->next = *b;
	*b = t;
	s->n++;
	return t;
}

int64_t stream_position(struct relay *r, int64_t id)
{
	const struct stream *t = find(r->streams, id);

	return t != NULL && t->known ? t->pos : 0;
}

/* -- forwarding -- */

static void forward(struct relay *r, struct stream *t, int64_t seq, int64_t id, const char *p, size_t n)
{
	t->known = true;
	t->pos = seq;
	t->last_id = id > t->last_id ? id : t->last_id;
	deliver_event(r, p, n, t->id, seq);
}

static void drain(struct relay *r, struct stream *t)
{
	struct pending *p;

	while ((p = t->pending) != NULL && p->seq - 1 <= t->pos) {
		t->pending = p->next;
		t->pending_n--;
		if (p->seq - 1 == t->pos)
			forward(r, t, p->seq, p->id, p->bytes, p->n);
		free(p);
	}
}

static void keep(struct stream *t, int64_t seq, int64_t id, const char *bytes, size_t n)
{
	struct pending **at = &t->pending;

	while (*at != NULL && (*at)->seq < seq)
		at = &(*at)->next;
	if (*at != NULL && (*at)->seq == seq)
		return;
	struct pending *p = must(malloc(sizeof(*p) + n));
	*p = (struct pending){ *at, seq, id, n };
	memcpy(p->bytes, bytes, n);
	*at = p;
	t->pending_n++;
}

/* -- filling -- */

static void fill(struct relay *, struct stream *, int64_t upto);

static bool is_behind(const struct stream *t)
{
	return !t->known || t->pos < t->wanted || t->pending != NULL;
}

/* The next event of it asks again, or else a check that is answered: BASE may have passed it by then, so it is remembered. */
static void not_filled(struct relay *r, struct stream *t)
{
	struct streams *s = r->streams;

	t->filling = false;
	t->pause = t->pause == 0 ? RETRY_MS : t->pause * 2 > CHECK_MS ? CHECK_MS : t->pause * 2;
	t->retry_at = mono(r) + t->pause;
	if (s->check_at > t->retry_at)
		s->check_at = t->retry_at;
	if (t->behind)
		return;
	t->behind = true;
	t->next_behind = s->behind;
	s->behind = t;
}

/* api.fcgi has just answered. */
static void fill_behind(struct relay *r)
{
	struct streams *s = r->streams;

	for (struct stream **at = &s->behind, *t; (t = *at) != NULL;) {
		if (is_behind(t) && (t->filling || t->retry_at > mono(r))) {
			if (s->check_at > t->retry_at && !t->filling)
				s->check_at = t->retry_at;
			at = &t->next_behind;
			continue;
		}
		*at = t->next_behind;
		t->behind = false;
		if (is_behind(t))
			fill(r, t, t->wanted);
	}
}

/* Events of the answer were taken like any others, in order; then D says what exists. */
static void on_filled(struct relay *r, void *arg, bool answered, const char *body, size_t n)
{
	struct stream *t = find(r->streams, (int64_t)(intptr_t)arg);

	if (t == NULL)
		return;
	if (!answered) {
		not_filled(r, t);
		return;
	}
	const char *p = body, *end = body + n;
	struct block b;
	while (block_next(&p, end, &b) == 1)
		if (b.kind == 'D')
			stream_known(r, word_int(b.words[0]), word_int(b.words[1]));
		else if (b.kind == 'E') { /* E … . : through stream_event, as if published */
			const char *event = b.start;
			struct block e;
			while (block_next(&p, end, &e) == 1 && e.kind != '.')
				continue;
			t->answering = true;
			take_blocks(r, NULL, event, (size_t)(p - event));
			t->answering = false;
		}
	drain(r, t);
	if (!t->known || t->pos == t->from) { /* asked again at once, it would say the same */
		not_filled(r, t);
		return;
	}
	t->filling = false;
	t->pause = 0;
	if (t->pending != NULL)
		fill(r, t, t->pending->seq - 1);
	else if (t->pos < t->wanted)
		fill(r, t, t->wanted);
}

static void fill(struct relay *r, struct stream *t, int64_t upto)
{
	char line[128];
	int n;

	t->wanted = upto > t->wanted ? upto : t->wanted;
	if (t->filling)
		return;
	t->filling = true;
	t->from = t->known ? t->pos : -1;
	r->n.fills++;
	if (!t->known && !t->based) {
		t->based = true;
		t->base = r->streams->base;
	}
	if (t->known)
		n = snprintf(line, sizeof(line), "%lld %lld %lld\n", (long long)t->id, (long long)t->pos, (long long)t->wanted);
	else
		n = snprintf(line, sizeof(line), "%lld id>%lld %lld\n", (long long)t->id, (long long)t->base, (long long)t->wanted);
	fcgi_call(r, "/realtime/fill", NULL, "", line, (size_t)n, on_filled, (void *)(intptr_t)t->id, 5000);
}

void stream_known(struct relay *r, int64_t id, int64_t seq)
{
	struct stream *t = find(r->streams, id);

	if (t == NULL || (t->known && t->pos >= seq))
		return;
	t->known = true;
	t->pos = seq;
}

void stream_behind(struct relay *r, int64_t id, int64_t seq)
{
	struct stream *t = get(r->streams, id);

	if (!t->known || t->pos < seq)
		fill(r, t, seq);
}

void stream_event(struct relay *r, int64_t stream, int64_t seq, int64_t id, const char *p, size_t n)
{
	struct stream *t = get(r->streams, stream);

	/* The answer to an id> fill begins wherever its first message does. */
	bool starts = !t->known && (seq == 1 || t->answering);
	if (t->known && seq <= t->pos) {
		r->n.old_events++;
	} else if (starts || (t->known && seq - 1 == t->pos)) {
		forward(r, t, seq, id, p, n);
		drain(r, t);
	} else {
		r->n.holes++;
		if (t->pending_n == PENDING_MAX) { /* the database has it as well: filled up to here, it comes from there */
			fill(r, t, seq);
			return;
		}
		keep(t, seq, id, p, n);
		fill(r, t, t->pending->seq - 1);
	}
}

/* -- checks -- */

/* BASE follows the newest id of a check that is a minute old: what was uncommitted then is decided now. */
static void move_base(struct relay *r)
{
	struct streams *s = r->streams;

	if (s->history_n == HISTORY)
		memmove(s->history, s->history + 1, --s->history_n * sizeof(s->history[0]));
	s->history[s->history_n++] = (struct mark){ mono(r), s->newest };
	while (s->history_n > 1 && s->history[1].when <= mono(r) - BASE_AGE_MS) {
		memmove(s->history, s->history + 1, --s->history_n * sizeof(s->history[0]));
	}
	if (s->history[0].when <= mono(r) - BASE_AGE_MS && s->history[0].id > s->base)
		s->base = s->history[0].id;
}

/* A stream that was quiet since BASE can be learnt again: forget it when there are too many. */
static void forget_quiet(struct streams *s)
{
	if (s->n < STREAMS_MAX)
		return;
	for (uint32_t i = 0; i < TABLE; i++)
		for (struct stream **at = &s->table[i], *t; (t = *at) != NULL;) {
			if (t->last_id == 0 || t->last_id > s->base || t->filling || t->behind || t->pending != NULL) {
				at = &t->next;
				continue;
			}
			*at = t->next;
			free(t);
			s->n--;
		}
}

static void learn(struct relay *r, int64_t id, int64_t seq, int64_t last_id)
{
	struct streams *s = r->streams;
	struct stream *t = get(s, id);

	if (s->initial) { /* nobody is connected yet: this is where we begin */
		if (!t->known || t->pos < seq) {
			t->known = true;
			t->pos = seq;
		}
		t->last_id = last_id;
		return;
	}
	if (!t->known || t->pos < seq)
		fill(r, t, seq);
	t->last_id = last_id > t->last_id ? last_id : t->last_id;
}

static void ask(struct relay *r);

static void finish_check(struct relay *r)
{
	struct streams *s = r->streams;

	s->checking = false;
	s->initial = false;
	r->n.checks++;
	s->check_at = mono(r) + (r->redis_up ? CHECK_MS : CHECK_AWAY_MS);
	fill_behind(r);
	move_base(r);
	forget_quiet(s);
	if (!r->ready)
		relay_ready(r);
	if (s->again) {
		s->again = false;
		streams_check(r);
	}
}

static void add_origin(struct streams *s, struct word w)
{
	if (s->origins.len + w.n + 1 <= ORIGINS_MAX) {
		buf_add(&s->origins, w.p, w.n);
		buf_chr(&s->origins, ',');
		return;
	}
	for (size_t i = 0; i < w.n; i++)
		s->left_out = (s->left_out ^ (unsigned char)w.p[i]) * 0x100000001b3u;
	s->left_out = (s->left_out ^ ',') * 0x100000001b3u;
}

/* Every answer names all of them: the log is told when others are left out than before. */
static void tell_left_out(struct streams *s)
{
	if (s->left_out != 0 && s->left_out != s->told)
		log_warn(NULL, "origins.many", "more than %d bytes: the pages of the latest inboxes may not open /ws", ORIGINS_MAX);
	s->told = s->left_out;
	s->left_out = 0;
}

const char *streams_origins(const struct relay *r)
{
	return buf_text(&r->streams->origins);
}

static void on_positions(struct relay *r, void *arg, bool answered, const char *body, size_t n)
{
	struct streams *s = r->streams;
	const char *p = body, *end = body + n;
	struct block b;
	bool more = false;

	(void)arg;
	if (!answered) {
		s->checking = false;
		s->check_at = mono(r) + 500;
		return;
	}
	buf_clear(&s->origins);
	while (block_next(&p, end, &b) == 1) {
		if (b.kind == 'D' && b.n == 3)
			learn(r, word_int(b.words[0]), word_int(b.words[1]), word_int(b.words[2]));
		if (b.kind == 'O' && b.n == 1)
			add_origin(s, b.words[0]);
		if (b.kind == 'M') {
			s->newest = word_int(b.words[0]);
			more = word_int(b.words[1]) > 0;
		}
	}
	tell_left_out(s);
	if (!s->first_done) { /* the first answer names the newest id: begin a margin below it */
		s->first_done = true;
		s->base = s->newest > MARGIN ? s->newest - MARGIN : 0;
		s->since = s->base > 0 ? s->base : 1;
		s->initial = true;
		if (s->newest > 0) {
			ask(r);
			return;
		}
	} else if (more) {
		s->since = s->newest;
		ask(r);
		return;
	}
	finish_check(r);
}

static void ask(struct relay *r)
{
	char line[64];
	int n = snprintf(line, sizeof(line), "since %lld", (long long)(r->streams->first_done ? r->streams->since : 0));

	r->streams->checking = true;
	fcgi_call(r, "/realtime/positions", NULL, "", line, (size_t)n, on_positions, NULL, 5000);
}

void streams_check(struct relay *r)
{
	struct streams *s = r->streams;

	if (s->checking) {
		s->again = true;
		return;
	}
	s->since = s->base > 0 ? s->base : 1;
	ask(r);
}

void streams_second(struct relay *r)
{
	if (!r->streams->checking && mono(r) >= r->streams->check_at)
		streams_check(r);
}

/* What was published meanwhile may have been a sign-out: look again at every socket that is somebody. */
void streams_lost(struct relay *r)
{
	streams_check(r);
	for (uint32_t i = 0; i < WHEEL; i++)
		for (struct client *c = r->wheel[i]; c != NULL; c = c->next)
			if (c->presence != NULL)
				client_recheck(c, RECHECK_LOST);
}

void streams_init(struct relay *r)
{
	r->streams = must(calloc(1, sizeof(*r->streams)));
}
