/* The frames of /admin/ws (console.md, additions.md): one row a type. Staff only, and nothing before `auth`. */
#include "../../domain/sign_in.h"
#include "../access/signed_in.h"
#include "../console/console.h"
#include "../console/error.h"
#include "frames.h"
#include <string.h>

enum { CLIENT_ID_MAX = 64 };

static void put_error(struct ctx *c, struct buf *b, bool malformed)
{
	(void)malformed; /* no code of its own */
	console_put_error(c, b);
	if (c->err.retry_after > 0)
		buf_printf(b, ",\"retry_after\":%lld", (long long)c->err.retry_after);
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

	if (!frame_read(f, &typing_spec, &in))
		return frame_error(f);
	if (!socket_may_tell(c, f->s))
		return true;
	if (!conversation_reach_id(c, in.id, v))
		return frame_error(f);
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

	if (!frame_read(f, &view_spec, &in) || (in.id != 0 && !conversation_reach_id(f->c, in.id, v)))
		return frame_error(f);
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

	if (!frame_read(f, &read_spec, &in) || !conversation_reach_id(c, in.id, &v) ||
	    !run_operation(c, session_read, WRITES, &(struct session_read_in){ v.session_id, in.last_id }, &out))
		return frame_error(f);
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
	frame_put(f, &b);
}

static bool on_message(struct frame *f)
{
	struct ctx *c = f->c;
	struct message_in in = { 0 };
	struct message m = { 0 };

	if (!frame_read(f, &message_spec, &in) || !socket_may_post(c, ""))
		return frame_error(f);
	struct message_post_in post = { .conversation_id = in.id, .content = in.content, .is_private = in.is_private };
	/* the relay may repeat this request: then it finds its own message */
	post.client_id = in.client_id != NULL ? in.client_id : f->s->frame;
	if (!run_operation(c, message_post, WRITES, &post, &m))
		return frame_error(f);
	put_events(c, f->out);
	if (m.repeated)
		put_stored_before(f, &m);
	return true;
}

static bool on_resume(struct frame *f)
{
	struct resume_in in = { 0 };

	return frame_read(f, &resume_spec, &in) ? frame_resume(f, &in) : frame_malformed(f);
}

/* Its own numbers, as soon as they are counted: asked for by one that is in its channels, or they might be told before it is. */
static bool console_listens(struct ctx *c, struct socket *s)
{
	event_wake(c, "counts", s->user_id);
	realtime_publish(c);
	return true;
}

static const struct frame_row rows[] = {
	{ "ping", 0, frame_ping },
	{ "resume", MAY_CONVERSATIONS_READ, on_resume },
	{ "view", MAY_CONVERSATIONS_READ, on_view },
	{ "read", MAY_CONVERSATIONS_READ, on_read },
	{ "typing", MAY_CONVERSATIONS_WRITE, on_typing },
	{ "message", MAY_CONVERSATIONS_WRITE, on_message },
	{ 0 },
};

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
					 .frames = rows,
					 .user = &signed_in_user,
					 .grant = put_staff_channels,
					 .listens = console_listens,
					 .closed = console_closed,
					 .put_error = put_error,
					 .put_message = console_put_message,
					 .resumed = &resumed,
					 .by_number = true,
					 .staff_only = true,
					 .reloads = true };
