#include "link.h"
#include "../../core/text.h"
#include "../../http/decode.h"
#include <string.h>

enum { GOOD_MS = 10 * 60000 };
static const char kind[] = "get:", name[] = "link";

/* "get:USER:FAMILY:UNTIL:PATH": a connection's ticket begins with its user's number, so neither passes for the other. */
void link_make(struct ctx *c, const char *path, struct link *out)
{
	const char *family = c->who.family != NULL ? c->who.family : "";

	out->expires_at = c->now + GOOD_MS;
	const char *body = arena_printf(c->mem, "%s%lld:%s:%lld:%s", kind, (long long)c->who.user_id, family,
					(long long)out->expires_at, path);
	out->url = arena_printf(c->mem, "%s?%s=%s", path, name, ticket_make(c->mem, c->keys, body));
}

/* The part up to the next colon; *rest is what follows. */
static const char *part(struct ctx *c, const char *text, const char **rest)
{
	const char *colon = text != NULL ? strchr(text, ':') : NULL;

	*rest = colon != NULL ? colon + 1 : NULL;
	return colon != NULL ? arena_strndup(c->mem, text, (size_t)(colon - text)) : "";
}

static bool read_body(struct ctx *c, const char *body, const char *path, struct claims *claims)
{
	const char *rest = body + strlen(kind), *user = part(c, rest, &rest), *family = part(c, rest, &rest),
		   *until = part(c, rest, &rest);
	int64_t until_ms;

	claims->family = family;
	return rest != NULL && strcmp(rest, path) == 0 && parse_int(user, strlen(user), &claims->user_id) &&
	       parse_int(until, strlen(until), &until_ms) && until_ms > c->now;
}

bool link_read(struct ctx *c, const struct request *q, const struct claims **out)
{
	struct pairs query = { 0 };
	const char *ticket = NULL;

	*out = NULL;
	if (*q->authorization != '\0' || strcmp(q->method, "GET") != 0 || !decode_query(c->mem, q->query, &query))
		return true;
	for (size_t i = 0; i < query.n; i++)
		if (strcmp(query.keys[i], name) == 0)
			ticket = query.values[i];
	if (ticket == NULL)
		return true;
	const char *body = ticket_read(c->mem, c->keys, ticket);
	struct claims *claims = arena_alloc(c->mem, sizeof(*claims));
	if (body == NULL || strncmp(body, kind, strlen(kind)) != 0 || !read_body(c, body, q->path, claims))
		return fail(c, E_UNAUTHENTICATED, "auth.bad_token");
	*out = claims;
	return true;
}
