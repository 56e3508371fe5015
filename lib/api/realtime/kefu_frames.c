/* The frames of /ws/{user_id} (kefu.md): one row a type. The path says whose socket it is; the token must be that user's. */
#include "../../domain/coming.h"
#include "../../domain/people.h"
#include "../../http/decode.h"
#include "../kefu/kefu.h"
#include "frames.h"
#include <string.h>
#include <strings.h>

static void put_error(struct ctx *c, struct buf *b, bool malformed)
{
	(void)malformed; /* no code of its own */
	kefu_put_error(c, b);
}

/* -- what it may see -- */

static bool grant(struct ctx *c, struct socket *s, struct buf *out)
{
	if (is_staff(c))
		return put_staff_channels(c, s, out);
	buf_printf(out, "J %s %s kefu/p/%lld\nP deskbell:online:%lld\n", channel_family(c->mem, s->family),
		   channel_person(c->mem, s->user_id), (long long)s->user_id, (long long)s->user_id);
	return true;
}

static void tell(struct ctx *c, const struct socket *s, bool there)
{
	if (!coming_now(c, &(struct coming){ s->below, s->name, there })) {
		event_wake(c, "coming", 0);
		return;
	}
	struct event *e = event_queue(c, EVENT_USER_PRESENCE);

	e->user_id = s->user_id;
	e->user_name = s->below;
	e->flag = there;
	e->except = s->name;
}

static void kefu_came(struct ctx *c, const struct socket *s)
{
	if (person_came(c, s->user_id, is_staff(c), s->name))
		tell(c, s, true);
}

static const char *token_in(struct ctx *c, const struct request *q)
{
	struct pairs pairs = { 0 };

	if (strncasecmp(q->authorization, "Bearer ", 7) == 0)
		return q->authorization + 7 + strspn(q->authorization + 7, " ");
	if (decode_query(c->mem, q->query, &pairs))
		for (size_t i = 0; i < pairs.n; i++)
			if (strcmp(pairs.keys[i], "token") == 0)
				return pairs.values[i];
	return NULL;
}

static bool kefu_open(struct ctx *c, struct socket *s, const struct request *q, struct buf *out)
{
	struct frame f = { .c = c, .s = s, .out = out };
	const char *token = token_in(c, q);
	bool in;

	if (token != NULL)
		return frame_sign_in(&f, token, &in);
	put_who(out, s); /* its language, which only the first request brings */
	return true;
}

/* -- frames -- */

static void put_stored_before(struct frame *f, const struct message *m)
{
	struct buf b = { 0 };

	buf_printf(&b, "{\"type\":\"ack\",\"data\":{\"message_id\":\"msg_%lld\",\"session_id\":\"%s\",\"seq\":%lld,\"client_id\":",
		   (long long)m->id, m->session_id, (long long)m->seq);
	buf_json(&b, m->client_id != NULL ? m->client_id : "", m->client_id != NULL ? strlen(m->client_id) : 0);
	buf_str(&b, "}}");
	frame_put(f, &b);
}

static bool on_message(struct frame *f)
{
	struct ctx *c = f->c;
	struct kefu_post_in in = { 0 };
	struct message m = { 0 };

	if (!frame_read(f, &kefu_post_in, &in) || !socket_may_post(c, ""))
		return frame_error(f);
	if (in.client_id == NULL && *f->s->frame != '\0') /* the relay may repeat this request: then it finds its own message */
		in.client_id = f->s->frame;
	if (!run_operation(c, kefu_post, WRITES, &in, &m)) {
		if (c->err.code == E_BUG)
			return false;
		return frame_error(f);
	}
	put_events(c, f->out);
	if (m.repeated)
		put_stored_before(f, &m);
	return true;
}

static const struct field resume_f[] = {
	FIELD(resume_in, last_id, "last_id", as_kefu_msg),
	FIELD(resume_in, positions, "positions", as_json, .max = POSITIONS_BYTES),
};
static const struct spec resume_spec = SPEC("KefuResumeIn", resume_in, resume_f);

static bool on_resume(struct frame *f)
{
	struct resume_in in = { 0 };

	return frame_read(f, &resume_spec, &in) ? frame_resume(f, &in) : frame_malformed(f);
}

static const struct frame_row rows[] = {
	{ "message", 0, on_message }, { "resume", 0, on_resume }, { "ping", 0, frame_ping }, { 0 }
};

static bool kefu_closed(struct ctx *c, struct socket *s)
{
	if (s->user_id == 0 || s->below == NULL || !person_left(c, s->user_id, s->name))
		return true;
	tell(c, s, false);
	realtime_publish(c);
	return true;
}

static const struct field resumed_f[] = {
	FIELD(resumed, count, "count", as_int),
	FIELD(resumed, last_id, "last_id", as_kefu_msg),
};
static const struct spec resumed = SPEC("KefuResumed", resumed, resumed_f);
const struct dialect kefu_dialect = { .endpoint = "/ws/",
				      .contract = "kefu",
				      .frames = rows,
				      .user = &kefu_user,
				      .connection_token = true,
				      .open = kefu_open,
				      .grant = grant,
				      .came = kefu_came,
				      .closed = kefu_closed,
				      .put_error = put_error,
				      .put_message = kefu_put_message,
				      .resumed = &resumed,
				      .without_notes = true,
				      .of_one_user = true,
				      .reloads = true };
