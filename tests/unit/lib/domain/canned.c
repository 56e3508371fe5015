/* What a short code is. */
#include "../../../../lib/domain/canned.c"
#include "../../ok.h"

int main(void)
{
	static const struct {
		const char *given, *code; /* NULL: refused */
	} rows[] = {
		{ "hello", "hello" }, { "Hello_EN", "hello_en" },
		{ "a-1", "a-1" },     { "a b", NULL },
		{ "你好", NULL },     { "a/b", NULL },
		{ "Ä", NULL },        { "a.b", NULL },
	};
	struct arena mem = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ctx c = { .mem = &mem };
		const char *code;
		bool good = read_code(&c, rows[i].given, &code);
		ok(good == (rows[i].code != NULL), "%s", rows[i].given);
		if (good && rows[i].code != NULL)
			ok_str(code, rows[i].code);
		if (!good)
			ok_str(c.err.field, "short_code");
	}
	struct ctx c = { .mem = &mem };
	const char *code = "x";
	ok(read_code(&c, NULL, &code) && code == NULL, "what is not given stays so");
	arena_free(&mem);
	return ok_end();
}
