/* redis_url.h: where Redis is, out of DESKBELL_REDIS_URL. Pure. */
#ifndef REDIS_URL_H
#define REDIS_URL_H
#include "core.h"

struct redis_url {
	char host[256], path[512], password[256]; /* path: of a unix socket; "" = host and port */
	int port, database;
};
bool redis_url_parse(const char *, struct redis_url *); /* redis://[:pass@]host:port/db or unix:///path?db=0; false: all zero */
#endif
