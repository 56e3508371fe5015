/* Events as the kefu contract shows them (kefu.md): the T blocks for sockets of /ws/{user_id}. */
#include "../../domain/user.h"
#include "../kefu/kefu.h"
#include "render.h"
#include <string.h>

static const char contract[] = "kefu";

/* Its customer, unless somebody else began it in his name. */
static void put_customer(struct buf *to, const struct conversation *v)
{
	if (!v->contact_claimed)
		buf_printf(to, " kefu/p/%lld", (long long)v->contact_id);
}

void kefu_put_message(struct ctx *c, struct buf *frame, const struct conversation *v, const struct message *m)
{
	struct message shown = *m;

	message_address(c, v, &shown);
	render_frame(frame, "message", &kefu_message, &shown);
}

static void put_message(struct ctx *c, struct buf *frame, struct buf *to, const struct event *e)
{
	if (e->message->is_private || e->message->is_deleted)
		return;
	kefu_put_message(c, frame, e->conversation, e->message);
	put_staff(to, contract, e->conversation);
	put_customer(to, e->conversation);
}

static void put_notification(struct ctx *c, struct buf *frame, const char *what, const char *user_id)
{
	buf_clear(frame);
	buf_printf(frame, "{\"type\":\"notification\",\"data\":{\"event\":\"%s\",\"user_id\":", what);
	buf_json(frame, user_id, strlen(user_id));
	buf_str(frame, ",\"timestamp\":\"");
	buf_time(frame, c->now);
	buf_str(frame, "\"}}");
}

static void put_agent(struct ctx *c, struct buf *frame, struct buf *to, const struct event *e)
{
	static const char *const words[PRESENCE__MAX] = { "user_offline", "user_online", "user_away", "user_busy" };
	struct err before = c->err;
	struct user u;

	if (!user_get(c, e->user_id, &u)) { /* deleted since */
		c->err = before;
		return;
	}
	put_notification(c, frame, words[e->number], u.public_id);
	buf_str(to, " kefu/staff");
}

static void put_presence(struct ctx *c, struct buf *frame, struct buf *to, const struct event *e)
{
	put_notification(c, frame, e->flag ? "user_online" : "user_offline", e->user_name);
	buf_str(to, " kefu/staff");
}

void render_kefu(struct ctx *c, struct buf *out, const struct event *e)
{
	static void (*const put[EVENT__MAX])(struct ctx *, struct buf *, struct buf *, const struct event *) = {
		[EVENT_MESSAGE] = put_message,
		[EVENT_AGENT_STATUS] = put_agent,
		[EVENT_USER_PRESENCE] = put_presence,
	};
	struct buf frame = { 0 }, to = { 0 };

	if (put[e->kind] != NULL)
		put[e->kind](c, &frame, &to, e);
	if (to.len > 0) {
		if (e->kind == EVENT_USER_PRESENCE && e->except != NULL)
			buf_printf(out, "N %s\n", e->except);
		put_target(out, &frame, &to);
	}
	buf_free(&frame);
	buf_free(&to);
}
