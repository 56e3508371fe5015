/* A real server that goes away and comes back: statements are prepared anew, transactions fail whole, nothing hangs. */
#include "../../../../lib/db/db.h"
#include "../../ok.h"
#include "../../servers.h"

struct row {
	int64_t id;
	const char *text;
	double real;
};
static const struct col cols[] = { { COL_INT, offsetof(struct row, id) },
				   { COL_STR, offsetof(struct row, text) },
				   { COL_REAL, offsetof(struct row, real) } };
static const struct stmt make = {
	.sql = "CREATE TABLE IF NOT EXISTS t (id BIGINT PRIMARY KEY AUTO_INCREMENT, text MEDIUMTEXT, k INT UNIQUE) ENGINE=InnoDB"
};
static const struct stmt add = { .sql = "INSERT INTO t (text, k) VALUES (?, ?)" };
static const struct stmt all = { "SELECT id, text, 0.5 FROM t ORDER BY id", ROW(row, cols) };
static const struct stmt wrong = { "SELECT id FROM t", ROW(row, cols) };

static void fresh(struct ctx *c)
{
	c->err = (struct err){ 0 };
}

int main(void)
{
	struct servers s;
	struct arena mem = { 0 };
	struct ctx c = { .mem = &mem };
	struct list rows;
	struct row one;
	char why[DB_WHY] = "", big[5000];
	int64_t id = 0;
	bool found;

	ok(servers_mariadb(&s), "server");
	ok(db_migrate(s.db_url, "sql", why, sizeof(why)), "%s", why);
	c.db = db_new(s.db_url);
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	ok(db_exec(&c, &make, NULL, NOARGS), "table");
	ok(db_exec(&c, &add, &id, ARGS(STR(big), INT(1))) && id == 1, "insert");
	ok(!db_exec(&c, &add, NULL, ARGS(STR("x"), INT(1))) && c.err.code == E_CONFLICT, "duplicate key");
	fresh(&c);
	ok(db_list(&c, &all, &rows, NOARGS) && rows.n == 1, "list");
	ok(rows.n == 1 && strcmp(((struct row *)rows.items)->text, big) == 0 && ((struct row *)rows.items)->real == 0.5,
	   "a long text, whole");
	ok(!db_list(&c, &wrong, &rows, NOARGS) && c.err.code == E_BUG, "columns that do not fit the struct");
	fresh(&c);
	ok(db_begin(&c) && db_exec(&c, &add, NULL, ARGS(STR("gone"), INT(2))), "in a transaction");
	db_rollback(&c);
	ok(db_find(&c, &all, &one, &found, NOARGS) && found && db_list(&c, &all, &rows, NOARGS) && rows.n == 1, "rolled back");

	ok(db_begin(&c) && db_exec(&c, &add, NULL, ARGS(STR("half"), INT(3))), "a transaction that is cut");
	servers_end(&s.mariadb, SIGKILL);
	ok(!db_exec(&c, &add, NULL, ARGS(STR("half"), INT(4))) && c.err.code == E_UNAVAILABLE && db_retryable(&c),
	   "fails, and may be tried again");
	db_rollback(&c);
	fresh(&c);
	int64_t before = mono_ms();
	ok(!db_list(&c, &all, &rows, NOARGS) && c.err.code == E_UNAVAILABLE, "away");
	ok(mono_ms() - before < 3000, "and says so soon");
	fresh(&c);
	char sock[128];
	snprintf(sock, sizeof(sock), "%s/db.sock", s.dir);
	unlink(sock);
	ok(servers_start_mariadb(&s), "server again");
	bool back = false;
	for (int64_t until = mono_ms() + 30000; !back && mono_ms() < until; poll(NULL, 0, 50)) {
		fresh(&c);
		back = db_list(&c, &all, &rows, NOARGS);
	}
	ok(back && rows.n == 1, "back without a restart of ours, and the half transaction is not there");
	db_free(c.db);
	arena_free(&mem);
	servers_stop(&s);
	return ok_end();
}
