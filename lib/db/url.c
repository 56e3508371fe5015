#include "url.h"
#include "../core/text.h"
#include <string.h>

/* n bytes of s, percent-decoded, into a fixed field. */
static bool take(char *out, size_t cap, const char *s, size_t n)
{
	struct arena mem = { 0 };
	const char *text = percent_decode(&mem, s, n, false);
	bool fits = text != NULL && strlen(text) < cap;

	if (fits)
		memcpy(out, text, strlen(text) + 1);
	arena_free(&mem);
	return fits;
}

static bool take_user(struct db_url *u, const char *s, size_t n)
{
	const char *colon = memchr(s, ':', n);
	size_t name = colon != NULL ? (size_t)(colon - s) : n;

	return take(u->user, sizeof(u->user), s, name) &&
	       (colon == NULL || take(u->password, sizeof(u->password), colon + 1, n - name - 1));
}

static bool take_host(struct db_url *u, const char *s, size_t n)
{
	const char *colon = memchr(s, ':', n);
	size_t name = colon != NULL ? (size_t)(colon - s) : n;
	int64_t port = 3306;

	if (colon != NULL && (!parse_int(colon + 1, n - name - 1, &port) || port < 1 || port > 65535))
		return false;
	u->port = (unsigned)port;
	return take(u->host, sizeof(u->host), s, name);
}

bool db_url_parse(const char *url, struct db_url *u)
{
	static const char scheme[] = "mysql://", param[] = "socket=";

	*u = (struct db_url){ .port = 3306 };
	if (strncmp(url, scheme, strlen(scheme)) != 0)
		return false;
	url += strlen(scheme);
	size_t authority = strcspn(url, "/?");
	const char *at = memchr(url, '@', authority), *host = at != NULL ? at + 1 : url;
	if (at != NULL && !take_user(u, url, (size_t)(at - url)))
		return false;
	if (!take_host(u, host, authority - (size_t)(host - url)) || url[authority] != '/')
		return false;
	const char *name = url + authority + 1;
	size_t n = strcspn(name, "?");
	if (n == 0 || strspn(name, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-") < n ||
	    !take(u->database, sizeof(u->database), name, n))
		return false;
	if (name[n] == '\0')
		return true;
	name += n + 1;
	return strncmp(name, param, strlen(param)) == 0 &&
	       take(u->socket, sizeof(u->socket), name + strlen(param), strlen(name) - strlen(param));
}
