/* Events as the console contract shows them (console.md and additions.md): the T blocks for sockets of /admin/ws. */
#include "../../domain/counts.h"
#include "../../domain/notification.h"
#include "../console/conversation_specs.h"
#include "render.h"
#include <string.h>

static const char contract[] = "console";

// clang-format off
/* -- what changed, by the event's word: values as they are now, so that a frame may be applied twice -- */
#define STATUS FIELD(conversation, status, "status", as_enum, .arg = conversation_status_names)
#define PRIORITY FIELD(conversation, priority, "priority", as_enum, .arg = priority_names)
#define WHOSE FIELD(conversation, assignee_id, "assignee_id", as_int_or_null), FIELD(conversation, team_id, "team_id", as_int_or_null)
#define KIND FIELD(conversation, agent_type, "agent_type", as_enum, .arg = agent_type_names)
#define PLACE FIELD(conversation, queue_position, "queue_position", as_int_or_null)
static const struct field contact_f[] = {
	FIELD(contact, id, "id", as_int),
	FIELD(contact, name, "name", as_text),
	FIELD(contact, email, "email", as_str, .flags = NULLABLE),
};
static const struct spec live_contact = SPEC("LiveContact", contact, contact_f);
#define WHO FIELD(conversation, contact, "contact", as_object, .arg = &live_contact)
#define RATING FIELD(conversation, rating, "rating", as_int_or_null)
#define LABELS FIELD(conversation, labels, "labels", as_list, .arg = &console_label_of)
static const struct field labels_f[] = { LABELS };
static const struct field status_f[] = { STATUS, WHOSE };
static const struct field whose_f[] = { STATUS, WHOSE, KIND, PLACE };
static const struct field team_f[] = { WHOSE };
static const struct field priority_f[] = { PRIORITY, PLACE };
static const struct field place_f[] = { PLACE };
static const struct field rating_f[] = { RATING };
static const struct field who_f[] = { WHO };
static const struct field all_f[] = { STATUS, WHOSE, PRIORITY, KIND, PLACE, RATING, WHO };
static const struct {
	const char *what;
	struct spec changes;
} changes[] = {
	{ "status", SPEC("LiveStatus", conversation, status_f) },
	{ "assigned", SPEC("LiveAssigned", conversation, whose_f) },
	{ "switched", SPEC("LiveSwitched", conversation, whose_f) },
	{ "queued", SPEC("LiveQueued", conversation, whose_f) },
	{ "team", SPEC("LiveTeam", conversation, team_f) },
	{ "priority", SPEC("LivePriority", conversation, priority_f) },
	{ "queue", SPEC("LivePlace", conversation, place_f) },
	{ "rated", SPEC("LiveRating", conversation, rating_f) },
	{ "labels", SPEC("LiveLabels", conversation, labels_f) },
	{ "updated", SPEC("LiveContactChange", conversation, who_f) },
};
static const struct spec all_changes = SPEC("LiveChanges", conversation, all_f);

/* -- messages -- */
static const struct field message_new_f[] = {
	FIELD(message, stream, "conversation_id", as_int),
	{ .key = "message", .as = &as_object, .arg = &console_message },
};
static const struct spec message_new = SPEC("MessageNew", message, message_new_f);

/* -- what is not stored -- */
static const struct field typing_f[] = {
	FIELD(event, sender_type, "sender_type", as_enum, .arg = console_sender_names),
	FIELD(event, flag, "is_typing", as_bool),
};
static const struct spec typing = SPEC("LiveTyping", event, typing_f);
static const struct field read_f[] = {
	FIELD(event, sender_type, "reader", as_enum, .arg = console_sender_names),
	FIELD(event, id, "last_id", as_int),
	FIELD(event, number, "seq", as_int),
};
static const struct spec read_mark = SPEC("LiveRead", event, read_f);
static const struct field stream_f[] = {
	FIELD(event, stream_id, "stream_id", as_str),
	FIELD(event, number, "chunk", as_int),
	FIELD(event, text, "content", as_text),
	FIELD(event, flag, "is_complete", as_bool),
	FIELD(event, full_text, "full_content", as_text),
	FIELD(event, id, "message_id", as_int_or_null),
};
static const struct spec stream = SPEC("LiveAiStream", event, stream_f);
static const struct field viewing_f[] = { FIELD(event, viewers, "viewers", as_list, .arg = &console_person) };
static const struct spec viewing = SPEC("LiveViewing", event, viewing_f);
static const struct field notification_f[] = {
	FIELD(notification, id, "id", as_int),
	FIELD(notification, type, "type", as_enum, .arg = notification_type_names),
	FIELD(notification, conversation_id, "conversation_id", as_int),
	FIELD(notification, name, "name", as_text),
	FIELD(notification, message, "message", as_text),
	FIELD(notification, created_at, "created_at", as_time),
};
static const struct spec notification = SPEC("LiveNotification", notification, notification_f);
static const struct field team_count_f[] = {
	FIELD(team_count, team_id, "team_id", as_int),
	FIELD(team_count, name, "name", as_text),
	FIELD(team_count, count, "count", as_int),
};
static const struct spec team_counts = SPEC("LiveTeamCount", team_count, team_count_f);
static const struct field label_count_f[] = {
	FIELD(label_count, label_id, "label_id", as_int),
	FIELD(label_count, title, "title", as_text),
	FIELD(label_count, color, "color", as_text),
	FIELD(label_count, count, "count", as_int),
};
static const struct spec label_counts = SPEC("LiveLabelCount", label_count, label_count_f);
static const struct field counts_f[] = {
	FIELD(live_counts, mine, "mine", as_int),
	FIELD(live_counts, unassigned, "unassigned", as_int),
	FIELD(live_counts, all, "all", as_int),
	FIELD(live_counts, waiting, "waiting", as_int),
	FIELD(live_counts, open, "open", as_int),
	FIELD(live_counts, pending, "pending", as_int),
	FIELD(live_counts, urgent, "urgent", as_int),
	FIELD(live_counts, ai, "ai", as_int),
	FIELD(live_counts, human, "human", as_int),
	FIELD(live_counts, agents_online, "agents_online", as_int),
	FIELD(live_counts, teams, "teams", as_list, .arg = &team_counts),
	FIELD(live_counts, labels_whole, "labels_whole", as_bool),
	FIELD(live_counts, labels, "labels", as_list, .arg = &label_counts),
	FIELD(live_counts, labels_gone, "labels_gone", as_ints, .max = LABELS_COUNTED),
};
static const struct spec counts = SPEC("LiveCounts", live_counts, counts_f);
// clang-format on

/* -- each kind: the frame, and whose it is -- */

struct drawing {
	struct buf *out;
	struct buf frame, to;
};

static void draw(struct drawing *d)
{
	put_target(d->out, &d->frame, &d->to);
}

/* {"type":…,"data":{"conversation_id":…, the members of the spec}} */
static void draw_of(struct drawing *d, const char *type, const struct event *e, const struct spec *s)
{
	struct buf rest = { 0 };

	spec_put(&rest, s, e);
	buf_clear(&d->frame);
	buf_printf(&d->frame, "{\"type\":\"%s\",\"data\":{\"conversation_id\":%lld,", type, (long long)e->conversation->id);
	buf_add(&d->frame, rest.data + 1, rest.len - 1);
	buf_chr(&d->frame, '}');
	buf_free(&rest);
}

void console_put_message(struct ctx *c, struct buf *frame, const struct conversation *v, const struct message *m)
{
	(void)c, (void)v;
	render_frame(frame, "message:new", &message_new, m);
}

static void put_message(struct ctx *c, struct drawing *d, const struct event *e)
{
	if (e->message->is_deleted)
		return;
	console_put_message(c, &d->frame, e->conversation, e->message);
	put_staff(&d->to, contract, e->conversation);
	draw(d);
}

static const struct spec *changes_of(const char *what)
{
	for (size_t i = 0; i < COUNT(changes); i++)
		if (strcmp(changes[i].what, what) == 0)
			return &changes[i].changes;
	return &all_changes;
}

static void put_new(struct drawing *d, const struct conversation *v)
{
	buf_str(&d->frame, "{\"type\":\"conversation:new\",\"data\":{\"conversation\":");
	spec_put(&d->frame, &console_conversation_live, v);
	buf_str(&d->frame, "}}");
}

static void put_updated(struct drawing *d, const struct event *e)
{
	const struct conversation *v = e->conversation;

	buf_printf(&d->frame, "{\"type\":\"conversation:updated\",\"data\":{\"conversation_id\":%lld,\"event\":\"%s\",\"changes\":",
		   (long long)v->id, e->what);
	spec_put(&d->frame, changes_of(e->what), v);
	buf_str(&d->frame, ",\"updated_at\":\"");
	buf_time(&d->frame, v->updated_at);
	buf_str(&d->frame, "\",\"conversation\":");
	spec_put(&d->frame, &console_conversation_live, v);
	buf_str(&d->frame, "}}");
}

static void put_status(struct ctx *c, struct drawing *d, const struct event *e)
{
	const struct conversation *v = e->conversation;

	(void)c;
	if (strcmp(e->what, "created") == 0)
		put_new(d, v);
	else
		put_updated(d, e);
	put_staff(&d->to, contract, v);
	if (e->before_assignee != v->assignee_id || e->before_team != v->team_id)
		put_scope(&d->to, contract, e->before_assignee, e->before_team);
	draw(d);
}

static void put_typing(struct ctx *c, struct drawing *d, const struct event *e)
{
	const struct person sender = { e->user_id, e->user_name, NULL };

	(void)c;
	draw_of(d, "conversation:typing", e, &typing);
	d->frame.len -= 2;
	buf_str(&d->frame, ",\"sender\":");
	spec_put(&d->frame, &console_person, &sender);
	buf_str(&d->frame, "}}");
	put_staff(&d->to, contract, e->conversation);
	draw(d);
}

static void put_read(struct ctx *c, struct drawing *d, const struct event *e)
{
	(void)c;
	draw_of(d, "conversation:read", e, &read_mark);
	put_staff(&d->to, contract, e->conversation);
	draw(d);
}

static void put_ai_stream(struct ctx *c, struct drawing *d, const struct event *e)
{
	(void)c;
	draw_of(d, "ai:stream", e, &stream);
	put_staff(&d->to, contract, e->conversation);
	draw(d);
}

static void put_agent(struct ctx *c, struct drawing *d, const struct event *e)
{
	buf_printf(&d->frame, "{\"type\":\"agent:status_changed\",\"data\":{\"agent_id\":%lld,\"status\":\"%s\",\"full_name\":",
		   (long long)e->user_id, presence_names[e->number]);
	buf_json(&d->frame, e->user_name != NULL ? e->user_name : "", e->user_name != NULL ? strlen(e->user_name) : 0);
	buf_str(&d->frame, ",\"updated_at\":\"");
	buf_time(&d->frame, c->now);
	buf_str(&d->frame, "\"}}");
	buf_str(&d->to, " console/staff");
	draw(d);
}

static void put_viewing(struct ctx *c, struct drawing *d, const struct event *e)
{
	if (e->except != NULL)
		buf_printf(d->out, "N %s\n", e->except);
	console_put_viewing(&d->frame, e);
	buf_printf(&d->to, " %s", channel_viewing(c->mem, e->conversation->id));
	draw(d);
}

void console_put_viewing(struct buf *frame, const struct event *e)
{
	struct drawing d = { .frame = *frame };

	draw_of(&d, "conversation:viewing", e, &viewing);
	*frame = d.frame;
}

void console_put_stream(struct buf *frame, const struct event *e)
{
	struct drawing d = { .frame = *frame };

	draw_of(&d, "ai:stream", e, &stream);
	*frame = d.frame;
}

static void put_counts(struct ctx *c, struct drawing *d, const struct event *e)
{
	(void)c;
	render_frame(&d->frame, "counts", &counts, e->counts);
	buf_printf(&d->to, " console/p/%lld", (long long)e->user_id);
	draw(d);
}

static void put_notification(struct ctx *c, struct drawing *d, const struct event *e)
{
	(void)c;
	render_frame(&d->frame, "notification", &notification, e->notification);
	buf_printf(&d->to, " console/p/%lld", (long long)e->user_id);
	draw(d);
}

void render_console(struct ctx *c, struct buf *out, const struct event *e)
{
	static void (*const put[EVENT__MAX])(struct ctx *, struct drawing *, const struct event *) = {
		[EVENT_MESSAGE] = put_message, [EVENT_STATUS] = put_status,       [EVENT_TYPING] = put_typing,
		[EVENT_READ] = put_read,       [EVENT_AI_STREAM] = put_ai_stream, [EVENT_AGENT_STATUS] = put_agent,
		[EVENT_VIEWING] = put_viewing, [EVENT_COUNTS] = put_counts,       [EVENT_NOTIFICATION] = put_notification,
	};
	struct drawing d = { .out = out };

	if (put[e->kind] != NULL)
		put[e->kind](c, &d, e);
	buf_free(&d.frame);
	buf_free(&d.to);
}
