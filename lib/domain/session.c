/* A visitor's view of its conversation: start, look, name oneself, read, rate, end. */
#include "../auth/auth.h"
#include "../core/text.h"
#include "ai_setup.h"
#include "arrival.h"
#include "audit.h"
#include "contact.h"
#include "conversation.h"
#include "conversation_row.h"
#include "event.h"
#include "message.h"
#include "report.h"
#include "setting.h"
#include "sql_tables.h"
#include "unanswered.h"
#include <string.h>

enum { CREATE_KEY_MIN = 16 };

enum { BY_CREATE_KEY, METADATA, READ_CONTACT, READ_STAFF, RATE, AGENT_RATING, SQL__MAX };
const struct stmt session_sql[] = {
	[BY_CREATE_KEY] = { "SELECT id FROM conversations WHERE create_key = ?", ROW(number, number_cols) },
	[METADATA] = { "UPDATE conversations SET version = version + 1, metadata = ?, updated_at = ? WHERE id = ?" },
	[READ_CONTACT] = { "UPDATE conversations SET version = version + 1, contact_read_seq = ?, unread_contact = ? WHERE id = "
			   "?" },
	[READ_STAFF] = { "UPDATE conversations SET version = version + 1, staff_read_seq = ?, unread_staff = ? WHERE id = ?" },
	[RATE] = { "UPDATE conversations SET version = version + 1, rating = ?, rating_comment = ?, rated_at = ?, rated_agent_id = "
		   "?, updated_at = ? "
		   "WHERE id = ?" },
	[AGENT_RATING] = { "UPDATE users SET ratings = ratings + ?, rating_sum = rating_sum + ? WHERE id = ?" },
};
const size_t session_sql_n = SQL__MAX;

static void tell(struct ctx *c, const char *what, const struct conversation *v)
{
	struct event *e = event_queue(c, EVENT_STATUS);

	e->what = what;
	e->conversation = v;
	e->before_assignee = v->assignee_id;
	e->before_team = v->team_id;
}

static bool by_id(struct ctx *c, int64_t id, struct conversation *v)
{
	return conversation_lock_id(c, id, v) && conversation_complete(c, v);
}

/* A retry with the same client_id is the same conversation. The key is as good as the session id, so a guessable one is refused. */
static bool find_created(struct ctx *c, const char *client_id, char key[static 65], struct conversation *out, bool *found)
{
	struct number row;

	*found = false;
	if (client_id == NULL)
		return true;
	if (strlen(client_id) < CREATE_KEY_MIN)
		return fail_field(c, "client_id", "input.too_short");
	token_hash(key, client_id);
	return db_find(c, &session_sql[BY_CREATE_KEY], &row, found, ARGS(STR(key))) && (!*found || by_id(c, row.n, out));
}

/* Who it is for. A name that exists is only claimed: its data is neither shown nor changed, and staff cannot be named. */
static bool find_contact(struct ctx *c, const struct session_create_in *in, const struct arrival *by, int64_t *contact,
			 bool *claimed)
{
	struct user u;
	bool existed = false;

	if (in->user_id == NULL || *in->user_id == '\0')
		return guest_ensure(c, NULL, by->name, by->email, contact, claimed);
	if (!public_id_ok(in->user_id))
		return fail_field(c, "user_id", "input.bad_id");
	if (!user_by_public_id(c, in->user_id, &u, &existed))
		return false;
	if (existed && u.role != ROLE_GUEST)
		return fail_field(c, "user_id", "session.user_is_staff");
	return guest_ensure(c, in->user_id, by->name, by->email, contact, claimed);
}

/* The same request twice at once: the other one has made it, and is found when this one is taken from the start. */
static bool add(struct ctx *c, const struct conversation_start *start, int64_t *id)
{
	return conversation_add(c, start, id) || (start->create_key != NULL && c->err.code == E_CONFLICT && db_again(c));
}

bool session_create(struct ctx *c, const void *vin, void *vout)
{
	const struct session_create_in *in = vin;
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));
	char key[65] = "";
	int64_t contact = 0, id;
	struct arrival by;
	bool found, claimed = false, ai = false;
	struct site_settings site;

	if (!find_created(c, in->client_id, key, v, &found))
		return false;
	if (!found) {
		if (!site_settings_read(c, &site))
			return false;
		if (!arrival_read(c, in, &by) || !ai_setup_begins(c, by.inbox_id, by.open, &ai) ||
		    !find_contact(c, in, &by, &contact, &claimed) ||
		    !add(c,
			 &(struct conversation_start){ contact, claimed, ai && site.ai_enabled ? AGENT_AI : AGENT_HUMAN,
						       *key ? key : NULL, in->metadata },
			 &id) ||
		    !arrival_keep(c, &by, id, contact, claimed) || !by_id(c, id, v))
			return false;
		tell(c, "created", v);
	}
	*(struct conversation *)vout = *v;
	conversation_finish(vout);
	return true;
}

bool session_get(struct ctx *c, const void *vin, void *out)
{
	const struct session_in *in = vin;

	return conversation_reach(c, in->session_id, out);
}

/* The locked conversation and a copy that events may keep. */
static struct conversation *locked(struct ctx *c, const char *session_id)
{
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));

	return conversation_lock(c, session_id, v) ? v : NULL;
}

static bool give(struct ctx *c, struct conversation *v, void *out)
{
	if (!conversation_complete(c, v))
		return false;
	*(struct conversation *)out = *v;
	conversation_finish(out);
	return true;
}

bool session_close(struct ctx *c, const void *vin, void *out)
{
	const struct session_in *in = vin;
	struct conversation *v = locked(c, in->session_id);

	if (v == NULL || (v->active && !conversation_move(c, v, CONV_RESOLVED)))
		return false;
	return audit(c, "conversation:resolve", v->id, NULL) && give(c, v, out);
}

bool session_update(struct ctx *c, const void *vin, void *out)
{
	const struct session_update_in *in = vin;
	struct conversation *v = locked(c, in->session_id);

	if (v == NULL)
		return false;
	if (in->metadata != NULL) {
		if (!db_exec(c, &session_sql[METADATA], NULL, ARGS(STR(in->metadata), INT(c->now), INT(v->id))))
			return false;
		v->metadata = in->metadata;
	}
	if (!v->contact_claimed && !contact_told(c, v->contact_id, in->name, in->email, NULL))
		return false;
	tell(c, "updated", v);
	return give(c, v, out);
}

bool session_read(struct ctx *c, const void *vin, void *vout)
{
	const struct session_read_in *in = vin;
	struct session_read_out *out = vout;
	struct conversation *v = locked(c, in->session_id);
	bool staff = is_staff(c);
	struct stream_position at;
	int64_t unread = 0;

	if (v == NULL || !message_shown_at(c, v->id, in->last_id, &at))
		return false;
	*out = (struct session_read_out){ v->session_id, in->last_id };
	if (at.seq <= (staff ? v->staff_read_seq : v->contact_read_seq) && (staff ? v->unread_staff : v->unread_contact) == 0)
		return true;
	if (at.id != v->last_message_id && !message_unread(c, v->id, at.seq, staff, &unread))
		return false;
	if (!db_exec(c, &session_sql[staff ? READ_STAFF : READ_CONTACT], NULL, ARGS(INT(at.seq), INT(unread), INT(v->id))))
		return false;
	struct event *e = event_queue(c, EVENT_READ);
	e->conversation = v;
	e->sender_type = staff ? SENDER_AGENT : SENDER_USER;
	e->number = at.seq;
	e->id = at.id;
	return true;
}

/* Who has heard the AI alone and was not content: what was asked may need an article. */
static bool note_disliked(struct ctx *c, const struct conversation *v, int64_t score)
{
	enum { BAD = 2, LOOK_BACK = 20 };
	struct list messages = { 0 };

	if (score > BAD || v->agent_messages > 0 || (v->rating > 0 && v->rating <= BAD))
		return true;
	return message_range(c, v->id, v->last_seq - LOOK_BACK, v->last_seq, LOOK_BACK, &messages) &&
	       unanswered_note(c, v->id, &messages, c->lang, UNANSWERED_DISLIKED);
}

bool session_rate(struct ctx *c, const void *vin, void *vout)
{
	const struct rating_in *in = vin;
	struct site_settings site;

	if (!site_settings_read(c, &site))
		return false;
	if (!site.csat_enabled)
		return fail(c, E_FORBIDDEN, "rating.off");
	struct conversation *v = locked(c, in->session_id);
	if (v == NULL)
		return false;
	bool again = v->rated_agent_id != 0;
	int64_t agent = again ? v->rated_agent_id : v->assignee_id, more = again ? 0 : 1, sum = in->score - (again ? v->rating : 0);
	if (!db_exec(c, &session_sql[RATE], NULL,
		     ARGS(INT(in->score), STR(in->comment), INT(c->now), INT_OR_NULL(agent), INT(c->now), INT(v->id))) ||
	    !report_late(c, v) || !note_disliked(c, v, in->score) ||
	    (agent != 0 && !db_exec(c, &session_sql[AGENT_RATING], NULL, ARGS(INT(more), INT(sum), INT(agent)))))
		return false;
	v->rating = in->score;
	v->rating_comment = in->comment;
	tell(c, "rated", v);
	*(struct rating *)vout = (struct rating){ v->session_id, in->comment, in->score, c->now };
	return conversation_complete(c, v);
}
