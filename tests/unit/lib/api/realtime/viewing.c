/* What Redis says of viewers, as a list of people. */
#include "../../../../../lib/api/realtime/viewing.c"
#include "../../../ok.h"

int main(void)
{
	static const struct {
		const char *text;
		size_t n;
		int64_t last_id;
		const char *last_name;
	} rows[] = {
		{ "", 0, 0, NULL },
		{ "3 客服小王", 1, 3, "客服小王" },
		{ "3 A\x1e"
		  "4 B",
		  2, 4, "B" },
		{ "3 A\x1e"
		  "3 A\x1e"
		  "3 A",
		  1, 3, "A" },
		{ "3 A\x1e"
		  "12 two words",
		  2, 12, "two words" },
		{ "5 ", 1, 5, "" },
	};
	struct arena mem = { 0 };
	struct ctx c = { .mem = &mem };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct list l = viewers_of(&c, rows[i].text);
		const struct person *p = l.items;
		ok_int(l.n, rows[i].n);
		if (l.n == 0)
			continue;
		ok_int(p[l.n - 1].id, rows[i].last_id);
		ok_str(p[l.n - 1].name, rows[i].last_name);
	}
	arena_free(&mem);
	return ok_end();
}
