// How deep long conversations are looked into.
#include "../../../../lib/domain/message_admin.c"
#include "../../ok.h"

static int64_t depth_of(const int64_t *lengths, size_t n)
{
	struct talk talks[8] = { 0 };

	for (size_t i = 0; i < n; i++)
		talks[i] = (struct talk){ (int64_t)i + 1, lengths[i] };
	return depth(&(struct list){ talks, n });
}

int main(void)
{
	enum { ALL = MESSAGE_LOOKED };
	static const struct {
		const char *what;
		int64_t lengths[8], want;
		size_t n;
	} cases[] = {
		{ "nothing found", { 0 }, ALL, 0 },
		{ "short ones are read whole", { 3, 20, 0, 7 }, ALL, 4 },
		{ "one that just fits", { ALL }, ALL, 1 },
		{ "one that is too long", { ALL * 5 }, ALL, 1 },
		{ "two long ones share", { ALL, ALL }, ALL / 2, 2 },
		{ "what a short one leaves is for the long ones", { 1000, ALL, ALL }, (ALL - 1000) / 2, 3 },
		{ "alike lengths", { ALL / 4, ALL / 4, ALL / 4, ALL / 4 }, ALL, 4 },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		ok(depth_of(cases[i].lengths, cases[i].n) == cases[i].want, "%s: %lld, not %lld", cases[i].what,
		   (long long)depth_of(cases[i].lengths, cases[i].n), (long long)cases[i].want);

	struct hit hits[] = { { 1, false }, { 9, false }, { 4, true }, { 7, true } };
	qsort(hits, COUNT(hits), sizeof(*hits), better);
	const int64_t order[] = { 7, 4, 9, 1 };
	for (size_t i = 0; i < COUNT(hits); i++)
		ok_int(hits[i].id, order[i]);
	return ok_end();
}
