#include "../../../../lib/domain/direct_session.c"
#include "../../ok.h"

/* The name of a session that is no key: made of the uuid and read back; keys, which look alike, are not taken for names. */
int main(void)
{
	static const char uuid[] = "0f8fad5b-d9cb-469f-a165-70867728950e";
	static const char *const keys[] = { "sess_Lyz2U1vUtvYqSsMsBpNg54",
					    "sess_",
					    "",
					    "sess_0f8fad5bd9cb469fa16570867728950",
					    "sess_0f8fad5bd9cb469fa16570867728950ee",
					    "sess_0F8FAD5BD9CB469FA16570867728950E",
					    "sess_0f8fad5bd9cb469fa16570867728950g",
					    "0f8fad5bd9cb469fa16570867728950e",
					    "kehu_001:kefu_001" };
	struct arena mem = { 0 };
	struct ctx c = { .mem = &mem };

	ok_str(session_handle(&mem, uuid), "sess_0f8fad5bd9cb469fa16570867728950e");
	ok_str(session_handle_uuid(&mem, session_handle(&mem, uuid)), uuid);
	for (size_t i = 0; i < COUNT(keys); i++)
		ok(session_handle_uuid(&mem, keys[i]) == NULL, "%s is a key", keys[i]);
	ok_str(type_metadata(&c, "a\"b"), "{\"session_type\":\"a\\\"b\"}");
	ok(type_metadata(&c, "") == NULL && type_metadata(&c, NULL) == NULL, "nothing to keep");
	ok(name_ok("user.name@example-1_x") && !name_ok("a b") && !name_ok("a/b") && !name_ok("名"), "names");
	arena_free(&mem);
	return ok_end();
}
