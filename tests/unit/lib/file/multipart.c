#include "../../../../lib/file/multipart.c"
#include "../../../../lib/core/buf.h"
#include "../../ok.h"
#include <stdlib.h>

struct log {
	struct buf b;
};

static bool begin(void *arg, const struct part *p)
{
	struct log *l = arg;

	buf_printf(&l->b, p->is_file ? "<%s|%s>" : "<%s>", p->name, p->filename);
	return strcmp(p->name, "refused") != 0;
}

static bool data(void *arg, const char *s, size_t n)
{
	buf_add(&((struct log *)arg)->b, s, n);
	return true;
}

static bool end(void *arg)
{
	buf_str(&((struct log *)arg)->b, ";");
	return true;
}

/* In pieces of `each` bytes: the outcome must not depend on where they are cut. */
static const char *parse(struct log *l, const char *boundary, const char *body, size_t n, size_t each)
{
	static const struct multipart_sink none;
	struct multipart_sink sink = none;
	struct multipart m;
	bool good = true;

	sink.begin = begin;
	sink.data = data;
	sink.end = end;
	sink.arg = l;
	buf_clear(&l->b);
	multipart_init(&m, boundary, &sink);
	for (size_t i = 0; i < n && good; i += each)
		good = multipart_feed(&m, body + i, n - i < each ? n - i : each);
	if (!good || !multipart_done(&m))
		buf_str(&l->b, good ? "!open" : "!bad");
	return buf_text(&l->b);
}

#define FIELD_A "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"
#define FILE_F "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.txt\"\r\nContent-Type: text/plain\r\n\r\n"
static const struct {
	const char *body, *want;
} bodies[] = {
	{ FIELD_A "one\r\n--b--\r\n", "<a>one;" },
	{ FIELD_A "\r\n--b--", "<a>;" },
	{ "preamble\r\n" FIELD_A "one\r\n" FILE_F "two\r\nlines\r\n--b--\r\nepilogue", "<a>one;<f|x.txt>two\r\nlines;" },
	{ FIELD_A "\r\n--bb\r\n--b-\r\n--\r\n--b--", "<a>;!bad" }, /* a delimiter with something behind it */
	{ FIELD_A "\r\n--c\r\n-\r\n--b--", "<a>\r\n--c\r\n-;" },
	{ "--b\r\nContent-Disposition: form-data; filename=\"..\\\\..\\\\up.png\"; name=f\r\n\r\n1\r\n--b--", "<f|up.png>1;" },
	{ "--b\r\ncontent-disposition: form-data; name=\"f\"; filename=\"a; name=z.pdf\"\r\n\r\n1\r\n--b--",
	  "<f|a; name=z.pdf>1;" },
	{ "--b\r\nContent-Type: text/plain\r\n\r\n1\r\n--b--", "!bad" },
	{ "--b\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n1\r\n--b--", "!bad" },
	{ "--b\r\nContent-Disposition: form-data; name=\"refused\"\r\n\r\n1\r\n--b--", "<refused>!bad" },
	{ "--bX\r\n", "!bad" },
	{ FIELD_A "one\r\n--b", "<a>one;!open" },
	{ FIELD_A "one", NULL },
	{ "", "!open" },
};

static void check_bodies(struct log *l)
{
	for (size_t i = 0; i < COUNT(bodies); i++)
		for (size_t each = 1; each < 90; each += each < 8 ? 1 : 27) {
			const char *got = parse(l, "b", bodies[i].body, strlen(bodies[i].body), each);
			if (bodies[i].want != NULL)
				ok(strcmp(got, bodies[i].want) == 0, "body %zu in pieces of %zu: %s", i, each, got);
			else
				ok(strstr(got, "!open") != NULL, "body %zu is open", i);
		}
}

static const struct {
	const char *type, *want;
} types[] = {
	{ "multipart/form-data; boundary=abc", "abc" },
	{ "Multipart/Form-Data;charset=utf-8; boundary=\"a b\"", "a b" },
	{ "multipart/form-data; boundary=abc; x=y", "abc" },
	{ "multipart/form-data", "" },
	{ "multipart/form-data; boundary=", "" },
	{ "multipart/mixed; boundary=abc", "" },
	{ "multipart/form-data; boundary=1234567890123456789012345678901234567890123456789012345678901234567890x", "" },
	{ "application/json", "" },
	{ "", "" },
};

static const struct {
	const char *name, *want;
} names[] = {
	{ "photo.jpg", "photo.jpg" },
	{ "C:\\fakepath\\a.png", "a.png" },
	{ "../../etc/passwd", "passwd" },
	{ "图片 1.png", "图片 1.png" },
	{ "a\r\nb\"c.txt", "abc.txt" },
	{ "..", "file" },
	{ "", "file" },
	{ "dir/", "file" },
	{ ".hidden", ".hidden" },
	{ "bad\xff.txt", "bad_.txt" },
	{ "很长很长很长的名字.docx", "很长很长.docx" },
	{ "abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrs" },
};

int main(void)
{
	struct log l = { 0 };
	char boundary[MULTIPART_BOUNDARY + 1], name[20];
	const char *got;

	check_bodies(&l);
	for (size_t i = 0; i < COUNT(types); i++) {
		ok(multipart_boundary(types[i].type, boundary) == (*types[i].want != '\0'), "%s", types[i].type);
		got = boundary;
		ok_str(got, types[i].want);
	}
	for (size_t i = 0; i < COUNT(names); i++) {
		file_name_clean(names[i].name, strlen(names[i].name), name, sizeof(name));
		got = name;
		ok_str(got, names[i].want);
	}
	char *big = calloc(1, 300000);
	int head = sprintf(big, "%s", FILE_F);
	memset(big + head, '\r', 200000);
	memcpy(big + head + 200000, "\r\n--b--", 7);
	got = parse(&l, "b", big, (size_t)head + 200007, 5000);
	ok(strlen(got) == 200000 + strlen("<f|x.txt>;"), "200,000 bytes that look like a delimiter's beginning: %zu", strlen(got));
	memset(big, 'h', 20000);
	memcpy(big, "--b\r\n", 5);
	ok(strcmp(parse(&l, "b", big, 20000, 700), "!bad") == 0, "headers without an end");
	free(big);
	buf_free(&l.b);
	return ok_end();
}
