#include "../../../../lib/domain/kept.c"
#include "../../ok.h"
#include "../../servers.h"

struct errand {
	int64_t id;
	const char *what;
	int state;
};
static const struct col cols[] = { { COL_INT, offsetof(struct errand, id) },
				   { COL_STR, offsetof(struct errand, what) },
				   { COL_ENUM, offsetof(struct errand, state) } };
static const struct kept errands = { "errand", 60, { ROW(errand, cols) } }, others = { "other", 60, { ROW(errand, cols) } };

static void check_ids(struct ctx *c)
{
	int64_t last = 0;

	for (int i = 0; i < 100; i++) {
		int64_t id = kept_new_id(c);
		ok(id > 0 && id <= 1ll << ID_BITS && id != last, "%lld after %lld", (long long)id, (long long)last);
		last = id;
	}
}

static void check_there(struct ctx *c, int64_t id)
{
	const struct errand e = { id, "fetch\x1e it", 1 };
	struct errand got = { 0 };
	bool found = true;

	ok(kept_get(c, &errands, id, &got, &found) && !found, "nothing yet");
	ok(kept_take(c, &errands, id, &got, &found) && !found, "nothing to take");
	ok(kept_put(c, &errands, id, &e), "put");
	ok(kept_get(c, &errands, id, &got, &found) && found && got.id == id && got.state == 1, "as it was put");
	ok_str(got.what, e.what);
	ok(kept_get(c, &others, id, &got, &found) && !found && got.id == 0, "another kind's is none of it");
	ok(kept_take(c, &errands, id, &got, &found) && found && got.id == id, "taken");
	ok(kept_take(c, &errands, id, &got, &found) && !found, "once");
	ok(kept_get(c, &errands, id, &got, &found) && found, "and still to be seen");
	ok(kept_forget(c, &errands, id) && kept_get(c, &errands, id, &got, &found) && !found, "forgotten");
}

static void check_away(struct ctx *c)
{
	struct errand e = { 7, "", 0 };
	bool found = true;

	ok(!kept_put(c, &errands, 7, &e) && c->err.code == E_UNAVAILABLE, "away: put");
	ok(!kept_get(c, &errands, 7, &e, &found) && !found, "away: get");
	found = true;
	ok(!kept_take(c, &errands, 7, &e, &found) && !found, "away: take");
	ok(!kept_forget(c, &errands, 7), "away: forget");
}

int main(void)
{
	struct servers s = { .dir = "" };
	struct arena mem = { 0 };
	struct ctx c = { .mem = &mem, .now = 1700000000000 };

	signal(SIGPIPE, SIG_IGN);
	ok(servers_dir(&s) && servers_start_redis(&s), "server");
	c.bus = bus_new(s.redis_url);
	check_ids(&c);
	check_there(&c, kept_new_id(&c));
	servers_end(&s.redis, SIGKILL);
	check_away(&c);
	bus_free(c.bus);
	arena_free(&mem);
	servers_stop(&s);
	return ok_end();
}
