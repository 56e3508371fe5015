/* What a contact is found by, and what a search asks for: they must meet. */
#include "../../../../lib/domain/contact_terms.c"
#include "../../ok.h"

static bool within(const struct list *words, const struct contact_ask *a)
{
	const char *const *word = words->items;

	for (size_t i = 0; i < words->n; i++)
		if (strncmp(word[i], a->word, strlen(a->word)) == 0 && (a->begins || strcmp(word[i], a->word) == 0))
			return true;
	return false;
}

static bool finds(struct arena *mem, const struct contact_fields *f, const char *text, bool any_digits)
{
	struct list words = contact_words(mem, f), asks = contact_asks(mem, text, any_digits);
	const struct contact_ask *a = asks.items;

	for (size_t i = 0; i < asks.n;) {
		int group = a[i].group;
		bool all = true;
		for (; i < asks.n && a[i].group == group; i++)
			all = all && within(&words, &a[i]);
		if (all)
			return true;
	}
	return false;
}

static const struct contact_fields zhang = { .name = "客户张三",
					     .email = "zhang.san@firma-test.example",
					     .phone = "+86 138 1234 8888",
					     .identifier = "C-1001",
					     .public_id = "kehu_001",
					     .tags = "[\"VIP\\\"客户\",\"b\"]" },
				   emma = { .name = "Emma C Brown 李", .public_id = "guest_0123456789abcdef" };

static void finding(void)
{
	static const struct {
		const struct contact_fields *who;
		const char *text;
		bool any_digits, found;
	} rows[] = {
		{ &zhang, "客户张三", true, true },
		{ &zhang, "张三", true, true },
		{ &zhang, "三", true, true },
		{ &zhang, "客", true, true },
		{ &zhang, "张客", true, false },
		{ &zhang, "三三", true, false },
		{ &zhang, "zhang", true, true },
		{ &zhang, "ZHANG.San@FIRMA-test.example", true, true },
		{ &zhang, "san", true, true },
		{ &zhang, "firma", true, true },
		{ &zhang, "@firma-test.example", true, true },
		{ &zhang, "test.example", true, false }, /* from the beginning of a domain */
		{ &zhang, "8888", true, true },
		{ &zhang, "1234 8888", true, true },
		{ &zhang, "138-1234", true, true },
		{ &zhang, "888", true, false }, /* too short to mean one */
		{ &zhang, "8889", true, false },
		{ &zhang, "8888", false, true },
		{ &zhang, "1234", false, false },
		{ &zhang, "48888", false, false },
		{ &zhang, "8613812348888", false, true },
		{ &zhang, "C-1001", true, true },
		{ &zhang, "c1001", true, true },
		{ &zhang, "1001", true, true },
		{ &zhang, "C-1002", true, false },
		{ &zhang, "kehu_0", true, true },
		{ &zhang, "张三 zhang", true, true },
		{ &zhang, "李四 zhang", true, false },
		{ &zhang, "", true, false },
		{ &zhang, "!?%", true, false },
		{ &zhang, "\xff\xfe", true, false },
		{ &emma, "emma brown", true, true },
		{ &emma, "emm", true, true },
		{ &emma, "brown emma", true, true },
		{ &emma, "mma", true, false },
		{ &emma, "c", true, true },
		{ &emma, "d", true, false },
		{ &emma, "李", true, true },
		{ &emma, "guest", true, false }, /* random ids are not searched by parts */
	};
	struct arena mem = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++)
		ok(finds(&mem, rows[i].who, rows[i].text, rows[i].any_digits) == rows[i].found, "%s: \"%s\" (%d)",
		   rows[i].who->name, rows[i].text, rows[i].any_digits);
	arena_free(&mem);
}

static void bounds(void)
{
	struct arena mem = { 0 };
	char long_text[4000];

	for (size_t i = 0; i + 1 < sizeof(long_text); i++)
		long_text[i] = i % 5 == 0 ? ' ' : (char)('0' + i % 10);
	long_text[sizeof(long_text) - 1] = '\0';
	struct list asks = contact_asks(&mem, long_text, true);
	ok(asks.n <= ASKS_MAX, "%zu asks", asks.n);
	const struct contact_fields f = { .name = long_text, .email = long_text, .phone = long_text, .identifier = long_text };
	struct list words = contact_words(&mem, &f);
	for (size_t i = 0; i < words.n; i++)
		ok(strlen(((const char *const *)words.items)[i]) <= 80, "fits the column");
	arena_free(&mem);
}

static void tags(void)
{
	static const struct {
		const char *mine, *more, *both;
	} rows[] = {
		{ NULL, NULL, "[]" },
		{ "[\"a\"]", NULL, "[\"a\"]" },
		{ "[\"a\",\"b\"]", "[\"b\", \"c\"]", "[\"a\",\"b\",\"c\"]" },
		{ "[\"a\\\"b\"]", "[\"a\\\"b\",\"\\\\\"]", "[\"a\\\"b\",\"\\\\\"]" },
		{ "[\"broken", "[\"x\\", "[]" },
	};
	struct arena mem = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++)
		ok_str(tags_union(&mem, rows[i].mine, rows[i].more), rows[i].both);
	struct list words = contact_words(&mem, &(struct contact_fields){ .tags = zhang.tags });
	ok(words.n == 2, "%zu", words.n);
	ok_str(((const char *const *)words.items)[0], tag_word(&mem, "VIP\"客户"));
	ok_str(((const char *const *)words.items)[1], tag_word(&mem, "b"));
	arena_free(&mem);
}

static void phones(void)
{
	static const struct {
		const char *text;
		bool good;
	} rows[] = {
		{ "+86 138 1234 8888", true }, { "(0171) 555-0199", true }, { "123", false }, { "1234", true },
		{ "12a34567", false },         { "86+1234567", false },     { "", false },    { "123456789012345678901", false }
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		ok(phone_valid(rows[i].text) == rows[i].good, "%s", rows[i].text);
}

int main(void)
{
	finding();
	bounds();
	tags();
	phones();
	return ok_end();
}
