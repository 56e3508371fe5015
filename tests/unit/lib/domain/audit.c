/* What an action is called, and details as JSON. */
#include "../../../../lib/domain/audit.c"
#include "../../ok.h"

int main(void)
{
	static const struct {
		const char *text;
		bool good;
	} rows[] = {
		{ "conversation:assign", true },
		{ "canned_response:create", true },
		{ "a:b", true },
		{ "conversation", false },
		{ ":assign", false },
		{ "conversation:", false },
		{ "a:b:c", false },
		{ "A:b", false },
		{ "a:b ", false },
		{ "", false },
	};
	struct arena mem = { 0 };
	struct ctx c = { .mem = &mem };

	for (size_t i = 0; i < COUNT(rows); i++)
		ok(action_ok(rows[i].text) == rows[i].good, "%s", rows[i].text);
	ok_str(audit_named(&c, "title", "VIP"), "{\"title\":\"VIP\"}");
	ok_str(audit_named(&c, "title", "a\"b\\c\n"), "{\"title\":\"a\\\"b\\\\c\\n\"}");
	ok_str(audit_named(&c, "title", ""), "{\"title\":\"\"}");
	arena_free(&mem);
	return ok_end();
}
