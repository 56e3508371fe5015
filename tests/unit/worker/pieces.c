#include "../../../worker/pieces.c"
#include "../../../lib/core/core.h"
#include "../ok.h"

int main(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "Hello world", "Hello |world|" },
		{ "您好，请问", "您好|，请|问|" },
		{ "发货 48 小时", "发货 |48 |小时|" },
		{ "a\n\nb", "a\n\n|b|" },
		{ "L码", "L|码|" },
		{ "é è", "é |è|" },
		{ "  x", "  |x|" },
		{ "", "" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char got[200] = "";
		size_t at = 0, n;
		while ((n = piece_bytes(rows[i].text + at)) > 0) {
			strncat(got, rows[i].text + at, n);
			strcat(got, "|");
			at += n;
		}
		const char *said = got;
		ok_str(said, rows[i].want);
		ok_int(at, strlen(rows[i].text));
	}
	char longest[3000];
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	ok(piece_bytes(longest) <= 40, "a long run is cut");
	return ok_end();
}
