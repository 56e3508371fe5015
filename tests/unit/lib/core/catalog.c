#include "../../../../lib/core/catalog.c"
#include "../../ok.h"
#include <unistd.h>

static char dir[64] = "/tmp/dbu.XXXXXX";

static void put_file(const char *name, const char *text, size_t n)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/messages.%s", dir, name);
	FILE *f = fopen(path, "wb");
	ok(f != NULL && fwrite(text, 1, n, f) == n && fclose(f) == 0, "%s", path);
}

static void remove_file(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/messages.%s", dir, name);
	unlink(path);
}

static void check_files(void)
{
	static const struct {
		const char *text;
		const char *why; /* NULL = taken */
	} rows[] = { { "", NULL },
		     { "\n\n", NULL },
		     { "# only words\n", NULL },
		     { "a = b", NULL },
		     { "a = b\r\nc = d\r\n", NULL },
		     { "\t a = b\n   # c\n", NULL },
		     { "empty = \n", NULL },
		     { "a = b = c\n", NULL },
		     { "a=b\n", ":1: not" },
		     { "fine = 1\nnot fine\n", ":2: not" },
		     { " = b\n", ":1: not" },
		     { "a = \xff\n", "not UTF-8" },
		     { "a = \xe4\xbd", "not UTF-8" } };
	char why[256];

	put_file("en", "", 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		*why = '\0';
		put_file("zh", rows[i].text, strlen(rows[i].text));
		struct catalog *t = catalog_open(dir, why, sizeof(why));
		ok((t != NULL) == (rows[i].why == NULL), "<%s>: %s", rows[i].text, why);
		if (rows[i].why != NULL)
			ok(strstr(why, rows[i].why) != NULL, "<%s>: %s", rows[i].text, why);
		catalog_close(t);
	}
	remove_file("zh");
	ok(catalog_open(dir, why, sizeof(why)) == NULL && strstr(why, "messages.zh") != NULL, "%s", why);
	catalog_close(NULL);
}

static void check_texts(void)
{
	static const char zh[] = "b.two = 二  \n# c = d\na.one = 一\nonly.zh = 只有\nempty = \nlong.key = 左 = 右\r\n";
	static const char en[] = "a.one = one\nb.two = two {0}\n";
	static const struct {
		const char *lang, *key, *text;
	} rows[] = { { "zh", "a.one", "一" },         { "en", "a.one", "one" },    { "zh", "b.two", "二" },
		     { "en", "b.two", "two {0}" },    { "en", "only.zh", "只有" }, { "fr", "a.one", "一" },
		     { NULL, "a.one", "一" },         { "en", "none", "none" },    { "zh", "c", "c" },
		     { "zh", "long.key", "左 = 右" }, { "zh", "empty", "" },       { "zh", "", "" },
		     { "en", "a.on", "a.on" },        { "en", "a.one ", "a.one " } };
	char why[256];

	put_file("zh", zh, strlen(zh));
	put_file("en", en, strlen(en));
	struct catalog *t = catalog_open(dir, why, sizeof(why));
	ok(t != NULL, "%s", why);
	for (size_t i = 0; t != NULL && i < COUNT(rows); i++)
		ok_str(catalog_text(t, rows[i].lang, rows[i].key), rows[i].text);
	ok_str(catalog_text(NULL, "en", "a.one"), "a.one");
	catalog_close(t);
}

static void check_fill(void)
{
	static const char *const args[] = { "eins", "", "很长的一段文字，很长的一段文字" };
	static const struct {
		const char *text;
		size_t n;
		const char *filled;
	} rows[] = { { "", 3, "" },
		     { "{0}", 3, "eins" },
		     { "{0}{0}{0}{0}", 3, "einseinseinseins" },
		     { "a{1}b", 3, "ab" },
		     { "{2}.{0}", 3, "很长的一段文字，很长的一段文字.eins" },
		     { "{3} {9}", 3, "{3} {9}" },
		     { "{0}", 0, "{0}" },
		     { "{", 3, "{" },
		     { "{0", 3, "{0" },
		     { "{x} }{", 3, "{x} }{" },
		     { "{{0}}", 3, "{eins}" } };
	struct arena mem = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++)
		ok_str(catalog_fill(&mem, rows[i].text, args, rows[i].n), rows[i].filled);
	/* More of a hole than room was made for is cut off between two of them, never written beyond. */
	char *many = catalog_fill(&mem, "{0}{0}{0}{0}{0}{0}{0}{0}{0}{0}", args, 1);
	ok(strlen(many) % 4 == 0 && strncmp(many, "einseinseinseins", 16) == 0, "<%s>", many);
	arena_free(&mem);
}

int main(void)
{
	ok(mkdtemp(dir) != NULL, "a folder");
	check_files();
	check_texts();
	check_fill();
	remove_file("zh");
	remove_file("en");
	rmdir(dir);
	return ok_end();
}
