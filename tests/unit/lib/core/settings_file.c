#include "../../../../lib/core/settings_file.c"
#include "../../ok.h"

static const struct {
	const char *line, *key, *value; /* key NULL: no setting */
} lines[] = {
	{ "DESKBELL_A=1\n", "DESKBELL_A", "1" },
	{ "  \tDESKBELL_A_2=x y \r\n", "DESKBELL_A_2", "x y " },
	{ "DESKBELL_A=\"quoted\"", "DESKBELL_A", "quoted" },
	{ "DESKBELL_A='it''s'", "DESKBELL_A", "it''s" },
	{ "DESKBELL_A=\"open", "DESKBELL_A", "\"open" },
	{ "DESKBELL_A=$HOME`id`", "DESKBELL_A", "$HOME`id`" },
	{ "DESKBELL_A=", "DESKBELL_A", "" },
	{ "DESKBELL_A=\"", "DESKBELL_A", "\"" },
	{ "#DESKBELL_A=1", NULL, NULL },
	{ "DESKBELL_=1", NULL, NULL },
	{ "DESKBELL_A 1", NULL, NULL },
	{ "export DESKBELL_A=1", NULL, NULL },
	{ "PATH=/bin", NULL, NULL },
	{ "", NULL, NULL },
};

int main(void)
{
	struct arena mem = { 0 };
	const char *key, *value;

	for (size_t i = 0; i < COUNT(lines); i++) {
		bool is = settings_line(&mem, lines[i].line, &key, &value);
		ok(is == (lines[i].key != NULL), "line %zu: %s", i, lines[i].line);
		if (!is || lines[i].key == NULL)
			continue;
		ok_str(key, lines[i].key);
		ok_str(value, lines[i].value);
	}
	arena_free(&mem);
	return ok_end();
}
