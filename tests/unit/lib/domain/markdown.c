/* Markdown as it is read where no markup is shown. */
#include "../../../../lib/domain/markdown.c"
#include "../../ok.h"

int main(void)
{
	static const struct {
		const char *markdown, *plain;
	} rows[] = {
		{ "", "" },
		{ "Plain text, 5 * 3 = 15.\nTwo lines.", "Plain text, 5 * 3 = 15.\nTwo lines." },
		{ "# Returns\n\nWithin **seven** days.", "Returns\n\nWithin seven days." },
		{ "退款**三天**内*原路*退回，~~五天~~。", "退款三天内原路退回，五天。" },
		{ "***very*** __much__ _so_", "very much so" },
		{ "**a *b* c**", "a b c" },
		{ "size 5*3*2 cm, snake_case_name, 2 ** 3 **", "size 5*3*2 cm, snake_case_name, 2 ** 3 **" },
		{ "a * b * c", "a * b * c" },
		{ "\\*not\\* C:\\dir", "*not* C:\\dir" },
		{ "`code *kept*` and ``a ` b``", "code *kept* and a ` b" },
		{ "an ` alone", "an ` alone" },
		{ "see [our page](https://example.com/a_b_c).", "see our page (https://example.com/a_b_c)." },
		{ "[https://example.com](https://example.com)", "https://example.com" },
		{ "[**bold**](https://example.com \"title\")", "bold (https://example.com)" },
		{ "[here](#below), [a] (b), [open](", "here, [a] (b), [open](" },
		{ "![a lamp](https://example.com/lamp.png)", "a lamp" },
		{ "<https://example.com> <mailto:a@example.com> <b>", "https://example.com a@example.com <b>" },
		{ "* one\n+ two\n- three\n  * four\n1. five", "- one\n- two\n- three\n  - four\n1. five" },
		{ "> quoted\n> > twice", "quoted\ntwice" },
		{ "a\n\n---\n\nb", "a\n\nb" },
		{ "| 地区 | 运费 |\n| --- | :-: |\n| 北京 | **8** 元 |", "地区 | 运费\n北京 | 8 元" },
		{ "```sh\n# *kept*\n```\nafter", "# *kept*\nafter" },
		{ "~~~\n```\n~~~\nx", "```\nx" },
		{ "Title\n=====\nx", "Title\nx" },
		{ "hello!  \r\nthere", "hello!\nthere" },
		{ "****", "" },
		{ "a **** b", "a **** b" },
	};
	struct buf b = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		buf_clear(&b);
		markdown_plain(&b, rows[i].markdown, strlen(rows[i].markdown));
		ok(strcmp(buf_text(&b), rows[i].plain) == 0, "<%s> is <%s>", rows[i].markdown, buf_text(&b));
	}
	buf_clear(&b);
	buf_str(&b, "before ");
	markdown_plain(&b, "**x** ", 6);
	ok_str(buf_text(&b), "before x");
	buf_free(&b);
	return ok_end();
}
