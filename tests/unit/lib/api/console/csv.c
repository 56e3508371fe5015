#include "../../../../../lib/api/console/csv.c"
#include "../../../ok.h"
#include <math.h>

struct inner {
	const char *name;
};
struct row {
	int64_t n;
	double mean;
	struct inner who;
	struct list left_out;
	const char *note;
};
static const struct field inner_f[] = { FIELD(inner, name, "full_name", as_text) };
static const struct spec inner = SPEC("Inner", inner, inner_f);
static const struct field row_f[] = { FIELD(row, n, "n", as_int), FIELD(row, mean, "mean", as_real),
				      FIELD(row, who, "agent", as_object, .arg = &inner),
				      FIELD(row, left_out, "list", as_list, .arg = &inner), FIELD(row, note, "note", as_str) };
static const struct spec row = SPEC("Row", row, row_f);

int main(void)
{
	static const struct row rows[] = {
		{ 1, 1.5, { "客服小王" }, { 0 }, NULL },
		{ 2, NAN, { "=1+1" }, { 0 }, "a,b" },
		{ 3, 0, { "say \"hi\"" }, { 0 }, "two\nlines" },
		{ 4, 0, { "@x" }, { 0 }, "-5" },
		{ 5, 0, { NULL }, { 0 }, "+8\"" },
		{ 6, 0, { "\tx" }, { 0 }, "plain = text" },
	};
	const struct list l = { (void *)(uintptr_t)rows, COUNT(rows) };
	struct buf b = { 0 };

	csv_table(&b, &row, &l);
	ok_str(buf_text(&b), "\xef\xbb\xbf"
			     "n,mean,agent_full_name,note\r\n"
			     "1,1.5,客服小王,\r\n"
			     "2,,'=1+1,\"a,b\"\r\n"
			     "3,0,\"say \"\"hi\"\"\",\"two\nlines\"\r\n"
			     "4,0,'@x,'-5\r\n"
			     "5,0,,\"'+8\"\"\"\r\n"
			     "6,0,'\tx,plain = text\r\n");
	buf_free(&b);
	return ok_end();
}
