/* resumable.h: uploads that go on where they were cut (tus): rows of `uploads` for what is not complete yet, whose bytes lie in
   partial files. Complete, it is a file like any other, that no message shows yet. DESIGN 9. */
#ifndef RESUMABLE_H
#define RESUMABLE_H
#include "file.h"

enum { RESUMABLE_DAY_MS = 86400000, RESUMABLE_AT_ONCE = 20 }; /* kept so long; unfinished ones of one person */

struct resumable {
	int64_t id;
	const char *public_id;
	int64_t owner_id, conversation_id; /* conversation_id: a visitor's, who has nothing but its key; else 0 */
	const char *name, *category;
	int64_t size, created_at, expires_at, file_id; /* file_id: what it became; 0 = not yet */
	const char *file;                              /* its public id, NULL when it is gone since */
	int64_t offset;                                /* of what was received: as the disk says */
	int64_t scan_ms;                               /* as upload.h's */
	struct partial *held;                          /* this request alone writes to it; or NULL */
};

struct resumable_create_in {
	const char *session_id; /* NULL: for who is signed in */
	int64_t size;
	const char *metadata; /* Upload-Metadata: filename, and if wanted category */
};
bool resumable_create(struct ctx *, const void *in, void *out); /* in a transaction; out: struct resumable */

/* One's own; "upload.missing" for everybody else, and when its time is over. */
struct resumable_in {
	const char *upload_id, *session_id;
};
bool resumable_find(struct ctx *, const void *in, void *out); /* out: struct resumable */

/* c->body goes behind what is there: "upload.offset" when that is not `offset`, "upload.too_long" before a byte is taken,
   "upload.busy" while another request writes, "upload.checksum". What came before the body was cut stays ("upload.cut"), unless
   there is a checksum. */
struct resumable_append_in {
	const char *upload_id, *session_id, *checksum;
	int64_t offset;
};
bool resumable_append(struct ctx *, const void *in, void *out); /* not in a transaction; out: struct resumable */

/* What is there whole, accepted as any upload is and still to become a file, unless somebody was faster (of->file_id). A refused
   one is removed. */
struct resumable_whole {
	struct resumable *of;
	struct upload upload;
};
MUST bool resumable_accept(struct ctx *, struct resumable *, struct resumable_whole *);
bool resumable_keep(struct ctx *, const void *whole, void *out); /* in a transaction, once; out: struct resumable */
void resumable_clean(const struct resumable *);                  /* the partial file, when that is committed */

/* What one's own became, for a message to show, held until the transaction ends: "upload.unfinished" before it is whole. */
MUST bool resumable_file(struct ctx *, const char *upload_id, const char *session_id, struct file *out);

bool resumable_stop(struct ctx *, const void *in, void *out); /* in: struct resumable_in; in a transaction */

/* For the worker, in a transaction: those whose time is over, and bytes without a row. */
bool resumable_lapse(struct ctx *, void *);
#endif
