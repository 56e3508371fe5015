/* buf.h: an append-only byte buffer; the JSON printer and every envelope write into one. */
#ifndef BUF_H
#define BUF_H
#include "core.h"

struct buf {
	char *data; /* malloc'ed, kept between requests by buf_clear() */
	size_t len, cap;
};
void buf_clear(struct buf *);
void buf_free(struct buf *);
void buf_room(struct buf *, size_t n); /* make space for n more bytes; aborts when memory is out */
void buf_add(struct buf *, const void *, size_t);
void buf_str(struct buf *, const char *);
void buf_chr(struct buf *, char);
void buf_int(struct buf *, int64_t);
void buf_printf(struct buf *, const char *, ...) __attribute__((format(printf, 2, 3)));
/* A JSON string with its quotes; s is UTF-8 of n bytes. Escapes ", \, controls, U+2028/9, and "</" for safety in pages. */
void buf_json(struct buf *, const char *s, size_t n);
/* "2024-01-01T10:00:00Z" (no quotes), ms since the epoch, UTC. */
void buf_time(struct buf *, int64_t ms);
/* The bytes as a NUL-terminated string owned by the buffer, valid until the next append. */
const char *buf_text(struct buf *);
#endif
