/* Claiming and storing. What is said: ai_builtin.c. */
#include "ai.h"
#include "../core/buf.h"
#include "../core/settings.h"
#include "ai_figures.h"
#include "ai_note.h"
#include "assignment.h"
#include "audit.h"
#include "conversation_row.h"
#include "event.h"
#include "question.h"
#include "sql_tables.h"
#include "unanswered.h"
#include <string.h>

enum { RECENT = 20 };

enum { DUE, CLAIM, UNSURE, RENEW, RELEASE, ANSWERED, STOP, SQL__MAX };
const struct stmt ai_sql[] = {
	[DUE] = { "SELECT id FROM conversations WHERE ai_wanted_seq > 0 AND agent_type = 0 AND ai_claimed_until < ? "
		  "ORDER BY last_message_at LIMIT ?",
		  ROW(number, number_cols) },
	[CLAIM] = { "UPDATE conversations SET version = version + 1, ai_claimed_until = ? WHERE id = ? AND agent_type = 0 AND "
		    "ai_wanted_seq > 0 "
		    "AND (ai_claimed_until < ? OR ai_claimed_until = ?)" },
	[UNSURE] = { "SELECT ai_unsure FROM conversations WHERE id = ?", ROW(number, number_cols) },
	[RENEW] = { "UPDATE conversations SET version = version + 1, ai_claimed_until = ? WHERE id = ? AND agent_type = 0 AND "
		    "ai_wanted_seq > 0 AND "
		    "ai_claimed_until = ?" },
	[RELEASE] = { "UPDATE conversations SET version = version + 1, ai_claimed_until = 0 WHERE id = ? AND ai_claimed_until = "
		      "?" },
	[STOP] = { "UPDATE conversations SET version = version + 1, ai_wanted_seq = 0, ai_claimed_until = 0 WHERE id = ?" },
	[ANSWERED] = { "UPDATE conversations SET version = version + 1, ai_wanted_seq = 0, ai_claimed_until = 0, ai_unsure = ? "
		       "WHERE id = ?" },
};
const size_t ai_sql_n = SQL__MAX;

bool ai_due(struct ctx *c, int64_t limit, struct list *ids)
{
	return db_list(c, &ai_sql[DUE], ids, ARGS(INT(c->now), INT(limit)));
}

/* A claim of its own even if two are made in one millisecond: the old one is never made again. */
static int64_t next_claim(const struct ctx *c, int64_t old)
{
	int64_t until = c->now + AI_CLAIM_MS;

	return until > old ? until : old + 1;
}

/* What staff note among themselves is not for the AI either. */
static void drop_notes(struct list *messages)
{
	struct message *m = messages->items;
	size_t kept = 0;

	for (size_t i = 0; i < messages->n; i++)
		if (!m[i].is_private)
			m[kept++] = m[i];
	messages->n = kept;
}

const char *ai_words(struct ctx *c, const struct message *m)
{
	struct buf b = { 0 };

	if (m->type == MSG_TEXT)
		return m->content;
	buf_json(&b, m->content, strlen(m->content));
	bool named = m->attachment == NULL || strstr(m->attachment, arena_strndup(c->mem, b.data, b.len)) != NULL;
	buf_free(&b);
	return named ? "" : m->content;
}

static bool read_turn(struct ctx *c, int64_t id, struct ai_turn *t)
{
	struct conversation *v = &t->conversation;
	struct number row;
	bool found;

	if (!conversation_peek(c, id, v, &found) || !db_one(c, &ai_sql[UNSURE], &row, "conversation.missing", ARGS(INT(id))) ||
	    !ai_setup_of(c, id, &t->setup) || !message_range(c, id, v->last_seq - RECENT, v->last_seq, RECENT, &t->messages))
		return false;
	drop_notes(&t->messages);
	const struct message *m = t->messages.items;
	t->wanted_seq = v->ai_wanted_seq;
	t->unsure = row.n;
	t->pending = 0;
	t->lang = c->lang;
	t->asked_at = c->now;
	for (size_t i = 0; i < t->messages.n; i++) {
		if (m[i].sender_type == SENDER_USER) {
			t->asked_at = t->pending++ == 0 ? m[i].created_at : t->asked_at;
			t->lang = question_lang(ai_words(c, &m[i]), t->lang);
		} else if (m[i].sender_type != SENDER_SYSTEM) {
			t->pending = 0;
		}
	}
	t->lang = ai_setup_lang(&t->setup, t->lang);
	return true;
}

bool ai_claim(struct ctx *c, int64_t id, int64_t mine, struct ai_turn *t, bool *claimed)
{
	*t = (struct ai_turn){ .claim = next_claim(c, mine) };
	if (!db_exec(c, &ai_sql[CLAIM], NULL, ARGS(INT(t->claim), INT(id), INT(c->now), INT(mine != 0 ? mine : -1))))
		return false;
	*claimed = db_changed(c) > 0;
	return !*claimed || read_turn(c, id, t);
}

bool ai_renew(struct ctx *c, struct ai_turn *t, bool *still)
{
	int64_t until = next_claim(c, t->claim);

	if (!db_exec(c, &ai_sql[RENEW], NULL, ARGS(INT(until), INT(t->conversation.id), INT(t->claim))))
		return false;
	*still = db_changed(c) > 0;
	t->claim = until;
	return true;
}

bool ai_release(struct ctx *c, const struct ai_turn *t)
{
	return db_exec(c, &ai_sql[RELEASE], NULL, ARGS(INT(t->conversation.id), INT(t->claim)));
}

static const char *said(struct ctx *c, const char *lang, const char *key, const char *hole)
{
	return catalog_fill(c->mem, catalog_text(c->texts, lang, key), &hole, 1);
}

/* The queue or a free agent, a line in the history that says which, and a note for whoever gets it. */
static bool hand_over(struct ctx *c, const struct ai_turn *t, struct conversation *v, const struct ai_answer *answer,
		      const char *client_id, struct message *out)
{
	bool failed = answer->kind == AI_FAILS;

	v->handing = answer->why;
	if (failed) {
		struct event *e = event_queue(c, EVENT_AI_FAILED);
		e->conversation = v;
		e->what = "ai.failed";
		e->text = said(c, t->lang, "ai.failed", "");
	}
	if (!assignment_find_or_queue(c, v, 0))
		return false;
	const char *who = v->assignee_name != NULL ? v->assignee_name : "";
	const char *text = failed || answer->kind == AI_SPENT
				   ? said(c, t->lang, failed ? "ai.failed" : "ai.spent", "")
				   : said(c, t->lang, v->assignee_id != 0 ? "ai.handed_over" : "ai.queued", who);
	struct message draft = { .sender_type = SENDER_SYSTEM, .type = MSG_SYSTEM, .content = text, .client_id = client_id };
	return message_add(c, v, &draft, out) && ai_note(c, v, v->handing);
}

/* {"articles":[{"id":…,"title":…}]}: from what the answer is made; NULL when it names nothing. */
static const char *sources(struct ctx *c, const struct list *from)
{
	const struct ai_source *p = from->items;
	struct buf b = { 0 };

	if (from->n == 0)
		return NULL;
	buf_str(&b, "{\"articles\":[");
	for (size_t i = 0; i < from->n; i++) {
		buf_printf(&b, "%s{\"id\":%lld,\"title\":", i > 0 ? "," : "", (long long)p[i].id);
		buf_json(&b, p[i].title, strlen(p[i].title));
		buf_chr(&b, '}');
	}
	buf_str(&b, "]}");
	const char *out = arena_strndup(c->mem, b.data, b.len);
	buf_free(&b);
	return out;
}

/* What it did not know, or a person was wanted for: somebody may write an article. A failure says nothing about the question. */
static bool note_unanswered(struct ctx *c, const struct ai_turn *t, const struct ai_answer *a)
{
	bool wanted = a->kind == AI_HANDS_OVER && (a->why == HANDED_ASKED || a->why == HANDED_UNSURE);

	if (a->kind != AI_UNSURE && !wanted)
		return true;
	return unanswered_note(c, t->conversation.id, &t->messages, t->lang, wanted ? UNANSWERED_HANDED : UNANSWERED_UNSURE);
}

bool ai_store(struct ctx *c, const struct ai_turn *t, const struct ai_answer *answer, const struct ai_use *use, enum ai_stored *how,
	      struct message *out)
{
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));
	const char *client_id = arena_printf(c->mem, "ai:%lld", (long long)t->wanted_seq);
	int64_t unsure = answer->kind == AI_UNSURE ? t->unsure + 1 : 0;

	*out = (struct message){ 0 };
	*how = AI_GONE;
	if (!conversation_lock_id(c, t->conversation.id, v))
		return false;
	if (v->agent_type != AGENT_AI || v->ai_wanted_seq == 0)
		return ai_count(c, t, use, AI_OUT_DROPPED);
	if (v->ai_wanted_seq != t->wanted_seq) {
		*how = AI_ASKED_AGAIN;
		return true;
	}
	*how = AI_STORED;
	v->ai_wanted_seq = 0;
	struct message draft = { .sender_type = SENDER_AI,
				 .type = MSG_TEXT,
				 .content = answer->text,
				 .client_id = client_id,
				 .metadata = sources(c, &answer->sources) };
	static const enum ai_outcome outcomes[] = { [AI_SURE] = AI_OUT_ANSWERED,
						    [AI_UNSURE] = AI_OUT_UNSURE,
						    [AI_HANDS_OVER] = AI_OUT_HANDED_OVER,
						    [AI_SPENT] = AI_OUT_HANDED_OVER,
						    [AI_FAILS] = AI_OUT_HANDED_OVER };
	bool stored = answer->kind == AI_SURE || answer->kind == AI_UNSURE ? message_add(c, v, &draft, out)
									   : hand_over(c, t, v, answer, client_id, out);
	return stored && note_unanswered(c, t, answer) && ai_count(c, t, use, outcomes[answer->kind]) &&
	       db_exec(c, &ai_sql[ANSWERED], NULL, ARGS(INT(unsure), INT(v->id)));
}

/* -- stopping -- */

static bool stop_reply(struct ctx *c, struct conversation *v, void *out)
{
	if (v->ai_wanted_seq != 0) {
		v->ai_wanted_seq = 0;
		if (!db_exec(c, &ai_sql[STOP], NULL, ARGS(INT(v->id))) || !audit(c, "conversation:stop_reply", v->id, NULL))
			return false;
		event_wake(c, "cancel", v->id);
	}
	if (!conversation_complete(c, v))
		return false;
	*(struct conversation *)out = *v;
	conversation_show(c, out);
	return true;
}

bool session_stop_reply(struct ctx *c, const void *vin, void *out)
{
	const struct session_in *in = vin;
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));

	return conversation_lock(c, in->session_id, v) && stop_reply(c, v, out);
}

bool conversation_stop_reply(struct ctx *c, const void *vin, void *out)
{
	const struct conversation_id_in *in = vin;
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));

	return conversation_take(c, in->id, v) && stop_reply(c, v, out);
}
