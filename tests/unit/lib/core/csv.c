/* Cells that read back as they were, and that no spreadsheet runs. */
#include "../../../../lib/core/csv.c"
#include "../../ok.h"

int main(void)
{
	static const struct {
		const char *text, *cell;
		bool plain;
	} rows[] = {
		{ NULL, "", false },
		{ "", "", false },
		{ "a b", "a b", false },
		{ "a,b", "\"a,b\"", false },
		{ "say \"hi\"", "\"say \"\"hi\"\"\"", false },
		{ "two\nlines", "\"two\nlines\"", false },
		{ "=1+1", "'=1+1", false },
		{ "@x", "'@x", false },
		{ "-1,2", "\"'-1,2\"", false },
		{ "\t=1", "'\t=1", false },
		{ "\n=1", "\"'\n=1\"", false },
		{ "＝1+1", "'＝1+1", false },
		{ "＋1", "'＋1", false },
		{ "－1", "'－1", false },
		{ "＠x", "'＠x", false },
		{ "！x", "！x", false },
		{ "王=1", "王=1", false },
		{ "+86 138", "+86 138", true },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf b = { 0 };
		if (rows[i].plain)
			csv_plain(&b, rows[i].text);
		else
			csv_text(&b, rows[i].text);
		ok_str(buf_text(&b), rows[i].cell);
		buf_free(&b);
	}
	struct buf b = { 0 };
	csv_text(&b, "a");
	csv_next(&b);
	csv_text(&b, NULL);
	csv_end(&b);
	ok_str(buf_text(&b), "a,\r\n");
	buf_free(&b);
	return ok_end();
}
