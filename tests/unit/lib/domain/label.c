/* What a colour is. */
#include "../../../../lib/domain/label.c"
#include "../../ok.h"

int main(void)
{
	static const struct {
		const char *text;
		bool good;
	} rows[] = {
		{ "#ff6b6b", true }, { "#ABCDEF", true },   { "#012345", true },  { "ff6b6b", false },
		{ "#ff6b6", false }, { "#ff6b6b0", false }, { "#ff6b6g", false }, { "", false },
		{ "#", false },      { "#ff 6b6", false },  { "##f6b6b", false },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		ok(color_ok(rows[i].text) == rows[i].good, "%s", rows[i].text);
	return ok_end();
}
