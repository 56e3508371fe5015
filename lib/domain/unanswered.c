#include "unanswered.h"
#include "../auth/auth.h"
#include "../core/buf.h"
#include "../core/text.h"
#include "ai.h"
#include "audit.h"
#include "question.h"
#include "sql_tables.h"
#include "terms.h"
#include <stdlib.h>
#include <string.h>

enum { COMPARED = 100, QUESTION_CHARS = 500, TERMS_BYTES = 1000 };
static const double ALIKE = 0.7;
const char *const unanswered_state_names[] = { "open", "answered", "dismissed", NULL };

static const struct col cols[] = {
	{ COL_INT, offsetof(struct unanswered, id) },         { COL_STR, offsetof(struct unanswered, question) },
	{ COL_STR, offsetof(struct unanswered, locale) },     { COL_INT, offsetof(struct unanswered, asked) },
	{ COL_INT, offsetof(struct unanswered, unsure) },     { COL_INT, offsetof(struct unanswered, handed_over) },
	{ COL_INT, offsetof(struct unanswered, disliked) },   { COL_ENUM, offsetof(struct unanswered, state) },
	{ COL_INT, offsetof(struct unanswered, article_id) }, { COL_INT, offsetof(struct unanswered, conversation_id) },
	{ COL_INT, offsetof(struct unanswered, first_at) },   { COL_INT, offsetof(struct unanswered, last_at) },
};
#define COLS "id, question, locale, asked, unsure, handed_over, disliked, state, article_id, conversation_id, first_at, last_at"

struct known {
	const char *normal, *terms;
};
static const struct col known_cols[] = { { COL_STR, offsetof(struct known, normal) }, { COL_STR, offsetof(struct known, terms) } };

enum { PAGE, TOTAL, BY_ID, CHANGE, NEWEST, COUNT_UP, FORGET, SQL__MAX };
const struct stmt unanswered_sql[] = {
	[PAGE] = { "SELECT " COLS " FROM unanswered WHERE state = ? ORDER BY asked DESC, last_at DESC, id DESC LIMIT ? OFFSET ?",
		   ROW(unanswered, cols) },
	[TOTAL] = { "SELECT COUNT(*) FROM unanswered WHERE state = ?", ROW(number, number_cols) },
	[BY_ID] = { "SELECT " COLS " FROM unanswered WHERE id = ?", ROW(unanswered, cols) },
	[CHANGE] = { "UPDATE unanswered SET state = ?, article_id = ? WHERE id = ?" },
	[NEWEST] = { "SELECT normal, terms FROM unanswered WHERE locale = ? ORDER BY last_at DESC LIMIT ?",
		     ROW(known, known_cols) },
	/* What an article was to answer and is asked again is open again. */
	[COUNT_UP] = { "INSERT INTO unanswered (locale, normal, terms, question, asked, unsure, handed_over, disliked, "
		       "conversation_id, "
		       "first_at, last_at) VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE question = "
		       "VALUES(question), asked = asked + (conversation_id <> VALUES(conversation_id)), unsure = unsure + "
		       "VALUES(unsure), handed_over = handed_over + VALUES(handed_over), disliked = disliked + VALUES(disliked), "
		       "state = IF(state = 1, 0, state), conversation_id = VALUES(conversation_id), last_at = VALUES(last_at)" },
	[FORGET] = { "DELETE FROM unanswered WHERE conversation_id = ?" },
};
const size_t unanswered_sql_n = SQL__MAX;

/* -- what is asked alike -- */

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The terms of what tells questions apart, sorted, each once; "" when nothing does. */
static const char *terms_of(struct ctx *c, const char *question)
{
	const char *core = question_core(c->mem, question), *found[TERMS_MAX] = { 0 };
	struct terms t;
	struct term term;
	struct buf b = { 0 };
	size_t n = 0;

	terms_begin(&t, core, strlen(core));
	while (n < TERMS_MAX && terms_next(&t, &term))
		found[n++] = arena_strndup(c->mem, term.text, term_stem(term.text));
	qsort(found, n, sizeof(*found), by_text);
	for (size_t i = 0; i < n; i++)
		if ((i == 0 || strcmp(found[i], found[i - 1]) != 0) && b.len + strlen(found[i]) + 1 < TERMS_BYTES)
			buf_printf(&b, "%s%s", b.len > 0 ? " " : "", found[i]);
	const char *out = arena_strdup(c->mem, b.len > 0 ? buf_text(&b) : "");
	buf_free(&b);
	return out;
}

double unanswered_alike(const char *a, const char *b)
{
	double both = 0, either = 0;

	while (*a != '\0' || *b != '\0') {
		size_t n = strcspn(a, " "), k = strcspn(b, " ");
		int order = *a == '\0' ? 1 : *b == '\0' ? -1 : strncmp(a, b, n < k ? n : k);
		order = order != 0 ? order : n < k ? -1 : n > k;
		both += order == 0;
		either++;
		a += order <= 0 ? n + (a[n] == ' ') : 0;
		b += order >= 0 ? k + (b[k] == ' ') : 0;
	}
	return either > 0 ? both / either : 0;
}

/* Under which form it is counted: that of a question like it, or its own. */
static bool find_alike(struct ctx *c, const char *lang, struct known *x)
{
	struct list l = { 0 };
	double best = ALIKE;
	const struct known own = *x;

	if (!db_list(c, &unanswered_sql[NEWEST], &l, ARGS(STR(lang), INT(COMPARED))))
		return false;
	const struct known *k = l.items;
	for (size_t i = 0; i < l.n; i++) {
		double alike = unanswered_alike(own.terms, k[i].terms);
		if (alike >= best) {
			best = alike;
			*x = k[i];
		}
	}
	return true;
}

static const char *last_question(struct ctx *c, const struct list *messages)
{
	const struct message *m = messages->items;

	for (size_t i = messages->n; i-- > 0;) {
		if (m[i].sender_type != SENDER_USER || m[i].is_deleted)
			continue;
		const char *words = ai_words(c, &m[i]);
		if (*words != '\0' && question_intent(words) == INTENT_ASK)
			return words;
	}
	return NULL;
}

bool unanswered_note(struct ctx *c, int64_t conversation_id, const struct list *messages, const char *lang, enum unanswered_why why)
{
	const char *question = last_question(c, messages);
	struct known x;
	char normal[65];

	if (question == NULL || *(x.terms = terms_of(c, question)) == '\0')
		return true;
	lang = question_lang(question, lang);
	token_hash(normal, x.terms);
	x.normal = normal;
	if (!find_alike(c, lang, &x))
		return false;
	const char *kept = arena_strndup(c->mem, question, utf8_cut(question, strlen(question), QUESTION_CHARS));
	return db_exec(c, &unanswered_sql[COUNT_UP], NULL,
		       ARGS(STR(lang), STR(x.normal), STR(x.terms), STR(kept), INT(why == UNANSWERED_UNSURE),
			    INT(why == UNANSWERED_HANDED), INT(why == UNANSWERED_DISLIKED), INT(conversation_id), INT(c->now),
			    INT(c->now)));
}

bool unanswered_forget(struct ctx *c, int64_t conversation_id)
{
	return db_exec(c, &unanswered_sql[FORGET], NULL, ARGS(INT(conversation_id)));
}

/* -- for those who write articles -- */

bool unanswered_list(struct ctx *c, const void *vin, void *vout)
{
	const struct unanswered_list_in *in = vin;
	struct unanswered_list_out *out = vout;
	struct number total;

	if (!db_list(c, &unanswered_sql[PAGE], &out->questions,
		     ARGS(INT(in->state), INT(in->page.size), INT(page_offset(&in->page)))) ||
	    !db_one(c, &unanswered_sql[TOTAL], &total, "db.failed", ARGS(INT(in->state))))
		return false;
	out->meta = page_meta(&in->page, total.n);
	return true;
}

bool unanswered_change(struct ctx *c, const void *vin, void *out)
{
	const struct unanswered_change_in *in = vin;
	struct unanswered x;

	return db_one(c, &unanswered_sql[BY_ID], &x, "unanswered.missing", ARGS(INT(in->id))) &&
	       db_exec(c, &unanswered_sql[CHANGE], NULL,
		       ARGS(INT(in->state), INT(in->state == UNANSWERED_ANSWERED ? in->article_id : 0), INT(in->id))) &&
	       audit(c, "question:update", in->id, audit_named(c, "state", unanswered_state_names[in->state])) &&
	       db_one(c, &unanswered_sql[BY_ID], out, "unanswered.missing", ARGS(INT(in->id)));
}
