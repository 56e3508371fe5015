#include "../../lib/auth/auth.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct keyring *ring;
	struct arena mem = { 0 };
	char why[100];

	if (ring == NULL)
		ring = keyring_open("a:0123456789abcdef0123456789abcdef", "", why, sizeof(why));
	if (jwt_read(&mem, ring, (const char *)p, n, 1500) != NULL)
		__builtin_trap(); /* no input without the key may pass */
	const char *text = arena_strndup(&mem, (const char *)p, n);
	if (ticket_read(&mem, ring, text) != NULL)
		__builtin_trap();
	arena_free(&mem);
	return 0;
}
