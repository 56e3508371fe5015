#include "ai.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "article.h"
#include "assignment.h"
#include "sql_tables.h"
#include "terms.h"
#include <string.h>
#include <strings.h>

enum { WAITING_MAX = 50, CANDIDATES = 5, ANSWER_CHARS = 800, SMALL_TALK_CHARS = 12 };
static const double COVER_MIN = 0.18; /* below it an article shares only common words with the question */

static const struct col question_cols[] = {
	{ COL_INT, offsetof(struct ai_question, conversation_id) },
	{ COL_INT, offsetof(struct ai_question, seq) },
};

enum { WAITING, CLAIM, RELEASE, SETTLE, SQL__MAX };
const struct stmt ai_sql[] = {
	[WAITING] = { "SELECT id, ai_wanted_seq FROM conversations WHERE ai_wanted_seq > 0 AND agent_type = 0 AND ai_claimed_until "
		      "< ? "
		      "ORDER BY updated_at LIMIT 50",
		      ROW(ai_question, question_cols) },
	[CLAIM] = { "UPDATE conversations SET ai_claimed_until = ? WHERE id = ? AND ai_wanted_seq = ? AND agent_type = 0 AND "
		    "ai_claimed_until < ?" },
	[RELEASE] = { "UPDATE conversations SET ai_claimed_until = 0 WHERE id = ? AND ai_wanted_seq = ?" },
	[SETTLE] = { "UPDATE conversations SET ai_claimed_until = 0, ai_unsure = IF(?, ai_unsure + 1, 0) WHERE id = ?" },
};
const size_t ai_sql_n = SQL__MAX;

bool ai_waiting(struct ctx *c, struct list *out)
{
	return db_list(c, &ai_sql[WAITING], out, ARGS(INT(c->now)));
}

bool ai_claim(struct ctx *c, const struct ai_question *q, bool *taken)
{
	if (!db_exec(c, &ai_sql[CLAIM], NULL, ARGS(INT(c->now + AI_CLAIM_MS), INT(q->conversation_id), INT(q->seq), INT(c->now))))
		return false;
	*taken = db_changed(c) > 0;
	return true;
}

bool ai_release_all(struct ctx *c, const struct ai_question *q, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!db_exec(c, &ai_sql[RELEASE], NULL, ARGS(INT(q[i].conversation_id), INT(q[i].seq))))
			return false;
	return true;
}

/* -- the builtin provider -- */

/* Does the text hold one of "a|b|c"? Letters compare without case. */
static bool holds_any(const char *text, const char *words)
{
	char word[64];

	while (*words != '\0') {
		size_t n = strcspn(words, "|");
		if (n > 0 && n < sizeof(word)) {
			memcpy(word, words, n);
			word[n] = '\0';
			if (strcasestr(text, word) != NULL)
				return true;
		}
		words += n + (words[n] == '|');
	}
	return false;
}

/* An article's beginning, cut between paragraphs or sentences where it can. */
static const char *excerpt(struct ctx *c, const char *content)
{
	size_t n = strlen(content), cut = utf8_cut(content, n, ANSWER_CHARS);

	if (cut == n)
		return content;
	char *text = arena_strndup(c->mem, content, cut);
	char *end = strrchr(text, '\n');
	if (end != NULL && end > text + cut / 2)
		*end = '\0';
	return text;
}

static const char *say(struct ctx *c, const char *lang, const char *key)
{
	return catalog_text(c->texts, lang, key);
}

static bool small_talk(struct ctx *c, const char *text, const char *lang, struct ai_answer *out)
{
	static const char *const kinds[][2] = { { "ai.words.thanks", "ai.thanks" }, { "ai.words.greeting", "ai.greeting" } };

	if (utf8_count(text, strlen(text)) > SMALL_TALK_CHARS)
		return false;
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (holds_any(text, say(c, lang, kinds[i][0]))) {
			out->text = say(c, lang, kinds[i][1]);
			return true;
		}
	return false;
}

static bool from_articles(struct ctx *c, const char *text, const char *lang, struct ai_answer *out)
{
	struct list found = { 0 };

	if (!article_search(c, text, lang, CANDIDATES, &found))
		return false;
	const struct article *best = found.items;
	if (found.n > 0 && best->cover >= COVER_MIN) {
		out->text = arena_printf(c->mem, "%s\n\n%s", excerpt(c, best->content), arena_printf(c->mem, "—— %s", best->title));
		return true;
	}
	out->unsure = true;
	out->text = say(c, lang, "ai.unknown");
	return true;
}

bool ai_compose(struct ctx *c, const struct ai_question *q, struct conversation *v, struct ai_answer *out)
{
	struct list asked = { 0 };
	bool found;

	*out = (struct ai_answer){ 0 };
	if (!conversation_peek(c, q->conversation_id, v, &found) ||
	    !message_range(c, q->conversation_id, q->seq - 1, q->seq, 1, &asked))
		return false;
	const char *text = asked.n > 0 ? ((struct message *)asked.items)->content : "";
	const char *lang = text_has_cjk(text) || *text == '\0' ? "zh" : "en";
	out->hand_over = holds_any(text, say(c, "zh", "ai.words.handover")) || holds_any(text, say(c, "en", "ai.words.handover"));
	if (out->hand_over) {
		out->text = say(c, lang, "ai.handover");
		return true;
	}
	return small_talk(c, text, lang, out) || from_articles(c, text, lang, out);
}

bool ai_store(struct ctx *c, const struct ai_question *q, const struct ai_answer *a, struct message *out, bool *stored)
{
	struct conversation *v = arena_alloc(c->mem, sizeof(*v));
	struct message *m = arena_alloc(c->mem, sizeof(*m));

	*stored = false;
	if (!conversation_lock_id(c, q->conversation_id, v))
		return false;
	if (v->agent_type != AGENT_AI || v->ai_wanted_seq != q->seq)
		return true;
	const struct message draft = { .sender_type = SENDER_AI,
				       .type = MSG_TEXT,
				       .content = a->text,
				       .client_id = arena_printf(c->mem, "ai:%lld", (long long)q->seq) };
	v->ai_wanted_seq = 0;
	if (!message_add(c, v, &draft, m) || !db_exec(c, &ai_sql[SETTLE], NULL, ARGS(INT(a->unsure), INT(v->id))))
		return false;
	*out = *m;
	*stored = true;
	return !a->hand_over || assignment_find_or_queue(c, v, 0);
}
