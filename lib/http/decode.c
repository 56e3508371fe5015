#include "decode.h"
#include "../core/text.h"
#include <string.h>
#include <strings.h>

bool decode_query(struct arena *mem, const char *q, struct pairs *out)
{
	const char **keys = NULL, **values = NULL;
	size_t n = 0;

	*out = (struct pairs){ 0 };
	if (q == NULL || *q == '\0')
		return true;
	keys = arena_alloc(mem, PAIRS_MAX * sizeof(*keys));
	values = arena_alloc(mem, PAIRS_MAX * sizeof(*values));
	while (*q != '\0') {
		size_t len = strcspn(q, "&");
		const char *eq = memchr(q, '=', len);
		size_t key = eq != NULL ? (size_t)(eq - q) : len;
		if (len > 0) {
			if (n == PAIRS_MAX || (keys[n] = percent_decode(mem, q, key, true)) == NULL ||
			    (values[n] = eq != NULL ? percent_decode(mem, eq + 1, len - key - 1, true) : "") == NULL)
				return false;
			n++;
		}
		q += len + (q[len] == '&');
	}
	*out = (struct pairs){ keys, values, n };
	return true;
}

bool is_form_type(const char *type)
{
	size_t n = strcspn(type, "; \t");

	return (n == 19 && strncasecmp(type, "multipart/form-data", n) == 0) ||
	       (n == 33 && strncasecmp(type, "application/x-www-form-urlencoded", n) == 0);
}

bool is_json_type(const char *type)
{
	size_t n = strcspn(type, "; \t");

	if (n == 0 || (n == 16 && strncasecmp(type, "application/json", 16) == 0))
		return true;
	return n > 5 && strncasecmp(type, "application/", 12) == 0 && strncasecmp(type + n - 5, "+json", 5) == 0;
}
