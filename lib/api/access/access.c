#include "access.h"
#include "../../auth/auth.h"
#include "../../bus/bus.h"
#include "../../domain/sign_in.h"
#include <string.h>
#include <strings.h>

static const char *bearer(const struct request *q)
{
	const char *a = q->authorization;

	if (a == NULL || strncasecmp(a, "Bearer ", 7) != 0)
		return NULL;
	a += 7;
	return a + strspn(a, " ");
}

static bool ask(struct ctx *c, const char *token)
{
	const struct claims *claims = jwt_read(c->mem, c->keys, token, strlen(token), c->now / 1000);

	if (claims == NULL)
		return fail(c, E_UNAUTHENTICATED, "auth.bad_token");
	c->access = arena_alloc(c->mem, sizeof(*c->access));
	access_ask(c, claims, c->access);
	c->who.user_id = claims->user_id; /* for the limits; access_answer() says who it really is */
	return true;
}

bool bearer_who(struct ctx *c, const struct request *q)
{
	const char *token = bearer(q);

	if (token == NULL)
		return *q->authorization == '\0' || fail(c, E_UNAUTHENTICATED, "auth.bad_token");
	return ask(c, token);
}

bool bearer_who_check(struct ctx *c, const struct request *q)
{
	(void)q;
	return c->access == NULL || access_answer(c, c->access);
}

bool bearer_may(const struct ctx *c, unsigned flags, uint32_t permission)
{
	if ((flags & ADMIN) && c->who.role < ROLE_ADMIN)
		return false;
	if ((flags & STAFF) && c->who.role < ROLE_AGENT)
		return false;
	return (c->who.permissions & permission) == permission;
}

static bool answer(struct ctx *c, struct user *u)
{
	bus_go(c);
	if (!access_answer(c, c->access))
		return false;
	*u = c->access->user;
	return true;
}

bool access_by_token(struct ctx *c, const char *token, struct user *u)
{
	return ask(c, token) && answer(c, u);
}

bool access_again(struct ctx *c, int64_t user_id, const char *family, struct user *u)
{
	struct claims *claims = arena_alloc(c->mem, sizeof(*claims));

	claims->user_id = user_id;
	claims->family = family;
	c->access = arena_alloc(c->mem, sizeof(*c->access));
	access_ask(c, claims, c->access);
	return answer(c, u);
}
