#include "origin.h"
#include "text.h"
#include <string.h>
#include <strings.h>

static size_t scheme_bytes(const char *s)
{
	return strncasecmp(s, "https://", 8) == 0 ? 8 : strncasecmp(s, "http://", 7) == 0 ? 7 : 0;
}

static bool port_ok(const char *s)
{
	int64_t port;

	return *s == '\0' || (*s == ':' && parse_int(s + 1, strlen(s + 1), &port) && port > 0 && port < 65536);
}

bool origin_pattern_ok(const char *s)
{
	size_t at = scheme_bytes(s), n;

	if (at == 0 || strlen(s) > ORIGIN_MAX)
		return false;
	s += at;
	if (*s == '[') { /* an IPv6 address */
		n = strspn(s + 1, "0123456789abcdefABCDEF:");
		return n > 1 && s[n + 1] == ']' && port_ok(s + n + 2);
	}
	s += strncmp(s, "*.", 2) == 0 ? 2 : 0;
	n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");
	return n > 0 && *s != '.' && *s != '-' && s[n - 1] != '.' && port_ok(s + n);
}

bool origin_matches(const char *pattern, const char *origin)
{
	size_t at = scheme_bytes(pattern);

	if (at == 0 || strncmp(pattern + at, "*.", 2) != 0)
		return strcasecmp(pattern, origin) == 0;
	const char *suffix = pattern + at + 1, *host = origin + at;
	if (!origin_pattern_ok(origin) || strncasecmp(pattern, origin, at) != 0 || strlen(host) <= strlen(suffix))
		return false;
	return *host != '*' && strcasecmp(host + strlen(host) - strlen(suffix), suffix) == 0;
}

bool origin_in_list(const char *patterns, const char *origin)
{
	char word[ORIGIN_MAX + 1];

	for (const char *s = patterns; *s != '\0';) {
		s += strspn(s, ", \t");
		size_t n = strcspn(s, ", \t");
		if (n == 1 && *s == '*')
			return true;
		if (n > 0 && n <= ORIGIN_MAX) {
			memcpy(word, s, n);
			word[n] = '\0';
			if (origin_matches(word, origin))
				return true;
		}
		s += n;
	}
	return false;
}
