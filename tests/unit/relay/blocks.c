#include "../../../relay/blocks.c"
#include "../ok.h"

int main(void)
{
	static const struct {
		const char *bytes;
		int last; /* what the last call says */
		int n;
	} rows[] = { { "", 0, 0 },
		     { "H\nG\n", 0, 2 },
		     { "F 2\nhi\n", 0, 1 },
		     { "F 2\nhi", -1, 0 },
		     { "F 3\nhi\n", -1, 0 },
		     { "F -1\n\n", -1, 0 },
		     { "F x\n\n", -1, 0 },
		     { "E 5 1 9\nT 2 a b\nxx\n.\n", 0, 3 },
		     { "E 5 1\n", -1, 0 },
		     { "Z 1\n", -1, 0 },
		     { "J a  b\n", -1, 0 },
		     { "J\n", -1, 0 },
		     { "H", -1, 0 },
		     { "S 1 5 7\nx\n", 0, 1 },
		     { "F 9223372036854775807\n\n", -1, 0 },
		     { "E - 0 0\n.\n", 0, 2 },
		     { "E -6 1 9\n.\n", 0, 2 },
		     { "E x 1 9\n.\n", -1, 0 },
		     { "E 5x 1 9\n.\n", -1, 0 },
		     { "E 5 -1 9\n.\n", -1, 0 },
		     { "E 5 1 x\n.\n", -1, 0 },
		     { "D -6 2\nD 5 2 9\n", 0, 2 },
		     { "D 5 x\n", -1, 0 },
		     { "D 5 -1\n", -1, 0 },
		     { "D 5 2 x\n", -1, 0 },
		     { "S 0 -6 x\n\n", -1, 0 },
		     { "M 5 -\n", -1, 0 },
		     { "X out 4401\n", -1, 0 },
		     { "X 4401 out\nK 4401 out c\n", 0, 2 } };

	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *p = rows[i].bytes, *end = p + strlen(p);
		struct block b;
		int n = 0, got;
		while ((got = block_next(&p, end, &b)) == 1)
			n++;
		ok(got == rows[i].last && n == rows[i].n, "<%s>: %d after %d", rows[i].bytes, got, n);
	}
	const char nul[] = "J a\0b c\n", *p = nul; /* a channel's name would end before what is counted of it */
	struct block b;
	ok_int(block_next(&p, nul + sizeof(nul) - 1, &b), -1);
	return ok_end();
}
