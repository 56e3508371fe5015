#include "conn.h"
#include "../core/text.h"
#include <string.h>
#include <sys/time.h>

static bool copy(char *out, size_t cap, const char *s, size_t n)
{
	if (n >= cap)
		return false;
	memcpy(out, s, n);
	out[n] = '\0';
	return true;
}

static bool parse_number(const char *s, size_t n, int max, int *out)
{
	int64_t v;

	if (!parse_int(s, n, &v) || v < 0 || v > max)
		return false;
	*out = (int)v;
	return true;
}

static bool parse_unix(const char *s, struct bus_url *u)
{
	size_t n = strcspn(s, "?");

	if (!copy(u->path, sizeof(u->path), s, n) || n == 0)
		return false;
	if (s[n] == '\0')
		return true;
	return strncmp(s + n, "?db=", 4) == 0 && parse_number(s + n + 4, strlen(s + n + 4), 1000, &u->database);
}

static bool parse_tcp(const char *s, struct bus_url *u)
{
	size_t n = strcspn(s, "/");
	const char *at = memchr(s, '@', n), *host = at != NULL ? at + 1 : s, *end = s + n;

	if (at != NULL && (*s != ':' || !copy(u->password, sizeof(u->password), s + 1, (size_t)(at - s - 1))))
		return false;
	const char *colon = memchr(host, ':', (size_t)(end - host));
	if (!copy(u->host, sizeof(u->host), host, (size_t)((colon != NULL ? colon : end) - host)) || *u->host == '\0')
		return false;
	if (colon != NULL && !parse_number(colon + 1, (size_t)(end - colon - 1), 65535, &u->port))
		return false;
	return *end == '\0' || end[1] == '\0' || parse_number(end + 1, strlen(end + 1), 1000, &u->database);
}

bool bus_url_parse(const char *url, struct bus_url *u)
{
	*u = (struct bus_url){ .port = 6379 };
	if (strncmp(url, "unix://", 7) == 0)
		return parse_unix(url + 7, u);
	return strncmp(url, "redis://", 8) == 0 && parse_tcp(url + 8, u);
}

static bool command_ok(redisContext *r, const char *name, const char *arg)
{
	redisReply *reply = redisCommand(r, "%s %s", name, arg);
	bool good = reply != NULL && reply->type != REDIS_REPLY_ERROR;

	if (reply != NULL)
		freeReplyObject(reply);
	return good;
}

redisContext *bus_dial(const struct bus_url *u, int timeout_ms)
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
