#include "../core/text.h"
#include "serve.h"
#include <limits.h>
#include <string.h>

bool path_match(struct arena *mem, const char *pattern, const char *path, struct pairs *out, size_t max)
{
	const char **keys = (const char **)(uintptr_t)out->keys, **values = (const char **)(uintptr_t)out->values;

	out->n = 0;
	while (*pattern != '\0') {
		if (*pattern != ':') {
			if (*pattern++ != *path++)
				return false;
			continue;
		}
		size_t k = strcspn(++pattern, "/"), v = strcspn(path, "/");
		if (v == 0 || out->n == max)
			return false;
		if (mem != NULL) {
			keys[out->n] = arena_strndup(mem, pattern, k);
			values[out->n] = percent_decode(mem, path, v, false); /* NULL: malformed; serve() says so */
		}
		out->n++;
		pattern += k;
		path += v;
	}
	return *path == '\0';
}

const struct route *contract_route(const struct contract *k, size_t i)
{
	for (const struct route_table *const *t = k->tables; *t != NULL; i -= (*t)->n, t++)
		if (i < (*t)->n)
			return &(*t)->rows[i];
	return NULL;
}

static bool fits(const char *pattern, const char *path)
{
	struct pairs none = { 0 };

	return path_match(NULL, pattern, path, &none, PATH_MAX_NAMES);
}

static void add_method(struct buf *allow, const char *method)
{
	if (token_in_list(buf_text(allow), method)) /* two contracts may have it */
		return;
	if (allow->len > 0)
		buf_str(allow, ", ");
	buf_str(allow, method);
}

/* Of two patterns that fit the same path the narrower is meant: where they differ first, it has a word and the other a name. */
int pattern_order(const char *a, const char *b)
{
	while (*a != '\0' && *b != '\0') {
		if ((*a == ':') != (*b == ':'))
			return *a == ':' ? -1 : 1;
		bool name = *a == ':';
		a += name ? strcspn(a, "/") : 1;
		b += name ? strcspn(b, "/") : 1;
	}
	return 0;
}

/* How much a request is this contract's, where two have the same path: the door decides, then what the request shows, then the
   order of the contracts (DESIGN 4). */
static int claim(const struct contract *k, const struct request *q)
{
	if (k->door != NULL && strcmp(k->door, q->door) == 0)
		return INT_MAX;
	return k->claim != NULL ? k->claim(q) : 0;
}

static bool better(const struct request *q, const struct contract *k, const char *pattern, const struct contract *than,
		   const char *than_pattern)
{
	int order = than != NULL ? pattern_order(pattern, than_pattern) : 1;

	return order > 0 || (order == 0 && k != than && claim(k, q) > claim(than, q));
}

bool find_route(const struct app *app, const struct request *q, struct match *m, struct buf *allow)
{
	const struct contract *known = NULL; /* has the path, not the method */
	const struct route *r, *nearest = NULL;

	*m = (struct match){ 0 };
	buf_clear(allow);
	for (size_t i = 0; i < app->n; i++) {
		const struct contract *k = app->contracts[i];
		for (size_t j = 0; (r = contract_route(k, j)) != NULL; j++) {
			if (!fits(r->path, q->path))
				continue;
			if (strcmp(r->method, q->method) != 0)
				add_method(allow, r->method);
			else if (better(q, k, r->path, m->contract, m->route != NULL ? m->route->path : ""))
				*m = (struct match){ k, r };
			if (better(q, k, r->path, known, nearest != NULL ? nearest->path : "")) {
				known = k;
				nearest = r;
			}
		}
	}
	if (m->route != NULL)
		return true;
	m->contract = known;
	return false;
}

/* The length of the longest of its prefixes that the path begins with. */
static size_t prefix_of(const struct contract *k, const char *path)
{
	size_t longest = 0;

	for (const char *const *p = k->prefixes; *p != NULL; p++)
		if (strlen(*p) > longest && strncmp(path, *p, strlen(*p)) == 0)
			longest = strlen(*p);
	return longest;
}

static bool at_its_door(const struct contract *k, const struct request *q)
{
	return strcmp(k->name, q->door) == 0 || (k->door != NULL && strcmp(k->door, q->door) == 0);
}

/* Whose shape an unknown path's 404 takes: that of the longest prefix, else the door's. */
const struct contract *contract_for(const struct app *app, const struct request *q)
{
	const struct contract *found = NULL;
	size_t longest = 0;

	for (size_t i = 0; i < app->n; i++) {
		const struct contract *k = app->contracts[i];
		size_t n = prefix_of(k, q->path);
		if (n > longest || (n > 0 && n == longest && claim(k, q) > claim(found, q))) {
			found = k;
			longest = n;
		}
	}
	for (size_t i = 0; found == NULL && i < app->n; i++)
		if (at_its_door(app->contracts[i], q))
			found = app->contracts[i];
	return found != NULL ? found : app->contracts[0];
}
