#include "../../lib/http/decode.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena mem = { 0 };
	struct pairs out;
	const char *keys[4], *values[4];
	struct pairs path = { keys, values, 0 };
	const char *text = arena_strndup(&mem, (const char *)p, n);

	if (decode_query(&mem, text, &out))
		for (size_t i = 0; i < out.n; i++)
			if (strlen(out.keys[i]) + strlen(out.values[i]) > n)
				__builtin_trap();
	path_match(&mem, "/api/v1/:a/x/:b", text, &path, 4);
	arena_free(&mem);
	return 0;
}
