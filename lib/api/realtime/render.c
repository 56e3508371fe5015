#include "render.h"
#include "../../core/settings.h"
#include "../../domain/message.h"
#include "../chat/codecs.h"
#include "rooms.h"
#include <string.h>

char *channel_conversation(struct arena *mem, int64_t id)
{
	return arena_printf(mem, "chat/c/%lld", (long long)id);
}

char *channel_family(struct arena *mem, const char *family)
{
	return arena_printf(mem, "sign-in/%s", family);
}

char *channel_person(struct arena *mem, int64_t id)
{
	return arena_printf(mem, "person/%lld", (long long)id);
}

char *channel_viewing(struct arena *mem, int64_t id)
{
	return arena_printf(mem, "console/v/%lld", (long long)id);
}

/* -- who gets it: the same scope as conversation_may_see() -- */

void put_scope(struct buf *to, const char *contract, int64_t assignee, int64_t team)
{
	if (assignee != 0)
		buf_printf(to, " %s/u/%lld", contract, (long long)assignee);
	else
		buf_printf(to, " %s/open", contract);
	if (team != 0)
		buf_printf(to, " %s/t/%lld", contract, (long long)team);
}

void put_staff(struct buf *to, const char *contract, const struct conversation *v)
{
	buf_printf(to, " %s/all", contract);
	put_scope(to, contract, v->assignee_id, v->team_id);
}

void put_target(struct buf *blocks, const struct buf *frame, struct buf *to)
{
	buf_printf(blocks, "T %zu%s\n", frame->len, buf_text(to));
	buf_add(blocks, frame->data, frame->len);
	buf_chr(blocks, '\n');
	buf_clear(to);
}

static void put_ephemeral(struct buf *blocks)
{
	buf_str(blocks, "E - 0 0\n");
}

void put_block_frame(struct buf *blocks, const struct buf *frame)
{
	buf_printf(blocks, "F %zu\n", frame->len);
	buf_add(blocks, frame->data, frame->len);
	buf_chr(blocks, '\n');
}

void render_frame(struct buf *frame, const char *type, const struct spec *s, const void *data)
{
	buf_clear(frame);
	buf_printf(frame, "{\"type\":\"%s\",\"data\":", type);
	spec_put(frame, s, data);
	buf_chr(frame, '}');
}

/* -- each kind -- */

void chat_put_message(struct ctx *c, struct buf *frame, const struct conversation *v, const struct message *m)
{
	(void)c, (void)v;
	render_frame(frame, "message", &chat_message, m);
}

static void put_message(struct ctx *c, struct buf *out, struct buf *frame, struct buf *to, const struct event *e)
{
	const struct message *m = e->message;

	buf_printf(out, "E %lld %lld %lld\n", (long long)m->stream, (long long)m->seq, (long long)m->id);
	if (m->is_deleted) /* its place in the stream, for nobody */
		return;
	chat_put_message(c, frame, e->conversation, m);
	if (!m->is_private)
		buf_printf(to, " %s", channel_conversation(c->mem, m->stream));
	put_staff(to, "chat", e->conversation);
	put_target(out, frame, to);
}

struct status_view {
	const char *session_id, *what, *note;
	int64_t id;
	int agent_type, status, priority;
	bool active;
	const struct person *assignee;
	int64_t queue_position, updated_at;
	const struct conversation *conversation;
};
// clang-format off
#define STATUS_FIELDS \
	FIELD(status_view, session_id, "session_id", as_str), \
	FIELD(status_view, id, "id", as_int), \
	FIELD(status_view, what, "event", as_str), \
	FIELD(status_view, agent_type, "agent_type", as_enum, .arg = agent_type_names), \
	FIELD(status_view, status, "state", as_enum, .arg = conversation_status_names), \
	FIELD(status_view, priority, "priority", as_enum, .arg = priority_names), \
	FIELD(status_view, assignee, "assignee", as_ref, .arg = &chat_person), \
	FIELD(status_view, queue_position, "queue_position", as_int_or_null), \
	FIELD(status_view, note, "message", as_text), \
	FIELD(status_view, updated_at, "updated_at", as_time), \
	FIELD(status_view, active, "status", as_active)
// clang-format on
static const struct field visitor_status_f[] = { STATUS_FIELDS };
static const struct field staff_status_f[] = { STATUS_FIELDS, FIELD(status_view, conversation, "conversation", as_ref,
								    .arg = &chat_conversation) };
static const struct spec visitor_status = SPEC("StatusUpdate", status_view, visitor_status_f);
static const struct spec staff_status = SPEC("StaffStatusUpdate", status_view, staff_status_f);

static void put_status(struct ctx *c, struct buf *out, struct buf *frame, struct buf *to, const struct event *e)
{
	const struct conversation *v = e->conversation;
	struct conversation shown = *v; /* one frame for all staff: the number is for those who may change contacts (DESIGN 5) */
	const char *name = v->assignee.name != NULL ? v->assignee.name : "";
	struct status_view view = { .session_id = v->session_id,
				    .what = e->what,
				    .id = v->id,
				    .agent_type = v->agent_type,
				    .status = v->status,
				    .priority = v->priority,
				    .active = v->active,
				    .assignee = v->assignee_id != 0 ? &v->assignee : NULL,
				    .queue_position = v->queue_position,
				    .updated_at = v->updated_at,
				    .conversation = &shown };
	shown.contact.phone = phone_masked(c->mem, v->contact.phone);
	if (e->note != NULL)
		view.note = catalog_fill(c->mem, catalog_text(c->texts, "zh", e->note), &name, 1);
	put_ephemeral(out);
	render_frame(frame, "status_update", &visitor_status, &view);
	buf_printf(to, " %s", channel_conversation(c->mem, v->id));
	put_target(out, frame, to);
	render_frame(frame, "status_update", &staff_status, &view);
	put_staff(to, "chat", v);
	if (e->before_assignee != v->assignee_id || e->before_team != v->team_id)
		put_scope(to, "chat", e->before_assignee, e->before_team);
	put_target(out, frame, to);
}

struct typing_view {
	const char *session_id;
	int sender_type;
	struct person sender;
	bool is_typing;
};
static const struct field typing_f[] = {
	FIELD(typing_view, session_id, "session_id", as_str),
	FIELD(typing_view, sender_type, "sender_type", as_enum, .arg = sender_names),
	FIELD(typing_view, sender, "sender", as_object, .arg = &chat_person),
	FIELD(typing_view, is_typing, "is_typing", as_bool),
};
static const struct spec typing = SPEC("Typing", typing_view, typing_f);

static void put_typing(struct ctx *c, struct buf *out, struct buf *frame, struct buf *to, const struct event *e)
{
	const struct typing_view view = {
		e->conversation->session_id, e->sender_type, { e->user_id, e->user_name, NULL }, e->flag
	};

	put_ephemeral(out);
	if (e->except != NULL)
		buf_printf(out, "N %s\n", e->except);
	render_frame(frame, "typing", &typing, &view);
	if (!e->among_staff)
		buf_printf(to, " %s", channel_conversation(c->mem, e->conversation->id));
	put_staff(to, "chat", e->conversation);
	put_target(out, frame, to);
}

struct read_view {
	const char *session_id, *reader;
	int64_t last_id, seq;
};
static const struct field read_f[] = {
	FIELD(read_view, session_id, "session_id", as_str),
	FIELD(read_view, reader, "reader", as_str),
	FIELD(read_view, last_id, "last_id", as_msg_id),
	FIELD(read_view, seq, "seq", as_int),
};
static const struct spec read_spec = SPEC("ReadMark", read_view, read_f);

static void put_read(struct ctx *c, struct buf *out, struct buf *frame, struct buf *to, const struct event *e)
{
	const struct read_view view = { e->conversation->session_id, e->sender_type == SENDER_AGENT ? "agent" : "user", e->id,
					e->number };

	put_ephemeral(out);
	render_frame(frame, "read", &read_spec, &view);
	buf_printf(to, " %s", channel_conversation(c->mem, e->conversation->id));
	put_staff(to, "chat", e->conversation);
	put_target(out, frame, to);
}

struct stream_view {
	const char *session_id, *stream_id, *content, *full_content;
	int64_t chunk, message_id;
	bool is_complete;
};
static const struct field stream_f[] = {
	FIELD(stream_view, session_id, "session_id", as_str),
	FIELD(stream_view, stream_id, "stream_id", as_str),
	FIELD(stream_view, chunk, "chunk", as_int),
	FIELD(stream_view, content, "content", as_text),
	FIELD(stream_view, is_complete, "is_complete", as_bool),
	FIELD(stream_view, full_content, "full_content", as_text),
	FIELD(stream_view, message_id, "message_id", as_msg_id),
};
static const struct spec stream = SPEC("AiStream", stream_view, stream_f);

void chat_put_stream(struct buf *frame, const struct event *e)
{
	const struct stream_view view = {
		e->conversation->session_id, e->stream_id, e->text, e->full_text, e->number, e->id, e->flag
	};

	render_frame(frame, "ai_stream", &stream, &view);
}

static void put_ai_stream(struct ctx *c, struct buf *out, struct buf *frame, struct buf *to, const struct event *e)
{
	put_ephemeral(out);
	chat_put_stream(frame, e);
	buf_printf(to, " %s", channel_conversation(c->mem, e->conversation->id));
	put_staff(to, "chat", e->conversation);
	put_target(out, frame, to);
}

static void put_ai_failed(struct ctx *c, struct buf *out, struct buf *frame, struct buf *to, const struct event *e)
{
	put_ephemeral(out);
	buf_printf(frame,
		   "{\"type\":\"error\",\"data\":{\"code\":\"%s\",\"message\":", chat_error_code(&(struct err){ .key = e->what }));
	buf_json(frame, e->text, strlen(e->text));
	buf_printf(frame, ",\"details\":null,\"session_id\":\"%s\"}}", e->conversation->session_id);
	buf_printf(to, " %s", channel_conversation(c->mem, e->conversation->id));
	put_target(out, frame, to);
}

struct presence_view {
	int64_t agent_id, updated_at;
	const char *name;
	int status;
};
static const struct field presence_f[] = {
	FIELD(presence_view, agent_id, "agent_id", as_int),
	FIELD(presence_view, name, "name", as_text),
	FIELD(presence_view, status, "status", as_enum, .arg = presence_names),
	FIELD(presence_view, updated_at, "updated_at", as_time),
};
static const struct spec presence = SPEC("AgentStatus", presence_view, presence_f);

static void put_presence(struct ctx *c, struct buf *out, struct buf *frame, struct buf *to, const struct event *e)
{
	const struct presence_view view = { e->user_id, c->now, e->user_name, (int)e->number };

	put_ephemeral(out);
	render_frame(frame, "agent_status", &presence, &view);
	buf_str(to, " chat/staff");
	put_target(out, frame, to);
}

/* Locked without its names and labels: staff see whom it is about. */
static const struct conversation *complete(struct ctx *c, const struct conversation *before)
{
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));
	struct err err = c->err;

	*v = *before;
	if ((v->contact_public_id == NULL && !conversation_complete(c, v)) ||
	    (v->labels.items == NULL && !conversation_labels_of(c, v, 1)))
		c->err = err;
	return v;
}

static void put_event(struct ctx *c, struct buf *out, const struct event *e)
{
	static void (*const put[EVENT__MAX])(struct ctx *, struct buf *, struct buf *, struct buf *, const struct event *) = {
		[EVENT_MESSAGE] = put_message,       [EVENT_STATUS] = put_status,
		[EVENT_TYPING] = put_typing,         [EVENT_READ] = put_read,
		[EVENT_AI_STREAM] = put_ai_stream,   [EVENT_AI_FAILED] = put_ai_failed,
		[EVENT_AGENT_STATUS] = put_presence,
	};
	struct buf frame = { 0 }, to = { 0 };

	if (put[e->kind] != NULL)
		put[e->kind](c, out, &frame, &to, e);
	else
		put_ephemeral(out);
	render_console(c, out, e);
	render_kefu(c, out, e);
	buf_str(out, ".\n");
	buf_free(&frame);
	buf_free(&to);
}

/* Every contract's rendering is always in the payload. Whether anybody listens could only be asked after COMMIT (a socket that
   joins in between must miss nothing), and that round trip costs more than writing a frame that no one takes. */
void render_event(struct ctx *c, struct buf *out, const struct event *e)
{
	struct event whole = *e;

	switch (e->kind) {
	case EVENT_END_SESSION: buf_printf(out, "K 4401 signed_out %s\n", channel_family(c->mem, e->text)); break;
	case EVENT_RECHECK: buf_printf(out, "R %s\n", channel_person(c->mem, e->user_id)); break;
	case EVENT_WAKE: break;
	case EVENT_ROOM_MESSAGE:
	case EVENT_ROOM_DELETED: render_room(c, out, e); break;
	case EVENT_STATUS:
		whole.conversation = complete(c, e->conversation);
		put_event(c, out, &whole);
		if (e->before_assignee != e->conversation->assignee_id || e->before_team != e->conversation->team_id)
			buf_printf(out, "R %s\n", channel_viewing(c->mem, e->conversation->id));
		break;
	default: put_event(c, out, e); break;
	}
}
