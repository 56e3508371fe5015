/* Catching up: what a socket missed, as S blocks, then G. The relay holds live frames meanwhile. */
#include "../../core/text.h"
#include "../../domain/message.h"
#include "../../domain/team.h"
#include "../chat/chat.h"
#include "rooms.h"
#include "socket.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 100, VISITOR_MAX = 2000, STAFF_MAX = 1000, STREAMS_MAX = 2000, MOVED_MAX = 20000, NAMED_MAX = 500, MARGIN = 1000 };
/* What a socket may have waiting is a megabyte (PROTOCOL.md 6): an answer that is more would end it before its first byte. */
enum { STAFF_BYTES = 512 << 10 };

void put_continue(struct buf *b, const char *continuation, size_t n)
{
	buf_printf(b, "C %zu\n", n);
	buf_add(b, continuation, n);
	buf_chr(b, '\n');
}

void put_hold(struct buf *b, const char *continuation, size_t n)
{
	buf_str(b, "H\n");
	put_continue(b, continuation, n);
}

char *resume_visitor(struct arena *mem, int64_t stream, const char *session_id, int64_t after_seq)
{
	return arena_printf(mem, "visitor %lld %s %lld 0 0", (long long)stream, session_id, (long long)after_seq);
}

char *resume_staff(struct arena *mem, int64_t last_id, const char *positions)
{
	return arena_printf(mem, "staff %lld %s", (long long)last_id, positions);
}

static void put_done(const struct socket *s, struct buf *b, int64_t count, int64_t last_id)
{
	struct buf frame = { 0 };

	render_frame(&frame, "resumed", s->dialect->resumed, &(struct resumed){ count, last_id });
	put_block_frame(b, &frame);
	buf_str(b, "G\n");
	buf_free(&frame);
}

/* The client reloads by HTTP, and live goes on from here. */
void put_resync(struct buf *b, const char *reason)
{
	struct buf frame = { 0 };

	buf_printf(&frame, "{\"type\":\"resync\",\"data\":{\"reason\":\"%s\"}}", reason);
	put_block_frame(b, &frame);
	buf_free(&frame);
}

static void put_reload(struct buf *b, const char *reason)
{
	put_resync(b, reason);
	buf_str(b, "G\n");
}

static void put_too_far(struct buf *b)
{
	put_reload(b, "too_far_behind");
}

struct told {               /* so far */
	int64_t n, last_id; /* the newest of them */
};

/* How many of the list were taken: all, or as many as one answer may be of. */
static size_t put_messages(struct ctx *c, const struct socket *s, struct buf *b, const struct list *l, const struct conversation *v,
			   size_t most, struct told *told)
{
	struct message *m = l->items;
	struct buf frame = { 0 };
	size_t i, start = b->len;

	for (i = 0; i < l->n && b->len - start < most; i++) {
		/* Nothing for them, and no hole to fill. */
		if (m[i].is_deleted || (m[i].is_private && (!is_staff(c) || s->dialect->without_notes)))
			continue;
		told->n++;
		told->last_id = m[i].id > told->last_id ? m[i].id : told->last_id;
		message_finish(&m[i], v->session_id);
		s->dialect->put_message(c, &frame, v, &m[i]);
		buf_printf(b, "S %zu %lld %lld\n", frame.len, (long long)m[i].stream, (long long)m[i].seq);
		buf_add(b, frame.data, frame.len);
		buf_chr(b, '\n');
	}
	buf_free(&frame);
	return i;
}

/* What it says it has is covered too: published late, it would come a second time. */
static void put_standing(struct buf *b, int64_t stream, int64_t seq)
{
	if (seq > 0)
		buf_printf(b, "S 0 %lld %lld\n\n", (long long)stream, (long long)seq);
}

/* What the AI is saying just now. */
static void put_partial(struct ctx *c, struct buf *b, int64_t stream)
{
	struct buf frame = { 0 };
	struct event e;

	if (!partial_find(c, stream, &e))
		return;
	chat_put_stream(&frame, &e);
	put_block_frame(b, &frame);
	buf_free(&frame);
}

/* "stream session after sent last_id": a page each time, until a short one. */
static bool visitor(struct ctx *c, const struct socket *s, const char *body, struct buf *b)
{
	long long stream, after, sent, seen;
	char session_id[65];
	struct list page = { 0 };

	if (sscanf(body, "%lld %64s %lld %lld %lld", &stream, session_id, &after, &sent, &seen) != 5)
		return fail(c, E_BUG, "frame.continuation");
	if (!message_range(c, stream, after, INT64_MAX, PAGE, &page))
		return false;
	struct told told = { sent, seen };
	put_standing(b, stream, after);
	size_t taken =
		put_messages(c, s, b, &page, &(struct conversation){ .id = stream, .session_id = session_id }, RESUME_BYTES, &told);
	if (taken < PAGE && taken == page.n) {
		put_partial(c, b, stream);
		put_done(s, b, told.n, told.last_id);
	} else if (told.n >= VISITOR_MAX) {
		put_too_far(b);
	} else {
		const char *next = arena_printf(c->mem, "visitor %lld %s %lld %lld %lld", stream, session_id,
						(long long)((struct message *)page.items)[taken - 1].seq, (long long)told.n,
						(long long)told.last_id);
		put_continue(b, next, strlen(next));
	}
	return true;
}

struct catch_up {
	const struct socket *s;
	const struct json *positions;
	struct list teams;
	int64_t last_id, read; /* read: messages, also those that are not for everybody */
	struct told told;
	size_t start; /* of the answer */
	bool too_much;
};

/* Where the client stands in one stream: what it says itself, else what it must have seen by last_id. */
static bool standing(struct ctx *c, const struct catch_up *u, const struct conversation *v, int64_t *after)
{
	const char *name = u->s->dialect->by_number ? arena_printf(c->mem, "%lld", (long long)v->id) : v->session_id;
	const struct json *said = u->positions != NULL ? json_member(u->positions, name) : NULL;

	if (said != NULL && json_int(said, after) && *after >= 0)
		return true;
	if (u->positions == NULL)
		return message_seq_at(c, v->id, u->last_id, after);
	/* It names its sessions and this is none of them: all that is young is new to it. */
	if (!message_first_above(c, v->id, u->last_id > MARGIN ? u->last_id - MARGIN : 0, after))
		return false;
	*after = *after > 0 ? *after - 1 : v->last_seq;
	return true;
}

static bool one_stream(struct ctx *c, struct catch_up *u, int64_t stream, struct buf *b)
{
	struct conversation v = { 0 };
	struct list page = { 0 };
	int64_t after;
	bool found;

	if (stream < 0) /* a room: each is joined with its own position */
		return true;
	if (!conversation_peek(c, stream, &v, &found))
		return false;
	if (!found || !conversation_may_see(c, &v, &u->teams))
		return true;
	if (!standing(c, u, &v, &after) || !message_range(c, stream, after, INT64_MAX, STAFF_MAX + 1 - u->read, &page))
		return false;
	put_standing(b, stream, after < v.last_seq ? after : v.last_seq);
	u->read += (int64_t)page.n;
	put_messages(c, u->s, b, &page, &v, STAFF_BYTES, &u->told);
	u->too_much = u->too_much || u->read > STAFF_MAX || b->len - u->start >= STAFF_BYTES;
	return true;
}

static void put_end(struct buf *b, const struct catch_up *u)
{
	if (u->too_much) {
		b->len = u->start;
		put_too_far(b);
	} else {
		put_done(u->s, b, u->read, u->told.last_id);
	}
}

/* *stream stays 0 for one that is gone, or no longer this agent's. */
static bool named(struct ctx *c, const struct catch_up *u, const char *name, int64_t *stream)
{
	struct conversation v = { 0 };

	*stream = 0;
	if (u->s->dialect->by_number) {
		if (!parse_int(name, strlen(name), stream) || *stream < 0)
			*stream = 0;
		return true;
	}
	if (conversation_find(c, name, &v))
		*stream = v.id;
	else if (failed_for_now(c->err.code))
		return false;
	c->err = (struct err){ 0 };
	return true;
}

/* A page that has not seen a message yet, but knows sessions: each of those by its own position. */
static bool named_streams(struct ctx *c, struct catch_up *u, struct buf *b)
{
	const struct json *said;
	const char *name;
	size_t at = 0;

	while (u->positions != NULL && !u->too_much && json_each(u->positions, &at, &name, &said)) {
		int64_t stream;
		if (!named(c, u, name, &stream))
			return false;
		u->too_much = at > NAMED_MAX;
		if (stream != 0 && !one_stream(c, u, stream, b))
			return false;
	}
	put_end(b, u);
	return true;
}

/* "last_id positions-json". Ids may commit out of order, so streams are looked at from a margin below last_id, and each by its seq.
 */
static bool staff(struct ctx *c, const struct socket *s, const char *body, struct buf *b)
{
	struct catch_up u = { .s = s, .start = b->len };
	struct list moved = { 0 };
	char *rest;
	int64_t newest, top;
	bool more;

	u.last_id = u.told.last_id = strtoll(body, &rest, 10);
	rest += strspn(rest, " ");
	u.positions = *rest == '{' ? json_parse(c, rest, strlen(rest)) : NULL;
	if (!team_ids_of(c, c->who.user_id, &u.teams))
		return false;
	if (u.last_id == 0)
		return named_streams(c, &u, b);
	if (!message_top_id(c, &top))
		return false;
	if (u.last_id > top) { /* what it has seen is not here: a backup was restored since */
		put_reload(b, "unknown_position");
		return true;
	}
	int64_t since = u.last_id > MARGIN ? u.last_id - MARGIN : 1;
	if (is_staff(c) ? !message_positions(c, since, MOVED_MAX, &moved, &newest, &more)
			: !message_positions_of(c, c->who.user_id, since, STREAMS_MAX, &moved, &more))
		return false;
	const struct stream_position *p = moved.items;
	u.too_much = more || moved.n > STREAMS_MAX;
	for (size_t i = 0; i < moved.n && !u.too_much; i++)
		if (!one_stream(c, &u, p[i].stream, b))
			return false;
	put_end(b, &u);
	return true;
}

bool resume_continue(struct ctx *c, const struct socket *s, const char *body, struct buf *b)
{
	if (strncmp(body, "visitor ", 8) == 0)
		return visitor(c, s, body + 8, b);
	if (strncmp(body, "staff ", 6) == 0)
		return staff(c, s, body + 6, b);
	if (strncmp(body, "room ", 5) == 0)
		return room_continue(c, body + 5, b);
	return fail(c, E_BUG, "frame.continuation");
}
