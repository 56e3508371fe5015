/* The frames of /ws: one row a type. Visitors are nobody: they say of which session they speak. */
#include "../../core/settings.h"
#include "../../domain/message.h"
#include "../../domain/present.h"
#include "../../domain/sign_in.h"
#include "../access/shape.h"
#include "../access/signed_in.h"
#include "../chat/specs.h"
#include "frames.h"
#include "rooms.h"
#include <string.h>

enum { ID_MAX = 64 };

/* A malformed frame has its own code (chat.md), whatever field is at fault: details say what and which. */
static void put_error(struct ctx *c, struct buf *b, bool malformed)
{
	const struct err *e = &c->err;
	const char *issue = catalog_text(c->texts, c->lang, e->key);
	bool whole = e->field == NULL || strncmp(e->key, "frame.", 6) == 0; /* those texts name the field themselves */

	if (malformed) {
		buf_str(b, "\"code\":\"INVALID_MESSAGE_FORMAT\",\"message\":");
		shape_text(c, b, "frame.not_object");
	} else {
		shape_error(c, b, chat_error_code(e));
	}
	buf_str(b, ",\"details\":");
	if (malformed || e->field != NULL) {
		const char *details = whole ? issue : arena_printf(c->mem, "%s: %s", issue, e->field);
		buf_json(b, details, strlen(details));
	} else {
		buf_str(b, "null");
	}
	if (e->field != NULL)
		buf_printf(b, ",\"field\":\"%s\"", e->field);
	if (e->retry_after > 0)
		buf_printf(b, ",\"retry_after\":%lld", (long long)e->retry_after);
}

static void join_conversation(struct frame *f, int64_t id)
{
	buf_printf(f->out, "J %s\n", channel_conversation(f->c->mem, id));
	if (f->s->user_id == 0) {
		f->s->joined = id;
		put_who(f->out, f->s);
	}
}

static void put_ack(struct frame *f, const struct message *m)
{
	struct buf b = { 0 };

	buf_printf(&b, "{\"type\":\"ack\",\"data\":{\"session_id\":\"%s\",\"id\":\"msg_%lld\",\"seq\":%lld,\"client_id\":",
		   m->session_id, (long long)m->id, (long long)m->seq);
	if (m->client_id != NULL)
		buf_json(&b, m->client_id, strlen(m->client_id));
	else
		buf_str(&b, "null");
	buf_str(&b, "}}");
	frame_put(f, &b);
}

/* S: this socket has the stream up to this message, however else it comes. */
static void put_covered(struct frame *f, const struct message *m)
{
	struct buf b = { 0 };

	render_frame(&b, "message", &chat_message, m);
	buf_printf(f->out, "S %zu %lld %lld\n", b.len, (long long)m->stream, (long long)m->seq);
	buf_add(f->out, b.data, b.len);
	buf_chr(f->out, '\n');
	buf_free(&b);
}

static bool on_message(struct frame *f)
{
	struct message_post_in in = { 0 };
	struct message m = { 0 };

	if (json_member(f->data, "room_id") != NULL)
		return on_room_message(f);
	if (!frame_read(f, &chat_post_in, &in))
		return frame_malformed(f);
	if (in.client_id == NULL && *f->s->frame != '\0') /* the relay may repeat this request: then it finds its own message */
		in.client_id = f->s->frame;
	if (!socket_may_post(f->c, in.session_id) || !run_operation(f->c, message_post, WRITES, &in, &m)) {
		if (f->c->err.code == E_BUG)
			return false;
		return frame_error(f);
	}
	bool stranger = f->s->user_id == 0 && f->s->joined != m.stream;
	if (stranger)
		join_conversation(f, m.stream);
	put_events(f->c, f->out);
	if (m.repeated)
		put_ack(f, &m);
	if (stranger) { /* the publication may have been quicker than this answer's J */
		put_covered(f, &m);
		buf_str(f->out, "G\n");
	}
	return true;
}

struct typing_in {
	const char *session_id;
	bool is_typing;
};
static const struct field typing_in_f[] = {
	FIELD(typing_in, session_id, "session_id", as_str, .flags = REQUIRED, .min = 1, .max = ID_MAX),
	FIELD(typing_in, is_typing, "is_typing", as_bool, .flags = REQUIRED),
};
static const struct spec typing_spec = SPEC("TypingIn", typing_in, typing_in_f);

static bool on_typing(struct frame *f)
{
	struct ctx *c = f->c;
	struct typing_in in = { 0 };
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));

	if (!frame_read(f, &typing_spec, &in))
		return frame_malformed(f);
	if (!socket_may_tell(c, f->s))
		return true;
	if (!conversation_find(c, in.session_id, v))
		return frame_error(f);
	if (f->s->user_id == 0 && f->s->joined != v->id)
		join_conversation(f, v->id);
	struct event *e = event_queue(c, EVENT_TYPING);
	e->conversation = v;
	e->user_id = is_staff(c) ? c->who.user_id : v->contact_id;
	e->user_name = is_staff(c) ? c->who.name : NULL;
	e->sender_type = is_staff(c) ? SENDER_AGENT : SENDER_USER;
	e->flag = in.is_typing;
	e->except = f->s->name;
	realtime_publish(c);
	return true;
}

static bool on_read(struct frame *f)
{
	struct session_read_in in = { 0 };
	struct session_read_out out = { 0 };

	if (!frame_read(f, &chat_read_in, &in))
		return frame_malformed(f);
	if (!run_operation(f->c, session_read, WRITES, &in, &out))
		return frame_error(f);
	realtime_publish(f->c);
	return true;
}

/* -- resume -- */

static const struct field resume_f[] = {
	FIELD(resume_in, last_id, "last_id", as_msg_id),
	FIELD(resume_in, session_id, "session_id", as_str, .max = ID_MAX),
	FIELD(resume_in, positions, "positions", as_json, .max = POSITIONS_BYTES),
};
static const struct spec resume_spec = SPEC("ResumeIn", resume_in, resume_f);

static bool resume_session(struct frame *f, const struct resume_in *in)
{
	struct conversation v = { 0 };
	int64_t after = 0;

	if (!conversation_find(f->c, in->session_id, &v) || (in->last_id > 0 && !message_seq_at(f->c, v.id, in->last_id, &after))) {
		if (failed_for_now(f->c->err.code))
			return false; /* nothing is joined: the relay tries again */
		return frame_error(f);
	}
	const char *next = resume_visitor(f->c->mem, v.id, v.session_id, after);
	join_conversation(f, v.id);
	put_hold(f->out, next, strlen(next));
	return true;
}

static bool on_resume(struct frame *f)
{
	struct resume_in in = { 0 };

	if (json_member(f->data, "room_id") != NULL)
		return on_room_join(f);
	if (!frame_read(f, &resume_spec, &in))
		return frame_malformed(f);
	if (in.session_id != NULL && *in.session_id != '\0')
		return resume_session(f, &in);
	if (f->s->user_id == 0) {
		fail_field(f->c, "session_id", "input.missing");
		return frame_malformed(f);
	}
	return frame_resume(f, &in);
}

/* A sign of life of who is in rooms. */
static bool on_ping(struct frame *f)
{
	if (f->s->rooms_n > 0)
		present_touch(f->c, 0);
	return frame_ping(f);
}

static const struct frame_row rows[] = {
	{ "message", 0, on_message }, { "typing", 0, on_typing },  { "read", 0, on_read },        { "resume", 0, on_resume },
	{ "ping", 0, on_ping },       { "join", 0, on_room_join }, { "leave", 0, on_room_leave }, { 0 },
};

static bool grant(struct ctx *c, struct socket *s, struct buf *out)
{
	return put_staff_channels(c, s, out) && rooms_again(c, s, out);
}

static const struct field resumed_f[] = {
	FIELD(resumed, count, "count", as_int),
	FIELD(resumed, last_id, "last_id", as_msg_id),
};
static const struct spec resumed = SPEC("Resumed", resumed, resumed_f);
const struct dialect chat_dialect = { .endpoint = "/ws",
				      .contract = "chat",
				      .frames = rows,
				      .user = &signed_in_user,
				      .connection_token = true,
				      .grant = grant,
				      .put_error = put_error,
				      .put_message = chat_put_message,
				      .resumed = &resumed,
				      .strangers = true };
