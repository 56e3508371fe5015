#include "../../../../lib/domain/highlight.c"
#include "../../ok.h"

int main(void)
{
	static const struct {
		const char *content, *query, *want;
	} rows[] = {
		{ "hello world", "world", "hello <em>world</em>" },
		{ "Hello HELLO", "hello", "<em>Hello</em> <em>HELLO</em>" },
		{ "我的耳机坏了", "耳机", "我的<em>耳机</em>坏了" },
		{ "耳机和充电器", "充电器 耳机", "<em>耳机</em>和<em>充电器</em>" },
		{ "<script>x</script>", "x", "&lt;script&gt;<em>x</em>&lt;/script&gt;" },
		{ "a \"b\" & 'c'", "nothing", "a &quot;b&quot; &amp; &#39;c&#39;" },
		{ "<em>", "<em>", "<em>&lt;em&gt;</em>" },
		{ "aab", "a aa", "<em>aa</em>b" },
		{ "", "x", "" },
		{ "text", "", "text" },
		{ "text", "  ", "text" },
	};
	struct arena mem = { 0 };
	char text[4096];

	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *got = message_highlight(&mem, rows[i].content, rows[i].query);
		ok(strcmp(got, rows[i].want) == 0, "\"%s\" in \"%s\": %s", rows[i].query, rows[i].content, got);
	}
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	memcpy(text + 2000, "needle", 6);
	const char *got = message_highlight(&mem, text, "NEEDLE");
	ok(strstr(got, "<em>needle</em>") != NULL && strlen(got) < 300, "a long text is cut around its match: %s", got);
	ok(strncmp(got, "…", 3) == 0 && strcmp(got + strlen(got) - 3, "…") == 0, "and says so");
	arena_free(&mem);
	return ok_end();
}
