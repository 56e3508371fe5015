/* While nobody answers: what waits is tried again and given up, from the loop alone. */
#include "../../../relay/fcgi.c"
#include "../../../lib/core/text.h"
#include "../ok.h"

enum { MANY = 100000 };
static int64_t clock_ms;
static int given_up, answered, closed;
static bool inside; /* a call: whoever makes it may be in the midst of what an answer would change */

void *must(void *p)
{
	return p;
}

int64_t mono(const struct relay *r)
{
	(void)r;
	return clock_ms;
}

void client_close(struct client *c, int code, const char *why)
{
	(void)c, (void)code, (void)why;
	closed++;
}

static void take(struct relay *r, void *arg, bool good, const char *body, size_t n)
{
	(void)r, (void)arg, (void)body, (void)n;
	ok(!inside, "an answer inside of a call");
	answered += good;
	given_up += !good;
}

static void call(struct relay *r, int64_t patience_ms)
{
	inside = true;
	fcgi_call(r, "/realtime/recheck", NULL, "", "", 0, take, NULL, patience_ms);
	inside = false;
}

static void run(struct relay *r, int until_given_up)
{
	for (int64_t until = mono_ms() + 20000; given_up < until_given_up && mono_ms() < until;)
		ev_run(r->loop, EVRUN_ONCE);
	ok_int(given_up, until_given_up);
}

int main(void)
{
	struct relay r = { .loop = ev_loop_new(0), .cfg = { .api_socket = "/nonexistent/api.sock" } };

	log_open("test", "/dev/null", LOG_ERROR);
	fcgi_init(&r);
	call(&r, 0);
	ok_int(given_up, 0);
	run(&r, 1);

	r.fcgi->flights = FLIGHTS; /* so many sockets were to be looked at again, when the last one that answered went */
	for (int i = 0; i < MANY; i++)
		call(&r, 5000);
	ok_int(fcgi_waiting(&r), MANY);
	r.fcgi->flights = 0;
	inside = true;
	start_waiting(&r);
	inside = false;
	ok_int(fcgi_waiting(&r), 0);
	ok_int(given_up, 1);
	clock_ms = 5000;
	run(&r, 1 + MANY);
	ok(answered == 0 && closed == 0 && r.fcgi->flights == 0 && fcgi_waiting(&r) == 0, "nothing is left");
	free(r.fcgi);
	ev_loop_destroy(r.loop);
	return ok_end();
}
