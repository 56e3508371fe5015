/* The frames of /admin/ws (console.md, additions.md): one row a type. Staff only, and nothing before `auth`. */
#include "../../domain/sign_in.h"
#include "../../domain/team.h"
#include "../access/access.h"
#include "../access/signed_in.h"
#include "../chat/chat.h"
#include "../console/console.h"
#include "../console/error.h"
#include "socket.h"
#include <string.h>

enum { POSITIONS_BYTES = 60000, CLIENT_ID_MAX = 128 };

struct frame {
	struct ctx *c;
	struct socket *s;
	const struct json *data; /* the data member, or the message itself; never NULL */
	struct buf *out;
};

static bool put_error(struct frame *f)
{
	struct ctx *c = f->c;
	const char *client_id = json_member_str(f->data, "client_id");
	struct buf b = { 0 };

	buf_str(&b, "{\"type\":\"error\",\"data\":{");
	console_put_error(c, &b);
	if (c->err.retry_after > 0)
		buf_printf(&b, ",\"retry_after\":%lld", (long long)c->err.retry_after);
	if (client_id != NULL) {
		buf_str(&b, ",\"client_id\":");
		buf_json(&b, client_id, strlen(client_id));
	}
	buf_str(&b, "}}");
	put_block_frame(f->out, &b);
	buf_free(&b);
	c->err = (struct err){ 0 };
	return true;
}

static bool read_data(struct frame *f, const struct spec *s, void *in)
{
	return spec_get(f->c, s, &(struct sources){ .body = f->data }, in);
}

/* -- what pages say -- */

// clang-format off
#define CONVERSATION(T) FIELD(T, id, "conversation_id", as_int, .flags = REQUIRED, .min = 1, .max = INT64_MAX)
struct typing_in {
	int64_t id;
	bool is_typing, is_private;
};
static const struct field typing_f[] = {
	CONVERSATION(typing_in),
	FIELD(typing_in, is_typing, "is_typing", as_bool, .flags = REQUIRED),
	FIELD(typing_in, is_private, "is_private", as_bool),
};
static const struct spec typing_spec = SPEC("LiveTypingIn", typing_in, typing_f);

struct view_in {
	int64_t id;
};
static const struct field view_f[] = {
	FIELD(view_in, id, "conversation_id", as_int, .flags = NULLABLE, .min = 1, .max = INT64_MAX),
};
static const struct spec view_spec = SPEC("LiveViewIn", view_in, view_f);

struct read_in {
	int64_t id, last_id;
};
static const struct field read_f[] = {
	CONVERSATION(read_in),
	FIELD(read_in, last_id, "last_id", as_int, .flags = REQUIRED, .min = 1, .max = INT64_MAX),
};
static const struct spec read_spec = SPEC("LiveReadIn", read_in, read_f);

struct message_in {
	int64_t id;
	const char *content, *client_id;
	bool is_private;
};
static const struct field message_f[] = {
	CONVERSATION(message_in),
	FIELD(message_in, content, "content", as_str, .flags = REQUIRED, .min = 1, .max = MESSAGE_MAX_CHARS),
	FIELD(message_in, is_private, "is_private", as_bool),
	FIELD(message_in, client_id, "client_id", as_str, .min = 1, .max = CLIENT_ID_MAX),
};
static const struct spec message_spec = SPEC("LiveMessageIn", message_in, message_f);

struct resume_in {
	int64_t last_id;
	const char *positions;
};
static const struct field resume_f[] = {
	FIELD(resume_in, last_id, "last_id", as_int, .min = 0, .max = INT64_MAX),
	FIELD(resume_in, positions, "positions", as_json, .max = POSITIONS_BYTES),
};
static const struct spec resume_spec = SPEC("LiveResumeIn", resume_in, resume_f);

static const struct field resumed_f[] = {
	FIELD(resumed, count, "count", as_int),
	FIELD(resumed, last_id, "last_id", as_int),
};
static const struct spec resumed = SPEC("LiveResumed", resumed, resumed_f);
// clang-format on

static bool on_typing(struct frame *f)
{
	struct ctx *c = f->c;
	struct typing_in in = { 0 };
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));

	if (!read_data(f, &typing_spec, &in) || !conversation_reach_id(c, in.id, v))
		return put_error(f);
	struct event *e = event_queue(c, EVENT_TYPING);
	e->conversation = v;
	e->user_id = c->who.user_id;
	e->user_name = c->who.name;
	e->sender_type = SENDER_AGENT;
	e->flag = in.is_typing;
	e->among_staff = in.is_private;
	e->except = f->s->name;
	realtime_publish(c);
	return true;
}

static bool on_view(struct frame *f)
{
	struct view_in in = { 0 };
	struct conversation *v = arena_alloc(f->c->mem, sizeof(*v));

	if (!read_data(f, &view_spec, &in) || (in.id != 0 && !conversation_reach_id(f->c, in.id, v)))
		return put_error(f);
	viewing_change(f->c, f->s, in.id != 0 ? v : NULL, f->out);
	put_who(f->out, f->s);
	return true;
}

static bool on_read(struct frame *f)
{
	struct ctx *c = f->c;
	struct read_in in = { 0 };
	struct session_read_out out = { 0 };
	struct conversation v = { 0 };

	if (!read_data(f, &read_spec, &in) || !conversation_reach_id(c, in.id, &v) ||
	    !run_operation(c, session_read, WRITES, &(struct session_read_in){ v.session_id, in.last_id }, &out))
		return put_error(f);
	realtime_publish(c);
	return true;
}

static void put_stored_before(struct frame *f, const struct message *m)
{
	struct buf b = { 0 };

	buf_printf(&b, "{\"type\":\"ack\",\"data\":{\"conversation_id\":%lld,\"id\":%lld,\"seq\":%lld,\"client_id\":",
		   (long long)m->stream, (long long)m->id, (long long)m->seq);
	buf_json(&b, m->client_id != NULL ? m->client_id : "", m->client_id != NULL ? strlen(m->client_id) : 0);
	buf_str(&b, "}}");
	put_block_frame(f->out, &b);
	buf_free(&b);
}

static bool on_message(struct frame *f)
{
	struct ctx *c = f->c;
	struct message_in in = { 0 };
	struct message m = { 0 };

	if (!read_data(f, &message_spec, &in) || !socket_may_post(c, ""))
		return put_error(f);
	struct message_post_in post = { .conversation_id = in.id, .content = in.content, .is_private = in.is_private };
	/* the relay may repeat this request: then it finds its own message */
	post.client_id = in.client_id != NULL ? in.client_id : f->s->frame;
	if (!run_operation(c, message_post, WRITES, &post, &m))
		return put_error(f);
	put_events(c, f->out);
	if (m.repeated)
		put_stored_before(f, &m);
	return true;
}

static bool on_resume(struct frame *f)
{
	struct resume_in in = { 0 };

	if (!read_data(f, &resume_spec, &in))
		return put_error(f);
	const char *next = resume_staff(f->c->mem, in.last_id, in.positions != NULL ? in.positions : "");
	put_hold(f->out, next, strlen(next));
	return true;
}

static bool on_ping(struct frame *f)
{
	put_pong(f->c, f->out);
	return true;
}

/* -- auth -- */

static bool turn_away(struct frame *f, const char *why)
{
	put_error(f);
	buf_printf(f->out, "X %s\n", why);
	return true;
}

static void put_signed_in(struct frame *f, const struct user *u)
{
	struct buf b = { 0 };

	buf_str(&b, "{\"type\":\"auth\",\"data\":{\"success\":true,\"user\":");
	spec_put(&b, &signed_in_user, u);
	buf_str(&b, "}}");
	put_block_frame(f->out, &b);
	buf_free(&b);
}

/* The channels it has from now on, whatever it had. */
static bool grant(struct frame *f)
{
	buf_str(f->out, "L *\n");
	return put_staff_channels(f->c, f->s, f->out);
}

static bool let_in(struct frame *f, const struct user *u)
{
	struct ctx *c = f->c;

	if (f->s->viewing != 0)
		viewing_change(c, f->s, NULL, f->out);
	f->s->user_id = u->id;
	f->s->family = c->who.family;
	if (!socket_online(c, u->id) || !grant(f))
		return false;
	put_who(f->out, f->s);
	put_signed_in(f, u);
	realtime_publish(c);
	return true;
}

static bool on_auth(struct frame *f, const struct json *message)
{
	struct ctx *c = f->c;
	const char *token = json_member_str(f->data, "token");
	const struct json *resume = json_member(f->data, "resume");
	struct user u;

	token = token != NULL ? token : json_member_str(message, "token");
	resume = resume != NULL ? resume : json_member(message, "resume");
	if (token == NULL) {
		fail_field(c, "token", "input.missing");
		return put_error(f);
	}
	if (!access_by_token(c, token, &u))
		return c->err.code != E_UNAVAILABLE && turn_away(f, "4401 bad_token");
	if (!is_staff(c)) {
		fail(c, E_FORBIDDEN, "auth.forbidden");
		return turn_away(f, "4403 not_staff");
	}
	if (!let_in(f, &u))
		return false;
	if (resume == NULL) {
		put_continue(f->out, "", 0);
		return true;
	}
	f->data = resume;
	return on_resume(f);
}

/* Its own numbers, as soon as they are counted: asked for by one that is in its channels, or they might be told before it is. */
static bool console_listens(struct ctx *c, struct socket *s)
{
	event_wake(c, "counts", s->user_id);
	realtime_publish(c);
	return true;
}

/* -- dispatch -- */

static const struct {
	const char *type;
	uint32_t permission;
	bool (*take)(struct frame *);
} rows[] = {
	{ "ping", 0, on_ping },
	{ "resume", MAY_CONVERSATIONS_READ, on_resume },
	{ "view", MAY_CONVERSATIONS_READ, on_view },
	{ "read", MAY_CONVERSATIONS_READ, on_read },
	{ "typing", MAY_CONVERSATIONS_WRITE, on_typing },
	{ "message", MAY_CONVERSATIONS_WRITE, on_message },
};

static bool dispatch(struct frame *f, const char *type)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (strcmp(rows[i].type, type) != 0)
			continue;
		if ((f->c->who.permissions & rows[i].permission) == rows[i].permission)
			return rows[i].take(f);
		fail(f->c, E_FORBIDDEN, "auth.forbidden");
		return put_error(f);
	}
	fail_field(f->c, "type", "frame.unknown_type");
	return put_error(f);
}

static bool console_frame(struct ctx *c, struct socket *s, const struct json *message, struct buf *out)
{
	const char *type = json_member_str(message, "type");
	const struct json *data = json_member(message, "data");
	struct frame f = { c, s, data != NULL ? data : message, out };
	struct user u;

	if (type != NULL && strcmp(type, "auth") == 0)
		return on_auth(&f, message);
	if (s->user_id == 0) {
		put_who(out, s); /* its language, which only the first frame brings */
		fail(c, E_UNAUTHENTICATED, "auth.needed");
		return put_error(&f);
	}
	if (!access_again(c, s->user_id, s->family, &u))
		return c->err.code != E_UNAVAILABLE && turn_away(&f, "4401 signed_out");
	if (!is_staff(c)) {
		fail(c, E_FORBIDDEN, "auth.forbidden");
		return turn_away(&f, "4403 not_staff");
	}
	if (type == NULL) {
		fail_field(c, "type", "input.missing");
		return put_error(&f);
	}
	return dispatch(&f, type);
}

/* -- what it may see has changed, or may have been missed -- */

/* It goes on showing its conversation if that is still its to see. */
static bool view_again(struct frame *f)
{
	struct conversation *v = arena_alloc(f->c->mem, sizeof(*v));
	struct list teams = { 0 };
	bool found;

	if (f->s->viewing == 0)
		return true;
	if (!conversation_peek(f->c, f->s->viewing, v, &found) || !team_ids_of(f->c, f->s->user_id, &teams))
		return false;
	bool may = found && (f->c->who.permissions & MAY_CONVERSATIONS_READ) && conversation_may_see(f->c, v, &teams);
	if (may)
		buf_printf(f->out, "J %s\n", channel_viewing(f->c->mem, v->id));
	else
		viewing_change(f->c, f->s, NULL, f->out);
	return true;
}

static bool console_recheck(struct ctx *c, struct socket *s, bool lost, struct buf *out)
{
	struct frame f = { c, s, NULL, out };
	const char *before = s->grants;
	bool ended;

	if (!socket_recall(c, s, out, &ended))
		return false;
	if (s->user_id == 0 || ended)
		return true;
	if (!is_staff(c)) {
		buf_str(out, "X 4403 not_staff\n");
		return true;
	}
	if (!grant(&f) || !view_again(&f))
		return false;
	put_who(out, s);
	bool changed = strcmp(before, s->grants) != 0;
	if (lost || changed)
		put_resync(out, changed ? "scope_changed" : "events_lost");
	return console_listens(c, s);
}

static bool console_closed(struct ctx *c, struct socket *s)
{
	struct buf none = { 0 };

	if (s->viewing != 0)
		viewing_change(c, s, NULL, &none);
	buf_free(&none);
	return true;
}

const struct dialect console_dialect = { .endpoint = "/admin/ws",
					 .contract = "console",
					 .frame = console_frame,
					 .listens = console_listens,
					 .recheck = console_recheck,
					 .closed = console_closed,
					 .put_message = console_put_message,
					 .resumed = &resumed,
					 .by_number = true };
