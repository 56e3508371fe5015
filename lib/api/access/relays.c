#include "relays.h"
#include "../../bus/bus.h"
#include <string.h>

enum { GONE_MS = 60000, RELAYS_MAX = 256 };

static int64_t number(const struct json *relay, const char *key)
{
	const struct json *v = json_member(relay, key);
	int64_t n = 0;

	return v != NULL && json_int(v, &n) ? n : 0;
}

static struct relay_report report_of(const char *name, const struct json *r)
{
	return (struct relay_report){ .name = name,
				      .at = number(r, "at"),
				      .open = number(r, "open"),
				      .joined = number(r, "joined"),
				      .chat = number(r, "chat"),
				      .kefu = number(r, "kefu"),
				      .console = number(r, "console"),
				      .opened = number(r, "opened"),
				      .closed = number(r, "closed"),
				      .refused = number(r, "refused"),
				      .frames_in = number(r, "frames_in"),
				      .frames_out = number(r, "frames_out"),
				      .slow_closed = number(r, "slow_closed"),
				      .held_closed = number(r, "held_closed"),
				      .holes = number(r, "holes"),
				      .fills = number(r, "fills"),
				      .requests = number(r, "fcgi_requests"),
				      .retries = number(r, "fcgi_retries"),
				      .waiting = number(r, "fcgi_waiting"),
				      .memory = number(r, "memory") };
}

void relays_list(struct ctx *c, struct list *out)
{
	static const char all[] = "local out, h = {}, redis.call('HGETALL', KEYS[1]) "
				  "for i = 1, #h, 2 do out[#out + 1] = '\"' .. h[i] .. '\":' .. h[i + 1] end "
				  "return '{' .. table.concat(out, ',') .. '}'";
	const char *argv[] = { "EVAL", all, "1", "deskbell:relays" };
	const size_t len[] = { 4, sizeof(all) - 1, 1, strlen(argv[3]) };
	int slot = bus_cmd(c, COUNT(argv), argv, len);
	struct relay_report *reports = arena_alloc(c->mem, RELAYS_MAX * sizeof(*reports));
	const struct json *relays = NULL, *relay;
	const char *name, *text;
	struct err before = c->err;
	size_t n, at = 0;

	*out = (struct list){ reports, 0 };
	bus_go(c);
	if ((text = bus_str(c, slot, &n)) != NULL)
		relays = json_parse(c, text, n);
	c->err = before; /* statistics tell what they can */
	while (relays != NULL && out->n < RELAYS_MAX && json_each(relays, &at, &name, &relay))
		if (number(relay, "at") >= c->now - GONE_MS)
			reports[out->n++] = report_of(name, relay);
}

void relays_read(struct ctx *c, struct relay_sums *out)
{
	struct list l;

	relays_list(c, &l);
	*out = (struct relay_sums){ .relays = (int64_t)l.n };
	for (const struct relay_report *r = l.items; r < (const struct relay_report *)l.items + l.n; r++) {
		out->open += r->open;
		out->joined += r->joined;
		out->chat += r->chat;
		out->kefu += r->kefu;
		out->console += r->console;
		out->opened += r->opened;
		out->closed += r->closed;
	}
}
