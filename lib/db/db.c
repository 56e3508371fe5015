#include "../core/log.h"
#include "../core/text.h"
#include "conn.h"
#include "query.h"
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BIND_MAX = QUERY_ARGS, TEXT_EACH = 512 }; /* text columns read into 512 bytes first; a longer one is fetched by itself */
enum { DUPLICATE = 1062, DEADLOCK = 1213, LOCK_WAIT = 1205 };
enum { PING_MS = 1000, QUIET_MS = 1000, ROOM_S = 10 };

const struct col number_cols[1] = { { COL_INT, offsetof(struct number, n) } };
const struct col text_cols[1] = { { COL_STR, offsetof(struct text_row, text) } };

/* The statement did nothing, and the transaction is rolled back as after any other failure. */
static bool no_room(struct ctx *c, unsigned err, const char *text, const char *sql)
{
	log_error(c, "db.full", "%u %s: %.160s", err, text, sql);
	return fail_wait(c, E_FULL, "db.full", ROOM_S);
}

/* Map the server's error to ours; the details are for the log alone. */
static bool failed(struct ctx *c, unsigned err, const char *text, const char *sql)
{
	struct db *d = c->db;

	if (err == DUPLICATE)
		return fail(c, E_CONFLICT, "db.duplicate");
	if (err == DEADLOCK || err == LOCK_WAIT) {
		d->torn = d->torn || (err == DEADLOCK && d->in_transaction); /* the server has rolled all of it back */
		d->retryable = true;
		return fail(c, E_UNAVAILABLE, "db.busy");
	}
	if (db_full(err, text))
		return no_room(c, err, text, sql);
	log_warn(c, "db.failed", "%u %s: %.160s", err, text, sql);
	if (!db_lost(err))
		return fail(c, E_BUG, "db.failed");
	d->torn = d->retryable = d->in_transaction;
	db_disconnect(d);
	return fail_wait(c, E_UNAVAILABLE, "db.unavailable", 1);
}

static bool away(struct ctx *c)
{
	return fail_wait(c, E_UNAVAILABLE, "db.unavailable", 1);
}

/* Of a transaction that is lost nothing more is said, whoever thinks that it can do without what has failed: alone, it would stay.
 */
static bool torn(struct ctx *c)
{
	c->db->retryable = true;
	return away(c);
}

static void bind_args(MYSQL_BIND *b, const struct val *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool null = v[i].t == 'n' || ((v[i].t == 's' || v[i].t == 'b') && v[i].s == NULL);
		if (null) {
			b[i].buffer_type = MYSQL_TYPE_NULL;
		} else if (v[i].t == 'i') {
			b[i].buffer_type = MYSQL_TYPE_LONGLONG;
			b[i].buffer = (void *)(uintptr_t)&v[i].i;
		} else if (v[i].t == 'r') {
			b[i].buffer_type = MYSQL_TYPE_DOUBLE;
			b[i].buffer = (void *)(uintptr_t)&v[i].r;
		} else {
			b[i].buffer_type = MYSQL_TYPE_STRING;
			b[i].buffer = (void *)(uintptr_t)v[i].s;
			b[i].buffer_length = v[i].t == 'b' ? v[i].len : strlen(v[i].s);
		}
	}
}

/* BEGIN is sent with the first statement that needs it, unless the COMMIT before has opened the transaction already; a statement
   outside of one ends such a transaction first. */
static bool begin_if_wanted(struct db *d)
{
	bool chained = d->chained;

	if (d->began || d->in_transaction == chained) {
		d->began = d->in_transaction;
		d->chained = false;
		return true;
	}
	if (mysql_query(d->my, chained ? "ROLLBACK" : "START TRANSACTION") != 0)
		return false;
	d->chained = false;
	d->began = d->in_transaction;
	return true;
}

static MYSQL_STMT *try_run(struct ctx *c, const struct stmt *s, const struct val *v, size_t n, unsigned *err, const char **text)
{
	struct db *d = c->db;
	MYSQL_BIND b[BIND_MAX] = { 0 };

	if (!begin_if_wanted(d)) {
		*err = mysql_errno(d->my);
		*text = arena_strdup(c->mem, mysql_error(d->my));
		return NULL;
	}
	MYSQL_STMT *st = db_prepared(d, s);
	if (st == NULL) {
		*err = d->refused;
		*text = arena_strdup(c->mem, d->refusal);
		return NULL;
	}
	if (n > BIND_MAX || mysql_stmt_param_count(st) != n) {
		*err = 0;
		*text = "number of parameters";
		return NULL;
	}
	bind_args(b, v, n);
	if ((n > 0 && mysql_stmt_bind_param(st, b) != 0) || mysql_stmt_execute(st) != 0) {
		*err = mysql_stmt_errno(st);
		*text = arena_strdup(c->mem, mysql_stmt_error(st));
		return NULL;
	}
	return st;
}

/* A statement may take long, a sign of life may not: a server that hangs is not waited for as long as one that works. */
static bool answers(MYSQL *my, bool *hangs)
{
	*hangs = false;
#ifdef MARIADB_BASE_VERSION
	static const char nothing[] = "DO 0";
	struct pollfd p = { .fd = mysql_get_socket(my), .events = POLLIN };

	if (mysql_send_query(my, nothing, sizeof(nothing) - 1) != 0)
		return false;
	*hangs = poll(&p, 1, PING_MS) == 0;
	return !*hangs && mysql_read_query_result(my) == 0;
#else
	return mysql_ping(my) == 0;
#endif
}

/* A connection in use is not asked: what answered just now, and a transaction of which something was said, which would be lost. */
static bool quiet(const struct db *d)
{
	return d->my != NULL && !d->began && mono_ms() - d->heard_at > QUIET_MS;
}

/* The first statement after a pause would wait for a server that hangs as long as for one that works. One that gives no sign of
   life is called anew, which takes no longer. */
static void drop_silent(struct db *d)
{
	bool wanted = d->in_transaction, hangs;

	if (!quiet(d) || answers(d->my, &hangs))
		return;
	log_warn(NULL, "db.silent", "%s", hangs ? "it hangs" : "the connection was lost");
	db_disconnect(d);
	d->in_transaction = wanted;
}

/* A connection lost between requests is made anew, once, when nothing of a transaction was said on it yet. */
static MYSQL_STMT *run(struct ctx *c, const struct stmt *s, const struct val *v, size_t n)
{
	struct db *d = c->db;
	unsigned err = 0;
	const char *text = "";

	if (d->torn) {
		torn(c);
		return NULL;
	}
	for (int tries = 0; tries < 2; tries++) {
		drop_silent(d);
		bool fresh = d->my == NULL, said = d->began;
		if (!db_connect(d)) {
			d->retryable = false;
			away(c);
			return NULL;
		}
		MYSQL_STMT *st = try_run(c, s, v, n, &err, &text);
		if (st != NULL) {
			d->heard_at = mono_ms();
			return st;
		}
		if (!db_lost(err) || fresh || said || err == DB_TOO_LONG)
			break;
		bool wanted = d->in_transaction;
		db_disconnect(d);
		d->in_transaction = wanted;
	}
	failed(c, err, text, s->sql);
	return NULL;
}

struct fetch {
	MYSQL_BIND b[BIND_MAX];
	unsigned long len[BIND_MAX];
	my_bool null[BIND_MAX], error[BIND_MAX];
	int64_t num[BIND_MAX];
	double real[BIND_MAX];
};

static void bind_result(struct db *d, const struct stmt *s, struct fetch *f)
{
	if (d->text_cap < s->ncols * TEXT_EACH) {
		d->text_cap = s->ncols * TEXT_EACH;
		free(d->text);
		if ((d->text = malloc(d->text_cap)) == NULL)
			abort();
	}
	memset(f->b, 0, s->ncols * sizeof(f->b[0]));
	for (size_t i = 0; i < s->ncols; i++) {
		MYSQL_BIND *b = &f->b[i];
		b->length = &f->len[i];
		b->is_null = &f->null[i];
		b->error = &f->error[i];
		if (s->cols[i].as == COL_STR) {
			b->buffer_type = MYSQL_TYPE_STRING;
			b->buffer = d->text + i * TEXT_EACH;
			b->buffer_length = TEXT_EACH;
		} else if (s->cols[i].as == COL_REAL) {
			b->buffer_type = MYSQL_TYPE_DOUBLE;
			b->buffer = &f->real[i];
		} else {
			b->buffer_type = MYSQL_TYPE_LONGLONG;
			b->buffer = &f->num[i];
		}
	}
}

static bool take_text(struct ctx *c, MYSQL_STMT *st, struct fetch *f, size_t i, const char **slot)
{
	char *p = arena_alloc(c->mem, f->len[i] + 1);

	*slot = p;
	if (f->len[i] <= TEXT_EACH) {
		memcpy(p, f->b[i].buffer, f->len[i]);
		return true;
	}
	MYSQL_BIND one = { .buffer_type = MYSQL_TYPE_STRING, .buffer = p, .buffer_length = f->len[i] };
	return mysql_stmt_fetch_column(st, &one, (unsigned)i, 0) == 0;
}

static bool take_row(struct ctx *c, MYSQL_STMT *st, const struct stmt *s, struct fetch *f, char *row)
{
	for (size_t i = 0; i < s->ncols; i++) {
		void *slot = row + s->cols[i].off;
		if (f->null[i])
			continue;
		switch (s->cols[i].as) {
		case COL_INT: *(int64_t *)slot = f->num[i]; break;
		case COL_BOOL: *(bool *)slot = f->num[i] != 0; break;
		case COL_ENUM: *(int *)slot = (int)f->num[i]; break;
		case COL_REAL: *(double *)slot = f->real[i]; break;
		case COL_STR:
			if (!take_text(c, st, f, i, slot))
				return false;
			break;
		}
	}
	return true;
}

static int take_rows(struct ctx *c, MYSQL_STMT *st, const struct stmt *s, struct fetch *f, struct list *out)
{
	size_t cap = 0;
	int rc;

	while ((rc = mysql_stmt_fetch(st)) == 0 || rc == MYSQL_DATA_TRUNCATED) {
		if (out->n == cap) {
			size_t to = cap != 0 ? cap * 2 : (size_t)mysql_stmt_num_rows(st);
			out->items = arena_grow(c->mem, out->items, cap * s->rowsz, to * s->rowsz);
			cap = to;
		}
		if (!take_row(c, st, s, f, (char *)out->items + out->n++ * s->rowsz))
			return 1;
	}
	return rc;
}

bool db_list(struct ctx *c, const struct stmt *s, struct list *out, const struct val *v, size_t n)
{
	struct fetch f;

	*out = (struct list){ 0 };
	MYSQL_STMT *st = run(c, s, v, n);
	if (st == NULL)
		return false;
	if (s->ncols > BIND_MAX || mysql_stmt_field_count(st) != s->ncols) {
		mysql_stmt_free_result(st);
		return failed(c, 0, "number of columns", s->sql);
	}
	bind_result(c->db, s, &f);
	if (mysql_stmt_bind_result(st, f.b) != 0 || mysql_stmt_store_result(st) != 0 ||
	    take_rows(c, st, s, &f, out) != MYSQL_NO_DATA) {
		unsigned err = mysql_stmt_errno(st);
		const char *text = arena_strdup(c->mem, mysql_stmt_error(st));
		mysql_stmt_free_result(st);
		return failed(c, err, text, s->sql);
	}
	mysql_stmt_free_result(st);
	return true;
}

bool db_find(struct ctx *c, const struct stmt *s, void *row, bool *found, const struct val *v, size_t n)
{
	struct list l;

	*found = false;
	if (!db_list(c, s, &l, v, n))
		return false;
	*found = l.n > 0;
	if (*found)
		memcpy(row, l.items, s->rowsz);
	return true;
}

bool db_one(struct ctx *c, const struct stmt *s, void *row, const char *missing, const struct val *v, size_t n)
{
	bool found;

	return db_find(c, s, row, &found, v, n) && (found || fail(c, E_NOT_FOUND, missing));
}

bool db_exec(struct ctx *c, const struct stmt *s, int64_t *insert_id, const struct val *v, size_t n)
{
	MYSQL_STMT *st = run(c, s, v, n);

	if (st == NULL)
		return false;
	c->db->changed = (int64_t)mysql_stmt_affected_rows(st);
	if (insert_id != NULL)
		*insert_id = (int64_t)mysql_stmt_insert_id(st);
	return true;
}

#ifdef MARIADB_BASE_VERSION
static void wait_for_answers(MYSQL *my, bool wait)
{
	const my_bool skip = !wait;

	mysql_options(my, MARIADB_OPT_SKIP_READ_RESPONSE, &skip);
}

/* The answer to an execute that returns no rows is the one of a query. */
static bool take_answer(struct db *d, unsigned *err, const char **text, struct arena *mem)
{
	if (mysql_read_query_result(d->my) == 0) {
		d->heard_at = mono_ms();
		return true;
	}
	if (*err == 0) { /* the first failure is the one that tells */
		*err = mysql_errno(d->my);
		*text = arena_strdup(mem, mysql_error(d->my));
	}
	return false;
}

bool db_exec_pair(struct ctx *c, const struct stmt *s, const struct val *v, size_t n, const struct stmt *then, const struct val *v2,
		  size_t n2, int64_t *insert_id)
{
	struct db *d = c->db;
	unsigned err = 0;
	const char *text = "";

	/* Connected, in its transaction and prepared both, before anything is sent without waiting. */
	if (d->torn || d->my == NULL || quiet(d) || !begin_if_wanted(d) || !d->began || db_prepared(d, s) == NULL ||
	    db_prepared(d, then) == NULL)
		return db_exec(c, s, insert_id, v, n) && db_exec(c, then, NULL, v2, n2);
	wait_for_answers(d->my, false);
	bool sent = try_run(c, s, v, n, &err, &text) != NULL, both = sent && try_run(c, then, v2, n2, &err, &text) != NULL;
	wait_for_answers(d->my, true);
	bool first = sent && take_answer(d, &err, &text, c->mem);
	if (first)
		*insert_id = (int64_t)mysql_insert_id(d->my);
	bool second = both && !db_lost(err) && take_answer(d, &err, &text, c->mem);
	if (second)
		d->changed = (int64_t)mysql_affected_rows(d->my);
	return (first && second) || failed(c, err, text, first ? then->sql : s->sql);
}
#else
bool db_exec_pair(struct ctx *c, const struct stmt *s, const struct val *v, size_t n, const struct stmt *then, const struct val *v2,
		  size_t n2, int64_t *insert_id)
{
	return db_exec(c, s, insert_id, v, n) && db_exec(c, then, NULL, v2, n2);
}
#endif

int64_t db_changed(const struct ctx *c)
{
	return c->db->changed;
}

bool db_begin(struct ctx *c)
{
	struct db *d = c->db;

	d->retryable = d->torn = false;
	if (d->in_transaction)
		return fail(c, E_BUG, "db.nested");
	d->in_transaction = true;
	return true;
}

bool db_commit(struct ctx *c)
{
	struct db *d = c->db;

	if (c->before_commit != NULL && !c->before_commit(c))
		return false;
	if (d->torn)
		return torn(c);
	if (!d->began) {
		d->in_transaction = false;
		return true;
	}
	if (mysql_query(d->my, "COMMIT AND CHAIN") != 0) { /* saves the next write its BEGIN */
		unsigned err = mysql_errno(d->my);
		const char *text = arena_strdup(c->mem, mysql_error(d->my));
		failed(c, err, text, "COMMIT");
		if (db_lost(err))
			d->retryable = false; /* it may have happened: only the caller's idempotency can tell */
		return false;
	}
	d->in_transaction = d->began = false;
	d->chained = true;
	return true;
}

void db_rollback(struct ctx *c)
{
	struct db *d = c->db;

	if (d->my != NULL && d->began && mysql_rollback(d->my) != 0)
		db_disconnect(d);
	d->in_transaction = d->began = d->torn = false;
}

void db_restart(struct ctx *c)
{
	db_rollback(c);
	c->db->in_transaction = true;
}

bool db_again(struct ctx *c)
{
	c->err = (struct err){ 0 };
	c->db->retryable = true;
	return fail(c, E_UNAVAILABLE, "db.busy");
}

bool db_in_transaction(const struct ctx *c)
{
	return c->db->in_transaction;
}

bool db_retryable(const struct ctx *c)
{
	return c->db->retryable;
}

const char *db_version(struct ctx *c)
{
	const char *text = c->db->my != NULL ? mysql_get_server_info(c->db->my) : NULL;

	return arena_strdup(c->mem, text != NULL ? text : "");
}

bool db_ping(struct ctx *c)
{
	struct db *d = c->db;
	bool hangs;

	if (!db_connect(d))
		return false;
	if (answers(d->my, &hangs))
		return true;
	db_disconnect(d);
	if (hangs)
		d->away_until = mono_ms() + PING_MS;
	return !hangs && db_connect(d);
}

bool db_check(struct db *d, const struct stmt *s, char why[static DB_WHY])
{
	if (!db_connect(d)) {
		snprintf(why, DB_WHY, "not connected");
		return false;
	}
	MYSQL_STMT *st = db_prepared(d, s);
	if (st == NULL) {
		snprintf(why, DB_WHY, "%s", d->refusal);
		return false;
	}
	if (mysql_stmt_field_count(st) != s->ncols) {
		snprintf(why, DB_WHY, "%zu row columns, %u selected", s->ncols, mysql_stmt_field_count(st));
		return false;
	}
	return true;
}
