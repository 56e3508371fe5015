/* blob.h: the bytes of a file, below DESKBELL_VAR/files, named by their SHA-256: written once, complete or not there. Pictures lose
   on the way what tells where they were taken (strip.h): hash and size are those of what is stored. DESIGN 9. */
#ifndef BLOB_H
#define BLOB_H
#include "../core/core.h"

enum { BLOB_NAME = 72 }; /* "ab/cdef…", 66 bytes, and the end */
struct blob;             /* one being written; dropped with the arena unless kept */
/* A name for what is not in its place yet, below dir; NULL and errno when nothing can be written there. */
MUST char *blob_aside(struct arena *, const char *dir);
/* NULL and errno when nothing can be written there. dir: DESKBELL_VAR/files. */
struct blob *blob_begin(struct arena *, const char *dir);
/* With the bytes of a file that is complete, which stays. */
struct blob *blob_copy(struct arena *, const char *dir, const char *path);
MUST bool blob_write(struct blob *, const void *, size_t); /* more may be held back until blob_finish() */
MUST bool blob_finish(struct blob *);                      /* on disk, hashed, not yet visible */
const char *blob_path(const struct blob *);
const char *blob_name(const struct blob *); /* below dir; after blob_finish */
const char *blob_sha256(const struct blob *);
int64_t blob_size(const struct blob *);
MUST bool blob_keep(struct blob *); /* visible from now on; the same bytes are stored once */
/* True: bytes of this hash lie there no longer. They stay when they were written after this moment (ms): somebody has just sent the
   same ones, whose row may not be committed yet; errno is 0 then. */
MUST bool blob_drop(struct arena *, const char *dir, const char *sha256, int64_t written_before);
/* What an end in the middle has left of a file: nobody has written to it since this moment (ms). */
void blob_tidy(struct arena *, const char *dir, int64_t written_before);
#endif
