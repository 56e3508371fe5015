/* partial.h: a file that comes in pieces, below DESKBELL_VAR/files/part. What lies on disk is what was received, whoever died
   meanwhile; one process writes at a time. */
#ifndef PARTIAL_H
#define PARTIAL_H
#include "../core/core.h"

struct partial {
	int fd;
	char *path;
	int64_t size;
};
/* Of what was received; 0 when nothing was, -1 and errno when it cannot be told. */
int64_t partial_size(struct arena *, const char *dir, const char *id);
/* For appending, held until the arena is reset. False and errno; EWOULDBLOCK: another process holds it. */
MUST bool partial_open(struct arena *, const char *dir, const char *id, struct partial *);
MUST bool partial_append(struct partial *, const void *, size_t); /* false: the bytes that are there stay */
/* A place beside it for bytes that are not known to be good yet, empty; gone when the arena is reset. */
MUST bool partial_beside(struct arena *, const struct partial *, struct partial *);
MUST bool partial_join(struct partial *, const struct partial *beside); /* they are: behind what is there */
MUST bool partial_sync(struct partial *);
void partial_remove(struct partial *);
/* Those that nobody wrote to since that moment (ms), unless they are held. */
void partial_sweep(struct arena *, const char *dir, int64_t before);
#endif
