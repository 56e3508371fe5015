#include "relays.h"
#include "../../bus/bus.h"
#include <string.h>

enum { GONE_MS = 60000 };

static int64_t number(const struct json *relay, const char *key)
{
	const struct json *v = json_member(relay, key);
	int64_t n = 0;

	return v != NULL && json_int(v, &n) ? n : 0;
}

void relays_read(struct ctx *c, struct relay_sums *out)
{
	static const char all[] = "local out, h = {}, redis.call('HGETALL', KEYS[1]) "
				  "for i = 1, #h, 2 do out[#out + 1] = '\"' .. h[i] .. '\":' .. h[i + 1] end "
				  "return '{' .. table.concat(out, ',') .. '}'";
	const char *argv[] = { "EVAL", all, "1", "deskbell:relays" };
	const size_t len[] = { 4, sizeof(all) - 1, 1, strlen(argv[3]) };
	int slot = bus_cmd(c, COUNT(argv), argv, len);
	const struct json *relays = NULL, *relay;
	const char *name, *text;
	struct err before = c->err;
	size_t n, at = 0;

	*out = (struct relay_sums){ 0 };
	bus_go(c);
	if ((text = bus_str(c, slot, &n)) != NULL)
		relays = json_parse(c, text, n);
	c->err = before; /* statistics tell what they can */
	while (relays != NULL && json_each(relays, &at, &name, &relay)) {
		if (number(relay, "at") < c->now - GONE_MS)
			continue;
		out->relays++;
		out->open += number(relay, "open");
		out->joined += number(relay, "joined");
		out->chat += number(relay, "chat");
		out->kefu += number(relay, "kefu");
		out->console += number(relay, "console");
		out->opened += number(relay, "opened");
		out->closed += number(relay, "closed");
	}
}
