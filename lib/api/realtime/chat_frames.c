/* The frames of /ws: one row a type. */
#include "../../bus/bus.h"
#include "../../core/settings.h"
#include "../../domain/message.h"
#include "../../domain/sign_in.h"
#include "../access/access.h"
#include "../access/shape.h"
#include "../access/signed_in.h"
#include "../chat/specs.h"
#include "socket.h"
#include <string.h>

enum { ID_MAX = 64 };

struct frame {
	struct ctx *c;
	struct socket *s;
	const struct json *data; /* the data member; never NULL */
	struct buf *out;
};

void put_error_frame(struct ctx *c, struct buf *blocks, const char *client_id)
{
	struct buf f = { 0 };
	const char *issue = catalog_text(c->texts, c->lang, c->err.key);

	buf_str(&f, "{\"type\":\"error\",\"data\":{");
	shape_error(c, &f, chat_error_code(&c->err));
	buf_str(&f, ",\"details\":");
	if (c->err.field != NULL) {
		const char *details = arena_printf(c->mem, "%s: %s", issue, c->err.field);
		buf_json(&f, details, strlen(details));
		buf_printf(&f, ",\"field\":\"%s\"", c->err.field);
	} else {
		buf_str(&f, "null");
	}
	if (c->err.retry_after > 0)
		buf_printf(&f, ",\"retry_after\":%lld", (long long)c->err.retry_after);
	if (client_id != NULL) {
		buf_str(&f, ",\"client_id\":");
		buf_json(&f, client_id, strlen(client_id));
	}
	buf_str(&f, "}}");
	put_block_frame(blocks, &f);
	buf_free(&f);
	c->err = (struct err){ 0 };
}

/* A malformed frame has its own code (chat.md), whatever field is at fault: details say what and which. */
static void put_malformed(struct frame *f, const char *details, const char *field)
{
	struct ctx *c = f->c;
	const char *client_id = json_member_str(f->data, "client_id");
	struct buf b = { 0 };

	buf_str(&b, "{\"type\":\"error\",\"data\":{\"code\":\"INVALID_MESSAGE_FORMAT\",\"message\":");
	shape_text(c, &b, "frame.not_object");
	buf_str(&b, ",\"details\":");
	buf_json(&b, details, strlen(details));
	if (field != NULL)
		buf_printf(&b, ",\"field\":\"%s\"", field);
	if (client_id != NULL) {
		buf_str(&b, ",\"client_id\":");
		buf_json(&b, client_id, strlen(client_id));
	}
	buf_str(&b, "}}");
	put_block_frame(f->out, &b);
	buf_free(&b);
	c->err = (struct err){ 0 };
}

static void put_format_error(struct frame *f, const char *key)
{
	put_malformed(f, catalog_text(f->c->texts, f->c->lang, key), NULL);
}

static void put_input_error(struct frame *f)
{
	const struct err *e = &f->c->err;
	const char *issue = catalog_text(f->c->texts, f->c->lang, e->key);

	put_malformed(f, e->field != NULL ? arena_printf(f->c->mem, "%s: %s", issue, e->field) : issue, e->field);
}

/* A socket that signed in is that user as long as its sign-in is good. */
static bool recall(struct ctx *c, const struct socket *s)
{
	struct user u;

	return s->user_id == 0 || access_again(c, s->user_id, s->family, &u);
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
	put_block_frame(f->out, &b);
	buf_free(&b);
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
	const struct sources from = { .body = f->data };

	if (!spec_get(f->c, &chat_post_in, &from, &in)) {
		put_input_error(f);
		return true;
	}
	if (in.client_id == NULL && *f->s->frame != '\0') /* the relay may repeat this request: then it finds its own message */
		in.client_id = f->s->frame;
	if (!socket_may_post(f->c, in.session_id) || !run_operation(f->c, message_post, WRITES, &in, &m)) {
		if (f->c->err.code == E_BUG)
			return false;
		put_error_frame(f->c, f->out, json_member_str(f->data, "client_id"));
		return true;
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
	const struct sources from = { .body = f->data };
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));

	if (!spec_get(c, &typing_spec, &from, &in)) {
		put_input_error(f);
		return true;
	}
	if (!conversation_find(c, in.session_id, v)) {
		put_error_frame(c, f->out, NULL);
		return true;
	}
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
	const struct sources from = { .body = f->data };

	if (!spec_get(f->c, &chat_read_in, &from, &in))
		put_input_error(f);
	else if (!run_operation(f->c, session_read, WRITES, &in, &out))
		put_error_frame(f->c, f->out, NULL);
	else
		realtime_publish(f->c);
	return true;
}

static bool on_ping(struct frame *f)
{
	put_pong(f->c, f->out);
	return true;
}

/* -- resume -- */

struct resume_in {
	int64_t last_id;
	const char *session_id, *positions;
};
static const struct field resume_f[] = {
	FIELD(resume_in, last_id, "last_id", as_msg_id),
	FIELD(resume_in, session_id, "session_id", as_str, .max = ID_MAX),
	FIELD(resume_in, positions, "positions", as_json, .max = 60000),
};
static const struct spec resume_spec = SPEC("ResumeIn", resume_in, resume_f);

static bool resume_session(struct frame *f, const struct resume_in *in)
{
	struct conversation v = { 0 };
	int64_t after = 0;

	if (!conversation_find(f->c, in->session_id, &v) || (in->last_id > 0 && !message_seq_at(f->c, v.id, in->last_id, &after))) {
		if (f->c->err.code == E_UNAVAILABLE)
			return false; /* nothing is joined: the relay tries again */
		put_error_frame(f->c, f->out, NULL);
		return true;
	}
	const char *next = resume_visitor(f->c->mem, v.id, v.session_id, after);
	join_conversation(f, v.id);
	put_hold(f->out, next, strlen(next));
	return true;
}

static bool on_resume(struct frame *f)
{
	struct resume_in in = { 0 };
	const struct sources from = { .body = f->data };

	if (!spec_get(f->c, &resume_spec, &from, &in)) {
		put_input_error(f);
		return true;
	}
	if (in.session_id != NULL && *in.session_id != '\0')
		return resume_session(f, &in);
	if (f->s->user_id == 0) {
		put_format_error(f, "frame.need_session");
		return true;
	}
	const char *next = resume_staff(f->c->mem, in.last_id, in.positions != NULL ? in.positions : "");
	put_hold(f->out, next, strlen(next));
	return true;
}

/* -- auth -- */

static void put_signed_in(struct frame *f, const struct user *u)
{
	struct ctx *c = f->c;
	struct buf b = { 0 };

	socket_counts(c, f->s);
	buf_str(&b, "{\"type\":\"auth\",\"data\":{\"success\":true,\"user\":");
	spec_put(&b, &signed_in_user, u);
	buf_printf(&b, ",\"connection_token\":\"%s\"}}", connection_token(c, u->id, c->who.family, f->s->name));
	put_block_frame(f->out, &b);
	buf_free(&b);
}

static bool on_auth(struct frame *f, const char *token)
{
	struct ctx *c = f->c;
	struct user u;

	if (token == NULL) {
		put_format_error(f, "input.missing");
		return true;
	}
	if (!access_by_token(c, token, &u)) {
		if (c->err.code == E_UNAVAILABLE)
			return false;
		put_error_frame(c, f->out, NULL);
		return true;
	}
	f->s->user_id = u.id;
	f->s->family = c->who.family;
	if (is_staff(c) && !socket_online(c, u.id))
		return false;
	put_signed_in(f, &u);
	if (!put_staff_channels(c, f->s, f->out))
		return false;
	put_who(f->out, f->s);
	realtime_publish(c);
	return true;
}

static bool on_auth_frame(struct frame *f, const struct json *message)
{
	const char *token = json_member_str(f->data, "token");
	const struct json *resume = json_member(f->data, "resume");

	if (!on_auth(f, token != NULL ? token : json_member_str(message, "token")))
		return false;
	if (resume == NULL || f->s->user_id == 0)
		return true;
	f->data = resume;
	return on_resume(f);
}

/* -- dispatch -- */

static const struct {
	const char *type;
	bool (*take)(struct frame *);
} rows[] = {
	{ "message", on_message }, { "typing", on_typing }, { "read", on_read }, { "resume", on_resume }, { "ping", on_ping },
};

static bool chat_frame(struct ctx *c, struct socket *s, const struct json *message, struct buf *out)
{
	const char *type = json_member_str(message, "type");
	const struct json *data = json_member(message, "data");
	struct frame f = { c, s, data != NULL ? data : json_parse(c, "{}", 2), out };

	if (type == NULL) {
		put_format_error(&f, "frame.no_type");
		return true;
	}
	if (strcmp(type, "auth") == 0)
		return on_auth_frame(&f, message);
	if (!recall(c, s)) {
		if (c->err.code == E_UNAVAILABLE)
			return false;
		put_error_frame(c, out, NULL);
		buf_str(out, "X 4401 signed_out\n");
		return true;
	}
	for (size_t i = 0; i < COUNT(rows); i++)
		if (strcmp(rows[i].type, type) == 0)
			return rows[i].take(&f);
	put_format_error(&f, "frame.unknown_type");
	return true;
}

static bool chat_recheck(struct ctx *c, struct socket *s, bool lost, struct buf *out)
{
	bool ended;

	(void)lost;
	if (!socket_recall(c, s, out, &ended))
		return false;
	if (s->user_id == 0 || ended)
		return true;
	buf_str(out, "L *\n");
	if (!put_staff_channels(c, s, out))
		return false;
	put_who(out, s);
	return true;
}

static const struct field resumed_f[] = {
	FIELD(resumed, count, "count", as_int),
	FIELD(resumed, last_id, "last_id", as_msg_id),
};
static const struct spec resumed = SPEC("Resumed", resumed, resumed_f);
const struct dialect chat_dialect = { .endpoint = "/ws",
				      .contract = "chat",
				      .frame = chat_frame,
				      .recheck = chat_recheck,
				      .put_message = chat_put_message,
				      .resumed = &resumed };
