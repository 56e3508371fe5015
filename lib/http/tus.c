/* The tus protocol's part that is no upload's own: https://tus.io/protocols/resumable-upload (1.0.0). */
#include "serve.h"
#include <string.h>
#include <strings.h>

#define VERSION "1.0.0"
const char *const tus_type = "application/offset+octet-stream";

bool tus_has(const struct app *app, const struct request *q, const char *method)
{
	struct request asked = *q;
	struct buf allow = { 0 };
	struct match m;

	asked.method = method;
	bool found = find_route(app, &asked, &m, &allow) && (m.route->flags & RESUMABLE);
	buf_free(&allow);
	return found;
}

/* Headers are searched for: only where there may be one. */
static const char *override_of(const struct request *q)
{
	static const char *const methods[] = { "PATCH", "DELETE" };
	const char *said = strcmp(q->method, "POST") == 0 ? q->param(q->env, "HTTP_X_HTTP_METHOD_OVERRIDE") : "";

	for (size_t i = 0; i < COUNT(methods); i++)
		if (strcmp(said, methods[i]) == 0)
			return methods[i];
	return NULL;
}

/* Elsewhere HEAD is a GET, and OPTIONS is answered by cors(). */
void tus_method(const struct app *app, struct request *q)
{
	const char *said = override_of(q);

	if (said != NULL && tus_has(app, q, said))
		q->method = said;
	else if (strcmp(q->method, "HEAD") == 0 && !tus_has(app, q, "HEAD"))
		q->method = "GET";
}

bool tus_begin(struct ctx *c, const struct request *q)
{
	size_t type = strcspn(q->content_type, "; \t");

	if (strcmp(q->method, "OPTIONS") == 0)
		return true;
	if (strcmp(q->param(q->env, "HTTP_TUS_RESUMABLE"), VERSION) != 0)
		return fail(c, E_PRECONDITION, "upload.version");
	if (type != strlen(tus_type) || strncasecmp(q->content_type, tus_type, type) != 0)
		return q->n == 0 || fail(c, E_MEDIA_TYPE, "upload.content_type");
	if (q->no_room)
		return fail_wait(c, E_UNAVAILABLE, "upload.no_room", 1);
	struct incoming *body = arena_alloc(c->mem, sizeof(*body));
	*body = (struct incoming){ q->read, q->read_arg, (int64_t)q->n };
	c->body = body;
	return true;
}

void tus_headers(const struct request *q, struct response *out)
{
	bool asking = strcmp(q->method, "OPTIONS") == 0;

	buf_str(out->headers, "Tus-Resumable: " VERSION "\r\n");
	if (!asking && out->status == 412)
		buf_str(out->headers, "Tus-Version: " VERSION "\r\n");
	if (*q->origin == '\0')
		return;
	/* Whether that page may ask at all is said by cors(); lists add up. */
	if (asking)
		buf_str(out->headers, "Access-Control-Allow-Methods: POST, HEAD, PATCH, DELETE\r\n"
				      "Access-Control-Allow-Headers: Tus-Resumable, Upload-Length, Upload-Metadata, Upload-Offset, "
				      "Upload-Checksum, X-HTTP-Method-Override, X-Requested-With\r\n");
	buf_str(out->headers, "Access-Control-Expose-Headers: Location, Tus-Resumable, Tus-Version, Tus-Extension, Tus-Max-Size, "
			      "Tus-Checksum-Algorithm, Upload-Offset, Upload-Length, Upload-Expires, X-File-ID, X-File-URL\r\n");
}
