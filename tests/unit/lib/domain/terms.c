#include "../../../../lib/domain/terms.c"
#include "../../ok.h"

static void encoding(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "", "" },
		{ " .,!？。\n", "" },
		{ "Hello World", "zwhello zwworld" },
		{ "to be, or 2 be", "zwto zwbe zwor zw2 zwbe" },
		{ "你好", "u4f60u597d" },
		{ "你好吗", "u4f60u597d u597du5417" },
		{ "你", "u4f60" },
		{ "你 好", "u4f60 u597d" },
		{ "L码", "zwl u7801" },
		{ "退货7天无", "u9000u8d27 zw7 u5929u65e0" },
		{ "ＡＢＣ１２", "zwabc12" },
		{ "Café CRÈME", "zwcafe zwcreme" },
		{ "cafe\xcc\x81", "zwcafe" },
		{ "don't don’t", "zwdont zwdont" },
		{ "Żółw ŁÓDŹ", "zwzolw zwlodz" },
		{ "ПРИВЕТ", "zwx043fx0440x0438x0432x0435x0442" },
		{ "привет", "zwx043fx0440x0438x0432x0435x0442" },
		{ "a\xff\xfe"
		  "b",
		  "zwa zwb" },
		{ "\xe4\xbd", "" },
		{ "𠀀𠀁", "u020000u020001" },
		{ "😀 ok", "zwok" },
		{ "kefu_001@example.com", "zwkefu zw001 zwexample zwcom" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf b = { 0 };
		terms_encode(&b, rows[i].text, strlen(rows[i].text));
		ok_str(buf_text(&b), rows[i].want);
		buf_free(&b);
	}
}

static void queries(void)
{
	static const struct {
		const char *text;
		enum terms_mode mode;
		const char *want;
	} rows[] = {
		{ "Shipping to 你好", TERMS_NATURAL, "zwshipping zwto u4f60u597d" },
		{ "Shipping to 你好", TERMS_ALL, "+zwshipping +zwto +u4f60u597d" },
		{ "Shipping to 你好", TERMS_ANY, "zwship* zwto u4f60u597d" },
		{ "go go GO", TERMS_NATURAL, "zwgo" },
		{ "+a -b *c \"d\" (e) @f", TERMS_NATURAL, "zwa zwb zwc zwd zwe zwf" },
		{ "", TERMS_ALL, "" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf b = { 0 };
		terms_query(&b, rows[i].text, strlen(rows[i].text), rows[i].mode);
		ok_str(buf_text(&b), rows[i].want);
		buf_free(&b);
	}
}

static void stems(void)
{
	static const struct {
		const char *term;
		size_t want;
	} rows[] = { { "zwshipping", 6 }, { "zwreturns", 8 }, { "zwdeliveries", 9 }, { "zwdelivery", 9 },
		     { "zwpaid", 6 },     { "zwis", 4 },      { "zwpayed", 5 },      { "u4f60u597d", 10 } };

	for (size_t i = 0; i < COUNT(rows); i++)
		ok(term_stem(rows[i].term) == rows[i].want, "%s: %zu", rows[i].term, term_stem(rows[i].term));
}

static void lengths(void)
{
	char text[4096];
	struct terms t;
	struct term term;

	memset(text, 'x', sizeof(text));
	terms_begin(&t, text, sizeof(text));
	ok(terms_next(&t, &term) && strlen(term.text) < TERM_MAX && strlen(term.text) > 50, "a long word is cut");
	ok(!terms_next(&t, &term), "and is one");
	for (size_t i = 0; i + 2 <= sizeof(text); i += 2)
		memcpy(text + i, "\xd0\xbf", 2);
	terms_begin(&t, text, sizeof(text));
	ok(terms_next(&t, &term) && strlen(term.text) < 84, "the index holds 84: %zu", strlen(term.text));
}

int main(void)
{
	encoding();
	queries();
	stems();
	lengths();
	return ok_end();
}
