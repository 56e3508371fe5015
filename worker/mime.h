/* mime.h: a plain text as an e-mail of RFC 5322 and 2045 to 2047. Pure. */
#ifndef MIME_H
#define MIME_H
#include "../lib/core/buf.h"
#include "../lib/core/core.h"

struct mime_person {
	const char *name, *address; /* name may be "" */
};
struct mime_text {
	struct mime_person from, to;
	const char *subject, *body; /* UTF-8; body: lines end in \n */
	const char *id, *thread;    /* left of the @ in Message-ID and References; thread: NULL = it stands alone */
	int64_t at;                 /* ms */
};
/* "Name <a@b>" or "a@b" into both parts. False: it is neither, or has what no header may have. */
MUST bool mime_person(struct arena *, const char *text, struct mime_person *);
bool mime_address_good(const char *); /* one @, no white space, control or <>" in it, at most 254 bytes, ASCII */
/* Lines end in \r\n. The addresses are good ones. */
void mime_text(struct buf *, const struct mime_text *);
#endif
