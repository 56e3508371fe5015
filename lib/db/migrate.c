/* Numbered, forward-only migrations. A file's statements are counted as they succeed, so that a crash in the middle goes on with
 * the next one. */
#include "../core/log.h"
#include "../core/text.h"
#include "conn.h"
#include "split.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct failure {
	char *why;
	size_t size;
};

static bool refuse(const struct failure *f, const char *what, const char *text)
{
	snprintf(f->why, f->size, "%s: %s", what, text);
	return false;
}

static char *read_file(struct arena *mem, const char *path)
{
	FILE *in = fopen(path, "rb");
	long n;

	if (in == NULL)
		return NULL;
	if (fseek(in, 0, SEEK_END) != 0 || (n = ftell(in)) < 0 || fseek(in, 0, SEEK_SET) != 0) {
		fclose(in);
		return NULL;
	}
	char *text = arena_alloc(mem, (size_t)n + 1);
	size_t got = fread(text, 1, (size_t)n, in);
	fclose(in);
	return got == (size_t)n ? text : NULL;
}

static bool run_one(MYSQL *my, const char *sql, size_t n)
{
	if (mysql_real_query(my, sql, n) != 0)
		return false;
	MYSQL_RES *r = mysql_store_result(my);
	if (r != NULL)
		mysql_free_result(r);
	return mysql_errno(my) == 0;
}

static bool query(MYSQL *my, const char *sql)
{
	return run_one(my, sql, strlen(sql));
}

/* How many statements of this version are done; -1 = all; -2 = cannot be read. */
static long progress(MYSQL *my, const char *version)
{
	char sql[256];
	long done = 0;

	snprintf(sql, sizeof(sql),
		 "SELECT IF(finished_at IS NULL, statements_done, -1) FROM schema_migrations WHERE version = '%s'", version);
	if (mysql_query(my, sql) != 0)
		return -2;
	MYSQL_RES *r = mysql_store_result(my);
	MYSQL_ROW row = r != NULL ? mysql_fetch_row(r) : NULL;
	if (row != NULL)
		done = strtol(row[0], NULL, 10);
	if (r != NULL)
		mysql_free_result(r);
	return done;
}

static bool note(MYSQL *my, const char *version, const char *name, long done, bool finished)
{
	char sql[512];

	snprintf(sql, sizeof(sql),
		 "INSERT INTO schema_migrations (version, name, statements_done, started_at, finished_at) VALUES ('%s', '%s', "
		 "%ld, %lld, %s) ON DUPLICATE KEY UPDATE statements_done = VALUES(statements_done), finished_at = "
		 "VALUES(finished_at)",
		 version, name, done, (long long)now_ms(), finished ? "UNIX_TIMESTAMP() * 1000" : "NULL");
	return query(my, sql);
}

static bool run_text(MYSQL *my, const char *text, const char *version, const char *name, long skip, const struct failure *f)
{
	const char *statement;
	size_t n;

	for (long i = 0; sql_next(&text, &statement, &n); i++) {
		char where[300];
		if (i < skip)
			continue;
		snprintf(where, sizeof(where), "%s, statement %ld", name, i + 1);
		if (!run_one(my, statement, n))
			return refuse(f, where, mysql_error(my));
		if (version != NULL && !note(my, version, name, i + 1, false))
			return refuse(f, where, mysql_error(my));
	}
	return true;
}

static bool run_migration(MYSQL *my, const char *dir, const char *file, const struct failure *f)
{
	struct arena mem = { 0 };
	char version[5] = "";
	bool done = false;

	memcpy(version, file, 4);
	long skip = progress(my, version);
	if (skip == -1)
		return true;
	char *text = read_file(&mem, arena_printf(&mem, "%s/%s", dir, file));
	if (skip == -2)
		refuse(f, file, mysql_error(my));
	else if (text == NULL)
		refuse(f, file, strerror(errno));
	else
		done = run_text(my, text, version, file, skip, f) &&
		       (note(my, version, file, 0, true) || refuse(f, file, mysql_error(my)));
	if (done)
		log_info(NULL, "db.migrated", "%s", file);
	arena_free(&mem);
	return done;
}

/* 0001_name.sql, with a name that is safe to write into a statement. */
static int is_migration(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 9 && n < 200 && strspn(e->d_name, "0123456789") == 4 && e->d_name[4] == '_' &&
	       strcmp(e->d_name + n - 4, ".sql") == 0 && strspn(e->d_name, "0123456789abcdefghijklmnopqrstuvwxyz_.-") == n;
}

/* The second of a number would be taken for one that is done. */
static bool numbers_differ(struct dirent **files, int n, const struct failure *f)
{
	for (int i = 1; i < n; i++)
		if (strncmp(files[i]->d_name, files[i - 1]->d_name, 4) == 0)
			return refuse(f, files[i]->d_name, "another file has this number");
	return true;
}

static bool run_all(MYSQL *my, const char *dir, const struct failure *f)
{
	struct dirent **files;
	int n = scandir(dir, &files, is_migration, alphasort);

	if (n < 0)
		return refuse(f, dir, strerror(errno));
	bool good = numbers_differ(files, n, f);
	for (int i = 0; i < n; i++) {
		good = good && run_migration(my, dir, files[i]->d_name, f);
		free(files[i]);
	}
	free(files);
	return good;
}

static bool prepare(MYSQL *my, const char *database, const struct failure *f)
{
	char sql[300];

	snprintf(sql, sizeof(sql), "CREATE DATABASE IF NOT EXISTS `%s` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci", database);
	if (mysql_select_db(my, database) != 0 && (!query(my, sql) || mysql_select_db(my, database) != 0))
		return refuse(f, database, mysql_error(my));
	if (!query(my, "CREATE TABLE IF NOT EXISTS schema_migrations (version CHAR(4) NOT NULL PRIMARY KEY, name VARCHAR(200) NOT "
		       "NULL, statements_done INT NOT NULL, started_at BIGINT NOT NULL, finished_at BIGINT NULL) ENGINE=InnoDB"))
		return refuse(f, "schema_migrations", mysql_error(my));
	/* One runner at a time; the lock goes with the connection. */
	return query(my, "DO GET_LOCK('deskbell.migrate', 60)") || refuse(f, "lock", mysql_error(my));
}

static MYSQL *dial(const char *url, bool with_database, const struct failure *f, struct db_url *u)
{
	if (!db_url_parse(url, u)) {
		refuse(f, "DESKBELL_DB_URL", "not of the form mysql://user:password@host:port/database?socket=/path");
		return NULL;
	}
	MYSQL *my = db_dial(u, with_database, DB_CHANGE_S);
	if (my == NULL)
		refuse(f, "database server", "cannot be reached");
	return my;
}

bool db_migrate(const char *url, const char *dir, char *why, size_t whysz)
{
	const struct failure f = { why, whysz };
	struct arena mem = { 0 };
	struct db_url u;
	MYSQL *my = dial(url, false, &f, &u);

	if (my == NULL)
		return false;
	bool good = prepare(my, u.database, &f) && run_all(my, arena_printf(&mem, "%s/migrate", dir), &f);
	mysql_close(my);
	arena_free(&mem);
	return good;
}

bool db_run_file(const char *url, const char *file, char *why, size_t whysz)
{
	const struct failure f = { why, whysz };
	struct arena mem = { 0 };
	struct db_url u;
	MYSQL *my = dial(url, true, &f, &u);

	if (my == NULL)
		return false;
	char *text = read_file(&mem, file);
	bool good = text != NULL ? run_text(my, text, NULL, file, 0, &f) : refuse(&f, file, strerror(errno));
	mysql_close(my);
	arena_free(&mem);
	return good;
}
