#include "../../../relay/handshake.c"
#include "../ok.h"

#define GOOD                                                                                                                       \
	"Host: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "     \
	"dGhlIHNhbXBsZSBub25jZQ==\r\n"

int main(void)
{
	static const struct {
		const char *bytes;
		int status;
	} rows[] = {
		{ "GET /ws HTTP/1.1\r\n" GOOD "\r\n", 101 },
		{ "GET /ws?token=a HTTP/1.1\r\n" GOOD "\r\n", 101 },
		{ "GET /ws HTTP/1.1\r\n" GOOD, 0 },
		{ "", 0 },
		{ "POST /ws HTTP/1.1\r\n" GOOD "\r\n", 405 },
		{ "GET /ws HTTP/1.0\r\n" GOOD "\r\n", 505 },
		{ "GET ws HTTP/1.1\r\n" GOOD "\r\n", 400 },
		{ "GET /a b HTTP/1.1\r\n" GOOD "\r\n", 505 },
		{ "GET /ws HTTP/1.1\r\n" GOOD "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", 400 },
		{ "GET /ws HTTP/1.1\r\n" GOOD "bad line\r\n\r\n", 400 },
		{ "GET /ws HTTP/1.1\r\n" GOOD "X: a\x01\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 200 },
		{ "GET / HTTP/1.1\r\n\r\n", 400 },
		{ "\r\n\r\n", 400 },
		{ "GET\r\n\r\n", 400 },
		{ "GET /\x80 HTTP/1.1\r\nHost: x\r\n\r\n", 400 },
	};
	struct handshake h;
	char accept[29], big[9000];

	for (size_t i = 0; i < COUNT(rows); i++)
		ok(handshake_parse(rows[i].bytes, strlen(rows[i].bytes), &h) == rows[i].status, "%s: %d", rows[i].bytes,
		   handshake_parse(rows[i].bytes, strlen(rows[i].bytes), &h));
	/* Every prefix of a good request asks for more. */
	for (size_t n = 0; n < strlen(rows[0].bytes); n++)
		ok(handshake_parse(rows[0].bytes, n, &h) == 0, "%zu bytes", n);
	memset(big, 'a', sizeof(big));
	ok_int(handshake_parse(big, sizeof(big), &h), 431);
	handshake_accept(accept, (struct span){ "dGhlIHNhbXBsZSBub25jZQ==", 24 });
	ok_str(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="); /* RFC 6455, 1.3 */
#define SPAN(s) (struct span){ s, strlen(s) }
	ok(origin_allowed("", SPAN("http://shop.example"), SPAN("shop.example")) &&
		   !origin_allowed("", SPAN("http://evil.example"), SPAN("shop.example")),
	   "own host");
	ok(origin_allowed("*", SPAN("http://any"), SPAN("x")) &&
		   origin_allowed("https://a.b, https://c.d", SPAN("https://c.d"), SPAN("x")),
	   "listed");
	ok(origin_allowed("", (struct span){ 0 }, SPAN("x")) && !origin_allowed("", SPAN("null"), SPAN("x")), "none, and null");
	return ok_end();
}
