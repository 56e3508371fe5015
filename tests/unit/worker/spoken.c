#include "../../../worker/spoken.c"
#include "../ok.h"

static const struct row {
	const char *raw;
	bool ended;
	enum ai_kind kind;
	const char *shown;
} rows[] = {
	{ "Hello there.", false, AI_SURE, "Hello there." },
	{ "  \n Hello \n", false, AI_SURE, "Hello" },
	{ "", true, AI_SURE, "" },
	{ "<think>well\nso</think>\n\nYes.", false, AI_SURE, "Yes." },
	{ "<think>well", false, AI_SURE, "" },
	{ "<think>without end", true, AI_SURE, "" },
	{ "<thi", false, AI_SURE, "" },
	{ "<b>", false, AI_SURE, "<b>" },
	{ "<", true, AI_SURE, "<" },
	{ "[[UNSURE]] I do not know.", false, AI_UNSURE, "I do not know." },
	{ "<think>x</think>[[UNSURE]] I", false, AI_UNSURE, "I" },
	{ "[[UNSU", false, AI_SURE, "" },
	{ "[[UNSU", true, AI_SURE, "[[UNSU" },
	{ "[[UNSURE]]", true, AI_UNSURE, "" },
	{ "[[HUMAN]]", false, AI_HANDS_OVER, "" },
	{ "Of course. [[HUMAN]] more", false, AI_HANDS_OVER, "Of course." },
	{ "[[UNSURE]] [[HUMAN]]", false, AI_HANDS_OVER, "" },
	{ "See [1] and [[2]", false, AI_SURE, "See [1] and [[2]" },
	{ "See [", false, AI_SURE, "See" },
	{ "See [", true, AI_SURE, "See [" },
	{ "See [[HU", false, AI_SURE, "See" },
	{ "late [[UNSURE]] no", true, AI_SURE, "late" },
};

int main(void)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *r = &rows[i];
		size_t before = 0, n = strlen(r->raw);
		struct spoken s = spoken_of(r->raw, n, r->ended);
		ok(s.kind == r->kind && s.n == strlen(r->shown) && memcmp(s.text, r->shown, s.n) == 0, "%s: %d <%.*s>", r->raw,
		   (int)s.kind, (int)s.n, s.text);
		for (size_t k = 0; k <= n; k++) { /* what was shown stays */
			struct spoken part = spoken_of(r->raw, k, false);
			ok(part.n >= before, "%s at %zu", r->raw, k);
			ok(part.n <= s.n || !r->ended, "%s at %zu shows more", r->raw, k);
			before = part.n;
		}
	}
	return ok_end();
}
