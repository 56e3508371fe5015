#include "../../../../lib/core/redis_url.c"
#include "../../ok.h"

int main(void)
{
	static const struct {
		const char *url;
		bool good;
		const char *host, *path, *password;
		int port, database;
	} rows[] = { { "redis://h", true, "h", "", "", 6379, 0 },
		     { "redis://h:1/2", true, "h", "", "", 1, 2 },
		     { "redis://h:1/", true, "h", "", "", 1, 0 },
		     { "redis://:p:w@h:65535/15", true, "h", "", "p:w", 65535, 15 },
		     { "redis://127.0.0.1:6380", true, "127.0.0.1", "", "", 6380, 0 },
		     { "unix:///a/b.sock", true, "", "/a/b.sock", "", 6379, 0 },
		     { "unix:///a?db=3", true, "", "/a", "", 6379, 3 },
		     { "redis://", false, "", "", "", 0, 0 },
		     { "redis://:1", false, "", "", "", 0, 0 },
		     { "redis://u@h", false, "", "", "", 0, 0 },
		     { "redis://h:65536", false, "", "", "", 0, 0 },
		     { "redis://h:0", false, "", "", "", 0, 0 },
		     { "redis://h:-1", false, "", "", "", 0, 0 },
		     { "redis://h:x", false, "", "", "", 0, 0 },
		     { "redis://h/x", false, "", "", "", 0, 0 },
		     { "unix://", false, "", "", "", 0, 0 },
		     { "unix:///a?x=3", false, "", "", "", 0, 0 },
		     { "unix:///a?db=", false, "", "", "", 0, 0 },
		     { "http://h", false, "", "", "", 0, 0 },
		     { "", false, "", "", "", 0, 0 } };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct redis_url u;
		bool good = redis_url_parse(rows[i].url, &u);
		ok(good == rows[i].good, "%s", rows[i].url);
		ok((strcmp(u.host, rows[i].host) == 0 && strcmp(u.path, rows[i].path) == 0 &&
		    strcmp(u.password, rows[i].password) == 0 && u.port == rows[i].port && u.database == rows[i].database),
		   "%s: host <%s> path <%s> password <%s> port %d database %d", rows[i].url, u.host, u.path, u.password, u.port,
		   u.database);
	}
	char longer[800] = "unix:///";
	memset(longer + 8, 'a', sizeof(longer) - 9);
	struct redis_url u;
	ok(!redis_url_parse(longer, &u), "a path that is too long");
	memcpy(longer, "redis://", 8);
	ok(!redis_url_parse(longer, &u), "a host that is too long");
	return ok_end();
}
