#include "conn.h"
#include "../core/log.h"
#include "../core/text.h"
#include <errmsg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECT_S = 1, AWAY_MS = 300 };

struct db *db_new(const char *url)
{
	return db_new_within(url, DB_ANSWER_S);
}

struct db *db_new_within(const char *url, unsigned answer_s)
{
	struct db *d = calloc(1, sizeof(*d));

	if (d == NULL)
		abort();
	d->answer_s = answer_s;
	d->url_ok = db_url_parse(url, &d->url);
	if (!d->url_ok)
		log_error(NULL, "db.url",
			  "DESKBELL_DB_URL is not of the form mysql://user:password@host:port/database?socket=/path");
	return d;
}

void db_free(struct db *d)
{
	db_disconnect(d);
	free(d->text);
	free(d);
}

MYSQL *db_dial(const struct db_url *u, bool with_database, unsigned answer_s)
{
	/* Strict, so that text that does not fit is an error and never cut; READ COMMITTED, so that a retried send sees what was
	 * stored. Text that is put together is not cut either. What nobody waits for any longer ends there too (MySQL does
	 * without). */
	static const char form[] = "SET SESSION sql_mode='STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO', "
				   "/*M! SESSION max_statement_time=%u, */ SESSION innodb_lock_wait_timeout=5, "
				   "SESSION group_concat_max_len=16777216";
	unsigned connect_s = CONNECT_S;
	char setup[sizeof(form) + 16];
	MYSQL *my = mysql_init(NULL);

	if (my == NULL)
		abort();
	snprintf(setup, sizeof(setup), form, answer_s > 1 ? answer_s - 1 : answer_s);
	mysql_options(my, MYSQL_OPT_CONNECT_TIMEOUT, &connect_s);
	mysql_options(my, MYSQL_OPT_READ_TIMEOUT, &answer_s);
	mysql_options(my, MYSQL_OPT_WRITE_TIMEOUT, &answer_s);
	mysql_options(my, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	mysql_options(my, MYSQL_INIT_COMMAND, setup);
	const char *host = *u->host ? u->host : *u->socket ? NULL : "localhost";
	if (mysql_real_connect(my, *u->socket ? NULL : host, *u->user ? u->user : NULL, *u->password ? u->password : NULL,
			       with_database ? u->database : NULL, u->port, *u->socket ? u->socket : NULL,
			       CLIENT_FOUND_ROWS) == NULL ||
	    mysql_query(my, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED") != 0) {
		log_warn(NULL, "db.connect", "%s", mysql_error(my));
		mysql_close(my);
		return NULL;
	}
	return my;
}

/* A server that is away is not asked by every request: one try each AWAY_MS, the others fail at once. */
bool db_connect(struct db *d)
{
	if (d->my != NULL)
		return true;
	if (!d->url_ok || mono_ms() < d->away_until)
		return false;
	d->my = db_dial(&d->url, true, d->answer_s);
	d->heard_at = mono_ms();
	if (d->my == NULL)
		d->away_until = d->heard_at + AWAY_MS;
	return d->my != NULL;
}

/* Prepared statements die with their connection. */
void db_disconnect(struct db *d)
{
	for (size_t i = 0; i < d->slots; i++)
		if (d->cache[i].st != NULL)
			mysql_stmt_close(d->cache[i].st);
	free(d->cache);
	d->cache = NULL;
	d->slots = d->cached = 0;
	for (size_t i = 0; i < BUILT; i++) {
		if (d->built[i].st != NULL)
			mysql_stmt_close(d->built[i].st);
		free(d->built[i].sql);
	}
	memset(d->built, 0, sizeof(d->built));
	if (d->my != NULL)
		mysql_close(d->my);
	d->my = NULL;
	d->in_transaction = d->began = d->chained = false;
}

static MYSQL_STMT *prepare(struct db *d, const char *sql)
{
	MYSQL_STMT *st = mysql_stmt_init(d->my);

	if (st == NULL)
		abort();
	if (mysql_stmt_prepare(st, sql, strlen(sql)) == 0)
		return st;
	d->refused = mysql_stmt_errno(st);
	snprintf(d->refusal, sizeof(d->refusal), "%s", mysql_stmt_error(st));
	log_error(NULL, "db.prepare", "%u %s: %.200s", d->refused, d->refusal, sql);
	mysql_stmt_close(st);
	return NULL;
}

static MYSQL_STMT *prepared_by_text(struct db *d, const char *sql, bool anew)
{
	size_t oldest = 0;

	for (size_t i = 0; i < BUILT; i++) {
		if (!anew && d->built[i].sql != NULL && strcmp(d->built[i].sql, sql) == 0) {
			d->built[i].used = ++d->uses;
			return d->built[i].st;
		}
		if (d->built[i].used < d->built[oldest].used)
			oldest = i;
	}
	for (size_t i = 0; anew && i < BUILT; i++) /* the one before is of no use any longer */
		oldest = d->built[i].sql != NULL && strcmp(d->built[i].sql, sql) == 0 ? i : oldest;
	MYSQL_STMT *st = prepare(d, sql);
	if (st == NULL)
		return NULL;
	if (d->built[oldest].st != NULL)
		mysql_stmt_close(d->built[oldest].st);
	free(d->built[oldest].sql);
	d->built[oldest].sql = strdup(sql);
	if (d->built[oldest].sql == NULL)
		abort();
	d->built[oldest].st = st;
	d->built[oldest].used = ++d->uses;
	return st;
}

/* Where it is, or the free place where it belongs. */
static struct prepared *slot(const struct db *d, const struct stmt *s)
{
	size_t i = ((uintptr_t)s >> 4) * 2654435761u % d->slots;

	while (d->cache[i].key != NULL && d->cache[i].key != s)
		i = (i + 1) % d->slots;
	return &d->cache[i];
}

static void grow(struct db *d)
{
	struct db bigger = { .slots = d->slots != 0 ? 2 * d->slots : 256 };

	bigger.cache = calloc(bigger.slots, sizeof(*bigger.cache));
	if (bigger.cache == NULL)
		abort();
	for (size_t i = 0; i < d->slots; i++)
		if (d->cache[i].key != NULL)
			*slot(&bigger, d->cache[i].key) = d->cache[i];
	free(d->cache);
	d->cache = bigger.cache;
	d->slots = bigger.slots;
}

MYSQL_STMT *db_prepared(struct db *d, const struct stmt *s)
{
	if (s->built)
		return prepared_by_text(d, s->sql, s->anew);
	if (d->cached >= d->slots - d->slots / 4)
		grow(d);
	struct prepared *p = slot(d, s);
	if (p->key == s)
		return p->st;
	MYSQL_STMT *st = prepare(d, s->sql);
	if (st == NULL)
		return NULL;
	*p = (struct prepared){ s, st };
	d->cached++;
	return st;
}

bool db_lost(unsigned err)
{
	enum { SHUTDOWN = 1053, KILLED = 1927, ABORTED = 1158, READ_ERROR = 1160, READ_TIMEOUT = 1159 };

	return err == CR_SERVER_GONE_ERROR || err == CR_SERVER_LOST || err == CR_CONN_HOST_ERROR || err == CR_CONNECTION_ERROR ||
	       err == SHUTDOWN || err == KILLED || err == ABORTED || err == READ_ERROR || err == READ_TIMEOUT ||
	       err == DB_TOO_LONG || err == CR_UNKNOWN_ERROR || err == CR_COMMANDS_OUT_OF_SYNC;
}

/* A table that cannot grow, a temporary file, a log. Where the number says no more than that writing failed, the text has the
   system's own: no room, a quota, as large as a file may be. */
bool db_full(unsigned err, const char *text)
{
	enum {
		SYSTEM_MAX = 999,
		FILE_FULL = 20,
		CREATING = 1004,
		DISK_FULL = 1021,
		WRITING = 1026,
		ENGINE = 1030,
		TABLE_FULL = 1114
	};
	static const char *const said[] = { "code: 28 ", "error 28 ", "code: 122 ", "error 122 ", "code: 27 ", "error 27 " };

	if (err == FILE_FULL || err == DISK_FULL || err == TABLE_FULL)
		return true;
	if (err == 0 || (err > SYSTEM_MAX && err != CREATING && err != WRITING && err != ENGINE))
		return false;
	for (size_t i = 0; i < COUNT(said); i++)
		if (strstr(text, said[i]) != NULL)
			return true;
	return false;
}
