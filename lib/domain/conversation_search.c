#include "conversation_search.h"
#include "../core/buf.h"
#include "../core/text.h"
#include "conversation_named.h"
#include "sql_tables.h"
#include "terms.h"
#include <stdlib.h>
#include <string.h>

enum {
	UNITS = 6,
	SPELLINGS = 4,
	COUNT_TO = 1000,
	INDEX_TERM = 40,
	ROWS = 10,
	MESSAGE_TERMS = 400,
	POSTED = 4000,
	FORGOTTEN_AT_ONCE = 100
};

/* One term, or for the last one the terms that begin with it. */
struct unit {
	const char *terms[SPELLINGS];
	size_t n;
	int64_t count;
};
struct search {
	struct unit units[UNITS]; /* the rarest first */
	size_t n;
	struct named named;
};
struct said {
	int64_t id, stream, created_at;
	const char *content;
};
static const struct col said_cols[] = {
	{ COL_INT, offsetof(struct said, id) },
	{ COL_INT, offsetof(struct said, stream) },
	{ COL_INT, offsetof(struct said, created_at) },
	{ COL_STR, offsetof(struct said, content) },
};

enum { COUNT_TERM, BEGINNING, SAID, POST, MARK, SET_MARK, NEWEST, ASKED, ALL_SAID, FORGET, SQL__MAX };
const struct stmt conversation_search_sql[] = {
	[COUNT_TERM] = { "SELECT COUNT(*) FROM (SELECT 1 FROM conversation_terms WHERE term = ? LIMIT 1000) t",
			 ROW(number, number_cols) },
	[BEGINNING] = { "SELECT DISTINCT term FROM conversation_terms WHERE term >= ? AND term < ? ORDER BY term LIMIT 4",
			ROW(text_row, text_cols) },
	[SAID] = { "SELECT id, stream, created_at, content FROM messages WHERE id > ? ORDER BY id LIMIT ?", ROW(said, said_cols) },
	[POST] = { "INSERT IGNORE INTO conversation_terms (term, conversation_id) SELECT term, id FROM JSON_TABLE(?, '$[*]' "
		   "COLUMNS (term VARCHAR(40) PATH '$[0]', id BIGINT PATH '$[1]')) j ORDER BY term, id" },
	[MARK] = { "SELECT value FROM site WHERE name = 'terms_mark'", ROW(text_row, text_cols) },
	[SET_MARK] = { "INSERT INTO site (name, value) VALUES ('terms_mark', ?) ON DUPLICATE KEY UPDATE value = VALUES(value)" },
	[NEWEST] = { "SELECT COALESCE(MAX(id), 0) FROM messages", ROW(number, number_cols) },
	[ASKED] = { "SELECT seq, stream, created_at, content FROM messages WHERE stream = ? AND seq > ? AND sender_type IN (0, 1) "
		    "ORDER BY seq LIMIT ?",
		    ROW(said, said_cols) },
	[ALL_SAID] = { "SELECT seq, stream, created_at, content FROM messages WHERE stream = ? AND seq > ? ORDER BY seq LIMIT ?",
		       ROW(said, said_cols) },
	[FORGET] = { "DELETE FROM conversation_terms WHERE conversation_id = ? AND term IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
};
const size_t conversation_search_sql_n = SQL__MAX;
_Static_assert(COUNT_TO == 1000 && SPELLINGS == 4, "the LIMITs of COUNT_TERM and BEGINNING");

/* A term as the index has it. */
static char *index_term(struct arena *mem, const char *text)
{
	size_t n = strlen(text);

	return arena_strndup(mem, text, n < INDEX_TERM ? n : INDEX_TERM);
}

/* -- asking -- */

/* The terms that begin with this one; itself when there are none. */
static bool spell_out(struct ctx *c, struct unit *u)
{
	struct list found = { 0 };
	const char *from = u->terms[0], *to = arena_printf(c->mem, "%s~", from);

	if (!db_list(c, &conversation_search_sql[BEGINNING], &found, ARGS(STR(from), STR(to))))
		return false;
	for (u->n = 0; u->n < found.n; u->n++)
		u->terms[u->n] = ((const struct text_row *)found.items)[u->n].text;
	u->n = u->n > 0 ? u->n : 1;
	u->terms[0] = found.n > 0 ? u->terms[0] : from;
	return true;
}

static bool weigh(struct ctx *c, struct unit *u)
{
	struct number row;

	for (size_t i = 0; i < u->n; i++) {
		if (!db_one(c, &conversation_search_sql[COUNT_TERM], &row, "db.failed", ARGS(STR(u->terms[i]))))
			return false;
		u->count += row.n;
	}
	return true;
}

static int rarer(const void *a, const void *b)
{
	int64_t x = ((const struct unit *)a)->count, y = ((const struct unit *)b)->count;

	return (x > y) - (x < y);
}

/* A word may go on behind what was typed, and a lone character is part of a pair. */
static void read_units(struct ctx *c, const char *text, struct search *s, bool *open)
{
	struct terms walk;
	struct term t;

	terms_begin(&walk, text, strlen(text));
	while (s->n < UNITS && terms_next(&walk, &t)) {
		s->units[s->n++] = (struct unit){ .terms = { index_term(c->mem, t.text) }, .n = 1 };
		*open = t.word || t.units < 2;
	}
}

static bool prepare_words(struct ctx *c, const char *text, struct search *s)
{
	bool open = false;

	read_units(c, text, s, &open);
	if (s->n > 0 && open && !spell_out(c, &s->units[s->n - 1]))
		return false;
	for (size_t i = 0; i < s->n; i++)
		if (!weigh(c, &s->units[i]))
			return false;
	qsort(s->units, s->n, sizeof(s->units[0]), rarer);
	return true;
}

bool search_prepare(struct ctx *c, struct conversation_filter *f)
{
	struct search *s = arena_alloc(c->mem, sizeof(*s));

	f->search = s;
	return conversation_named(c, f->text, COUNT_TO, &s->named) && prepare_words(c, f->text, s);
}

bool search_words(struct ctx *c, const char *text, const struct search **out)
{
	struct search *s = arena_alloc(c->mem, sizeof(*s));

	if (!prepare_words(c, text, s))
		return false;
	*out = s->n > 0 ? s : NULL;
	return true;
}

/* The i-th spelling; the last one fills up, so that there is one text for any number. */
static struct val spelling(const struct unit *u, size_t i)
{
	return STR(u->terms[i < u->n ? i : u->n - 1]);
}

/* The newest conversations with a term: along its postings, each spelling's by itself. */
static void add_rarest(struct query *q, const struct unit *u)
{
	size_t n = u->n > 1 ? SPELLINGS : 1;

	for (size_t i = 0; i < n; i++) {
		query_add(q, i > 0 ? " UNION (" : "(", NOARGS);
		query_add(q, "SELECT conversation_id FROM conversation_terms WHERE term = ? ORDER BY conversation_id DESC",
			  ARGS(spelling(u, i)));
		query_add(q, n > 1 ? " LIMIT 5000)" : " LIMIT 20000)", NOARGS);
	}
	query_add(q, " ORDER BY conversation_id DESC", NOARGS);
}

/* One row a conversation and term, found by the primary key: an EXISTS, or an IN, would read all postings of its terms. */
#define JOIN_TERM(kind, t) kind " conversation_terms " t " ON " t ".conversation_id = r.conversation_id AND " t ".term = ?"
static void add_other(struct query *q, const struct unit *u, size_t at)
{
	static const char *const joins[UNITS] = { NULL,
						  JOIN_TERM(" JOIN", "t1"),
						  JOIN_TERM(" JOIN", "t2"),
						  JOIN_TERM(" JOIN", "t3"),
						  JOIN_TERM(" JOIN", "t4"),
						  JOIN_TERM(" JOIN", "t5") };

	if (u->n > 1)
		query_add(q,
			  JOIN_TERM(" LEFT JOIN", "s1") JOIN_TERM(" LEFT JOIN", "s2") JOIN_TERM(" LEFT JOIN", "s3")
				  JOIN_TERM(" LEFT JOIN", "s4"),
			  ARGS(spelling(u, 0), spelling(u, 1), spelling(u, 2), spelling(u, 3)));
	else
		query_add(q, joins[at], ARGS(STR(u->terms[0])));
}

static void add_said(struct query *q, const struct search *s, int64_t limit)
{
	bool several = false;

	query_add(q, "(SELECT STRAIGHT_JOIN r.conversation_id AS id FROM (", NOARGS);
	add_rarest(q, &s->units[0]);
	query_add(q, ") r", NOARGS);
	for (size_t i = 1; i < s->n; i++) {
		add_other(q, &s->units[i], i);
		several = several || s->units[i].n > 1;
	}
	if (several)
		query_add(q, " WHERE COALESCE(s1.term, s2.term, s3.term, s4.term) IS NOT NULL", NOARGS);
	query_add(q, " LIMIT ?)", ARGS(INT(limit)));
}

void search_said(struct query *q, const struct search *s, int64_t limit)
{
	add_said(q, s, limit);
}

static const char *json_of(struct arena *mem, const struct list *ids)
{
	const int64_t *id = ids->items;
	struct buf b = { 0 };

	buf_chr(&b, '[');
	for (size_t i = 0; i < ids->n; i++) {
		if (i > 0)
			buf_chr(&b, ',');
		buf_int(&b, id[i]);
	}
	buf_chr(&b, ']');
	const char *json = arena_strndup(mem, b.data, b.len);
	buf_free(&b);
	return json;
}

/* All that a list asks of a conversation stands in one index beside its contact: reading a thousand scattered rows for it took as
   long as all the rest. */
#define SHOWN                                                                                                                      \
	"k.id, k.contact_id, k.last_message_at, k.status, k.agent_type, k.priority, k.assignee_id, k.team_id, k.created_at, "      \
	"k.wait_rank"
#define IDS_OF "JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$'))"
static void select_shown(struct query *q, const struct conversation_filter *f)
{
	query_add(q,
		  f->session_id != NULL ? "(SELECT STRAIGHT_JOIN " SHOWN ", k.session_id FROM "
					: "(SELECT STRAIGHT_JOIN " SHOWN " FROM ",
		  NOARGS);
}

static void add_of_contacts(struct query *q, const struct conversation_filter *f)
{
	select_shown(q, f);
	query_add(q,
		  IDS_OF " n JOIN conversations k FORCE INDEX (contact_activity) ON k.contact_id = n.id ORDER BY k.id DESC LIMIT "
			 "1000) UNION DISTINCT ",
		  ARGS(STR(json_of(q->mem, &f->search->named.contacts))));
}

void search_from(struct query *q, const struct conversation_filter *f)
{
	const struct search *s = f->search;

	query_add(q, " FROM (", NOARGS);
	if (s->named.contacts.n > 0)
		add_of_contacts(q, f);
	select_shown(q, f);
	query_add(q, "(SELECT j.id FROM " IDS_OF " j", ARGS(STR(json_of(q->mem, &s->named.ids))));
	if (s->n > 0) {
		query_add(q, " UNION DISTINCT ", NOARGS);
		add_said(q, s, COUNT_TO);
	}
	query_add(q, ") f JOIN conversations k ON k.id = f.id)) c", NOARGS);
	q->anew = true; /* used again after a conversation has changed, the index alone would not do */
}

/* -- keeping the index -- */

/* What is to be added, gathered into few statements: one for each message took most of the worker's time. */
struct postings {
	struct buf rows;
	size_t n;
};

static bool post(struct ctx *c, struct postings *p, bool good)
{
	if (good && p->n > 0) {
		buf_chr(&p->rows, ']');
		good = db_exec(c, &conversation_search_sql[POST], NULL, ARGS(BYTES(p->rows.data, p->rows.len)));
	}
	buf_free(&p->rows);
	*p = (struct postings){ 0 };
	return good;
}

static size_t terms_of(struct arena *mem, const char *content, const char *terms[static MESSAGE_TERMS])
{
	size_t n = 0;
	struct terms walk;
	struct term t;

	terms_begin(&walk, content, strlen(content));
	while (n < MESSAGE_TERMS && terms_next(&walk, &t))
		terms[n++] = index_term(mem, t.text);
	return n;
}

/* Terms are letters, digits and nothing else. */
static bool index_one(struct ctx *c, struct postings *p, const struct said *m)
{
	const char *terms[MESSAGE_TERMS];
	size_t n = terms_of(c->mem, m->content, terms);

	for (size_t i = 0; i < n; i++) {
		buf_str(&p->rows, p->n++ > 0 ? ",[\"" : "[[\"");
		buf_str(&p->rows, terms[i]);
		buf_str(&p->rows, "\",");
		buf_int(&p->rows, m->stream);
		buf_chr(&p->rows, ']');
	}
	return p->n < POSTED || post(c, p, true);
}

static bool forget_one(struct ctx *c, const struct said *m)
{
	const char *terms[MESSAGE_TERMS];
	size_t n = terms_of(c->mem, m->content, terms);
	struct val v[1 + ROWS] = { INT(m->stream) };

	for (size_t from = 0; from < n; from += ROWS) {
		for (size_t i = 0; i < ROWS; i++)
			v[1 + i] = STR(terms[from + i < n ? from + i : n - 1]);
		if (!db_exec(c, &conversation_search_sql[FORGET], NULL, v, COUNT(v)))
			return false;
	}
	return true;
}

/* *after: a seq; it moves behind what was done. */
static bool do_some(struct ctx *c, int64_t conversation_id, bool forget, int64_t *after, size_t *n)
{
	struct list found = { 0 };
	struct postings p = { 0 };
	bool good = true;

	if (!db_list(c, &conversation_search_sql[forget ? ASKED : ALL_SAID], &found,
		     ARGS(INT(conversation_id), INT(*after), INT(FORGOTTEN_AT_ONCE))))
		return false;
	const struct said *m = found.items;
	for (*n = 0; good && *n < found.n; ++*n) {
		good = forget ? forget_one(c, &m[*n]) : index_one(c, &p, &m[*n]);
		*after = m[*n].id;
	}
	return post(c, &p, good);
}

static bool do_all(struct ctx *c, int64_t conversation_id, bool forget)
{
	struct arena *whole = c->mem, part = { 0 }; /* long conversations do not add up */
	int64_t after = 0;
	size_t n = FORGOTTEN_AT_ONCE;
	bool good = true;

	c->mem = &part;
	while (good && n == FORGOTTEN_AT_ONCE) {
		good = do_some(c, conversation_id, forget, &after, &n);
		arena_reset(&part);
	}
	c->mem = whole;
	arena_free(&part);
	return good;
}

bool search_forget(struct ctx *c, int64_t conversation_id)
{
	return do_all(c, conversation_id, true);
}

bool search_forget_said(struct ctx *c, int64_t conversation_id, const char *content)
{
	return forget_one(c, &(struct said){ .stream = conversation_id, .content = content }) && do_all(c, conversation_id, false);
}

bool search_index(struct ctx *c, int64_t *cursor, int64_t before, int64_t limit, int64_t *done)
{
	struct list found = { 0 };

	*done = 0;
	if (!db_list(c, &conversation_search_sql[SAID], &found, ARGS(INT(*cursor), INT(limit))))
		return false;
	const struct said *m = found.items;
	struct postings p = { 0 };
	bool good = true;
	for (size_t i = 0; good && i < found.n && m[i].created_at < before; i++) {
		good = m[i].stream <= 0 || index_one(c, &p, &m[i]);
		*cursor = m[i].id;
		++*done;
	}
	return post(c, &p, good);
}

bool search_mark_get(struct ctx *c, int64_t *mark)
{
	struct text_row row = { 0 };
	bool found;

	*mark = 0;
	if (!db_find(c, &conversation_search_sql[MARK], &row, &found, NOARGS))
		return false;
	return !found || parse_int(row.text, strlen(row.text), mark) || fail(c, E_BUG, "db.failed");
}

bool search_mark_set(struct ctx *c, int64_t mark)
{
	return db_exec(c, &conversation_search_sql[SET_MARK], NULL, ARGS(INT(mark)));
}

bool search_newest(struct ctx *c, int64_t *id)
{
	struct number row;

	if (!db_one(c, &conversation_search_sql[NEWEST], &row, "db.failed", NOARGS))
		return false;
	*id = row.n;
	return true;
}
