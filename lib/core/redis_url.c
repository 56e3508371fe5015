#include "redis_url.h"
#include "text.h"
#include <string.h>

static bool copy(char *out, size_t cap, const char *s, size_t n)
{
	if (n >= cap)
		return false;
	memcpy(out, s, n);
	out[n] = '\0';
	return true;
}

static bool parse_number(const char *s, size_t n, int min, int max, int *out)
{
	int64_t v;

	if (!parse_int(s, n, &v) || v < min || v > max)
		return false;
	*out = (int)v;
	return true;
}

static bool parse_unix(const char *s, struct redis_url *u)
{
	size_t n = strcspn(s, "?");

	if (!copy(u->path, sizeof(u->path), s, n) || n == 0)
		return false;
	if (s[n] == '\0')
		return true;
	return strncmp(s + n, "?db=", 4) == 0 && parse_number(s + n + 4, strlen(s + n + 4), 0, 1000, &u->database);
}

static bool parse_tcp(const char *s, struct redis_url *u)
{
	size_t n = strcspn(s, "/");
	const char *at = memchr(s, '@', n), *host = at != NULL ? at + 1 : s, *end = s + n;

	if (at != NULL && (*s != ':' || !copy(u->password, sizeof(u->password), s + 1, (size_t)(at - s - 1))))
		return false;
	const char *colon = memchr(host, ':', (size_t)(end - host));
	if (!copy(u->host, sizeof(u->host), host, (size_t)((colon != NULL ? colon : end) - host)) || *u->host == '\0')
		return false;
	if (colon != NULL && !parse_number(colon + 1, (size_t)(end - colon - 1), 1, 65535, &u->port))
		return false;
	return *end == '\0' || end[1] == '\0' || parse_number(end + 1, strlen(end + 1), 0, 1000, &u->database);
}

bool redis_url_parse(const char *url, struct redis_url *u)
{
	*u = (struct redis_url){ .port = 6379 };
	bool good = strncmp(url, "unix://", 7) == 0 ? parse_unix(url + 7, u)
						    : strncmp(url, "redis://", 8) == 0 && parse_tcp(url + 8, u);

	if (!good)
		*u = (struct redis_url){ 0 };
	return good;
}
