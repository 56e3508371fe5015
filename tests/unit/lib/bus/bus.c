#include "../../../../lib/bus/bus.h"
#include "../../ok.h"
#include "../../servers.h"

int main(void)
{
	struct servers s = { .dir = "" };
	struct arena mem = { 0 };
	struct ctx c = { .mem = &mem, .now = 1700000000000 };

	signal(SIGPIPE, SIG_IGN); /* as every program does: hiredis writes to a connection that is gone */
	ok(servers_dir(&s) && servers_start_redis(&s), "server");
	c.bus = bus_new(s.redis_url);
	int set = bus_set(&c, "a", "v\0w", 3, 60), get = bus_get(&c, "a"), none = bus_get(&c, "none"), up = bus_incr(&c, "n", 60),
	    again = bus_incr(&c, "n", 60);
	size_t n = 0;
	ok(bus_go(&c), "one round trip");
	ok(bus_str(&c, set, NULL) != NULL && bus_str(&c, get, &n) != NULL && n == 3, "bytes, not text");
	ok(bus_str(&c, none, NULL) == NULL, "nil");
	ok_int(bus_int(&c, up, -1), 1);
	ok_int(bus_int(&c, again, -1), 2);

	struct limit l = { .name = "t", .subject = "x", .max = 3, .window_s = 60 };
	for (int i = 0; i < 5; i++) {
		limit_ask(&c, &l);
		bus_go(&c);
		ok(limit_answer(&c, &l) == (i < 3), "call %d", i);
	}
	c.now += 60000 - c.now % 60000 + 1000;
	limit_ask(&c, &l);
	bus_go(&c);
	ok(!limit_answer(&c, &l), "a second into the next window");
	c.now += 58000; /* its end: of what was used in the first hardly anything weighs any longer */
	limit_ask(&c, &l);
	bus_go(&c);
	ok(limit_answer(&c, &l), "a minute later");

	bus_publish(&c, "t", "x", 1);
	bus_incr(&c, "n", 60);
	ok(bus_send(&c), "sent, and not waited for");
	bus_publish(&c, "t", "x", 1);
	ok(bus_send(&c), "nor the next");
	bus_rest(c.bus);
	get = bus_get(&c, "a");
	ok(bus_go(&c) && bus_str(&c, get, &n) != NULL && n == 3, "what was not waited for does not answer for another");

	bus_publish(&c, "t", "x", 1);
	ok(bus_send(&c), "sent before it goes");
	servers_end(&s.redis, SIGKILL);
	for (int i = 0; i < 3; i++) {
		bus_rest(c.bus);
		bus_publish(&c, "t", "x", 1);
		ok(!bus_send(&c), "away: not sent, %d", i);
	}
	int64_t before = mono_ms();
	int gone = bus_get(&c, "a");
	ok(!bus_go(&c) && bus_str(&c, gone, NULL) == NULL, "away: nothing there");
	limit_ask(&c, &l);
	bus_go(&c);
	ok(limit_answer(&c, &l), "away: not limited");
	ok(mono_ms() - before < 2000, "and quickly so");
	ok(servers_start_redis(&s), "server again");
	bool back = false;
	for (int64_t until = mono_ms() + 10000; !back && mono_ms() < until; poll(NULL, 0, 50)) {
		bus_rest(c.bus);
		back = bus_up(&c);
	}
	ok(back, "back without a restart of ours");
	servers_end(&s.redis, SIGKILL);
	ok(servers_start_redis(&s), "gone and back while nobody asked");
	bus_rest(c.bus);
	bus_publish(&c, "t", "x", 1);
	ok(bus_send(&c), "the first that is told is told");
	bus_rest(c.bus);
	up = bus_incr(&c, "n", 60);
	ok(bus_go(&c) && bus_int(&c, up, -1) == 1, "and what is asked is answered, by the new one");
	bus_free(c.bus);
	arena_free(&mem);
	servers_stop(&s);
	return ok_end();
}
