/* Rooms on /ws: join and leave of a socket, what it says there, and what it missed. Membership is the REST calls' matter. */
#include "../../core/settings.h"
#include "../../core/text.h"
#include "../../domain/present.h"
#include "../rooms/rooms.h"
#include "rooms.h"
#include <stdio.h>
#include <string.h>

enum { PAGE = 100 };

char *channel_room(struct arena *mem, int64_t id)
{
	return arena_printf(mem, "chat/r/%lld", (long long)id);
}

/* -- events -- */

void render_room(struct ctx *c, struct buf *out, const struct event *e)
{
	const struct message *m = &e->said->m;
	struct buf frame = { 0 }, to = { 0 };

	buf_printf(&to, " %s", channel_room(c->mem, e->room->id));
	if (e->kind == EVENT_ROOM_MESSAGE) {
		buf_printf(out, "E %lld %lld %lld\n", (long long)m->stream, (long long)m->seq, (long long)m->id);
		render_frame(&frame, "message", &rooms_message, e->said);
	} else {
		buf_str(out, "E - 0 0\n");
		buf_printf(&frame, "{\"type\":\"message_deleted\",\"data\":{\"id\":\"%s\",\"room_id\":\"%s\",\"seq\":%lld}}",
			   m->uuid, e->room->public_id, (long long)m->seq);
	}
	if (e->kind != EVENT_ROOM_MESSAGE || !m->is_deleted) /* one taken back has its place in the stream, for nobody */
		put_target(out, &frame, &to);
	buf_str(out, ".\n");
	buf_free(&frame);
	buf_free(&to);
}

/* A hole in a room's stream. *known: up to where. */
bool room_fill(struct ctx *c, int64_t stream, int64_t after, int64_t upto, int64_t limit, struct buf *b, int64_t *known)
{
	struct room r = { 0 };
	struct list l = { 0 };
	bool found;

	if (!room_peek(c, -stream, &r, &found))
		return false;
	if (found && after < upto && !room_range(c, &r, after, upto, limit, &l))
		return false;
	const struct room_message *m = l.items;
	for (size_t i = 0; i < l.n; i++)
		render_room(c, b, &(struct event){ .kind = EVENT_ROOM_MESSAGE, .room = &r, .said = &m[i] });
	*known = l.n > 0 && (int64_t)l.n == limit ? m[l.n - 1].m.seq : upto;
	return true;
}

/* -- the rooms of a socket -- */

static bool in_room(const struct socket *s, int64_t id)
{
	for (size_t i = 0; i < s->rooms_n; i++)
		if (s->rooms[i] == id)
			return true;
	return false;
}

static void forget_room(struct socket *s, int64_t id)
{
	size_t n = 0;

	for (size_t i = 0; i < s->rooms_n; i++)
		if (s->rooms[i] != id)
			s->rooms[n++] = s->rooms[i];
	s->rooms_n = n;
}

static void put_answer(struct buf *out, const char *type, const struct room *r)
{
	struct buf f = { 0 };

	buf_printf(&f, "{\"type\":\"%s\",\"data\":{\"success\":true,\"room_id\":\"%s\",\"last_seq\":%lld}}", type, r->public_id,
		   (long long)r->last_seq);
	put_block_frame(out, &f);
	buf_free(&f);
}

bool rooms_again(struct ctx *c, struct socket *s, struct buf *out)
{
	const struct socket before = *s;

	for (size_t i = 0; i < before.rooms_n; i++) {
		struct room r = { 0 };
		bool found;
		if (!room_peek(c, before.rooms[i], &r, &found))
			return false;
		if (found && room_may_enter(c, &r)) {
			buf_printf(out, "J %s\n", channel_room(c->mem, r.id));
			continue;
		}
		c->err = (struct err){ 0 };
		forget_room(s, before.rooms[i]);
		buf_printf(out, "L %s\n", channel_room(c->mem, before.rooms[i]));
		if (found)
			put_answer(out, "leave", &r);
	}
	return true;
}

/* -- frames -- */

struct join_in {
	const char *room_id, *last_id;
	int64_t seq;
	uint64_t has;
};
enum { HAS_SEQ = 1 };
// clang-format off
static const struct field join_f[] = {
	FIELD(join_in, room_id, "room_id", as_str, .flags = REQUIRED, .min = 1, .max = ROOM_ID_MAX),
	FIELD(join_in, last_id, "last_id", as_str, .flags = NULLABLE, .min = 1, .max = ROOM_ID_MAX, .doc = "The last message seen: what came after it is sent first"),
	FIELD(join_in, seq, "seq", as_int, .min = 0, .max = INT64_MAX, .bit = HAS_SEQ, .doc = "The same by number"),
};
// clang-format on
static const struct spec join_spec = SPEC_HAS("RoomJoin", join_in, join_f);

/* *in: that room, for who may. Else the answer is given, or false: the relay tries again. */
static bool admit(struct frame *f, bool (*reach)(struct ctx *, const char *, struct room *), struct join_in *in, struct room *r,
		  bool *good)
{
	struct ctx *c = f->c;

	*good = false;
	if (f->s->user_id == 0) {
		fail(c, E_UNAUTHENTICATED, "auth.needed");
		return frame_error(f);
	}
	if (!frame_read(f, &join_spec, in))
		return frame_malformed(f);
	*good = reach(c, in->room_id, r);
	return *good || (!failed_for_now(c->err.code) && frame_error(f));
}

enum { NOT_SAID = -1, TOO_FAR = -2 /* further back than what is shown */ };
/* Where the client stands. */
static bool standing(struct ctx *c, const struct room *r, const struct join_in *in, int64_t *seq)
{
	int64_t id;

	*seq = in->has & HAS_SEQ ? in->seq : NOT_SAID;
	if (*seq >= 0 && *seq < room_floor(r) - 1)
		*seq = TOO_FAR;
	if (in->last_id == NULL || room_seq_of(c, r, in->last_id, seq, &id))
		return true;
	if (failed_for_now(c->err.code))
		return false;
	c->err = (struct err){ 0 };
	*seq = TOO_FAR;
	return true;
}

static void put_resync_of(struct buf *out, const struct room *r)
{
	struct buf f = { 0 };

	buf_printf(&f, "{\"type\":\"resync\",\"data\":{\"reason\":\"too_far_behind\",\"room_id\":\"%s\"}}", r->public_id);
	put_block_frame(out, &f);
	buf_free(&f);
}

static bool remember(struct socket *s, int64_t id)
{
	if (in_room(s, id))
		return true;
	if (s->rooms_n == SOCKET_ROOMS)
		return false;
	s->rooms[s->rooms_n++] = id;
	return true;
}

bool on_room_join(struct frame *f)
{
	struct ctx *c = f->c;
	struct join_in in = { 0 };
	struct room r = { 0 };
	int64_t seq;
	bool good;

	if (!admit(f, room_enter, &in, &r, &good) || !good)
		return !failed_for_now(c->err.code);
	if (!standing(c, &r, &in, &seq))
		return false;
	if (!remember(f->s, r.id)) {
		fail(c, E_BAD_INPUT, "room.too_many");
		return frame_error(f);
	}
	put_who(f->out, f->s);
	buf_printf(f->out, "J %s\n", channel_room(c->mem, r.id));
	put_answer(f->out, "join", &r);
	present_touch(c, 0);
	if (seq >= 0) {
		const char *next = arena_printf(c->mem, "room %lld %lld 0", (long long)r.id, (long long)seq);
		put_hold(f->out, next, strlen(next));
		return true;
	}
	if (seq == TOO_FAR)
		put_resync_of(f->out, &r);
	buf_str(f->out, "G\n");
	return true;
}

bool on_room_leave(struct frame *f)
{
	struct join_in in = { 0 };
	struct room r = { 0 };
	bool good;

	if (!admit(f, room_find, &in, &r, &good) || !good)
		return !failed_for_now(f->c->err.code);
	forget_room(f->s, r.id);
	put_who(f->out, f->s);
	buf_printf(f->out, "L %s\n", channel_room(f->c->mem, r.id));
	put_answer(f->out, "leave", &r);
	return true;
}

/* A repeated one is not told again: the sender is told that it is there. Who has not joined hears of its own words here. */
static void put_sent(struct frame *f, const struct room_message *m)
{
	struct buf b = { 0 };
	bool heard = in_room(f->s, -m->m.stream);

	put_events(f->c, f->out);
	if (heard && !m->m.repeated)
		return;
	if (!heard) {
		render_frame(&b, "message", &rooms_message, m);
	} else {
		buf_printf(&b,
			   "{\"type\":\"ack\",\"data\":{\"room_id\":\"%s\",\"id\":\"%s\",\"seq\":%lld,\"client_id\":", m->room_id,
			   m->m.uuid, (long long)m->m.seq);
		buf_json(&b, m->m.client_id, strlen(m->m.client_id));
		buf_str(&b, "}}");
	}
	frame_put(f, &b);
}

bool on_room_message(struct frame *f)
{
	struct room_send_in in = { 0 };
	struct room_message m = { 0 };

	if (f->s->user_id == 0) {
		fail(f->c, E_UNAUTHENTICATED, "auth.needed");
		return frame_error(f);
	}
	if (!frame_read(f, &rooms_send_in, &in))
		return frame_malformed(f);
	if (in.client_id == NULL && *f->s->frame != '\0') /* the relay may repeat this request: then it finds its own message */
		in.client_id = f->s->frame;
	if (!socket_may_post(f->c, "") || !run_operation(f->c, room_send, WRITES, &in, &m))
		return f->c->err.code != E_BUG && frame_error(f);
	present_touch(f->c, 0);
	put_sent(f, &m);
	return true;
}

/* -- catching up -- */

static void put_resumed(struct buf *out, const struct room *r, int64_t count, const char *last_id, int64_t seq)
{
	struct buf f = { 0 };

	buf_printf(&f, "{\"type\":\"resumed\",\"data\":{\"room_id\":\"%s\",\"count\":%lld,\"last_id\":", r->public_id,
		   (long long)count);
	if (last_id != NULL)
		buf_printf(&f, "\"%s\"", last_id);
	else
		buf_str(&f, "null");
	buf_printf(&f, ",\"seq\":%lld}}", (long long)seq);
	put_block_frame(out, &f);
	buf_str(out, "G\n");
	buf_free(&f);
}

/* How many of the page were taken: all, or as many as one answer may be of. */
static size_t put_page(struct ctx *c, const struct list *page, struct buf *out, const char **last_id, long long *sent)
{
	const struct room_message *m = page->items;
	struct buf f = { 0 };
	size_t i, start = out->len;

	for (i = 0; i < page->n && out->len - start < RESUME_BYTES; i++) {
		if (m[i].m.is_deleted || m[i].m.created_at < c->now - ROOM_WINDOW_MS)
			continue;
		render_frame(&f, "message", &rooms_message, &m[i]);
		buf_printf(out, "S %zu %lld %lld\n", f.len, (long long)m[i].m.stream, (long long)m[i].m.seq);
		buf_add(out, f.data, f.len);
		buf_chr(out, '\n');
		*last_id = m[i].m.uuid;
		++*sent;
	}
	buf_free(&f);
	return i;
}

/* "ROOM AFTER SENT": a page each time, until a short one. */
bool room_continue(struct ctx *c, const char *body, struct buf *out)
{
	long long id, after, sent;
	const char *last_id = NULL;
	struct room r = { 0 };
	struct list page = { 0 };
	bool found;

	if (sscanf(body, "%lld %lld %lld", &id, &after, &sent) != 3)
		return fail(c, E_BUG, "frame.continuation");
	if (!room_peek(c, id, &r, &found))
		return false;
	if (!found || !room_may_enter(c, &r)) { /* it has left meanwhile: the recheck takes its channel */
		c->err = (struct err){ 0 };
		buf_str(out, "G\n");
		return true;
	}
	if (!room_range(c, &r, after, INT64_MAX, PAGE, &page))
		return false;
	size_t taken = put_page(c, &page, out, &last_id, &sent);
	int64_t upto = taken > 0 ? ((struct room_message *)page.items)[taken - 1].m.seq : after;
	if (taken < PAGE && taken == page.n) {
		put_resumed(out, &r, sent, last_id, upto);
	} else {
		const char *next = arena_printf(c->mem, "room %lld %lld %lld", id, (long long)upto, sent);
		buf_printf(out, "C %zu\n%s\n", strlen(next), next);
	}
	return true;
}
