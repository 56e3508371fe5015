/* A form cut anywhere must be read as the whole is, whatever its bytes. */
#include "../../lib/file/multipart.h"
#include "../../lib/core/buf.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool begin(void *arg, const struct part *p)
{
	buf_printf(arg, "\001%s\002%s\002%d", p->name, p->filename, p->is_file);
	return p->name[0] != '!';
}

static bool data(void *arg, const char *s, size_t n)
{
	buf_add(arg, s, n);
	return true;
}

static bool end(void *arg)
{
	buf_chr(arg, '\003');
	return true;
}

static bool parse(struct buf *b, const char *s, size_t n, size_t each)
{
	struct multipart *m = malloc(sizeof(*m));
	bool good = true;

	if (m == NULL)
		abort();
	multipart_init(m, "b", &(struct multipart_sink){ begin, data, end, b });
	for (size_t i = 0; i < n && good; i += each)
		good = multipart_feed(m, s + i, n - i < each ? n - i : each);
	good = good && multipart_done(m);
	free(m);
	return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	struct buf whole = { 0 }, cut = { 0 };

	if (n < 1)
		return 0;
	bool one = parse(&whole, (const char *)in + 1, n - 1, n), two = parse(&cut, (const char *)in + 1, n - 1, 1 + in[0] % 37);
	/* What was passed on before a mistake was found may differ by where it was cut; the outcome may not. */
	if (one != two || (one && (whole.len != cut.len || (cut.len > 0 && memcmp(whole.data, cut.data, whole.len) != 0))))
		abort();
	buf_free(&whole);
	buf_free(&cut);
	return 0;
}
