/* multipart.h: multipart/form-data (RFC 7578) as it arrives: bytes in, parts out, in constant memory. Pure. */
#ifndef MULTIPART_H
#define MULTIPART_H
#include <stdbool.h>
#include <stddef.h>

enum { MULTIPART_NAME = 256, MULTIPART_BOUNDARY = 70, MULTIPART_HEADERS = 4096, MULTIPART_CHUNK = 8192 };
struct part {
	char name[MULTIPART_NAME];
	char filename[MULTIPART_NAME]; /* without folders and control characters; valid UTF-8 */
	bool is_file;                  /* a filename was given */
};
struct multipart_sink { /* each may say false: then multipart_feed() does */
	bool (*begin)(void *arg, const struct part *);
	bool (*data)(void *arg, const char *, size_t);
	bool (*end)(void *arg);
	void *arg;
};
struct multipart {
	struct multipart_sink sink;
	char delimiter[MULTIPART_BOUNDARY + 5]; /* CR LF - - boundary */
	size_t delimiter_len;
	enum { MULTIPART_PREAMBLE, MULTIPART_DELIMITED, MULTIPART_IN_HEADERS, MULTIPART_IN_BODY, MULTIPART_END } state;
	char held[MULTIPART_CHUNK + MULTIPART_HEADERS + MULTIPART_BOUNDARY];
	size_t n;
};

/* The boundary of a Content-Type, "" when it is not multipart/form-data or malformed. */
bool multipart_boundary(const char *content_type, char out[static MULTIPART_BOUNDARY + 1]);
void multipart_init(struct multipart *, const char *boundary, const struct multipart_sink *);
bool multipart_feed(struct multipart *, const char *, size_t); /* false: malformed, or the sink refused */
bool multipart_done(const struct multipart *);                 /* the closing delimiter was there */
/* A file's name without its folders, control characters, and what does not fit in n bytes (cut before the extension). */
void file_name_clean(const char *, size_t len, char *out, size_t n);
#endif
