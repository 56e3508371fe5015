#include "hook_body.h"
#include "../lib/domain/conversation.h"
#include "../lib/domain/message.h"
#include "../lib/json/spec.h"

struct view {
	int64_t id;
	int event;
	int64_t webhook_id, created_at;
	const char *changed; /* NULL = said otherwise by the event */
	const struct conversation *conversation;
	const struct message *message;
	const struct rating *rating;
};

// clang-format off
static const struct field person_f[] = {
	FIELD(person, id, "id", as_int),
	FIELD(person, name, "name", as_text),
};
static const struct spec person = SPEC("HookPerson", person, person_f);
static const struct field contact_f[] = {
	FIELD(contact, id, "id", as_int),
	FIELD(contact, public_id, "user_id", as_str),
	FIELD(contact, name, "name", as_text),
	FIELD(contact, email, "email", as_str),
};
static const struct spec contact = SPEC("HookContact", contact, contact_f);
static const struct field conversation_f[] = {
	FIELD(conversation, id, "id", as_int),
	FIELD(conversation, uuid, "uuid", as_str),
	FIELD(conversation, status, "status", as_enum, .arg = conversation_status_names),
	FIELD(conversation, priority, "priority", as_enum, .arg = priority_names),
	FIELD(conversation, agent_type, "agent_type", as_enum, .arg = agent_type_names),
	FIELD(conversation, channel, "channel_type", as_str),
	FIELD(conversation, contact, "contact", as_object, .arg = &contact),
	FIELD(conversation, assignee_ref, "assignee", as_ref, .arg = &person),
	FIELD(conversation, team_id, "team_id", as_int_or_null),
	FIELD(conversation, last_seq, "message_count", as_int),
	FIELD(conversation, metadata, "metadata", as_json),
	FIELD(conversation, created_at, "created_at", as_time),
	FIELD(conversation, updated_at, "updated_at", as_time),
};
static const struct spec conversation = SPEC("HookConversation", conversation, conversation_f);
static const struct field message_f[] = {
	FIELD(message, id, "id", as_int),
	FIELD(message, seq, "seq", as_int),
	FIELD(message, sender_type, "sender_type", as_enum, .arg = sender_names),
	FIELD(message, sender_ref, "sender", as_ref, .arg = &person),
	FIELD(message, type, "message_type", as_enum, .arg = message_type_names),
	FIELD(message, content, "content", as_text),
	FIELD(message, is_private, "private", as_bool),
	FIELD(message, metadata, "metadata", as_json),
	FIELD(message, created_at, "created_at", as_time),
};
static const struct spec message = SPEC("HookMessage", message, message_f);
static const struct field rating_f[] = {
	FIELD(rating, score, "score", as_int),
	FIELD(rating, comment, "comment", as_str),
	FIELD(rating, created_at, "created_at", as_time),
};
static const struct spec rating = SPEC("HookRating", rating, rating_f);

static const struct field data_f[] = {
	FIELD(view, conversation, "conversation", as_ref, .flags = OMIT_NULL, .arg = &conversation),
	FIELD(view, message, "message", as_ref, .flags = OMIT_NULL, .arg = &message),
	FIELD(view, rating, "rating", as_ref, .flags = OMIT_NULL, .arg = &rating),
	FIELD(view, changed, "changed", as_str, .flags = OMIT_NULL),
};
static const struct spec data = SPEC("HookData", view, data_f);
static const struct field body_f[] = {
	FIELD(view, id, "id", as_int),
	FIELD(view, event, "event", as_enum, .arg = webhook_event_names),
	FIELD(view, webhook_id, "webhook_id", as_int),
	FIELD(view, created_at, "created_at", as_time),
	{ .key = "data", .as = &as_object, .arg = &data },
};
static const struct spec body = SPEC("HookBody", view, body_f);
// clang-format on

static bool read_message(struct ctx *c, const struct delivery *d, const struct conversation *v, struct view *view)
{
	struct list found = { 0 };

	if (!message_range(c, d->conversation_id, d->seq - 1, d->seq, 1, &found))
		return false;
	if (found.n == 0)
		return true;
	struct message *m = found.items;
	message_finish(m, v->session_id);
	m->is_private = *d->detail != '\0';
	view->message = m;
	return true;
}

static bool read_view(struct ctx *c, const struct delivery *d, struct view *view)
{
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));
	bool found;

	if (!conversation_peek(c, d->conversation_id, v, &found))
		return false;
	if (!found)
		return true;
	if (!conversation_complete(c, v))
		return false;
	view->conversation = v;
	if (d->event == HOOK_RATING_CREATED)
		view->rating = v->rated_ref;
	if (d->event == HOOK_CONVERSATION_UPDATED)
		view->changed = d->detail;
	return d->event != HOOK_MESSAGE_CREATED || read_message(c, d, v, view);
}

bool hook_body(struct ctx *c, const struct delivery *d, struct buf *out, bool *gone)
{
	struct view view = { .id = d->id, .event = d->event, .webhook_id = d->webhook_id, .created_at = d->created_at };

	*gone = false;
	if (d->event != HOOK_PING && !read_view(c, d, &view))
		return false;
	*gone = d->event != HOOK_PING && (view.conversation == NULL || (d->event == HOOK_MESSAGE_CREATED && view.message == NULL));
	buf_clear(out);
	spec_put(out, &body, &view);
	return true;
}
