#include "../../../../lib/domain/direct_history.c"
#include "../../ok.h"

/* The newest few of several conversations, put together one by one. */
static void check_top(struct arena *mem)
{
	static const int64_t come[] = { 5, 3, 9, 1, 7, 8, 2, 6, 4 };
	struct top t = { arena_alloc(mem, 4 * sizeof(struct addressed)), 0, 4 };

	ok(least(&t) == 0, "not full: everything is wanted");
	for (size_t i = 0; i < COUNT(come); i++)
		keep(&t, &(struct addressed){ .m = { .id = come[i] } });
	ok(t.n == 4 && least(&t) == 6, "%zu, from %lld on", t.n, (long long)least(&t));
	for (int64_t i = 0; i < 4; i++)
		ok(t.best[i].m.id == 9 - i, "%lld: %lld", (long long)i, (long long)t.best[i].m.id);
}

static void check_names(void)
{
	static const struct {
		struct addressed a;
		const char *from, *to;
	} rows[] = {
		{ { .m = { .sender_type = SENDER_USER }, .sender = "kehu", .contact = "kehu", .agent = "kefu" }, "kehu", "kefu" },
		{ { .m = { .sender_type = SENDER_USER }, .sender = "kehu", .contact = "kehu" }, "kehu", "" },
		{ { .m = { .sender_type = SENDER_AGENT }, .sender = "other", .contact = "kehu", .agent = "kefu" },
		  "other",
		  "kehu" },
		{ { .m = { .sender_type = SENDER_AI }, .contact = "kehu", .agent = "kefu" }, "ai", "kehu" },
		{ { .m = { .sender_type = SENDER_SYSTEM }, .contact = "kehu" }, "system", "kehu" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct message m = shown(&rows[i].a);
		ok_str(m.from, rows[i].from);
		ok_str(m.to, rows[i].to);
	}
}

int main(void)
{
	struct arena mem = { 0 };

	check_top(&mem);
	check_names();
	arena_free(&mem);
	return ok_end();
}
