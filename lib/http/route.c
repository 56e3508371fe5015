#include "../core/text.h"
#include "serve.h"
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
	if (allow->len > 0)
		buf_str(allow, ", ");
	buf_str(allow, method);
}

bool find_route(const struct app *app, const struct request *q, struct match *m, struct buf *allow)
{
	*m = (struct match){ 0 };
	buf_clear(allow);
	for (size_t i = 0; i < app->n; i++) {
		const struct contract *k = app->contracts[i];
		const struct route *r;
		for (size_t j = 0; (r = contract_route(k, j)) != NULL; j++) {
			if (!fits(r->path, q->path))
				continue;
			if (m->contract == NULL)
				m->contract = k;
			if (strcmp(r->method, q->method) == 0) {
				m->contract = k;
				m->route = r;
				return true;
			}
			add_method(allow, r->method);
		}
	}
	return false;
}

static bool has_prefix(const struct contract *k, const char *path)
{
	for (const char *const *p = k->prefixes; *p != NULL; p++)
		if (strncmp(path, *p, strlen(*p)) == 0)
			return true;
	return false;
}

/* Whose shape an unknown path's 404 takes: the prefix's, else the door's. */
const struct contract *contract_for(const struct app *app, const struct request *q)
{
	for (size_t i = 0; i < app->n; i++)
		if (has_prefix(app->contracts[i], q->path))
			return app->contracts[i];
	for (size_t i = 0; i < app->n; i++)
		if (strcmp(app->contracts[i]->name, q->door) == 0)
			return app->contracts[i];
	return app->contracts[0];
}
