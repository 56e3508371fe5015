#include "../../relay/handshake.c"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct handshake h;
	char accept[29];

	if (handshake_parse((const char *)p, n, &h) == 101) {
		handshake_accept(accept, h.key);
		origin_allowed("https://a.b", h.origin, h.host);
	}
	return 0;
}
