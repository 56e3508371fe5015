#include "conn.h"
#include <string.h>
#include <sys/time.h>

static bool command_ok(redisContext *r, const char *name, const char *arg)
{
	redisReply *reply = redisCommand(r, "%s %s", name, arg);
	bool good = reply != NULL && reply->type != REDIS_REPLY_ERROR;

	if (reply != NULL)
		freeReplyObject(reply);
	return good;
}

redisContext *bus_dial(const struct redis_url *u, int timeout_ms)
{
	struct timeval t = { timeout_ms / 1000, timeout_ms % 1000 * 1000 };
	char database[16];
	redisContext *r = *u->path ? redisConnectUnixWithTimeout(u->path, t) : redisConnectWithTimeout(u->host, u->port, t);

	if (r == NULL)
		return NULL;
	snprintf(database, sizeof(database), "%d", u->database);
	if (r->err == 0 && redisSetTimeout(r, t) == REDIS_OK && (*u->password == '\0' || command_ok(r, "AUTH", u->password)) &&
	    (u->database == 0 || command_ok(r, "SELECT", database)))
		return r;
	redisFree(r);
	return NULL;
}
