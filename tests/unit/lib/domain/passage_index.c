/* Which heading a passage keeps: pure parts; the index itself needs a server (tests/contract). */
#include "../../../../lib/domain/passage_index.c"
#include "../../ok.h"

static void headings(void)
{
	static const struct {
		const char *title, *heading, *kept;
	} rows[] = {
		{ "Returns", "", "" },
		{ "Returns", "Returns", "" },
		{ "Returns", "Returns › Costs", "Costs" },
		{ "Returns", "Returns and costs", "Returns and costs" },
		{ "Returns", "Costs › Returns", "Costs › Returns" },
		{ "退货", "**退货** › 运费", "运费" },
	};
	struct arena mem = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct passage_piece p = { 0 };
		struct article a = { .title = rows[i].title };
		snprintf(p.heading, sizeof(p.heading), "%s", rows[i].heading);
		ok_str(heading_of(&mem, &a, &p), rows[i].kept);
	}
	arena_free(&mem);
}

int main(void)
{
	headings();
	return ok_end();
}
