/* conn.h: what the files of lib/bus share: one Redis connection. */
#ifndef BUS_CONN_H
#define BUS_CONN_H
#include "bus.h"
#include <hiredis/hiredis.h>

struct bus_url {
	char host[256], path[512], password[256];
	int port, database;
};
bool bus_url_parse(const char *url, struct bus_url *);          /* redis://[:pass@]host:port/db or unix:///path?db=0 */
redisContext *bus_dial(const struct bus_url *, int timeout_ms); /* signed in, database selected; NULL = away */
#endif
