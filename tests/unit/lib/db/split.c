#include "../../../../lib/db/split.h"
#include "../../../../lib/db/url.h"
#include "../../ok.h"

int main(void)
{
	static const struct {
		const char *sql;
		int n;
		const char *last;
	} rows[] = { { "", 0, "" },
		     { "SELECT 1", 1, "SELECT 1" },
		     { "a;b;", 2, "b" },
		     { "INSERT ('x;y');b", 2, "b" },
		     { "-- no; not this\na", 1, "a" },
		     { "# c\n/* ; */ a; -- x", 1, "a" },
		     { "a 'it''s;' \"q;\\\"\" `t;`", 1, "a 'it''s;' \"q;\\\"\" `t;`" },
		     { ";;;", 0, "" },
		     { "a--b", 1, "a--b" },
		     { "a /* open", 1, "a /* open" },
		     { "'open", 1, "'open" } };
	struct db_url u;

	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *p = rows[i].sql, *s = "", *last = "";
		size_t n = 0, last_n = 0;
		int count = 0;
		while (sql_next(&p, &s, &n)) {
			last = s;
			last_n = n;
			count++;
		}
		ok(count == rows[i].n, "%s: %d", rows[i].sql, count);
		ok(last_n == strlen(rows[i].last) && strncmp(last, rows[i].last, last_n) == 0, "%s: <%.*s>", rows[i].sql,
		   (int)last_n, last);
	}
	ok(db_url_parse("mysql://root@/deskbell?socket=/run/x.sock", &u) && strcmp(u.socket, "/run/x.sock") == 0 &&
		   strcmp(u.user, "root") == 0,
	   "socket");
	ok(db_url_parse("mysql://me:p%40ss@db.example:3307/site", &u) && u.port == 3307 && strcmp(u.password, "p@ss") == 0, "tcp");
	ok(!db_url_parse("mysql://x/", &u) && !db_url_parse("pg://x/y", &u) && !db_url_parse("mysql://h:0/d", &u) &&
		   !db_url_parse("mysql://h/d`x", &u),
	   "refused");
	return ok_end();
}
