/* Mails: who is to be written to, what is written, and what waits to be sent. */
#include "mail.h"
#include "../auth/auth.h"
#include "../core/buf.h"
#include "../core/log.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "event.h"
#include "message.h"
#include "setting.h"
#include "sql_tables.h"
#include <string.h>

enum { ERROR_CHARS = 200, PREVIEW_CHARS = 60, LOOK_BACK = 200 }; /* characters, characters, messages */

struct due {
	int64_t conversation_id, due_at, upto_seq;
};
static const struct col due_cols[] = {
	{ COL_INT, offsetof(struct due, conversation_id) },
	{ COL_INT, offsetof(struct due, due_at) },
	{ COL_INT, offsetof(struct due, upto_seq) },
};
struct reader {
	const char *address, *name, *page;
};
static const struct col reader_cols[] = {
	{ COL_STR, offsetof(struct reader, address) },
	{ COL_STR, offsetof(struct reader, name) },
	{ COL_STR, offsetof(struct reader, page) },
};
static const struct col mail_cols[] = {
	{ COL_INT, offsetof(struct mail, id) },         { COL_INT, offsetof(struct mail, conversation_id) },
	{ COL_INT, offsetof(struct mail, attempts) },   { COL_INT, offsetof(struct mail, created_at) },
	{ COL_STR, offsetof(struct mail, address) },    { COL_STR, offsetof(struct mail, name) },
	{ COL_STR, offsetof(struct mail, subject) },    { COL_STR, offsetof(struct mail, body) },
	{ COL_INT, offsetof(struct mail, good_until) }, { COL_BOOL, offsetof(struct mail, sealed) },
};

enum { WANT, NEXT_DUE, DUE_OF, WRITTEN, READER, DROP, DROP_MAILS, ADD, TAKE, NEXT, CLAIM, AGAIN, REMOVE, RELEASE, SQL__MAX };
const struct stmt mail_sql[] = {
	[WANT] = { "INSERT INTO mail_due (conversation_id, due_at) VALUES (?, ?) ON DUPLICATE KEY UPDATE due_at = VALUES(due_at)" },
	[NEXT_DUE] = { "SELECT conversation_id, due_at, upto_seq FROM mail_due WHERE due_at > 0 ORDER BY due_at LIMIT 1",
		       ROW(due, due_cols) },
	[DUE_OF] = { "SELECT conversation_id, due_at, upto_seq FROM mail_due WHERE conversation_id = ? FOR UPDATE",
		     ROW(due, due_cols) },
	[WRITTEN] = { "UPDATE mail_due SET due_at = 0, upto_seq = ? WHERE conversation_id = ?" },
	[READER] = { "SELECT u.email, u.full_name, JSON_UNQUOTE(JSON_EXTRACT(c.metadata, '$.page_url')) FROM conversations c JOIN "
		     "users u ON u.id = c.contact_id WHERE c.id = ? AND c.contact_claimed = 0 AND u.deleted_at IS NULL AND u.email "
		     "IS NOT NULL",
		     ROW(reader, reader_cols) },
	[DROP] = { "DELETE FROM mail_due WHERE conversation_id = ?" },
	[DROP_MAILS] = { "DELETE FROM mails WHERE conversation_id = ?" },
	[ADD] = { "INSERT INTO mails (conversation_id, address, name, subject, body, created_at, next_at, good_until, sealed) "
		  "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	[TAKE] = { "SELECT id, conversation_id, attempts, created_at, address, name, subject, body, good_until, sealed FROM mails "
		   "WHERE next_at <= ? ORDER BY next_at, id LIMIT ? FOR UPDATE",
		   ROW(mail, mail_cols) },
	[NEXT] = { "SELECT COALESCE(MIN(next_at), 0) FROM mails", ROW(number, number_cols) },
	/* Whose claim lapses is due again: the claim is the next attempt's time. */
	[CLAIM] = { "UPDATE mails SET next_at = ? WHERE id = ?" },
	[AGAIN] = { "UPDATE mails SET attempts = attempts + 1, next_at = ?, error = ? WHERE id = ? AND next_at = ?" },
	[REMOVE] = { "DELETE FROM mails WHERE id = ? AND next_at = ?" },
	[RELEASE] = { "UPDATE mails SET next_at = ? WHERE id = ? AND next_at = ?" },
};
const size_t mail_sql_n = SQL__MAX;

int64_t mail_pause_ms(int64_t attempts)
{
	static const int64_t minutes[] = { 1, 5, 15, 60, 240, 720, 1440 };

	return attempts < 1 ? 0 : attempts <= (int64_t)COUNT(minutes) ? minutes[attempts - 1] * 60000 : -1;
}

static const char *label(struct ctx *c, const struct mail *m)
{
	return arena_printf(c->mem, "mail:%s", m->address);
}

bool mail_add(struct ctx *c, const struct mail *m)
{
	const char *body = m->sealed ? secret_seal(c->mem, c->keys, label(c, m), m->body) : m->body;

	event_wake(c, "mail", 0);
	return db_exec(c, &mail_sql[ADD], NULL,
		       ARGS(INT(m->conversation_id), STR(m->address), STR(m->name), STR(m->subject), STR(body), INT(c->now),
			    INT(c->now), INT(m->good_until), INT(m->sealed)));
}

bool mail_answered(struct ctx *c, const struct conversation *v)
{
	if (*c->cfg->smtp_url == '\0' || v->contact_claimed)
		return true;
	event_wake(c, "mail", 0);
	return db_exec(c, &mail_sql[WANT], NULL, ARGS(INT(v->id), INT(c->now + c->cfg->mail_after_ms)));
}

bool mail_forget(struct ctx *c, int64_t conversation_id)
{
	return db_exec(c, &mail_sql[DROP], NULL, ARGS(INT(conversation_id))) &&
	       db_exec(c, &mail_sql[DROP_MAILS], NULL, ARGS(INT(conversation_id)));
}

/* -- what is written -- */

static const char *words(const struct ctx *c, const char *key)
{
	return catalog_text(c->texts, c->lang, key);
}

/* What staff said and nobody read, as lines; NULL when there is nothing. *who: who said the last of it. */
static const char *unread(struct ctx *c, const struct conversation *v, int64_t after, const char **who, const char **last)
{
	struct list said;
	struct buf b = { 0 };

	if (!message_range(c, v->id, after, v->last_seq, INT64_MAX, &said))
		return NULL;
	const struct message *m = said.items;
	size_t left = 0;
	for (size_t i = 0; i < said.n; i++)
		left += m[i].sender_type == SENDER_AGENT && !m[i].is_private && !m[i].is_deleted;
	for (size_t i = 0; i < said.n; i++) {
		if (m[i].sender_type != SENDER_AGENT || m[i].is_private || m[i].is_deleted || left-- > MAIL_MESSAGES)
			continue;
		buf_printf(&b, "%s: %s\n", m[i].sender_name, m[i].content);
		*who = m[i].sender_name;
		*last = m[i].content;
	}
	const char *text = b.len > 0 ? arena_strndup(c->mem, b.data, b.len) : "";
	buf_free(&b);
	return text;
}

/* One line of it, cut where a letter ends. */
static const char *preview(struct ctx *c, const char *text)
{
	size_t n = utf8_cut(text, strcspn(text, "\r\n"), PREVIEW_CHARS);

	return arena_printf(c->mem, "%.*s%s", (int)n, text, text[n] != '\0' ? "…" : "");
}

static const char *body(struct ctx *c, const struct reader *to, const char *site, const char *lines)
{
	bool named = to->name != NULL && *to->name != '\0', paged = to->page != NULL && strncmp(to->page, "http", 4) == 0;

	return arena_printf(c->mem, "%s\n\n%s\n\n%s\n%s\n\n%s\n",
			    named ? catalog_fill(c->mem, words(c, "mail.hello"), &to->name, 1) : words(c, "mail.hello_you"),
			    catalog_fill(c->mem, words(c, "mail.answer.said"), &site, 1), lines,
			    paged ? catalog_fill(c->mem, words(c, "mail.answer.page"), &to->page, 1)
				  : words(c, "mail.answer.go_on"),
			    words(c, "mail.answer.why"));
}

static bool write_mail(struct ctx *c, const struct conversation *v, const struct reader *to, const char *lines, const char *who,
		       const char *last)
{
	struct site_settings site;

	if (!site_settings_read(c, &site))
		return false;
	const char *subject[] = { who, site.site_name, preview(c, last) };
	return mail_add(c,
			&(struct mail){ .conversation_id = v->id,
					.address = to->address,
					.name = to->name != NULL ? to->name : "",
					.subject = catalog_fill(c->mem, words(c, "mail.answer.subject"), subject, COUNT(subject)),
					.body = body(c, to, site.site_name, lines) });
}

/* v is locked: what is due of it does not change meanwhile. */
static bool write_of(struct ctx *c, const struct conversation *v, const struct due *d)
{
	struct reader to = { 0 };
	const char *who = "", *last = "";
	int64_t after = v->last_seq - LOOK_BACK;
	bool known;

	after = v->contact_read_seq > after ? v->contact_read_seq : after;
	after = d->upto_seq > after ? d->upto_seq : after;
	const char *lines = unread(c, v, after, &who, &last);
	if (lines == NULL || !db_find(c, &mail_sql[READER], &to, &known, ARGS(INT(v->id))))
		return false;
	if (*lines != '\0' && known && !write_mail(c, v, &to, lines, who, last))
		return false;
	return db_exec(c, &mail_sql[WRITTEN], NULL, ARGS(INT(v->last_seq), INT(v->id)));
}

bool mail_write_next(struct ctx *c, bool *found, int64_t *next_at)
{
	struct due d, mine;
	struct conversation v;
	bool still;

	*next_at = 0;
	if (!db_find(c, &mail_sql[NEXT_DUE], &d, found, NOARGS))
		return false;
	if (*found && d.due_at > c->now) {
		*next_at = d.due_at;
		*found = false;
	}
	if (!*found)
		return true;
	if (!conversation_lock_id(c, d.conversation_id, &v)) {
		if (c->err.code != E_NOT_FOUND)
			return false;
		c->err = (struct err){ 0 };
		return db_exec(c, &mail_sql[DROP], NULL, ARGS(INT(d.conversation_id)));
	}
	if (!db_find(c, &mail_sql[DUE_OF], &mine, &still, ARGS(INT(d.conversation_id))))
		return false;
	return !still || mine.due_at == 0 || mine.due_at > c->now || write_of(c, &v, &mine);
}

/* -- what waits to be sent -- */

bool mail_claim(struct ctx *c, int64_t limit, struct list *out, int64_t *next_at)
{
	struct number next;

	if (!db_list(c, &mail_sql[TAKE], out, ARGS(INT(c->now), INT(limit))))
		return false;
	struct mail *m = out->items;
	for (size_t i = 0; i < out->n; i++) {
		m[i].claimed_until = c->now + MAIL_CLAIM_MS;
		if (m[i].sealed)
			m[i].body = secret_open(c->mem, c->keys, label(c, &m[i]), m[i].body);
		if (!db_exec(c, &mail_sql[CLAIM], NULL, ARGS(INT(m[i].claimed_until), INT(m[i].id))))
			return false;
	}
	if (!db_one(c, &mail_sql[NEXT], &next, "db.failed", NOARGS))
		return false;
	*next_at = next.n;
	return true;
}

bool mail_finish(struct ctx *c, const struct mail *m, const struct mail_result *r)
{
	int64_t pause = mail_pause_ms(m->attempts + 1);
	const char *error = r->error != NULL ? r->error : "";

	bool late = m->good_until != 0 && c->now + pause > m->good_until;
	if (!r->sent && !r->hopeless && pause >= 0 && !late)
		return db_exec(c, &mail_sql[AGAIN], NULL,
			       ARGS(INT(c->now + pause), BYTES(error, utf8_cut(error, strlen(error), ERROR_CHARS)), INT(m->id),
				    INT(m->claimed_until)));
	return db_exec(c, &mail_sql[REMOVE], NULL, ARGS(INT(m->id), INT(m->claimed_until)));
}

bool mail_release(struct ctx *c, const struct mail *m)
{
	return db_exec(c, &mail_sql[RELEASE], NULL, ARGS(INT(c->now), INT(m->id), INT(m->claimed_until)));
}
