/* A real server that goes away and comes back: statements are prepared anew, transactions fail whole, nothing hangs. */
#include "../../../../lib/db/conn.h"
#include "../../../../lib/db/query.h"
#include "../../ok.h"
#include "../../servers.h"
#include <sys/stat.h>

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

static const struct stmt clear = { .sql = "DELETE FROM t WHERE k > 1" };
static const struct stmt note = { .sql = "UPDATE t SET text = CONCAT('after ', LAST_INSERT_ID()) WHERE k = ? AND ROW_COUNT() = 1" };
static const struct stmt text_of = { "SELECT id, text, 0.5 FROM t WHERE k = ?", ROW(row, cols) };

static void fresh(struct ctx *c)
{
	c->err = (struct err){ 0 };
}

static const char *text_at(struct ctx *c, int64_t k)
{
	struct row r = { 0 };
	bool found;

	return db_find(c, &text_of, &r, &found, ARGS(INT(k))) && found ? r.text : "?";
}

/* Two writes in one round trip: the second does nothing when the first fails, in a transaction and outside. */
static void pairs(struct ctx *c)
{
	int64_t id = 0;

	ok(db_exec(c, &add, NULL, ARGS(STR("noted"), INT(10))), "a row to note in");
	ok(db_begin(c) && db_exec(c, &add, NULL, ARGS(STR("x"), INT(11))), "in a transaction");
	for (int64_t k = 12; k < 15; k++)
		ok(db_exec_pair(c, &add, ARGS(STR("pair"), INT(k)), &note, ARGS(INT(10)), &id) && id > 0 && db_changed(c) == 1,
		   "pair");
	ok(!db_exec_pair(c, &add, ARGS(STR("pair"), INT(12)), &note, ARGS(INT(11)), &id) && c->err.code == E_CONFLICT,
	   "the first fails");
	fresh(c);
	ok_str(text_at(c, 11), "x");
	ok(!db_exec_pair(c, &add, ARGS(STR("too few")), &note, ARGS(INT(11)), &id) && c->err.code == E_BUG,
	   "values that do not fit");
	fresh(c);
	ok_str(text_at(c, 11), "x");
	ok(db_exec_pair(c, &add, ARGS(STR("last"), INT(15)), &note, ARGS(INT(10)), &id) && db_commit(c), "and goes on");
	char want[40];
	snprintf(want, sizeof(want), "after %lld", (long long)id);
	ok_str(text_at(c, 10), want);
	ok_str(text_at(c, 15), "last");
	ok(db_exec_pair(c, &add, ARGS(STR("alone"), INT(16)), &note, ARGS(INT(11)), &id), "outside a transaction");
	ok(strncmp(text_at(c, 11), "after ", 6) == 0, "noted");
}

/* COMMIT opens the next transaction: what is read or written outside of one is not in it. */
static void chained(struct ctx *c, const char *url)
{
	struct db *other = db_new(url), *mine = c->db;

	ok(db_begin(c) && db_exec(c, &add, NULL, ARGS(STR("one"), INT(20))) && db_commit(c), "committed");
	ok(db_exec(c, &add, NULL, ARGS(STR("two"), INT(21))), "outside, behind a COMMIT");
	c->db = other;
	ok_str(text_at(c, 21), "two");
	c->db = mine;
	ok(db_begin(c) && db_exec(c, &add, NULL, ARGS(STR("three"), INT(22))) && db_commit(c) && db_begin(c) &&
		   db_exec(c, &add, NULL, ARGS(STR("four"), INT(23))),
	   "two in a row");
	c->db = other;
	ok_str(text_at(c, 22), "three");
	ok_str(text_at(c, 23), "?");
	c->db = mine;
	db_rollback(c);
	ok_str(text_at(c, 23), "?");
	db_free(other);
}

/* Who goes on after a statement that failed, because it can do without it, does not go on outside of the transaction that went with
   it: nothing of that stays, and its COMMIT says so. */
static void torn(struct ctx *c, const char *url)
{
	static const struct stmt me = { "SELECT CONNECTION_ID()", ROW(number, number_cols) }, end = { .sql = "KILL ?" };
	struct db *other = db_new(url), *mine = c->db;
	struct number id;
	int64_t row = 0;

	for (int pair = 0; pair < 2; pair++) {
		ok(db_begin(c) && db_one(c, &me, &id, "none", NOARGS) && db_exec(c, &add, NULL, ARGS(STR("lost"), INT(30))),
		   "a transaction");
		c->db = other;
		ok(db_exec(c, &end, NULL, ARGS(INT(id.n))), "whose connection is ended: %s", c->err.key);
		c->db = mine;
		ok_str(text_at(c, 30), "?");
		ok(c->err.code == E_UNAVAILABLE && db_retryable(c), "which is seen");
		fresh(c);
		ok(pair ? !db_exec_pair(c, &add, ARGS(STR("alone"), INT(31)), &note, ARGS(INT(1)), &row)
			: !db_exec(c, &add, NULL, ARGS(STR("alone"), INT(31))),
		   "nothing more is said in it");
		fresh(c);
		ok(!db_commit(c) && c->err.code == E_UNAVAILABLE && db_retryable(c), "it is not committed, and may be tried again");
		db_rollback(c);
		fresh(c);
		ok_str(text_at(c, 30), "?");
		ok_str(text_at(c, 31), "?");
	}
	db_free(other);
}

static const struct stmt mark = { .sql = "UPDATE t SET text = CONCAT(text, '+') WHERE k = ?" };

/* The other one of a deadlock: it has changed more, so the server rolls ours back. */
static int heavier(const char *url, int told)
{
	struct arena mem = { 0 };
	struct ctx c = { .mem = &mem, .db = db_new(url) };
	bool good = db_begin(&c) && db_exec(&c, &mark, NULL, ARGS(INT(33)));

	for (int64_t k = 40; k < 60; k++)
		good = good && db_exec(&c, &add, NULL, ARGS(STR("more"), INT(k)));
	good = good && write(told, "x", 1) == 1 && db_exec(&c, &mark, NULL, ARGS(INT(32)));
	db_rollback(&c);
	db_free(c.db);
	arena_free(&mem);
	return good ? 0 : 1;
}

static void deadlocked(struct ctx *c, const char *url)
{
	int pipes[2], status = -1;
	char told;

	ok(db_exec(c, &add, NULL, ARGS(STR("a"), INT(32))) && db_exec(c, &add, NULL, ARGS(STR("b"), INT(33))), "two rows");
	ok(pipe(pipes) == 0, "pipe");
	ok(db_begin(c) && db_exec(c, &mark, NULL, ARGS(INT(32))), "ours has one of them"); /* before the other one wants it */
	pid_t pid = fork();
	if (pid == 0)
		_exit(heavier(url, pipes[1]));
	ok(read(pipes[0], &told, 1) == 1, "the other one the other");
	ok(!db_exec(c, &mark, NULL, ARGS(INT(33))) && c->err.code == E_UNAVAILABLE, "a deadlock");
	fresh(c);
	ok(!db_exec(c, &add, NULL, ARGS(STR("alone"), INT(34))), "nothing more is said in it");
	fresh(c);
	ok(!db_commit(c) && db_retryable(c), "it is not committed, and may be tried again");
	db_rollback(c);
	fresh(c);
	ok_str(text_at(c, 34), "?");
	ok(waitpid(pid, &status, 0) == pid && status == 0, "the other one goes on");
	close(pipes[0]);
	close(pipes[1]);
}

/* Statements put together at run time: more of them than are kept prepared, each with its own values. */
static void built(struct ctx *c)
{
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 100; i++) {
			struct list rows;
			struct query q = query_new(c, "SELECT id, text, 0.5 FROM t");
			for (int j = 0; j <= i % 60 % 20; j++)
				query_where(&q, i % 3 ? "k = ?" : "k >= ?", ARGS(INT(20)));
			query_add(&q, i % 2 ? " ORDER BY k LIMIT ?" : " ORDER BY k DESC LIMIT ?", ARGS(INT(1 + i / 20)));
			if (!query_list(c, &q, &rows, ROW_OF(row, cols)) || rows.n < 1)
				ok(false, "built %d", i);
		}
	ok(c->err.code == E_OK, "built statements");
}

static void stop(pid_t pid)
{
	int status;

	kill(pid, SIGSTOP);
	if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status)) /* all its threads have */
		ok(false, "the server stops");
}

/* A server that is there and says nothing: a ping does not wait for it as a statement does; a statement fails as one that is away,
   also when it was not prepared yet. */
static void hangs(struct ctx *c, const struct servers *s)
{
	static const struct stmt fresh_one = { "SELECT id, text, 0.5 FROM t WHERE k = ? AND id > 0", ROW(row, cols) };
	struct row r;
	bool found;

	ok(db_ping(c), "it answers");
	stop(s->mariadb);
	int64_t before = mono_ms();
	ok(!db_ping(c) && mono_ms() - before < 1900, "it hangs: %lld ms", (long long)(mono_ms() - before));
	ok(!db_ping(c) && mono_ms() - before < 1950, "and is not asked again at once");
	kill(s->mariadb, SIGCONT);
	for (int64_t until = mono_ms() + 30000; !db_ping(c) && mono_ms() < until; poll(NULL, 0, 50))
		;
	ok(db_ping(c), "it goes on");
	c->db->heard_at = 0;
	stop(s->mariadb);
	before = mono_ms();
	ok(!db_find(c, &all, &r, &found, NOARGS) && c->err.code == E_UNAVAILABLE, "after a pause: away, %s", c->err.key);
	ok(mono_ms() - before < DB_ANSWER_S * 1000 - 1000, "and soon: %lld ms", (long long)(mono_ms() - before));
	fresh(c);
	kill(s->mariadb, SIGCONT);
	for (int64_t until = mono_ms() + 30000; !db_ping(c) && mono_ms() < until; poll(NULL, 0, 50))
		;
	c->db->heard_at = mono_ms();
	stop(s->mariadb);
	ok(!db_find(c, &fresh_one, &r, &found, ARGS(INT(1))) && c->err.code == E_UNAVAILABLE, "not prepared: away, %s", c->err.key);
	kill(s->mariadb, SIGCONT);
	fresh(c);
	for (int64_t until = mono_ms() + 30000; !db_ping(c) && mono_ms() < until; poll(NULL, 0, 50))
		;
	ok(db_find(c, &fresh_one, &r, &found, ARGS(INT(1))) && found, "and there again");
}

/* Only the first statement after a pause is preceded by a sign of life. */
static void asked(struct ctx *c)
{
	static const struct stmt signs = { "SELECT CAST(VARIABLE_VALUE AS SIGNED) FROM information_schema.SESSION_STATUS "
					   "WHERE VARIABLE_NAME = 'COM_DO'",
					   ROW(number, number_cols) };
	struct number before = { 0 }, after = { 0 };
	int64_t id = 0;

	ok(db_one(c, &signs, &before, "none", NOARGS), "how many there were");
	for (int64_t k = 70; k < 80; k++) {
		c->db->heard_at = mono_ms();
		ok(db_exec(c, &add, NULL, ARGS(STR("x"), INT(k))), "in use");
	}
	c->db->heard_at = mono_ms();
	ok(db_begin(c) && db_exec(c, &add, NULL, ARGS(STR("x"), INT(80))), "in a transaction");
	c->db->heard_at = 0;
	ok(db_exec_pair(c, &add, ARGS(STR("x"), INT(81)), &note, ARGS(INT(80)), &id), "slow as it may be");
	c->db->heard_at = 0;
	ok(db_one(c, &signs, &after, "none", NOARGS) && db_commit(c), "within it");
	ok_int(after.n, before.n);
	c->db->heard_at = 0;
	ok(db_begin(c) && db_exec_pair(c, &add, ARGS(STR("x"), INT(82)), &note, ARGS(INT(80)), &id) && db_commit(c),
	   "after a pause");
	ok(db_one(c, &signs, &after, "none", NOARGS), "and now");
	ok_int(after.n, before.n + 1);
}

static void twice_numbered(const struct servers *s)
{
	static const char *const names[] = { "0001_a.sql", "0001_b.sql" };
	char path[256], why[512] = "";

	snprintf(path, sizeof(path), "%s/migrate", s->dir);
	mkdir(path, 0700);
	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(path, sizeof(path), "%s/migrate/%s", s->dir, names[i]);
		FILE *f = fopen(path, "w");
		ok(f != NULL && fputs("DO 1;\n", f) >= 0 && fclose(f) == 0, "%s", path);
	}
	ok(!db_migrate(s->db_url, s->dir, why, sizeof(why)) && strstr(why, "0001_b.sql") != NULL, "two of one number: %s", why);
}

static void full(void)
{
	static const struct {
		unsigned err;
		const char *text;
		bool full;
	} rows[] = {
		{ 1114, "The table 'messages' is full", true },
		{ 1021, "Disk full (/tmp); waiting for someone to free some space...", true },
		{ 3, "Error writing file '/tmp/#sql/fd=61' (Errcode: 28 \"No space left on device\")", true },
		{ 3, "Error writing file '/tmp/#sql/fd=28' (Errcode: 5 \"Input/output error\")", false },
		{ 1030, "Got error 28 \"No space left on device\" from storage engine InnoDB", true },
		{ 1030, "Got error 168 \"Unknown (generic) error\" from storage engine InnoDB", false },
		{ 1004, "Can't create file './x' (errno: 13)", false },
		{ 1366, "Incorrect string value: 'Errcode: 28 ' for column 'x'", false },
		{ 0, "number of columns", false },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		ok(db_full(rows[i].err, rows[i].text) == rows[i].full, "%s", rows[i].text);
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
	twice_numbered(&s);
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

	full();
	ok(db_exec(&c, &clear, NULL, NOARGS), "room");
	pairs(&c);
	chained(&c, s.db_url);
	torn(&c, s.db_url);
	deadlocked(&c, s.db_url);
	built(&c);
	asked(&c);
	hangs(&c, &s);
	ok(db_exec(&c, &clear, NULL, NOARGS), "room again");

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
