#include "../../../worker/heard.c"
#include "../ok.h"

static struct heard h;

static size_t look(const int64_t *ids, size_t n, int64_t now, int64_t *missing)
{
	return heard_missing(&h, ids, n, now, missing, 8);
}

static void payloads(void)
{
	static const char blocks[] =
		"E 7 1 101\nT 12 a b\nE 1 1 999\nxx\n.\nE - 0 0\nT 2 c\n{}\n.\nK 4401 out x\nE -3 9 102\nT 0 c\n\n.\n";
	static const char cut[] = "E 7 1 201\nT 500 a\nE 1 1 202\n";

	heard_forget(&h, 0);
	heard_payload(&h, blocks, sizeof(blocks) - 1);
	ok(heard_has(&h, 101) && heard_has(&h, 102), "E lines count");
	ok(!heard_has(&h, 999), "what a frame holds is no E line");
	heard_payload(&h, cut, sizeof(cut) - 1);
	ok(heard_has(&h, 201) && !heard_has(&h, 202), "a cut payload ends there");
	heard_payload(&h, "E", 1);
	heard_payload(&h, "", 0);
}

static void missing(void)
{
	int64_t out[8];
	const int64_t first[] = { 11, 12, 13 }, later[] = { 13, 14, 16 };

	heard_forget(&h, 10);
	heard_note(&h, 11);
	heard_note(&h, 12);
	ok_int(look(first, 3, 0, out), 0);
	ok_int(h.mark, 12);
	ok_int(look(first + 2, 1, 1000, out), 0);
	ok_int(look(first + 2, 1, 2000, out), 1);
	ok_int(out[0], 13);
	ok_int(h.mark, 12);
	heard_note(&h, 13); /* told again, and heard this time */
	heard_note(&h, 14);
	heard_note(&h, 16); /* 15 is not committed yet, or never */
	ok_int(look(later, 3, 3000, out), 0);
	ok_int(h.mark, 14);
	const int64_t filled[] = { 15, 16 };
	ok_int(look(filled, 2, 30000, out), 1);
	ok_int(out[0], 15);
	ok_int(look(filled, 2, 63001, out), 1);
	ok_int(h.mark, 16);
	ok_int(look(NULL, 0, 64000, out), 0);
}

static void many(void)
{
	int64_t out[8], ids[20];

	heard_forget(&h, 0);
	for (size_t i = 0; i < COUNT(ids); i++)
		ids[i] = (int64_t)i + 1;
	look(ids, COUNT(ids), 0, out);
	ok_int(look(ids, COUNT(ids), 5000, out), 8);
	for (int64_t t = 0; t < 1000; t++) /* the samples stay bounded */
		look(ids, COUNT(ids), 6000 + t, out);
	ok(h.n <= SAMPLES_MAX, "%zu samples", h.n);
}

int main(void)
{
	payloads();
	missing();
	many();
	return ok_end();
}
