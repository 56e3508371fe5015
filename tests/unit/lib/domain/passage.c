/* What counts as knowing: pure parts; the search itself needs a server (tests/contract). */
#include "../../../../lib/domain/passage.c"
#include "../../ok.h"

static const char title[] = "发货时间与物流查询";
static const char text[] = "订单付款后 48 小时内发货，节假日顺延。发货后您会收到短信通知，可以在“我的订单”里查看物流进度。";
static const char title_en[] = "Shipping and tracking";
static const char text_en[] =
	"Orders are shipped within 48 hours after payment. We ship abroad as well: 5 to 8 working days to Singapore and Japan.";

static void sure(void)
{
	static const struct {
		const char *question;
		bool english, sure;
	} rows[] = {
		{ "多久发货？", false, true },           { "你们什么时候可以发货呢", false, true },
		{ "怎么查物流", false, true },           { "你们卖自行车吗", false, false },
		{ "我要投诉快递员", false, false },      { "今天天气怎么样", false, false },
		{ "do you ship to Japan?", true, true }, { "How long does shipping take", true, true },
		{ "do you sell bicycles", true, false }, { "what is the meaning of life", true, false },
	};
	struct arena mem = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		double c = rows[i].english ? passage_coverage(&mem, rows[i].question, title_en, text_en)
					   : passage_coverage(&mem, rows[i].question, title, text);
		ok((c >= PASSAGE_SURE) == rows[i].sure, "%s: %.2f", rows[i].question, c);
		ok(c >= 0 && c <= 1, "%s: %.2f", rows[i].question, c);
	}
	arena_free(&mem);
}

static void order(void)
{
	struct passage p[] = { { .id = 1, .score = 0.5, .relevance = 9 },
			       { .id = 4, .score = 1, .relevance = 1 },
			       { .id = 3, .score = 1, .relevance = 1 },
			       { .id = 2, .score = 1, .relevance = 2 } };

	qsort(p, COUNT(p), sizeof(*p), by_score);
	for (size_t i = 0; i < COUNT(p); i++)
		ok_int(p[i].id, ((const int[]){ 2, 3, 4, 1 })[i]);
}

int main(void)
{
	sure();
	order();
	return ok_end();
}
