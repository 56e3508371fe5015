#include "assist.h"
#include "../core/buf.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "ai_note.h"
#include "event.h"
#include "kept.h"
#include "passage.h"
#include "question.h"
#include "setting.h"
#include <string.h>

enum { GRACE_MS = 10000, RECENT = 40, QUESTIONS_MAX = 3, TALK_BYTES = 12000 };
const char *const assist_kind_names[] = { "suggest", "summarise", "translate", NULL };
const char *const assist_state_names[] = { "running", "done", "failed", NULL };

static const struct col cols[] = {
	{ COL_INT, offsetof(struct assist, id) },         { COL_INT, offsetof(struct assist, conversation_id) },
	{ COL_INT, offsetof(struct assist, message_id) }, { COL_INT, offsetof(struct assist, user_id) },
	{ COL_ENUM, offsetof(struct assist, kind) },      { COL_ENUM, offsetof(struct assist, state) },
	{ COL_STR, offsetof(struct assist, lang) },       { COL_STR, offsetof(struct assist, text) },
	{ COL_STR, offsetof(struct assist, error) },      { COL_INT, offsetof(struct assist, asked_at) },
};
static const struct kept kept_as = { "assist", 600, { ROW(assist, cols) } };

static const char *said(struct ctx *c, const char *key)
{
	return catalog_text(c->texts, c->lang, key);
}

/* -- where it stands -- */

static bool own(struct ctx *c, const struct assist_id_in *in, struct assist *a)
{
	bool found;

	if (!kept_get(c, &kept_as, in->id, a, &found))
		return false;
	return (found && a->user_id == c->who.user_id && a->conversation_id == in->conversation_id) ||
	       fail(c, E_NOT_FOUND, "assist.missing");
}

bool assist_get(struct ctx *c, const void *in, void *out)
{
	struct assist *a = out;

	if (!own(c, in, a))
		return false;
	if (a->state == ASSIST_RUNS && c->now - a->asked_at > c->cfg->ai_timeout_ms + GRACE_MS) {
		a->state = ASSIST_FAILED; /* whoever asked the provider has died */
		a->error = said(c, "assist.failed");
	}
	return true;
}

bool assist_cancel(struct ctx *c, const void *in, void *out)
{
	struct assist a;

	(void)out;
	if (!own(c, in, &a))
		return false;
	if (!kept_forget(c, &kept_as, a.id))
		return false;
	event_wake(c, "assist", a.id);
	return true;
}

bool assist_take(struct ctx *c, int64_t id, struct assist *a, bool *found)
{
	return kept_take(c, &kept_as, id, a, found);
}

bool assist_runs(struct ctx *c, int64_t id, bool *runs)
{
	struct assist a;

	return kept_get(c, &kept_as, id, &a, runs);
}

bool assist_tell(struct ctx *c, const struct assist *a)
{
	bool runs;

	/* Whoever asked may have turned away. */
	return assist_runs(c, a->id, &runs) && (!runs || kept_put(c, &kept_as, a->id, a));
}

/* -- what it is about -- */

/* The customer's words that nobody has answered yet, or else the last ones. */
static bool read_turn(struct ctx *c, const struct conversation *v, const char *lang, struct ai_turn *t)
{
	*t = (struct ai_turn){ .conversation = *v, .lang = lang };
	if (!message_range(c, v->id, v->last_seq - RECENT, v->last_seq, RECENT, &t->messages))
		return false;
	struct message *m = t->messages.items;
	size_t kept = 0;
	for (size_t i = 0; i < t->messages.n; i++)
		if (!m[i].is_private && !m[i].is_deleted)
			m[kept++] = m[i];
	t->messages.n = kept;
	while (t->messages.n > 0 && m[t->messages.n - 1].sender_type != SENDER_USER)
		t->messages.n--;
	for (size_t i = t->messages.n; i > 0 && m[i - 1].sender_type == SENDER_USER; i--)
		t->pending++;
	if (t->messages.n > 0)
		t->lang = question_lang(m[t->messages.n - 1].content, lang);
	return true;
}

static bool find_message(struct ctx *c, const struct conversation *v, int64_t id, struct message *out)
{
	int64_t seq;
	struct list found = { 0 };

	if (!message_seq_at(c, v->id, id, &seq) || !message_range(c, v->id, seq - 1, seq, 1, &found))
		return false;
	const struct message *m = found.items;
	if (found.n == 0 || m->id != id || m->is_deleted || *m->content == '\0')
		return fail(c, E_NOT_FOUND, "message.missing");
	*out = *m;
	return true;
}

/* -- by the knowledge base alone -- */

static bool suggest(struct ctx *c, const struct ai_turn *t, struct assist *a)
{
	const struct message *m = t->messages.items;
	struct buf b = { 0 };
	bool good = true;

	for (size_t i = t->messages.n - t->pending, asked = 0; good && i < t->messages.n && asked < QUESTIONS_MAX; i++, asked++) {
		struct list found = { 0 };
		good = passage_search(c, m[i].content, question_lang(m[i].content, t->lang), 1, &found);
		const struct passage *p = found.items;
		if (good && found.n > 0 && p->score >= PASSAGE_SURE)
			buf_printf(&b, "%s%s", b.len > 0 ? "\n\n" : "", passage_plain(c->mem, p));
	}
	a->text = b.len > 0 ? arena_strndup(c->mem, b.data, b.len) : "";
	buf_free(&b);
	return good;
}

static bool answer_here(struct ctx *c, const struct conversation *v, struct assist *a)
{
	struct ai_turn t;

	if (a->kind == ASSIST_TRANSLATE)
		return fail(c, E_CONFLICT, "assist.no_translator");
	if (!read_turn(c, v, a->lang, &t) || (a->kind == ASSIST_SUGGEST && !suggest(c, &t, a)))
		return false;
	if (a->kind == ASSIST_SUMMARISE) {
		struct list all = { 0 };
		if (!message_range(c, v->id, v->last_seq - RECENT, v->last_seq, RECENT, &all))
			return false;
		a->text = ai_summary(c, &all, a->lang);
	}
	a->state = *a->text != '\0' ? ASSIST_DONE : ASSIST_FAILED;
	a->error = *a->text != '\0' ? "" : said(c, a->kind == ASSIST_SUGGEST ? "assist.nothing_found" : "assist.nothing_said");
	return true;
}

/* -- by a provider -- */

static struct list one_line(struct ctx *c, const char *text)
{
	struct ai_line *l = arena_alloc(c->mem, sizeof(*l));

	*l = (struct ai_line){ true, text };
	return (struct list){ l, 1 };
}

static bool prompt_suggest(struct ctx *c, const struct assist *a, const struct conversation *v, struct ai_prompt *out)
{
	struct ai_turn t;
	struct site_settings site;
	struct buf b = { 0 };

	if (!read_turn(c, v, a->lang, &t) || !ai_prompt(c, &t, out) || !site_settings_read(c, &site))
		return false;
	buf_str(&b, catalog_fill(c->mem, catalog_text(c->texts, t.lang, "assist.prompt.suggest"), &site.site_name, 1));
	ai_put_passages(&b, out, false);
	out->system = arena_strndup(c->mem, b.data, b.len);
	buf_free(&b);
	return true;
}

static bool prompt_summary(struct ctx *c, const struct assist *a, const struct conversation *v, struct ai_prompt *out)
{
	static const char *const who[] = {
		[SENDER_USER] = "Customer", [SENDER_AI] = "Assistant", [SENDER_AGENT] = "Agent", [SENDER_SYSTEM] = "System"
	};
	struct list all = { 0 };
	struct buf b = { 0 };

	if (!message_range(c, v->id, v->last_seq - RECENT, v->last_seq, RECENT, &all))
		return false;
	const struct message *m = all.items;
	for (size_t i = 0; i < all.n && b.len < TALK_BYTES; i++)
		if (!m[i].is_private && !m[i].is_deleted && m[i].sender_type != SENDER_SYSTEM)
			buf_printf(&b, "%s: %s\n", who[m[i].sender_type], m[i].content);
	*out = (struct ai_prompt){ .system = catalog_text(c->texts, a->lang, "assist.prompt.summarise"),
				   .lines = one_line(c, arena_strndup(c->mem, buf_text(&b), b.len)) };
	buf_free(&b);
	return true;
}

static bool prompt_translation(struct ctx *c, const struct assist *a, const struct conversation *v, struct ai_prompt *out)
{
	struct message m = { 0 };

	if (!find_message(c, v, a->message_id, &m))
		return false;
	*out = (struct ai_prompt){ .system = catalog_text(c->texts, a->lang, "assist.prompt.translate"),
				   .lines = one_line(c, m.content) };
	return true;
}

bool assist_prompt(struct ctx *c, const struct assist *a, struct ai_setup *s, struct ai_prompt *out)
{
	static bool (*const make[])(struct ctx *, const struct assist *, const struct conversation *,
				    struct ai_prompt *) = { prompt_suggest, prompt_summary, prompt_translation };
	struct conversation v;
	bool found;

	if (!ai_setup_of(c, a->conversation_id, s) || !conversation_peek(c, a->conversation_id, &v, &found))
		return false;
	return found ? make[a->kind](c, a, &v, out) : fail(c, E_NOT_FOUND, "conversation.missing");
}

/* -- asking -- */

bool assist_offer(struct ctx *c, const void *in, void *out)
{
	const struct conversation_id_in *asked = in;
	struct conversation v;
	struct ai_setup s;

	if (!conversation_reach_id(c, asked->id, &v) || !ai_setup_of(c, v.id, &s))
		return false;
	bool on = s.provider != AI_OFF;
	*(struct assist_offer *)out = (struct assist_offer){ on, on, s.provider == AI_OPENAI };
	return true;
}

bool assist_start(struct ctx *c, const void *vin, void *out)
{
	const struct assist_in *in = vin;
	struct assist *a = out;
	struct conversation v;
	struct message m = { 0 };
	struct ai_setup s;

	if (!conversation_reach_id(c, in->conversation_id, &v) || !ai_setup_of(c, v.id, &s))
		return false;
	if (s.provider == AI_OFF)
		return fail(c, E_CONFLICT, "assist.off");
	if (in->kind == ASSIST_TRANSLATE && in->message_id == 0)
		return fail_field(c, "message_id", "input.missing");
	if (in->kind == ASSIST_TRANSLATE && !find_message(c, &v, in->message_id, &m))
		return false;
	*a = (struct assist){ .id = kept_new_id(c),
			      .conversation_id = v.id,
			      .message_id = in->message_id,
			      .user_id = c->who.user_id,
			      .kind = in->kind,
			      .lang = c->lang,
			      .text = "",
			      .error = "",
			      .asked_at = c->now };
	if (s.provider == AI_BUILTIN)
		return answer_here(c, &v, a);
	event_wake(c, "assist", a->id);
	return kept_put(c, &kept_as, a->id, a);
}
