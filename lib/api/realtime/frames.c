#include "frames.h"
#include "../access/access.h"
#include <string.h>

/* -- answers -- */

void frame_put(struct frame *f, struct buf *text)
{
	put_block_frame(f->out, text);
	buf_free(text);
}

static bool put_error(struct frame *f, bool malformed)
{
	const char *client_id = f->data != NULL ? json_member_str(f->data, "client_id") : NULL;
	struct buf b = { 0 };

	buf_str(&b, "{\"type\":\"error\",\"data\":{");
	f->s->dialect->put_error(f->c, &b, malformed);
	if (client_id != NULL) {
		buf_str(&b, ",\"client_id\":");
		buf_json(&b, client_id, strlen(client_id));
	}
	buf_str(&b, "}}");
	frame_put(f, &b);
	f->c->err = (struct err){ 0 };
	return true;
}

bool frame_error(struct frame *f)
{
	return put_error(f, false);
}

bool frame_malformed(struct frame *f)
{
	return put_error(f, true);
}

static bool turn_away(struct frame *f, const char *why)
{
	frame_error(f);
	buf_printf(f->out, "X %s\n", why);
	return true;
}

bool frame_read(struct frame *f, const struct spec *s, void *in)
{
	return spec_get(f->c, s, &(struct sources){ .body = f->data }, in);
}

bool frame_ping(struct frame *f)
{
	put_pong(f->c, f->out);
	return true;
}

bool frame_resume(struct frame *f, const struct resume_in *in)
{
	const char *next = resume_staff(f->c->mem, in->last_id, in->positions != NULL ? in->positions : "");

	put_hold(f->out, next, strlen(next));
	return true;
}

/* -- signing in -- */

/* Why this endpoint is not for that user: a close code and a word; NULL = it is. */
static const char *not_for(const struct frame *f, const struct user *u)
{
	const struct socket *s = f->s;

	if (s->dialect->staff_only && !is_staff(f->c))
		return "4403 not_staff";
	if (s->dialect->of_one_user && (s->below == NULL || strcmp(s->below, u->public_id) != 0))
		return "4403 other_user";
	return NULL;
}

static bool turn_away_forbidden(struct frame *f, const char *why)
{
	fail(f->c, E_FORBIDDEN, "auth.forbidden");
	return turn_away(f, why);
}

static void put_signed_in(struct frame *f, const struct user *u)
{
	const struct dialect *d = f->s->dialect;
	struct buf b = { 0 };

	if (d->connection_token)
		socket_counts(f->c, f->s);
	buf_str(&b, "{\"type\":\"auth\",\"data\":{\"success\":true,\"user\":");
	spec_put(&b, d->user, u);
	if (d->connection_token)
		buf_printf(&b, ",\"connection_token\":\"%s\"", connection_token(f->c, u->id, f->s->family, f->s->name));
	buf_str(&b, "}}");
	frame_put(f, &b);
}

static bool let_in(struct frame *f, const struct user *u)
{
	struct ctx *c = f->c;
	struct socket *s = f->s;
	bool first = s->user_id == 0;

	if (s->viewing != 0)
		viewing_change(c, s, NULL, f->out);
	s->user_id = u->id;
	s->family = c->who.family;
	if (is_staff(c) && !socket_online(c, u->id))
		return false;
	if (!s->dialect->strangers) /* a visitor goes on hearing the conversation it is in */
		buf_str(f->out, "L *\n");
	if (!s->dialect->grant(c, s, f->out))
		return false;
	put_who(f->out, s);
	put_signed_in(f, u);
	if (first && s->dialect->came != NULL)
		s->dialect->came(c, s);
	realtime_publish(c);
	return true;
}

bool frame_sign_in(struct frame *f, const char *token, bool *in)
{
	struct ctx *c = f->c;
	struct user u;

	*in = false;
	if (!access_by_token(c, token, &u)) {
		if (failed_for_now(c->err.code))
			return false;
		return f->s->dialect->strangers ? frame_error(f) : turn_away(f, "4401 bad_token");
	}
	const char *why = not_for(f, &u);
	if (why != NULL)
		return turn_away_forbidden(f, why);
	*in = let_in(f, &u);
	return *in;
}

/* -- dispatch -- */

static const struct frame_row *row_of(const struct dialect *d, const char *type)
{
	const struct frame_row *r = d->frames;

	while (r->type != NULL && strcmp(r->type, type) != 0)
		r++;
	return r->type != NULL ? r : NULL;
}

/* The token and what to resume from may stand beside the type too. */
static bool on_auth(struct frame *f)
{
	const struct dialect *d = f->s->dialect;
	const char *token = json_member_str(f->data, "token");
	const struct json *resume = json_member(f->data, "resume");
	bool in;

	token = token != NULL ? token : json_member_str(f->message, "token");
	resume = resume != NULL ? resume : json_member(f->message, "resume");
	if (token == NULL) {
		fail_field(f->c, "token", "input.missing");
		return frame_malformed(f);
	}
	if (!frame_sign_in(f, token, &in))
		return false;
	if (!in)
		return true;
	if (resume != NULL) {
		f->data = resume;
		return row_of(d, "resume")->take(f);
	}
	if (d->listens != NULL)
		put_continue(f->out, "", 0);
	return true;
}

static bool to_its_row(struct frame *f, const char *type)
{
	const struct frame_row *r = type != NULL ? row_of(f->s->dialect, type) : NULL;

	if (r == NULL) {
		fail_field(f->c, "type", type == NULL ? "input.missing" : "frame.unknown_type");
		return frame_malformed(f);
	}
	if ((f->c->who.permissions & r->permission) != r->permission) {
		fail(f->c, E_FORBIDDEN, "auth.forbidden");
		return frame_error(f);
	}
	return r->take(f);
}

bool frame_take(struct ctx *c, struct socket *s, const struct json *message, struct buf *out)
{
	const char *type = json_member_str(message, "type");
	const struct json *data = json_member(message, "data");
	struct frame f = { c, s, message, data != NULL ? data : message, out };
	struct user u;

	if (type != NULL && strcmp(type, "auth") == 0)
		return on_auth(&f);
	if (s->user_id == 0 && s->dialect->strangers)
		return to_its_row(&f, type);
	if (s->user_id == 0) {
		put_who(out, s); /* its language, which only the first frame brings */
		fail(c, E_UNAUTHENTICATED, "auth.needed");
		return frame_error(&f);
	}
	if (!access_again(c, s->user_id, s->family, &u))
		return !failed_for_now(c->err.code) && turn_away(&f, "4401 signed_out");
	const char *why = not_for(&f, &u);
	return why != NULL ? turn_away_forbidden(&f, why) : to_its_row(&f, type);
}

/* -- looking again -- */

bool frame_recheck(struct ctx *c, struct socket *s, bool lost, struct buf *out)
{
	const struct dialect *d = s->dialect;
	const char *before = s->grants;
	bool ended;

	if (!socket_recall(c, s, out, &ended))
		return false;
	if (s->user_id == 0 || ended)
		return true;
	if (d->staff_only && !is_staff(c)) {
		buf_str(out, "X 4403 not_staff\n");
		return true;
	}
	buf_str(out, "L *\n");
	if (!d->grant(c, s, out) || !viewing_again(c, s, out))
		return false;
	put_who(out, s);
	bool changed = strcmp(before, s->grants) != 0;
	if (d->reloads && (lost || changed))
		put_resync(out, changed ? "scope_changed" : "events_lost");
	return d->listens == NULL || d->listens(c, s);
}
