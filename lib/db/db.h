/* db.h: prepared statements in, arrays of structs out. The only user of mysql.h. */
#ifndef DB_H
#define DB_H
#include "../core/core.h"
#include "../core/text.h"

struct col {
	enum { COL_INT, COL_STR, COL_BOOL, COL_ENUM, COL_REAL } as; /* int64_t, const char *, bool, int, double */
	size_t off;
};
/* A NULL column leaves the member zero. Declare statements in a const table "NOUN_sql" at the top of their domain file. */
struct stmt {
	const char *sql;
	const struct col *cols;
	size_t ncols, rowsz;
	bool built; /* by query.h: prepared by its text, not by its address */
	bool anew;  /* built, and prepared for each use: see struct query */
};
struct val {
	char t; /* i int, s text (NULL = SQL NULL), b bytes, n NULL, r real */
	int64_t i;
	const char *s;
	size_t len;
	double r;
};
#define INT(x)                                                                                                                     \
	(struct val)                                                                                                               \
	{                                                                                                                          \
		.t = 'i', .i = (x)                                                                                                 \
	}
#define STR(x)                                                                                                                     \
	(struct val)                                                                                                               \
	{                                                                                                                          \
		.t = 's', .s = (x)                                                                                                 \
	}
/* What somebody says the key of an ASCII column is. The server compares no other text with such a column, it fails; "" is no row's.
 */
#define KEY(x) STR(text_ascii(x) ? (x) : "")
#define BYTES(p, n)                                                                                                                \
	(struct val)                                                                                                               \
	{                                                                                                                          \
		.t = 'b', .s = (p), .len = (n)                                                                                     \
	}
#define REAL(x)                                                                                                                    \
	(struct val)                                                                                                               \
	{                                                                                                                          \
		.t = 'r', .r = (x)                                                                                                 \
	}
#define INT_OR_NULL(x)                                                                                                             \
	(struct val)                                                                                                               \
	{                                                                                                                          \
		.t = (x) != 0 ? 'i' : 'n', .i = (x)                                                                                \
	}
#define ARGS(...) (const struct val[]){ __VA_ARGS__ }, COUNT(((const struct val[]){ __VA_ARGS__ }))
#define NOARGS NULL, 0
#define ROW(T, arr) .cols = (arr), .ncols = COUNT(arr), .rowsz = sizeof(struct T)
/* For what an index alone answers, of a table with a generated column (conversations): used again, the server would read every row.
 */
#define PREPARE_ANEW .built = true, .anew = true

/* A row of one number, or of one text: ROW(number, number_cols), ROW(text_row, text_cols). */
struct number {
	int64_t n;
};
struct text_row {
	const char *text;
};
extern const struct col number_cols[1], text_cols[1];

/* One connection, made on first use and made anew after it was lost; a url as DESKBELL_DB_URL. Never NULL. */
struct db *db_new(const char *url);
struct db *db_new_within(const char *url, unsigned answer_s); /* one whose statements may take so many seconds */
void db_free(struct db *);
const char *db_version(struct ctx *); /* of the server that is connected; "" = none is */
bool db_ping(struct ctx *);           /* false (no fail()) when the server cannot be reached within a second */

/* All of these fail(E_UNAVAILABLE, "db.unavailable") when the server is away, E_FULL "db.full" when its disk has no room,
   E_CONFLICT "db.duplicate" on a duplicate key,
   E_UNAVAILABLE "db.busy" after a deadlock or lock wait (db_retryable() is then true), E_BUG otherwise; details go to the log. */
MUST bool db_list(struct ctx *, const struct stmt *, struct list *, const struct val *, size_t);
MUST bool db_one(struct ctx *, const struct stmt *, void *row, const char *missing, const struct val *,
		 size_t);                                                                                 /* E_NOT_FOUND missing */
MUST bool db_find(struct ctx *, const struct stmt *, void *row, bool *found, const struct val *, size_t); /* none is no error */
MUST bool db_exec(struct ctx *, const struct stmt *, int64_t *insert_id, const struct val *, size_t); /* insert_id may be NULL */
/* Two writes in one round trip. The second is sent before the first's outcome is known: it must change nothing when the first
   failed
   ("… AND ROW_COUNT() = 1"), and may use LAST_INSERT_ID(). Fails as the first of them that does; db_changed() is the second's. */
MUST bool db_exec_pair(struct ctx *, const struct stmt *, const struct val *, size_t, const struct stmt *then, const struct val *,
		       size_t, int64_t *insert_id);
int64_t db_changed(const struct ctx *); /* rows matched by the last db_exec (CLIENT_FOUND_ROWS) */
/* A transaction is READ COMMITTED. Nested begin is a bug. A lost connection inside one fails the whole transaction. */
MUST bool db_begin(struct ctx *);
MUST bool db_commit(struct ctx *);
void db_rollback(struct ctx *); /* harmless outside a transaction */
void db_restart(struct ctx *);  /* what was said in this transaction is taken back, and it goes on from its beginning */
bool db_again(struct ctx *);    /* false: this transaction is to be taken from its beginning, as after a deadlock */
bool db_in_transaction(const struct ctx *);
bool db_retryable(const struct ctx *); /* the failure was a deadlock, a lock wait or a connection lost before COMMIT was sent */

enum { DB_WHY = 256 };
bool db_check(struct db *, const struct stmt *, char why[static DB_WHY]); /* PREPARE and compare column count: for tests/check */

/* Run the numbered files of dir/migrate (0001_name.sql …) that schema_migrations does not list, each statement once, resumable
   after a crash in the middle of a file; only one runner at a time (GET_LOCK). Creates the database if it may. */
bool db_migrate(const char *url, const char *dir, char *why, size_t whysz);
/* Run every statement of one SQL file (demo data). Plain ";\n" separated, no DELIMITER. */
bool db_run_file(const char *url, const char *file, char *why, size_t whysz);
#endif
