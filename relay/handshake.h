/* handshake.h: the opening of a WebSocket (RFC 6455 section 4.2), as a pure function over bytes. */
#ifndef HANDSHAKE_H
#define HANDSHAKE_H
#include "../lib/core/core.h"

enum { HANDSHAKE_MAX = 8192 };
struct span {
	const char *p; /* into the request's bytes; NULL = absent */
	size_t n;
};
struct handshake {
	struct span path, query, host, origin, authorization, user_agent, language, forwarded, key;
	bool upgrade; /* asks for a WebSocket; otherwise an ordinary request */
	size_t used;  /* bytes of the request */
};
/* 0 = more bytes are needed; 101 = good; 200 = an ordinary GET; else the status to refuse with: 400, 405, 426, 431, 505. */
int handshake_parse(const char *, size_t n, struct handshake *);
void handshake_accept(char out[static 29], struct span key); /* Sec-WebSocket-Accept */
/* origins: "*" = any, "" = the request's own host only, else a comma list. No Origin header: not a browser, allowed. */
bool origin_allowed(const char *origins, struct span origin, struct span host);
bool span_is(struct span, const char *);
#endif
