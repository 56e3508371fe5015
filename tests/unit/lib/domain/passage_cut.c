/* Where an article is cut. */
#include "../../../../lib/domain/passage_cut.c"
#include "../../../../lib/core/core.h"
#include "../../../../lib/core/text.h"
#include "../../ok.h"
#include <stdlib.h>

#define A10 "aaaaaaaaa "
#define A100 A10 A10 A10 A10 A10 A10 A10 A10 A10 A10
#define A500 A100 A100 A100 A100 A100

static void pieces(void)
{
	static const struct {
		const char *why, *markdown, *wanted; /* "<heading>text" one after the other */
	} rows[] = {
		{ "nothing", "", "" },
		{ "blanks alone", " \n\t\r\n　\n", "" },
		{ "plain text is one", "One line.\nAnother.\n\nA paragraph.", "<>One line.\nAnother.\n\nA paragraph." },
		{ "blanks at the ends go", "\n\n  　中文。  \r\n\r\n", "<>中文。" },
		{ "a section each", "Begin.\n# One\nFirst.\n## Two\nSecond.\n# Three\nThird.",
		  "<>Begin.<One>First.<One › Two>Second.<Three>Third." },
		{ "an outer heading ends the inner ones", "# A\n## B\n### C\nx\n## D\ny", "<A › B › C>x<A › D>y" },
		{ "headings that nothing follows", "# A\n# B\nx\n# C", "<B>x" },
		{ "headings alone", "# A\n\n## B\n", "<># A\n\n## B" },
		{ "closing marks", "## Returns ##\nx\n## C#\ny", "<Returns>x<C#>y" },
		{ "no heading without a blank, or too deep", "#tag\n####### seven\nx", "<>#tag\n####### seven\nx" },
		{ "underlined", "Returns\n=======\nx\n\nCosts\n---\ny", "<Returns>x<Returns › Costs>y" },
		{ "a rule, not underlined", "x\n\n---\n\ny", "<>x\n\n---\n\ny" },
		{ "a rule at the beginning says nothing", "---\nx", "<>x" },
		{ "under two lines it is no heading", "one\ntwo\n---\nx", "<>one\ntwo\n---\nx" },
		{ "Chinese", "# 退货\n七天内。\n\n## 运费\n由您承担。", "<退货>七天内。<退货 › 运费>由您承担。" },
		{ "lines that end with CR LF", "# A\r\nx\r\n\r\n# B\r\ny\r\n", "<A>x<B>y" },
		{ "what looks like a heading in code is none", "# A\n```\n# not\n```\n# B\nx", "<A>```\n# not\n```<B>x" },
		{ "a longer fence, with a word, another within", "````sh\n```\n# not\n````\n# B\nx",
		  "<>````sh\n```\n# not\n````<B>x" },
		{ "tildes", "~~~\n# not\n~~~\nx", "<>~~~\n# not\n~~~\nx" },
		{ "code that never ends", "# A\n```\n# not\n\nx", "<A>```\n# not\n\nx" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct passage_cutter c;
		struct passage_piece p;
		char got[4096] = "";
		size_t n = 0;
		passage_begin(&c, rows[i].markdown, strlen(rows[i].markdown));
		while (passage_next(&c, &p))
			n += (size_t)snprintf(got + n, sizeof(got) - n, "<%s>%.*s", p.heading, (int)p.n, p.text);
		ok(strcmp(got, rows[i].wanted) == 0, "%s: got %s", rows[i].why, got);
	}
}

/* What is too long: how long its pieces are, and with what they end. */
static void lengths(void)
{
	static const struct {
		const char *why, *unit;
		size_t times;
		const char *then; /* behind it */
		size_t first;     /* bytes of the first piece; 0 = as many as fit */
		const char *ends; /* of each but the last */
	} rows[] = {
		{ "paragraphs together, as many as fit", "ninety-nine bytes of text follow here.\n\n", 60, "", 878, "." },
		{ "lines, where no paragraph ends", "- an item of a long list\n", 90, "", 899, "list" },
		{ "sentences of one line", "This sentence is not long. ", 80, "", 890, "." },
		{ "Chinese sentences", "签收之日起七天内可以退货，商品须完好。", 40, "", 855, "。" },
		{ "clauses, where no sentence ends", "配件齐全，", 100, "", 900, "，" },
		{ "words, where nothing else ends", "word ", 400, "", 899, "d" },
		{ "code points, where no word ends", "运", 700, "", 900, "运" },
		{ "code points of four bytes", "😀", 500, "", 900, "😀" },
		{ "a short paragraph is not joined with half of a long one", "Short.", 1, "\n\n" A500 A100 A100 A100 A100, 6,
		  NULL },
		{ "bytes that are no text", "\x80\xff", 900, "", 900, NULL },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct passage_cutter c;
		struct passage_piece p;
		size_t k = strlen(rows[i].unit), n = k * rows[i].times, tail = strlen(rows[i].then), pieces_n = 0, said = 0;
		char *text = malloc(n + tail + 1);
		for (size_t t = 0; t < rows[i].times; t++)
			memcpy(text + t * k, rows[i].unit, k);
		memcpy(text + n, rows[i].then, tail);
		n += tail;
		passage_begin(&c, text, n);
		while (passage_next(&c, &p)) {
			const char *ends = rows[i].ends;
			size_t e = ends != NULL ? strlen(ends) : 0;
			if (pieces_n++ == 0)
				ok_int(p.n, rows[i].first);
			ok(p.n > 0 && p.n <= PASSAGE_MAX, "%s: %zu", rows[i].why, p.n);
			ok(e == 0 || memcmp(p.text + p.n - e, ends, e) == 0, "%s: ends with %.*s", rows[i].why, 8,
			   p.text + p.n - 8);
			ok(!utf8_valid(text, n) || utf8_valid(p.text, p.n), "%s: a code point is cut", rows[i].why);
			for (size_t b = 0; b < p.n; b++)
				said += !blank(p.text[b]);
		}
		for (size_t b = 0; b < n; b++)
			said -= !blank(text[b]);
		ok(pieces_n > 1 && said == 0, "%s: %zu pieces, %zd bytes are lost", rows[i].why, pieces_n, (ssize_t)said);
		free(text);
	}
}

/* A fence that is cut goes on in the next piece, so that a line within it is no heading there. */
static void long_code(void)
{
	struct buf_of {
		char text[8192];
	} *b = calloc(1, sizeof(*b));
	struct passage_cutter c;
	struct passage_piece p;
	size_t n = 0;

	strcat(b->text, "# A\n```\n");
	for (int i = 0; i < 60; i++)
		strcat(b->text, "# this is a line of a script, no heading\n");
	strcat(b->text, "```\n# B\nx");
	passage_begin(&c, b->text, strlen(b->text));
	for (; passage_next(&c, &p); n++)
		ok_str(p.heading, p.n == 1 ? "B" : "A");
	ok(n > 3, "%zu", n);
	free(b);
}

static void long_headings(void)
{
	char text[2000] = "# ";
	struct passage_cutter c;
	struct passage_piece p;

	for (int i = 0; i < 200; i++)
		strcat(text, "退");
	strcat(text, "\n## b\nx");
	passage_begin(&c, text, strlen(text));
	ok(passage_next(&c, &p) && strlen(p.heading) <= PASSAGE_HEADING_MAX && utf8_valid(p.heading, strlen(p.heading)), "%s",
	   p.heading);
	ok_int(strlen(p.heading), 240);
}

int main(void)
{
	pieces();
	lengths();
	long_code();
	long_headings();
	return ok_end();
}
