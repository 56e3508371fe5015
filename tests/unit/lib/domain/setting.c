/* Settings as texts and back. */
#include "../../../../lib/domain/setting.c"
#include "../../ok.h"

static const struct setting *find(const char *name)
{
	for (size_t i = 0; i < COUNT(table); i++)
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
	return NULL;
}

int main(void)
{
	static const struct {
		const char *name, *text, *after; /* what is kept of it */
	} rows[] = {
		{ "site_name", "小店", "小店" },  { "site_name", "", "" },           { "default_locale", "en", "en" },
		{ "default_locale", "fr", "zh" }, { "auto_resolve_days", "7", "7" }, { "auto_resolve_days", "x", "0" },
		{ "ai_enabled", "0", "0" },       { "ai_enabled", "1", "1" },        { "ai_enabled", "yes", "1" },
		{ "csat_enabled", "0", "0" },
	};
	struct arena mem = { 0 };
	struct ctx c = { .mem = &mem };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct site_settings s = defaults;
		take(find(rows[i].name), rows[i].text, &s);
		ok_str(text_of(&c, find(rows[i].name), &s), rows[i].after);
	}
	uint64_t bits = 0;
	for (size_t i = 0; i < COUNT(table); i++) {
		ok((bits & table[i].bit) == 0, "%s has a bit of its own", table[i].name);
		bits |= table[i].bit;
	}
	arena_free(&mem);
	return ok_end();
}
