#include "../../relay/blocks.c"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const char *at = (const char *)p, *end = at + n;
	struct block b;

	while (block_next(&at, end, &b) == 1)
		for (size_t i = 0; i < b.n; i++)
			if (b.words[i].p < (const char *)p || b.words[i].p + b.words[i].n > end)
				__builtin_trap();
	return 0;
}
