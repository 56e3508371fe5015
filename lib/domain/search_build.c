#include "search_build.h"
#include "../core/buf.h"
#include "sql_tables.h"
#include "terms.h"
#include <stdlib.h>
#include <string.h>

/* A pair is its term's number, then the conversation's: as one integer it is sorted fast. */
enum {
	PAIRS = 4 << 20,
	SLOTS = 2 << 20,
	TERMS = SLOTS / 2,
	ID_BITS = 40,
	INDEX_TERM = 40,
	READ = 1000,
	WRITTEN = 8000,
	OF_MESSAGE = 400
};

struct entry {
	const char *text;
	uint32_t number;
};
struct search_build {
	uint64_t *pairs;
	size_t n, written;
	struct entry *terms;
	uint32_t *slots; /* hash table of the terms' numbers + 1; when they are sorted, the ranks of the numbers */
	uint32_t terms_n;
	bool sorted;
	struct arena text, part;
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

enum { SAID, POST, SQL__MAX };
const struct stmt search_build_sql[SQL__MAX] = {
	[SAID] = { "SELECT id, stream, created_at, content FROM messages FORCE INDEX (id) WHERE id > ? ORDER BY id LIMIT ?",
		   ROW(said, said_cols) },
	[POST] = { "INSERT IGNORE INTO conversation_terms (term, conversation_id) SELECT term, id FROM JSON_TABLE(?, '$[*]' "
		   "COLUMNS (term VARCHAR(40) PATH '$[0]', id BIGINT PATH '$[1]')) j" },
};
const size_t search_build_sql_n = SQL__MAX;

struct search_build *search_build_new(void)
{
	struct search_build *b = calloc(1, sizeof(*b));

	if (b == NULL)
		return NULL;
	b->pairs = malloc((size_t)PAIRS * sizeof(*b->pairs));
	b->terms = malloc((size_t)TERMS * sizeof(*b->terms));
	b->slots = calloc(SLOTS, sizeof(*b->slots));
	if (b->pairs != NULL && b->terms != NULL && b->slots != NULL)
		return b;
	search_build_free(b);
	return NULL;
}

void search_build_free(struct search_build *b)
{
	if (b == NULL)
		return;
	arena_free(&b->text);
	arena_free(&b->part);
	free(b->pairs);
	free(b->terms);
	free(b->slots);
	free(b);
}

/* -- gathering -- */

static uint32_t number_of(struct search_build *b, const char *term)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (const char *p = term; *p != '\0'; p++)
		hash = (hash ^ (unsigned char)*p) * 0x100000001b3u;
	uint32_t at = (uint32_t)(hash ^ hash >> 32) & (SLOTS - 1);
	for (; b->slots[at] != 0; at = (at + 1) & (SLOTS - 1))
		if (strcmp(b->terms[b->slots[at] - 1].text, term) == 0)
			return b->slots[at] - 1;
	b->terms[b->terms_n] = (struct entry){ arena_strdup(&b->text, term), b->terms_n };
	b->slots[at] = ++b->terms_n;
	return b->terms_n - 1;
}

static void add(struct search_build *b, const struct said *m)
{
	struct terms walk;
	struct term t;

	terms_begin(&walk, m->content, strlen(m->content));
	for (size_t n = 0; n < OF_MESSAGE && terms_next(&walk, &t); n++) {
		t.text[INDEX_TERM] = '\0';
		b->pairs[b->n++] = (uint64_t)number_of(b, t.text) << ID_BITS | (uint64_t)m->stream;
	}
}

/* There is room for another part of messages of any length. */
bool search_build_full(const struct search_build *b)
{
	const size_t most = (size_t)READ * OF_MESSAGE;

	return b->n + most > PAIRS || b->terms_n + most > TERMS;
}

bool search_build_gather(struct ctx *c, struct search_build *b, int64_t *cursor, int64_t before, int64_t *done)
{
	struct list found = { 0 };
	struct ctx inner = *c;

	*done = 0;
	inner.mem = &b->part;
	bool good = db_list(&inner, &search_build_sql[SAID], &found, ARGS(INT(*cursor), INT(READ)));
	c->err = inner.err;
	const struct said *m = found.items;
	for (size_t i = 0; good && i < found.n && m[i].created_at < before; i++, ++*done) {
		if (m[i].stream > 0 && m[i].stream >> ID_BITS == 0)
			add(b, &m[i]);
		*cursor = m[i].id;
	}
	arena_reset(&b->part);
	return good;
}

/* -- writing -- */

static int by_text(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->text, ((const struct entry *)b)->text);
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void sort(struct search_build *b)
{
	const uint64_t ids = ((uint64_t)1 << ID_BITS) - 1;
	size_t n = 0;

	if (b->terms_n > 1)
		qsort(b->terms, b->terms_n, sizeof(*b->terms), by_text);
	for (uint32_t i = 0; i < b->terms_n; i++)
		b->slots[b->terms[i].number] = i;
	for (size_t i = 0; i < b->n; i++)
		b->pairs[i] = (uint64_t)b->slots[b->pairs[i] >> ID_BITS] << ID_BITS | (b->pairs[i] & ids);
	if (b->n > 1)
		qsort(b->pairs, b->n, sizeof(*b->pairs), by_number);
	for (size_t i = 0; i < b->n; i++)
		if (n == 0 || b->pairs[n - 1] != b->pairs[i])
			b->pairs[n++] = b->pairs[i];
	b->n = n;
	b->sorted = true;
}

static void begin_anew(struct search_build *b)
{
	b->n = b->written = b->terms_n = 0;
	b->sorted = false;
	memset(b->slots, 0, SLOTS * sizeof(*b->slots));
	arena_reset(&b->text);
}

static size_t part_end(const struct search_build *b)
{
	return b->n - b->written < WRITTEN ? b->n : b->written + WRITTEN;
}

bool search_build_write(struct ctx *c, struct search_build *b)
{
	struct buf rows = { 0 };

	if (!b->sorted)
		sort(b);
	for (size_t i = b->written; i < part_end(b); i++) {
		buf_str(&rows, i > b->written ? ",[\"" : "[[\"");
		buf_str(&rows, b->terms[b->pairs[i] >> ID_BITS].text);
		buf_str(&rows, "\",");
		buf_int(&rows, (int64_t)(b->pairs[i] & (((uint64_t)1 << ID_BITS) - 1)));
		buf_chr(&rows, ']');
	}
	buf_chr(&rows, ']');
	bool good = b->n == b->written || db_exec(c, &search_build_sql[POST], NULL, ARGS(BYTES(rows.data, rows.len)));
	buf_free(&rows);
	return good;
}

bool search_build_next(struct search_build *b)
{
	b->written = part_end(b);
	if (b->written < b->n)
		return true;
	begin_anew(b);
	return false;
}
