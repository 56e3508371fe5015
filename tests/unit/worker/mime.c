#include "../../../worker/mime.c"
#include "../ok.h"
#include <stdlib.h>

static void addresses(void)
{
	static const struct {
		const char *text;
		bool good;
	} t[] = { { "a@b", true },
		  { "help@shop.example", true },
		  { "o'hara+x@shop.example", true },
		  { "", false },
		  { "a", false },
		  { "@b", false },
		  { "a@", false },
		  { "a@b@c", false },
		  { "a b@c", false },
		  { "a@b\r\nBcc: x@y", false },
		  { "a@b>", false },
		  { "a@b,c@d", false },
		  { "\"a\"@b", false },
		  { "ä@b", false } };
	for (size_t i = 0; i < COUNT(t); i++)
		ok(mime_address_good(t[i].text) == t[i].good, "%s", t[i].text);
}

static void people(void)
{
	static const struct {
		const char *text, *name, *address; /* address NULL: refused */
	} t[] = { { "help@shop.example", "", "help@shop.example" },
		  { "Brass & Pine <help@shop.example>", "Brass & Pine", "help@shop.example" },
		  { "小店 <a@b>", "小店", "a@b" },
		  { "<a@b>", "", "a@b" },
		  { "Shop <a@b> x", NULL, NULL },
		  { "Shop <a>", NULL, NULL },
		  { "Shop\r\nX: <a@b>", NULL, NULL },
		  { "", NULL, NULL } };
	struct arena mem = { 0 };
	struct mime_person p;

	for (size_t i = 0; i < COUNT(t); i++) {
		bool good = mime_person(&mem, t[i].text, &p);
		ok(good == (t[i].address != NULL), "%s", t[i].text);
		if (good && t[i].address != NULL) {
			ok_str(p.name, t[i].name);
			ok_str(p.address, t[i].address);
		}
	}
	arena_free(&mem);
}

/* Whatever is said, no line is too long and no header more is begun. */
static void lines_of(const char *name, const char *subject, const char *body)
{
	struct buf b = { 0 };
	size_t headers = 0, longest = 0;
	bool in_head = true;

	mime_text(&b, &(struct mime_text){ .from = { name, "help@shop.example" },
					   .to = { name, "ann@example.org" },
					   .subject = subject,
					   .body = body,
					   .id = "deskbell-1-2",
					   .thread = "deskbell-conversation-3",
					   .at = 1700000000000 });
	const char *text = buf_text(&b);
	for (const char *s = text; *s != '\0';) {
		const char *end = strstr(s, "\r\n");
		ok(end != NULL && memchr(s, '\n', (size_t)(end - s)) == NULL, "a line that does not end");
		if (end == NULL)
			break;
		longest = (size_t)(end - s) > longest ? (size_t)(end - s) : longest;
		in_head = in_head && end != s;
		headers += in_head && *s != ' ';
		s = end + 2;
	}
	ok_int(headers, 10);
	ok(longest <= 78, "%zu", longest);
	ok(strstr(text, "Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n") != NULL, "%s", text);
	ok(strstr(text, "Message-ID: <deskbell-1-2@shop.example>\r\n") != NULL, "%s", text);
	buf_free(&b);
}

int main(void)
{
	char many[4000] = "";

	if (sodium_init() < 0)
		return EXIT_FAILURE;
	addresses();
	people();
	lines_of("", "", "");
	lines_of("Ann", "hello", "one\ntwo\r\n.three\n");
	lines_of("x\r\nBcc: evil@example.org", "a\r\n\r\nbody", "a");
	for (int i = 0; i < 900; i++)
		memcpy(many + strlen(many), i % 3 != 0 ? "好" : "a", i % 3 != 0 ? 4 : 2);
	lines_of(many, many, many);
	return ok_end();
}
