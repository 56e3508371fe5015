/* conn.h: what the files of lib/db share: the connection and its prepared statements. */
#ifndef DB_CONN_H
#define DB_CONN_H
#include "db.h"
#include "url.h"
#include <mysql.h>

enum { BUILT = 48 }; /* statements of query.h kept prepared a connection; the one used longest ago makes room */
struct prepared {
	const struct stmt *key; /* NULL = free */
	MYSQL_STMT *st;
};
struct db {
	MYSQL *my; /* NULL = not connected */
	struct db_url url;
	bool url_ok, in_transaction, began, retryable;
	bool chained;                /* COMMIT AND CHAIN has opened the next transaction already; nothing was said in it */
	bool torn;                   /* what was said in the transaction is lost: it can only be rolled back */
	unsigned answer_s;           /* how long a statement may take */
	int64_t changed, away_until; /* mono ms: not tried before */
	int64_t heard_at;            /* mono ms: the server answered last */
	struct prepared *cache; /* by address, open addressing; slots is 0 or a power of two, at most three quarters are taken */
	size_t slots, cached;
	unsigned refused; /* why the last PREPARE failed: closing the statement makes the server's own error be forgotten */
	char refusal[DB_WHY];
	struct {
		char *sql;
		MYSQL_STMT *st;
		int64_t used;
	} built[BUILT];
	int64_t uses;
	/* row buffers of the last fetch, kept between calls */
	char *text;
	size_t text_cap;
};
enum {
	DB_ANSWER_S = 10,
	DB_CHANGE_S = 86400
};                           /* an answer to people comes soon; a table of a large site is changed for as long as it takes */
enum { DB_TOO_LONG = 1969 }; /* the server gave the statement up: asked again, it would take as long */
/* NULL = not reachable; the caller closes. answer_s: how long a statement may take; it counts when said before connecting alone. */
MYSQL *db_dial(const struct db_url *, bool with_database, unsigned answer_s);
bool db_connect(struct db *); /* true when connected */
void db_disconnect(struct db *);
MYSQL_STMT *db_prepared(struct db *, const struct stmt *); /* NULL: db->refused, ->refusal */
bool db_lost(unsigned err);                                /* the connection is gone */
bool db_full(unsigned err, const char *text);              /* a disk of the server's has no room */
#endif
