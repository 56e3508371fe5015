#include "../../../../lib/domain/unanswered.c"
#include "../../ok.h"

int main(void)
{
	static const struct {
		const char *a, *b;
		double alike;
	} rows[] = { { "", "", 0 },
		     { "a", "a", 1 },
		     { "a", "b", 0 },
		     { "a b", "a", 0.5 },
		     { "a b c", "a c", 2.0 / 3 },
		     { "ab", "a", 0 },
		     { "a ab b", "a b", 2.0 / 3 },
		     { "", "a b", 0 },
		     { "b c", "a b c d", 0.5 } };
	struct arena mem = { 0 };
	struct ctx c = { .mem = &mem };

	for (size_t i = 0; i < COUNT(rows); i++) {
		double got = unanswered_alike(rows[i].a, rows[i].b), back = unanswered_alike(rows[i].b, rows[i].a);
		ok(got > rows[i].alike - 1e-9 && got < rows[i].alike + 1e-9 && got == back, "%s / %s: %f", rows[i].a, rows[i].b,
		   got);
	}
	static const struct {
		const char *a, *b;
		bool same;
	} pairs[] = { { "你们卖自行车吗？", "请问你们卖自行车吗", true },
		      { "Do you sell bicycles?", "do you sell BICYCLES please", true },
		      { "bicycles sell", "sell bicycles", true },
		      { "Do you sell bicycles?", "Do you sell helmets?", false },
		      { "你们卖自行车吗？", "你们卖头盔吗？", false } };
	for (size_t i = 0; i < COUNT(pairs); i++) {
		double alike = unanswered_alike(terms_of(&c, pairs[i].a), terms_of(&c, pairs[i].b));
		ok((alike >= ALIKE) == pairs[i].same, "%s / %s: %f", pairs[i].a, pairs[i].b, alike);
	}
	ok(*terms_of(&c, "") == '\0' && *terms_of(&c, "???") == '\0', "nothing asks nothing");
	arena_free(&mem);
	return ok_end();
}
