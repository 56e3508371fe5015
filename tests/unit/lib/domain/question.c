#include "../../../../lib/domain/question.c"
#include "../../../../lib/core/text.h"
#include "../../ok.h"

static void intents(void)
{
	static const struct {
		const char *text;
		enum intent want;
	} rows[] = {
		{ "你好", INTENT_GREET },
		{ "您好！在吗？", INTENT_GREET },
		{ "Hi there!", INTENT_GREET },
		{ "hello", INTENT_GREET },
		{ "Good morning", INTENT_GREET },
		{ "hi, where is my order?", INTENT_ASK },
		{ "你好，多久发货", INTENT_ASK },
		{ "highway", INTENT_ASK },
		{ "谢谢", INTENT_THANK },
		{ "好的，谢谢你", INTENT_THANK },
		{ "Thank you very much!", INTENT_THANK },
		{ "好的", INTENT_YES },
		{ "yes please", INTENT_YES },
		{ "可以", INTENT_YES },
		{ "转人工", INTENT_HUMAN },
		{ "我要人工客服", INTENT_HUMAN },
		{ "人工", INTENT_HUMAN },
		{ "请帮我转接人工", INTENT_HUMAN },
		{ "I want to talk to a real person", INTENT_HUMAN },
		{ "human", INTENT_HUMAN },
		{ "Agent, please!", INTENT_HUMAN },
		{ "Could I speak to someone about this?", INTENT_HUMAN },
		{ "不要转人工", INTENT_ASK },
		{ "I don't want a human", INTENT_ASK },
		{ "humanity", INTENT_ASK },
		{ "I am a travel agent and would like to order forty of your jackets for my customers", INTENT_ASK },
		{ "", INTENT_ASK },
		{ "？？？", INTENT_ASK },
		{ "你们的人工智能耳机怎么样，续航多长时间，能不能连接两台设备呢", INTENT_ASK },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		ok(question_intent(rows[i].text) == rows[i].want, "%s: %d", rows[i].text, question_intent(rows[i].text));
}

static void languages(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = { { "你好", "zh" }, { "hello", "en" }, { "我要买 iPhone", "zh" },
		     { "123?", "xx" }, { "", "xx" },      { "Is 发票 possible for my order", "en" } };

	for (size_t i = 0; i < COUNT(rows); i++)
		ok_str(question_lang(rows[i].text, "xx"), rows[i].want);
}

static void cores(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = { { "请问你们什么时候发货？", "发货？" },
		     { "How much is the shipping to Japan?", "shipping Japan?" },
		     { "会员积分怎么用", "会员积分 用" },
		     { "", "" } };
	struct arena mem = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		char *core = text_trim(&mem, question_core(&mem, rows[i].text)), *o = core;
		for (const char *p = core; *p != '\0'; p++) /* blanks in a row are one */
			if (*p != ' ' || p[1] != ' ')
				*o++ = *p;
		*o = '\0';
		ok_str(core, rows[i].want);
	}
	arena_free(&mem);
}

int main(void)
{
	intents();
	languages();
	cores();
	return ok_end();
}
