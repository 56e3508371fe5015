#include "../../../../lib/core/text.h"
#include "../../ok.h"

static void check_utf8(void)
{
	static const struct {
		const char *bytes;
		size_t n;
		bool valid;
		const char *why;
	} rows[] = { { "", 0, true, "empty" },
		     { "abc", 3, true, "ASCII" },
		     { "你好", 6, true, "Chinese" },
		     { "😀", 4, true, "emoji" },
		     { "a\0b", 3, false, "NUL" },
		     { "\xc0\x80", 2, false, "overlong NUL" },
		     { "\xc1\xbf", 2, false, "overlong" },
		     { "\xe0\x80\x80", 3, false, "overlong 3" },
		     { "\xed\xa0\x80", 3, false, "surrogate" },
		     { "\xf4\x90\x80\x80", 4, false, "above U+10FFFF" },
		     { "\xf5\x80\x80\x80", 4, false, "F5" },
		     { "\xe4\xbd", 2, false, "cut off" },
		     { "\x80", 1, false, "lone continuation" },
		     { "\xef\xbf\xbf", 3, true, "U+FFFF" } };

	for (size_t i = 0; i < COUNT(rows); i++)
		ok(utf8_valid(rows[i].bytes, rows[i].n) == rows[i].valid, "%s", rows[i].why);
	ok_int(utf8_count("你好a😀", 11), 4);
	ok_int(utf8_cut("你好a", 7, 2), 6);
	ok_int(utf8_cut("你好", 6, 9), 6);
}

static void check_int(void)
{
	static const struct {
		const char *text;
		bool good;
		int64_t value;
	} rows[] = { { "0", true, 0 },
		     { "-1", true, -1 },
		     { "9223372036854775807", true, INT64_MAX },
		     { "-9223372036854775808", true, INT64_MIN },
		     { "9223372036854775808", false, 0 },
		     { "", false, 0 },
		     { "-", false, 0 },
		     { "1a", false, 0 },
		     { " 1", false, 0 },
		     { "+1", false, 0 } };

	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t v = 0;
		bool good = parse_int(rows[i].text, strlen(rows[i].text), &v);
		ok(good == rows[i].good && (!good || v == rows[i].value), "<%s>", rows[i].text);
	}
}

static void check_base64(void)
{
	char out[64], back[64];

	for (size_t n = 0; n < 40; n++) {
		char bytes[40];
		for (size_t i = 0; i < n; i++)
			bytes[i] = (char)(i * 37 + n);
		size_t len = b64url_enc(out, bytes, n);
		ok_int(b64url_dec(back, sizeof(back), out, len), (long)n);
		ok(n == 0 || memcmp(bytes, back, n) == 0, "%zu bytes", n);
	}
	ok_int(b64url_dec(back, 64, "QQ==", 4), -1);
	ok_int(b64url_dec(back, 64, "QR", 2), -1); /* spare bits */
	ok_int(b64url_dec(back, 64, "A", 1), -1);
	ok_int(b64url_dec(back, 64, "a+b/", 4), -1);
	ok_int(b64url_dec(back, 2, "AAAA", 4), -1);
}

static void check_percent(struct arena *mem)
{
	static const struct {
		const char *in, *want;
		bool plus;
	} rows[] = { { "a%20b", "a b", false },    { "a+b", "a b", true }, { "a+b", "a+b", false },
		     { "%E4%BD%A0", "你", false }, { "%00", NULL, false }, { "%ff", NULL, false },
		     { "%2", NULL, false },        { "%zz", NULL, false }, { "kehu_001%3Akefu_001", "kehu_001:kefu_001", false } };

	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *got = percent_decode(mem, rows[i].in, strlen(rows[i].in), rows[i].plus);
		ok(rows[i].want == NULL ? got == NULL : got != NULL && strcmp(got, rows[i].want) == 0, "%s", rows[i].in);
	}
}

static void check_time(void)
{
	static const struct {
		const char *text;
		bool good;
		int64_t ms;
	} rows[] = { { "1970-01-01T00:00:00Z", true, 0 },
		     { "2024-01-01", true, 1704067200000 },
		     { "2024-02-29T10:00:00.5+08:00", true, 1709172000500 },
		     { "2023-02-29", false, 0 },
		     { "2024-13-01", false, 0 },
		     { "2024-01-01T25:00:00Z", false, 0 },
		     { "2024-01-01Tx", false, 0 },
		     { "2024-01-01T10:00:00+99:00", false, 0 },
		     { "", false, 0 },
		     { "2024-01-01T10:00:00Zx", false, 0 } };

	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t ms = -1;
		bool good = iso_parse(rows[i].text, &ms);
		ok(good == rows[i].good && (!good || ms == rows[i].ms), "%s: %lld", rows[i].text, (long long)ms);
	}
	ok_int(day_start(1704067200000 + 5, 0), 1704067200000);
	ok_int(day_start(1704067200000, 8 * 3600), 1704067200000 - 8 * 3600000);
}

static void check_words(struct arena *mem)
{
	static const struct {
		const char *mail;
		bool good;
	} mails[] = { { "a@b.cn", true },
		      { "admin@example.com", true },
		      { "a@b", false },
		      { "@b.c", false },
		      { "a b@c.d", false },
		      { "a@b..c", false },
		      { "a.@b.c", false },
		      { "", false },
		      { "a@b.c\r\nBcc: x@y.z", false },
		      { "\"<x>\"@b.c", false } };

	for (size_t i = 0; i < COUNT(mails); i++)
		ok(email_valid(mails[i].mail) == mails[i].good, "%s", mails[i].mail);
	ok_str(text_trim(mem, " \xe3\x80\x80 你 好\xc2\xa0\n"), "你 好");
	ok(text_ascii("") && text_ascii("a~ 1") && !text_ascii("a\xc3\xa9") && !text_ascii("\xe4\xb8\xad"), "ascii");
	ok(text_blank(" \t\xe3\x80\x80") && !text_blank(" x"), "blank");
	ok_str(pick_lang("en-US,en;q=0.9,zh;q=0.8"), "en");
	ok_str(pick_lang("zh-CN,zh;q=0.9,en;q=0.8"), "zh");
	ok_str(pick_lang("fr"), "zh");
	ok_str(pick_lang(NULL), "zh");
	ok_int(strlen(random_id(mem, "sess_", 22)), 27);
	ok(strcmp(random_id(mem, "", 22), random_id(mem, "", 22)) != 0, "two ids differ");
	ok_int(strlen(uuid4(mem)), 36);
}

int main(void)
{
	struct arena mem = { 0 };

	check_utf8();
	check_int();
	check_base64();
	check_percent(&mem);
	check_time();
	check_words(&mem);
	arena_free(&mem);
	return ok_end();
}
