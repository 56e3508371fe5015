#include "../../../../lib/domain/ai_health.c"
#include "../../ok.h"

static const struct {
	const char *url, *shown;
} addresses[] = {
	{ "https://api.example.com/v1", "https://api.example.com/v1" },
	{ "http://127.0.0.1:11434/v1/", "http://127.0.0.1:11434/v1/" },
	{ "https://me:secret@host:8443/v1", "https://host:8443/v1" },
	{ "https://me@host", "https://host" },
	{ "https://a@b@host/x@y", "https://host/x@y" },
	{ "https://host/v1?to=me@home", "https://host/v1?to=me@home" },
	{ "me:secret@host/v1", "host/v1" },
	{ "", "" },
};

static void check_report(struct arena *mem)
{
	static const struct {
		const char *text;
		bool good;
	} rows[] = {
		{ "1000 failing 5 2 900 2000 status 503: no capacity", true },
		{ "1000 ready 0 0 0 0 ", true },
		{ "1000 ready 0 0 0", false },
		{ "", false },
		{ "what ready 0 0 0 0 ", false },
	};
	struct ctx c = { .mem = mem, .now = 1000 };
	struct ai_health h;

	for (size_t i = 0; i < COUNT(rows); i++)
		ok(read_report(&c, "a", rows[i].text, &h) == rows[i].good, "<%s>", rows[i].text);
	ok(read_report(&c, "http://a", rows[0].text, &h) && h.failures == 5 && h.streams == 2 && h.since == 900 &&
		   h.retry_at == 2000,
	   "its numbers");
	ok_str(h.state, "failing");
	ok_str(h.error, "status 503: no capacity");
	ok_str(h.address, "http://a");
	c.now = 1000 + KEEP_MS;
	ok(read_report(&c, "a", rows[0].text, &h), "still fresh");
	c.now++;
	ok(!read_report(&c, "a", rows[0].text, &h), "of a worker that has gone");
}

int main(void)
{
	struct arena mem = { 0 };

	for (size_t i = 0; i < COUNT(addresses); i++)
		ok_str(ai_health_address(&mem, addresses[i].url), addresses[i].shown);
	check_report(&mem);
	arena_free(&mem);
	return ok_end();
}
