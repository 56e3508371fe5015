/* sse.h: server-sent events out of bytes that come cut anywhere. Pure. */
#ifndef SSE_H
#define SSE_H
#include "../lib/core/buf.h"

enum { SSE_MAX = 1 << 20 }; /* bytes of one event */
struct sse {
	struct buf line, data;
	bool begun, has_data, after_cr;
};
/* An event's data lines, joined. False: enough was heard. */
typedef bool sse_fn(void *arg, const char *data, size_t n);

/* False: the function said so, or an event is longer than SSE_MAX. */
bool sse_feed(struct sse *, const char *, size_t, sse_fn *, void *arg);
/* The bytes have ended: so has the last event, though no empty line says it. */
bool sse_end(struct sse *, sse_fn *, void *arg);
void sse_free(struct sse *);
#endif
