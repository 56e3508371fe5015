/* strip.h: JPEG, PNG and WebP without what tells where, when and by whom a picture was taken (EXIF, XMP, GPS, comments, previews of
   what was cut off, what hangs behind the picture's end), as it arrives: bytes in, bytes out, in constant memory. Which way up the
   picture is stays, as the only entry of an EXIF block. What is none of the three passes unchanged. Pure. */
#ifndef STRIP_H
#define STRIP_H
#include "../core/core.h"

enum { STRIP_HELD = 65536 + 16 };
struct strip {
	bool (*put)(void *arg, const void *, size_t); /* false: strip_feed() says so too */
	void *arg;
	void (*step)(struct strip *); /* what to do when the run below is over */
	enum { STRIP_COLLECT, STRIP_COPY, STRIP_ZERO, STRIP_DROP, STRIP_SCAN } run;
	uint64_t left; /* bytes of the run; of STRIP_COLLECT those that are missing */
	uint64_t rest; /* WebP: of the file */
	bool failed, oriented;
	unsigned char code; /* JPEG: the segment's; */
	size_t head;        /* bytes of a chunk's head that are held before its data */
	size_t n;
	unsigned char held[STRIP_HELD];
};
void strip_init(struct strip *, bool (*put)(void *arg, const void *, size_t), void *arg);
MUST bool strip_feed(struct strip *, const void *, size_t);
MUST bool strip_end(struct strip *); /* there is no more */
#endif
