/* The frames of /ws/{user_id} (kefu.md): one row a type. The path says whose socket it is; the token must be that user's. */
#include "../../bus/bus.h"
#include "../../domain/people.h"
#include "../../http/decode.h"
#include "../access/access.h"
#include "../kefu/kefu.h"
#include "socket.h"
#include <string.h>
#include <strings.h>

enum { POSITIONS_BYTES = 60000 };

struct frame {
	struct ctx *c;
	struct socket *s;
	const struct json *data; /* the data member, or the message itself; NULL: the socket is just opening */
	struct buf *out;
};

static bool put_error(struct frame *f)
{
	struct ctx *c = f->c;
	const char *client_id = f->data != NULL ? json_member_str(f->data, "client_id") : NULL;
	struct buf b = { 0 };

	buf_str(&b, "{\"type\":\"error\",\"data\":{");
	kefu_put_error(c, &b);
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

static bool turn_away(struct frame *f, const char *why)
{
	put_error(f);
	buf_printf(f->out, "X %s\n", why);
	return true;
}

/* -- what it may see -- */

/* The channels it has from now on, whatever it had. */
static bool grant(struct ctx *c, struct socket *s, struct buf *out)
{
	buf_str(out, "L *\n");
	if (is_staff(c))
		return put_staff_channels(c, s, out);
	buf_printf(out, "J %s %s kefu/p/%lld\nP deskbell:online:%lld\n", channel_family(c->mem, s->family),
		   channel_person(c->mem, s->user_id), (long long)s->user_id, (long long)s->user_id);
	return true;
}

static void tell(struct ctx *c, const struct socket *s, bool there)
{
	struct event *e = event_queue(c, EVENT_USER_PRESENCE);

	e->user_id = s->user_id;
	e->user_name = s->below;
	e->flag = there;
	e->except = s->name;
}

static void came(struct ctx *c, const struct socket *s)
{
	if (person_came(c, s->user_id, is_staff(c), s->name))
		tell(c, s, true);
}

/* -- auth -- */

static void put_signed_in(struct frame *f, const struct user *u)
{
	struct buf b = { 0 };

	socket_counts(f->c, f->s);
	buf_str(&b, "{\"type\":\"auth\",\"data\":{\"success\":true,\"user\":");
	spec_put(&b, &kefu_user, u);
	buf_printf(&b, ",\"connection_token\":\"%s\"}}", connection_token(f->c, u->id, f->s->family, f->s->name));
	put_block_frame(f->out, &b);
	buf_free(&b);
}

/* False: the relay tries again. *in: it is signed in now. */
static bool sign_in(struct frame *f, const char *token, bool *in)
{
	struct ctx *c = f->c;
	struct user u;
	bool first = f->s->user_id == 0;

	*in = false;
	if (!access_by_token(c, token, &u))
		return c->err.code != E_UNAVAILABLE && turn_away(f, "4401 bad_token");
	if (f->s->below == NULL || strcmp(f->s->below, u.public_id) != 0) {
		fail(c, E_FORBIDDEN, "auth.forbidden");
		return turn_away(f, "4403 other_user");
	}
	f->s->user_id = u.id;
	f->s->family = c->who.family;
	if (is_staff(c) && !socket_online(c, u.id))
		return false;
	if (!grant(c, f->s, f->out))
		return false;
	put_who(f->out, f->s);
	put_signed_in(f, &u);
	if (first)
		came(c, f->s);
	realtime_publish(c);
	*in = true;
	return true;
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
	struct frame f = { c, s, NULL, out };
	const char *token = token_in(c, q);
	bool in;

	if (token != NULL)
		return sign_in(&f, token, &in);
	put_who(out, s); /* its language, which only the first request brings */
	return true;
}

/* -- frames -- */

static bool read_data(struct frame *f, const struct spec *s, void *in)
{
	return spec_get(f->c, s, &(struct sources){ .body = f->data }, in);
}

static void put_stored_before(struct frame *f, const struct message *m)
{
	struct buf b = { 0 };

	buf_printf(&b, "{\"type\":\"ack\",\"data\":{\"message_id\":\"msg_%lld\",\"session_id\":\"%s\",\"seq\":%lld,\"client_id\":",
		   (long long)m->id, m->session_id, (long long)m->seq);
	buf_json(&b, m->client_id != NULL ? m->client_id : "", m->client_id != NULL ? strlen(m->client_id) : 0);
	buf_str(&b, "}}");
	put_block_frame(f->out, &b);
	buf_free(&b);
}

static bool on_message(struct frame *f)
{
	struct ctx *c = f->c;
	struct kefu_post_in in = { 0 };
	struct message m = { 0 };

	if (!read_data(f, &kefu_post_in, &in) || !socket_may_post(c, ""))
		return put_error(f);
	if (in.client_id == NULL && *f->s->frame != '\0') /* the relay may repeat this request: then it finds its own message */
		in.client_id = f->s->frame;
	if (!run_operation(c, kefu_post, WRITES, &in, &m)) {
		if (c->err.code == E_BUG)
			return false;
		return put_error(f);
	}
	put_events(c, f->out);
	if (m.repeated)
		put_stored_before(f, &m);
	return true;
}

struct resume_in {
	int64_t last_id;
	const char *positions;
};
static const struct field resume_f[] = {
	FIELD(resume_in, last_id, "last_id", as_kefu_msg),
	FIELD(resume_in, positions, "positions", as_json, .max = POSITIONS_BYTES),
};
static const struct spec resume_spec = SPEC("KefuResumeIn", resume_in, resume_f);

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

static bool on_auth(struct frame *f, const struct json *message)
{
	const char *token = json_member_str(f->data, "token");
	const struct json *resume = json_member(f->data, "resume");
	bool in;

	token = token != NULL ? token : json_member_str(message, "token");
	if (token == NULL) {
		fail_field(f->c, "token", "input.missing");
		return put_error(f);
	}
	if (!sign_in(f, token, &in))
		return false;
	if (!in || resume == NULL)
		return true;
	f->data = resume;
	return on_resume(f);
}

/* -- dispatch -- */

static const struct {
	const char *type;
	bool (*take)(struct frame *);
} rows[] = { { "message", on_message }, { "resume", on_resume }, { "ping", on_ping } };

static bool kefu_frame(struct ctx *c, struct socket *s, const struct json *message, struct buf *out)
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
	for (size_t i = 0; type != NULL && i < COUNT(rows); i++)
		if (strcmp(rows[i].type, type) == 0)
			return rows[i].take(&f);
	fail_field(c, "type", type == NULL ? "input.missing" : "frame.unknown_type");
	return put_error(&f);
}

static bool kefu_recheck(struct ctx *c, struct socket *s, bool lost, struct buf *out)
{
	const char *before = s->grants;
	bool ended;

	if (!socket_recall(c, s, out, &ended))
		return false;
	if (s->user_id == 0 || ended)
		return true;
	if (!grant(c, s, out))
		return false;
	put_who(out, s);
	bool changed = strcmp(before, s->grants) != 0;
	if (lost || changed)
		put_resync(out, changed ? "scope_changed" : "events_lost");
	return true;
}

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
				      .open = kefu_open,
				      .frame = kefu_frame,
				      .recheck = kefu_recheck,
				      .closed = kefu_closed,
				      .put_message = kefu_put_message,
				      .resumed = &resumed,
				      .without_notes = true };
