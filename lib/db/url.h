/* url.h: DESKBELL_DB_URL taken apart (pure). */
#ifndef DB_URL_H
#define DB_URL_H
#include "../core/core.h"

struct db_url {
	char user[128], password[256], host[256], database[128], socket[512];
	unsigned port;
};
bool db_url_parse(const char *url, struct db_url *out); /* mysql://user:pass@host:port/db[?socket=/path] */
#endif
