/* conn.h: what the files of lib/bus share: one Redis connection. */
#ifndef BUS_CONN_H
#define BUS_CONN_H
#include "../core/redis_url.h"
#include "bus.h"
#include <hiredis/hiredis.h>

redisContext *bus_dial(const struct redis_url *, int timeout_ms); /* signed in, database selected; NULL = away */
#endif
