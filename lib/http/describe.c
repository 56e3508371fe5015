/* openapi.json from the route tables, so that the documents cannot say anything else than the program does. */
#include "serve.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SPECS_MAX = 512 };
struct seen {
	const struct spec *specs[SPECS_MAX];
	size_t n;
};

static void note(void *arg, const struct spec *s)
{
	struct seen *seen = arg;

	for (size_t i = 0; i < seen->n; i++)
		if (strcmp(seen->specs[i]->name, s->name) == 0)
			return;
	if (seen->n == SPECS_MAX)
		abort();
	seen->specs[seen->n++] = s;
}

/* "/a/:b" as "/a/{b}"; of a contract: what it answers where another one has the path as well. */
static void put_path(struct buf *b, const char *pattern, const struct contract *of)
{
	buf_chr(b, '"');
	while (*pattern != '\0') {
		if (*pattern != ':') {
			buf_chr(b, *pattern++);
			continue;
		}
		size_t n = strcspn(++pattern, "/");
		buf_chr(b, '{');
		buf_add(b, pattern, n);
		buf_chr(b, '}');
		pattern += n;
	}
	buf_printf(b, "%s%s\":{", of != NULL ? "#" : "", of != NULL ? of->name : "");
}

static void put_operation_id(struct buf *b, const struct contract *k, const struct route *r)
{
	buf_printf(b, "\"operationId\":\"%s_", k->name);
	for (const char *p = r->method; *p != '\0'; p++)
		buf_chr(b, (char)(*p | 0x20));
	for (const char *p = r->path; *p != '\0'; p++)
		buf_chr(b, (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') ? *p : '_');
	buf_str(b, "\",");
}

static void put_parameters(struct buf *b, const struct spec *in, struct seen *seen)
{
	const char *before = "";

	buf_str(b, "\"parameters\":[");
	for (size_t i = 0; in != NULL && i < in->n; i++) {
		const struct field *f = &in->fields[i];
		if (!(f->flags & FROM_TEXTS))
			continue;
		bool path = (f->flags & FROM_PATH) != 0;
		buf_printf(b, "%s{\"name\":\"%s\",\"in\":\"%s\",\"required\":%s,\"schema\":", before, f->key,
			   path                     ? "path"
			   : f->flags & FROM_HEADER ? "header"
						    : "query",
			   path || (f->flags & REQUIRED) ? "true" : "false");
		field_schema(b, f, note, seen);
		buf_chr(b, '}');
		before = ",";
	}
	buf_str(b, "],");
}

static bool has_body(const struct spec *in)
{
	for (size_t i = 0; in != NULL && i < in->n; i++)
		if (!(in->fields[i].flags & FROM_TEXTS) || (in->fields[i].flags & FROM_BODY))
			return true;
	return false;
}

static void put_body(struct buf *b, const struct route *r, struct seen *seen)
{
	if (r->flags & RESUMABLE && (strcmp(r->method, "PATCH") == 0 || strcmp(r->method, "POST") == 0))
		buf_printf(b,
			   "\"requestBody\":{\"content\":{\"%s\":{\"schema\":{\"type\":\"string\",\"contentMediaType\":"
			   "\"application/octet-stream\"}}}},",
			   tus_type);
	if (!has_body(r->in) || strcmp(r->method, "GET") == 0)
		return;
	buf_printf(b, "\"requestBody\":{\"content\":{\"%s\":{\"schema\":",
		   r->flags & (UPLOAD | FORM) ? "multipart/form-data" : "application/json");
	spec_schema(b, r->in, true, note, seen);
	buf_str(b, "}}},");
}

static void put_success(struct buf *b, const struct contract *k, const struct route *r, struct seen *seen)
{
	char ref[128];

	buf_printf(b, "\"%d\":{\"description\":\"Success\"", r->status);
	if (!(r->flags & RAW) || r->out != NULL) {
		buf_str(b, ",\"content\":{\"application/json\":{\"schema\":");
		if (r->out != NULL) {
			note(seen, r->out);
			snprintf(ref, sizeof(ref), "#/components/schemas/%s", r->out->name);
		}
		k->wrap_schema(b, r->out != NULL ? ref : NULL);
		buf_str(b, "}}");
	}
	buf_chr(b, '}');
}

static void put_error_answer(struct buf *b, const struct contract *k, int status, const char *what)
{
	buf_printf(b,
		   ",\"%d\":{\"description\":\"%s\",\"content\":{\"application/json\":{\"schema\":{\"$ref\":\"#/components/schemas/"
		   "%s_error\"}}}}",
		   status, what, k->name);
}

static void put_responses(struct buf *b, const struct contract *k, const struct route *r, struct seen *seen)
{
	bool guarded = (r->flags & (SIGNED_IN | STAFF | ADMIN)) != 0 || r->permission != 0;

	buf_str(b, "\"responses\":{");
	put_success(b, k, r, seen);
	if (r->in != NULL)
		put_error_answer(b, k, 400, "A parameter is wrong; details name it");
	put_error_answer(b, k, 401, "Not signed in, or the credentials are no longer good");
	if (guarded)
		put_error_answer(b, k, 403, "Not allowed");
	if (strchr(r->path, ':') != NULL)
		put_error_answer(b, k, 404, "No such thing");
	if (r->limit != LIMIT_NONE)
		put_error_answer(b, k, 429, "Too many requests; Retry-After says when");
	if (r->flags & (UPLOAD | RESUMABLE | WRITES))
		put_error_answer(b, k, 507, "No room on the server's disk");
	put_error_answer(b, k, 503, "The database cannot be reached just now");
	buf_chr(b, '}');
}

static void put_operation(struct buf *b, const struct contract *k, const struct route *r, struct seen *seen)
{
	bool guarded = (r->flags & (SIGNED_IN | STAFF | ADMIN)) != 0 || r->permission != 0;
	const char *doc = r->doc != NULL ? r->doc : r->path;

	buf_chr(b, '"');
	for (const char *p = r->method; *p != '\0'; p++)
		buf_chr(b, (char)(*p | 0x20));
	buf_str(b, "\":{");
	put_operation_id(b, k, r);
	buf_str(b, "\"summary\":");
	buf_json(b, doc, strlen(doc));
	buf_printf(b, ",\"tags\":[\"%s\"],\"security\":%s,", k->name,
		   guarded ? "[{\"bearerAuth\":[]}]" : "[{},{\"bearerAuth\":[]}]");
	put_parameters(b, r->in, seen);
	put_body(b, r, seen);
	put_responses(b, k, r, seen);
	buf_chr(b, '}');
}

struct row {
	const struct contract *contract;
	const struct route *route;
};

static bool first_of_path(const struct row *rows, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (strcmp(rows[j].route->path, rows[i].route->path) == 0)
			return false;
	return true;
}

/* The first contract's row of a path and method wins. */
static bool first_of_method(const struct row *rows, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (strcmp(rows[j].route->path, rows[i].route->path) == 0 &&
		    strcmp(rows[j].route->method, rows[i].route->method) == 0)
			return false;
	return true;
}

/* The same path and method again, and not the very same row (sign-in is one table of two contracts). */
static bool of_another(const struct row *rows, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (strcmp(rows[j].route->path, rows[i].route->path) == 0 &&
		    strcmp(rows[j].route->method, rows[i].route->method) == 0)
			return rows[j].route != rows[i].route;
	return false;
}

static bool first_of_another(const struct row *rows, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (rows[j].contract == rows[i].contract && strcmp(rows[j].route->path, rows[i].route->path) == 0 &&
		    of_another(rows, j))
			return false;
	return of_another(rows, i);
}

/* Which of two contracts answers says the door (DESIGN 4): the second one's stand behind the others, as path#contract. */
static void put_shared_paths(struct buf *b, const struct row *rows, size_t n, struct seen *seen)
{
	for (size_t i = 0; i < n; i++) {
		if (!first_of_another(rows, i))
			continue;
		buf_chr(b, ',');
		put_path(b, rows[i].route->path, rows[i].contract);
		const char *before = "";
		for (size_t j = i; j < n; j++) {
			if (rows[j].contract != rows[i].contract || strcmp(rows[j].route->path, rows[i].route->path) != 0 ||
			    !of_another(rows, j))
				continue;
			buf_str(b, before);
			put_operation(b, rows[j].contract, rows[j].route, seen);
			before = ",";
		}
		buf_chr(b, '}');
	}
}

static void put_paths(struct buf *b, const struct row *rows, size_t n, struct seen *seen)
{
	const char *before_path = "";

	buf_str(b, "\"paths\":{");
	for (size_t i = 0; i < n; i++) {
		if (!first_of_path(rows, i))
			continue;
		buf_str(b, before_path);
		put_path(b, rows[i].route->path, NULL);
		const char *before = "";
		for (size_t j = i; j < n; j++) {
			if (strcmp(rows[j].route->path, rows[i].route->path) != 0 || !first_of_method(rows, j))
				continue;
			buf_str(b, before);
			put_operation(b, rows[j].contract, rows[j].route, seen);
			before = ",";
		}
		buf_chr(b, '}');
		before_path = ",";
	}
	put_shared_paths(b, rows, n, seen);
	buf_str(b, "},");
}

static void put_components(const struct app *app, struct buf *b, struct seen *seen)
{
	buf_str(b, "\"components\":{\"securitySchemes\":{\"bearerAuth\":{\"type\":\"http\",\"scheme\":\"bearer\",\"bearerFormat\":"
		   "\"JWT\"}},\"schemas\":{");
	for (size_t i = 0; i < seen->n; i++) { /* grows while nested specs are reported */
		buf_printf(b, "\"%s\":", seen->specs[i]->name);
		spec_schema(b, seen->specs[i], false, note, seen);
		buf_chr(b, ',');
	}
	for (size_t i = 0; i < app->n; i++)
		buf_printf(b, "%s\"%s_error\":%s", i > 0 ? "," : "", app->contracts[i]->name, app->contracts[i]->error_schema);
	buf_str(b, "}}");
}

void describe(const struct app *app, struct buf *b)
{
	struct seen seen = { .n = 0 };
	const struct route *r;
	size_t n = 0;

	for (size_t i = 0; i < app->n; i++)
		for (size_t j = 0; contract_route(app->contracts[i], j) != NULL; j++)
			n++;
	struct row *rows = calloc(n + 1, sizeof(*rows));
	if (rows == NULL)
		abort();
	n = 0;
	for (size_t i = 0; i < app->n; i++)
		for (size_t j = 0; (r = contract_route(app->contracts[i], j)) != NULL; j++)
			rows[n++] = (struct row){ app->contracts[i], r };
	buf_str(b, "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"Deskbell\",\"version\":\"" DESKBELL_VERSION "\","
		   "\"description\":\"Customer-support chat. Every route of every contract that this server answers.\","
		   "\"license\":{\"name\":\"MIT\",\"identifier\":\"MIT\"}},\"servers\":[{\"url\":\"/\"}],\"tags\":[");
	for (size_t i = 0; i < app->n; i++)
		buf_printf(b, "%s{\"name\":\"%s\",\"description\":\"The %s contract\"}", i > 0 ? "," : "", app->contracts[i]->name,
			   app->contracts[i]->name);
	buf_str(b, "],");
	put_paths(b, rows, n, &seen);
	put_components(app, b, &seen);
	buf_chr(b, '}');
	free(rows);
}
