/* Origins, hours and fields of an inbox: what is one, what matches, and that text and lists are the same. */
#include "../../../../lib/domain/inbox_text.c"
#include "../../ok.h"

static void patterns(void)
{
	static const struct {
		const char *text;
		bool good;
	} rows[] = {
		{ "https://shop.example", true },
		{ "http://localhost:8000", true },
		{ "https://*.shop.example", true },
		{ "https://*.shop.example:1", true },
		{ "http://[::1]:80", true },
		{ "http://127.0.0.1", true },
		{ "shop.example", false },
		{ "https://", false },
		{ "https://*", false },
		{ "https://*.", false },
		{ "https://a/", false },
		{ "https://a:0", false },
		{ "https://a:65536", false },
		{ "https://a:", false },
		{ "ftp://a", false },
		{ "https://u@a", false },
		{ "https://a b", false },
		{ "https://a.*.b", false },
		{ "https://.a", false },
		{ "https://a.", false },
		{ "http://[::1", false },
		{ "", false },
		{ "null", false },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		ok(origin_pattern_ok(rows[i].text) == rows[i].good, "\"%s\"", rows[i].text);
}

static void matches(void)
{
	static const struct {
		const char *pattern, *origin;
		bool fits;
	} rows[] = {
		{ "https://shop.example", "https://shop.example", true },
		{ "https://shop.example", "https://SHOP.example", true },
		{ "https://shop.example", "http://shop.example", false },
		{ "https://shop.example", "https://shop.example:444", false },
		{ "https://*.shop.example", "https://www.shop.example", true },
		{ "https://*.shop.example", "https://a.b.shop.example", true },
		{ "https://*.shop.example", "https://shop.example", false },
		{ "https://*.shop.example", "https://.shop.example", false },
		{ "https://*.shop.example", "https://evilshop.example", false },
		{ "https://*.shop.example", "https://www.shop.example:81", false },
		{ "https://*.shop.example:81", "https://www.shop.example:81", true },
		{ "https://*.shop.example", "http://www.shop.example", false },
		{ "https://*.shop.example", "https://evil.example/.shop.example", false },
		{ "https://*.shop.example", "https://*.shop.example", false },
		{ "https://*.shop.example", "h", false },
		{ "https://*.shop.example", "", false },
		{ "*", "https://a", false },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		ok(origin_matches(rows[i].pattern, rows[i].origin) == rows[i].fits, "%s and %s", rows[i].pattern, rows[i].origin);
}

static void hours(void)
{
	struct opening monday[] = { { 1, "09:00", "12:00" }, { 1, "13:00", "24:00" } };
	static const struct {
		const char *zone;
		int64_t now; /* s; 2024-01-01 was a Monday and began at 1704067200 */
		bool open;
	} rows[] = {
		{ "+00:00", 1704067200 + 8 * 3600 + 3599, false }, { "+00:00", 1704067200 + 9 * 3600, true },
		{ "+00:00", 1704067200 + 12 * 3600, false },       { "+00:00", 1704067200 + 24 * 3600 - 1, true },
		{ "+00:00", 1704067200 + 24 * 3600, false },       { "+08:00", 1704067200 + 1 * 3600, true },
		{ "+08:00", 1704067200 + 16 * 3600, false },       { "-05:30", 1704067200 + 14 * 3600 + 1800, true },
		{ "-05:30", 1704067200 + 14 * 3600, false },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct business_hours h = { rows[i].zone, { monday, COUNT(monday) } };
		ok(business_hours_open(&h, rows[i].now * 1000) == rows[i].open, "row %zu", i);
	}
	ok(business_hours_open(&(struct business_hours){ "+00:00", { NULL, 0 } }, 0), "no hours: always");
}

static void there_and_back(void)
{
	struct arena mem = { 0 };
	struct ctx c = { .mem = &mem };
	struct opening days[] = { { 0, "00:00", "24:00" }, { 6, "09:30", "10:00" } };
	struct pre_chat_field fields[] = { { "name", "姓名", true }, { "order_no", "No. 1", false } };
	const char *origins[] = { "https://a.example", "https://*.b.example" };
	struct inbox x = { 0 };

	ok(inbox_pack_hours(&c, &(struct business_hours){ "-03:30", { days, 2 } }, &x.hours_text) &&
		   inbox_pack_fields(&c, &(struct list){ fields, 2 }, &x.fields_text) &&
		   inbox_pack_origins(&c, &(struct list){ origins, 2 }, &x.origins_text),
	   "packed");
	inbox_unpack(&c, &x);
	const struct opening *o = x.business_hours.days.items;
	ok_str(x.business_hours.timezone, "-03:30");
	ok(x.business_hours.days.n == 2 && o[1].day == 6, "days");
	ok_str(o[1].from, "09:30");
	ok_str(o[0].to, "24:00");
	const struct pre_chat_field *f = x.pre_chat_fields.items;
	ok(x.pre_chat_fields.n == 2 && f[0].required && !f[1].required, "fields");
	ok_str(f[0].label, "姓名");
	ok_str(f[1].name, "order_no");
	ok(x.allowed_origins.n == 2, "origins");
	ok_str(((const char *const *)x.allowed_origins.items)[1], "https://*.b.example");

	/* Text that no version wrote does no harm. */
	static const char *const odd[] = { "", "\n", "x\n", "+00:00\n1 2\n", "a\tb\n", "\t\t\n", "no end" };
	for (size_t i = 0; i < COUNT(odd); i++) {
		struct inbox y = { .hours_text = odd[i], .fields_text = odd[i], .origins_text = odd[i] };
		inbox_unpack(&c, &y);
		ok(y.pre_chat_fields.n <= 1, "odd text %zu", i);
	}
	arena_free(&mem);
}

int main(void)
{
	patterns();
	matches();
	hours();
	there_and_back();
	return ok_end();
}
