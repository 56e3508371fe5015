/* thumbnail.h: what lists show in place of a heavy picture. One for the same bytes, beside them; made by the worker, gone with
 * them. */
#ifndef THUMBNAIL_H
#define THUMBNAIL_H
#include "file.h"

#define THUMBNAIL_TYPE "image/webp"
enum thumbnail_state { THUMBNAIL_WAITS, THUMBNAIL_MADE, THUMBNAIL_NONE };
/* Lists may show the picture itself, being light; or it needs a thumbnail; or it is not to be shown at all (neither). */
bool thumbnail_is_file(const struct file *);
bool thumbnail_needed(const struct file *);
MUST bool thumbnail_ask(struct ctx *, const struct file *); /* in the transaction of the file's row */
/* THUMBNAIL_NONE where nobody has asked for one. */
MUST bool thumbnail_look(struct ctx *, const struct file *, enum thumbnail_state *);
char *thumbnail_path(struct ctx *, const char *sha256);       /* where it lies when it is made; into the arena */
MUST bool thumbnail_forget(struct ctx *, const char *sha256); /* row and bytes, in a transaction */

/* For the worker, each in a transaction. */
struct thumbnail_task {
	char sha256[65]; /* "" = nothing to do */
	bool made;
	const char *from; /* thumbnail_note(): what was made, to be put in place; NULL = nothing */
};
bool thumbnail_take(struct ctx *,
		    void *task); /* the next one; nobody else takes it for a minute. After some tries: THUMBNAIL_NONE */
bool thumbnail_note(struct ctx *, void *task); /* made, or impossible */
#endif
