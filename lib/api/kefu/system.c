/* Kefu: what works, and how many are connected. */
#include "../../domain/health.h"
#include "../access/relays.h"
#include "kefu.h"

// clang-format off
static const struct field services_f[] = {
	FIELD(health, redis, "redis", as_str),
	FIELD(health, websocket, "websocket", as_str),
	FIELD(health, mysql, "mysql", as_str),
};
static const struct spec services = SPEC("KefuServices", health, services_f);

static const struct field rooms_f[] = {
	FIELD(relay_sums, chat, "chat", as_int, .doc = "By /ws"),
	FIELD(relay_sums, kefu, "kefu", as_int, .doc = "By /ws/{user_id}"),
	FIELD(relay_sums, console, "console", as_int, .doc = "By /admin/ws"),
};
static const struct spec rooms = SPEC("KefuSocketRooms", relay_sums, rooms_f);
static const struct field sockets_f[] = {
	FIELD(relay_sums, open, "total_connections", as_int, .doc = "Open just now, as the relays say"),
	FIELD(relay_sums, joined, "active_connections", as_int, .doc = "Of these, signed in or with a conversation"),
	{ .key = "rooms", .as = &as_object, .arg = &rooms },
	FIELD(relay_sums, relays, "relays", as_int),
	FIELD(relay_sums, opened, "opened", as_int, .doc = "Since the relays started"),
	FIELD(relay_sums, closed, "closed", as_int),
};
static const struct spec sockets = SPEC("KefuSockets", relay_sums, sockets_f);
// clang-format on

/* 200 or 503 with the same body: a RAW route, because only its status differs. */
static bool health_answer(struct ctx *c, const void *in, void *vout)
{
	struct raw *out = vout;
	struct health h = { 0 };
	struct buf b = { 0 };

	if (!health_get(c, in, &h))
		return false;
	buf_printf(&b, "{\"status\":\"%s\",\"timestamp\":\"", h.status);
	buf_time(&b, c->now);
	buf_str(&b, "\",\"services\":");
	spec_put(&b, &services, &h);
	buf_printf(&b, ",\"version\":\"%s\"}", h.version);
	*out = (struct raw){ h.healthy ? 200 : 503, "application/json; charset=utf-8", arena_strndup(c->mem, b.data, b.len), b.len,
			     NULL };
	buf_free(&b);
	return true;
}

static bool sockets_get(struct ctx *c, const void *in, void *out)
{
	(void)in;
	relays_read(c, out);
	return true;
}

// clang-format off
static const struct route routes[] = {
	{ "GET", "/api/health", RAW | ALWAYS, 0, LIMIT_NONE, NULL, health_answer, NULL, 200, "What works just now" },
	{ "GET", "/api/stats/websocket", STAFF, 0, LIMIT_NONE, NULL, sockets_get, &sockets, 200, "How many WebSockets are open" },
};
// clang-format on
const struct route_table kefu_system = ROUTES(routes);
