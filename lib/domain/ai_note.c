#include "ai_note.h"
#include "../core/buf.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "setting.h"
#include "user.h"
#include <string.h>

enum { LOOK_BACK = 40, LINES_MAX = 5, LINE_CHARS = 200 };

static const char *text_of(struct ctx *c, const char *lang, const char *key)
{
	return catalog_text(c->texts, lang, key);
}

/* One message as one line. */
static void put_line(struct ctx *c, struct buf *b, const struct message *m)
{
	size_t n = strlen(m->content), cut = utf8_cut(m->content, n, LINE_CHARS);
	char *line = arena_strndup(c->mem, m->content, cut);

	for (char *p = line; *p != '\0'; p++)
		if (*p == '\n' || *p == '\r' || *p == '\t')
			*p = ' ';
	buf_printf(b, "\n- %s%s", line, cut < n ? "…" : "");
}

static bool is_of(const struct message *m, enum sender who)
{
	return (enum sender)m->sender_type == who && !m->is_private && !m->is_deleted;
}

/* Index of the oldest of the last LINES_MAX that the customer said; *said: how many there are in all. */
static size_t first_line(const struct list *messages, size_t *said)
{
	const struct message *m = messages->items;
	size_t first = messages->n;

	*said = 0;
	for (size_t i = messages->n; i-- > 0;)
		if (is_of(&m[i], SENDER_USER) && ++*said <= LINES_MAX)
			first = i;
	return first;
}

const char *ai_summary(struct ctx *c, const struct list *messages, const char *lang)
{
	const struct message *m = messages->items, *answer = NULL;
	size_t said, first = first_line(messages, &said);
	struct buf b = { 0 };

	if (said == 0)
		return "";
	buf_str(&b, text_of(c, lang, "ai.note.customer"));
	for (size_t i = first; i < messages->n; i++) {
		if (is_of(&m[i], SENDER_USER))
			put_line(c, &b, &m[i]);
		else if (is_of(&m[i], SENDER_AI) || is_of(&m[i], SENDER_AGENT))
			answer = &m[i];
	}
	if (answer != NULL) {
		buf_printf(&b, "\n%s", text_of(c, lang, answer->sender_type == SENDER_AI ? "ai.note.answer" : "ai.note.staff"));
		put_line(c, &b, answer);
	}
	const char *out = arena_strndup(c->mem, b.data, b.len);
	buf_free(&b);
	return out;
}

bool ai_note(struct ctx *c, struct conversation *v, enum handover why)
{
	static const char *const reasons[] = {
		[HANDED_NOT] = "ai.note.asked",     [HANDED_ASKED] = "ai.note.asked",     [HANDED_UNSURE] = "ai.note.unsure",
		[HANDED_FAILED] = "ai.note.failed", [HANDED_TIMEOUT] = "ai.note.timeout", [HANDED_LIMIT] = "ai.note.limit"
	};
	struct message *out = arena_alloc(c->mem, sizeof(*out)); /* the event shows it */
	struct site_settings site;
	struct list messages = { 0 };

	if (!site_settings_read(c, &site) || !message_range(c, v->id, v->last_seq - LOOK_BACK, v->last_seq, LOOK_BACK, &messages))
		return false;
	const char *lang = locale_names[site.default_locale], *summary = ai_summary(c, &messages, lang);
	if (*summary == '\0')
		return true;
	const struct message draft = { .sender_type = SENDER_AI,
				       .type = MSG_TEXT,
				       .is_private = true,
				       .content = arena_printf(c->mem, "%s\n%s", text_of(c, lang, reasons[why]), summary),
				       .client_id = arena_printf(c->mem, "note:%lld", (long long)v->last_seq) };
	return message_add(c, v, &draft, out);
}
