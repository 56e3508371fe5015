#include "../../../../lib/http/decode.h"
#include "../../../../lib/core/text.h"
#include "../../ok.h"

static void check_path(struct arena *mem)
{
	static const struct {
		const char *pattern, *path;
		int names; /* -1 = no match */
		const char *first;
	} rows[] = { { "/a/:b", "/a/x", 1, "x" },
		     { "/a/:b", "/a/", -1, "" },
		     { "/a/:b", "/a/x/y", -1, "" },
		     { "/a/:b/c", "/a/x/c", 1, "x" },
		     { "/a", "/a", 0, "" },
		     { "/a", "/a/", -1, "" },
		     { "/s/:id", "/s/kehu_001%3Akefu_001", 1, "kehu_001:kefu_001" },
		     { "/s/:id", "/s/a%2Fb", 1, "a/b" } };

	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *keys[4] = { 0 }, *values[4] = { 0 };
		struct pairs p = { keys, values, 0 };
		bool match = path_match(mem, rows[i].pattern, rows[i].path, &p, 4);
		ok(match == (rows[i].names >= 0), "%s %s", rows[i].pattern, rows[i].path);
		if (match && rows[i].names > 0)
			ok_str(values[0], rows[i].first);
	}
}

int main(void)
{
	struct arena mem = { 0 };
	struct pairs p;
	char many[1000] = "";

	check_path(&mem);
	ok(decode_query(&mem, "a=1&b=%E4%BD%A0&c&&d=x+y", &p) && p.n == 4, "four pairs");
	ok_str(p.values[1], "你");
	ok_str(p.values[2], "");
	ok_str(p.values[3], "x y");
	ok(!decode_query(&mem, "a=%zz", &p) && !decode_query(&mem, "a=%ff", &p) && !decode_query(&mem, "%00=1", &p), "refused");
	for (int i = 0; i < 101; i++)
		strcat(many, "a=1&");
	ok(!decode_query(&mem, many, &p), "too many");
	ok(is_json_type("") && is_json_type("application/json") && is_json_type("Application/JSON; charset=utf-8") &&
		   is_json_type("application/problem+json"),
	   "JSON");
	ok(!is_json_type("text/json") && !is_json_type("application/x-www-form-urlencoded") && !is_json_type("application/jsonx"),
	   "not JSON");
	ok(token_in_list("a, b ,c", "b") && !token_in_list("ab", "a") && !token_in_list("", "") && !token_in_list(",,", ""),
	   "lists");
	arena_free(&mem);
	return ok_end();
}
