#include "access.h"
#include "../../auth/auth.h"
#include "../../bus/bus.h"
#include "../../core/settings.h"
#include "../../core/text.h"
#include "../../domain/sign_in.h"
#include "link.h"
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

static bool is_opaque(const char *token)
{
	return strncmp(token, SESSION_TOKEN, strlen(SESSION_TOKEN)) == 0;
}

static bool ask(struct ctx *c, const char *token)
{
	const struct claims *claims = NULL;

	if (is_opaque(token)) {
		if (!session_token_read(c, token, &claims))
			return false;
	} else {
		claims = jwt_read(c->mem, c->keys, token, strlen(token), c->now / 1000);
	}
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

/* Who shows an opaque token says whose it is as well (DESIGN 5); a signed one says so itself. */
static bool names_itself(struct ctx *c, const struct request *q)
{
	const char *said = q->param(q->env, "HTTP_X_USER_ID"), *token = bearer(q);

	if (*said == '\0')
		return !is_opaque(token) || fail(c, E_UNAUTHENTICATED, "auth.need_user_id");
	return strcmp(said, c->access->user.public_id) == 0 || fail(c, E_UNAUTHENTICATED, "auth.other_user");
}

bool bearer_who_check(struct ctx *c, const struct request *q)
{
	return c->access == NULL || (access_answer(c, c->access) && names_itself(c, q));
}

/* -- by a connection: the relay keeps each open socket of a person in the sorted set online:USER, with the time until which it
   counts (PROTOCOL.md 5) -- */

static const char ticket_prefix[] = "conn_";

char *connection_token(struct ctx *c, int64_t user_id, const char *family, const char *socket)
{
	return ticket_make(c->mem, c->keys, arena_printf(c->mem, "%lld:%s:%s", (long long)user_id, family, socket));
}

/* "5:FAMILY:SOCKET" */
static bool read_ticket(struct ctx *c, const char *ticket, struct claims *claims, const char **socket)
{
	const char *body = ticket_read(c->mem, c->keys, ticket), *family = body != NULL ? strchr(body, ':') : NULL;
	const char *name = family != NULL ? strchr(family + 1, ':') : NULL;

	if (name == NULL || !parse_int(body, (size_t)(family - body), &claims->user_id))
		return false;
	claims->family = arena_strndup(c->mem, family + 1, (size_t)(name - family) - 1);
	*socket = name + 1;
	return true;
}

static void ask_sockets(struct ctx *c, const char *socket)
{
	const char *key = arena_printf(c->mem, "online:%lld", (long long)c->who.user_id);

	c->access->sockets_slot = bus_zcount(c, key, c->now, INT64_MAX);
	c->access->socket_named = socket != NULL;
	if (socket == NULL)
		return;
	const char *argv[] = { "ZSCORE", arena_printf(c->mem, "deskbell:%s", key), socket };
	c->access->socket_slot = bus_cmd(c, 3, argv, (size_t[]){ 6, strlen(argv[1]), strlen(socket) });
}

static void ask_as(struct ctx *c, const struct claims *claims)
{
	c->access = arena_alloc(c->mem, sizeof(*c->access));
	access_ask(c, claims, c->access);
	c->who.user_id = claims->user_id;
}

static bool with_socket(struct ctx *c, const struct request *q, bool needed)
{
	const char *token = bearer(q), *socket = NULL;
	const struct claims *by_link;

	if (!link_read(c, q, &by_link))
		return false;
	if (by_link != NULL) {
		ask_as(c, by_link);
		c->access->linked = true;
		return true;
	}
	if (token == NULL || strncmp(token, ticket_prefix, strlen(ticket_prefix)) != 0) {
		if (!bearer_who(c, q))
			return false;
	} else {
		struct claims *claims = arena_alloc(c->mem, sizeof(*claims));
		if (!read_ticket(c, token, claims, &socket))
			return fail(c, E_UNAUTHENTICATED, "auth.bad_token");
		ask_as(c, claims);
	}
	if (c->access == NULL)
		return true;
	c->access->socket_needed = needed;
	if (socket != NULL || needed)
		ask_sockets(c, socket);
	return true;
}

bool connected_who(struct ctx *c, const struct request *q)
{
	return with_socket(c, q, c->cfg->desk_connection);
}

bool maybe_connected_who(struct ctx *c, const struct request *q)
{
	return with_socket(c, q, false);
}

bool connected_who_check(struct ctx *c, const struct request *q)
{
	if (c->access == NULL)
		return true;
	if (c->access->linked)
		return access_answer(c, c->access);
	if (c->access->socket_named || c->access->socket_needed) {
		int64_t sockets = bus_int(c, c->access->sockets_slot, -1);
		if (sockets < 0)
			return fail_wait(c, E_UNAVAILABLE, "connection.unknown", 1);
		if (c->access->socket_named ? bus_int(c, c->access->socket_slot, 0) < c->now : sockets == 0)
			return fail(c, E_UNAUTHENTICATED, "connection.needed");
	}
	return access_answer(c, c->access) && names_itself(c, q);
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
