#include "../../../worker/completion.c"
#include "../../../worker/sse.c"
#include "../ok.h"

#define DELTA(text) "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" text "\"},\"finish_reason\":null}]}\n\n"
#define STOP "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
#define DONE "data: [DONE]\n\n"

static const struct row {
	const char *what, *bytes;
	bool broken; /* the connection ends without the end of the body */
	const char *text, *error;
	int64_t thoughts, in, out;
	bool cut;
} rows[] = {
	{ "the usual",
	  "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n" DELTA("Hello") DELTA(", you") STOP DONE,
	  false, "Hello, you", NULL, 0, 0, 0, false },
	{ "no blank behind the colon", "data:{\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\ndata:[DONE]\n\n", false, "x", NULL,
	  0, 0, 0, false },
	{ "CRLF", "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\r\n\r\ndata: [DONE]\r\n\r\n", false, "a", NULL, 0, 0, 0,
	  false },
	{ "CR alone", "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\r\rdata: [DONE]\r\r", false, "a", NULL, 0, 0, 0,
	  false },
	{ "comments, other fields, a mark of order",
	  "\xef\xbb\xbf: OPENROUTER PROCESSING\n\n: keep-alive\n\nevent: message\nid: 1\nretry: 5\n" DELTA("b") DONE, false, "b",
	  NULL, 0, 0, 0, false },
	{ "data over two lines", "data: {\"choices\":[{\"delta\":\ndata: {\"content\":\"two\"}}]}\n\n" DONE, false, "two", NULL, 0,
	  0, 0, false },
	{ "reasoning is not said",
	  "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\",\"content\":null}}]}\n\n"
	  "data: {\"choices\":[{\"delta\":{\"reasoning\":\"hm\",\"content\":\"\"}}]}\n\n" DELTA("so") STOP DONE,
	  false, "so", NULL, 2, 0, 0, false },
	{ "usage in an event of its own, without choices",
	  DELTA("u") STOP "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":3}}\n\n" DONE, false, "u",
	  NULL, 0, 11, 3, false },
	{ "usage null, error null", "data: {\"choices\":[{\"delta\":{\"content\":\"v\"}}],\"usage\":null,\"error\":null}\n\n" DONE,
	  false, "v", NULL, 0, 0, 0, false },
	{ "no [DONE]", DELTA("w") STOP, false, "w", NULL, 0, 0, 0, false },
	{ "no [DONE], no finish_reason, a proper end", DELTA("w"), false, "w", NULL, 0, 0, 0, false },
	{ "no [DONE], broken off after the finish_reason", DELTA("w") STOP, true, "w", NULL, 0, 0, 0, false },
	{ "the last event lacks its empty line", DELTA("w") "data: {\"choices\":[{\"delta\":{\"content\":\"!\"}}]}", false, "w!",
	  NULL, 0, 0, 0, false },
	{ "broken off", DELTA("half a"), true, "half a", "the connection broke", 0, 0, 0, false },
	{ "an error inside", DELTA("so far") "data: {\"error\":{\"message\":\"over\\nloaded\",\"code\":503}}\n\n", false, "so far",
	  "over loaded", 0, 0, 0, false },
	{ "an error as a text", "data: {\"error\":\"no such model\"}\n\n", false, "", "no such model", 0, 0, 0, false },
	{ "an error of vLLM", "data: {\"object\":\"error\",\"message\":\"too long\",\"code\":400}\n\n" DONE, false, "", "too long",
	  0, 0, 0, false },
	{ "an error without words", "data: {\"error\":{}}\n\n", false, "", "an error without words", 0, 0, 0, false },
	{ "the filter", DELTA("I") "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"content_filter\"}]}\n\n", false, "I",
	  "the provider's filter", 0, 0, 0, false },
	{ "cut by the limit", DELTA("long") "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}]}\n\n" DONE, false,
	  "long", NULL, 0, 0, 0, true },
	{ "no JSON", DELTA("x") "data: <html>\n\n", false, "x", "an event that is no JSON", 0, 0, 0, false },
	{ "cut JSON", "data: {\"choices\":[{\"delta\":{\"cont", false, "", "an event that is no JSON", 0, 0, 0, false },
	{ "after [DONE] nothing counts", DELTA("x") DONE DELTA("y"), false, "x", NULL, 0, 0, 0, false },
	{ "one piece",
	  "\n "
	  "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"whole\"},\"finish_reason\":\"stop\"}],\"usage\":{"
	  "\"prompt_tokens\":1,\"completion_tokens\":2}}",
	  false, "whole", NULL, 0, 1, 2, false },
	{ "one piece, an error", "{\"error\":{\"message\":\"Incorrect key\"}}", false, "", "Incorrect key", 0, 0, 0, false },
	{ "one piece, cut", "{\"choices\":[{\"mess", true, "", "an event that is no JSON", 0, 0, 0, false },
	{ "one piece, FastAPI", "{\"detail\":\"Not Found\"}", false, "", "Not Found", 0, 0, 0, false },
	{ "content in parts",
	  "data: "
	  "{\"choices\":[{\"delta\":{\"content\":[{\"type\":\"text\",\"text\":\"p\"},{\"type\":\"x\"},{\"text\":\"q\"}]}}]}"
	  "\n\n" DONE,
	  false, "pq", NULL, 0, 0, 0, false },
	{ "escapes", DELTA("\\u60a8\\u597d \\ud83d\\ude00 a\\u0000b") DONE, false, "您好 😀 ab", NULL, 0, 0, 0, false },
	{ "UTF-8", DELTA("您好") DELTA("，😀") DONE, false, "您好，😀", NULL, 0, 0, 0, false },
	{ "delta null, choices null", "data: {\"choices\":[{\"delta\":null}]}\n\ndata: {\"choices\":null}\n\ndata: {}\n\n" DONE,
	  false, "", NULL, 0, 0, 0, false },
	{ "members of other types",
	  "data: {\"choices\":{\"a\":1},\"usage\":7}\n\ndata: [1]\n\ndata: {\"choices\":[3]}\n\ndata: \"five\"\n\n" DONE, false, "",
	  NULL, 0, 0, 0, false },
	{ "empty", "", false, "", NULL, 0, 0, 0, false },
	{ "empty, broken off", "", true, "", "the connection broke", 0, 0, 0, false },
};

static void run(const struct row *r, size_t step, struct arena *mem)
{
	struct completion a;
	size_t n = strlen(r->bytes);

	completion_begin(&a, mem);
	for (size_t at = 0; at < n; at += step)
		if (!completion_feed(&a, r->bytes + at, step < n - at ? step : n - at))
			break;
	completion_end(&a, !r->broken);
	const char *text = buf_text(&a.text), *error = a.error;
	ok(strcmp(text, r->text) == 0, "%s by %zu: <%s>, want <%s>", r->what, step, text, r->text);
	ok(a.failed == (r->error != NULL) && a.ended != a.failed, "%s by %zu: failed %d ended %d (%s)", r->what, step, a.failed,
	   a.ended, a.error);
	if (r->error != NULL)
		ok_str(error, r->error);
	ok(a.thoughts == r->thoughts && a.cut == r->cut, "%s by %zu: %lld thoughts", r->what, step, (long long)a.thoughts);
	ok(a.tokens_in == r->in && a.tokens_out == r->out, "%s by %zu: usage", r->what, step);
	completion_free(&a);
}

/* What would fill the memory is refused, or not kept. */
static void limits(struct arena *mem)
{
	struct completion a;
	static char lump[65536];
	bool more = true;

	memset(lump, 'x', sizeof(lump));
	completion_begin(&a, mem);
	completion_feed(&a, "data: ", 6);
	for (int i = 0; i < 100 && more; i++)
		more = completion_feed(&a, lump, sizeof(lump));
	ok(!more && a.failed, "a line without end");
	completion_free(&a);
	completion_begin(&a, mem);
	completion_feed(&a, "{", 1);
	for (more = true; more && a.whole.len < 8 * SSE_MAX;)
		more = completion_feed(&a, lump, sizeof(lump));
	ok(!more && a.failed, "an object without end");
	completion_free(&a);
	completion_begin(&a, mem);
	for (int i = 0; i < 40000; i++)
		completion_feed(&a, DELTA("four"), strlen(DELTA("four")));
	ok(a.text.len <= COMPLETION_MAX && !a.failed, "%zu bytes of text", a.text.len);
	completion_free(&a);
}

int main(void)
{
	static const size_t steps[] = { 1, 2, 3, 7, 64, 100000 };
	struct arena mem = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t k = 0; k < COUNT(steps); k++)
			run(&rows[i], steps[k], &mem);
	limits(&mem);
	arena_free(&mem);
	return ok_end();
}
