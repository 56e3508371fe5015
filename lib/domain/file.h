/* file.h: files that people send in a conversation. DESIGN 9; chat.md's part of additions.md. */
#ifndef FILE_H
#define FILE_H
#include "../file/upload.h"
#include "message.h"

struct file {
	int64_t id;
	const char *public_id, *sha256;
	int64_t size; /* bytes */
	const char *mime;
	int64_t width, height; /* of a picture, as it is shown; 0 = none, or not known */
	bool inert;            /* may be opened in the browser */
	const char *name;
	int64_t owner_id, stream, message_id;
	bool is_private;
	int64_t created_at;
	const char *category; /* what its sender called it; "" = nothing */
};

struct file_post_in {
	const char *session_id; /* NULL: by number, for staff */
	int64_t conversation_id;
	const struct upload *file;
	const char *upload_id;           /* in its place: resumable_file() */
	const char *content, *client_id; /* content NULL: the file's name */
	bool is_private;
};
/* The message that shows the file; the bytes are in place before it is committed. out: struct message. "file.storage" when the disk
   does not take them. */
bool file_post(struct ctx *, const void *in, void *out);

/* For streams of another kind: what is known of an upload, and, in the transaction of its message, the bytes in place and its row.
 */
struct file file_of(struct ctx *, const struct upload *);
MUST bool file_keep(struct ctx *, const struct upload *, struct file *);
/* By its public id, no right checked; "file.missing". */
MUST bool file_find(struct ctx *, const char *public_id, struct file *out);
MUST bool file_hold(struct ctx *, int64_t id, struct file *out, bool *found); /* by its number, until the transaction ends */
/* What a new message shows: sent along, or before by a resumable upload. "input.missing" on file; and when that message is new
   indeed: "file.in_use" when another one shows it already. */
MUST bool file_to_show(struct ctx *, const struct upload *, const char *upload_id, const char *session_id, struct file *out);
MUST bool file_is_free(struct ctx *, const struct file *);
int file_message_type(const struct file *);

/* Uploads that no message shows yet: stream and message_id are 0 until one does. */
struct file_upload_in {
	const struct upload *file;
	const char *category;
};
bool file_upload(struct ctx *, const void *in, void *out); /* out: struct file */
/* One's own upload, held until the message that shows it is there; else "file.not_yours" on metadata. */
MUST bool file_of_sender(struct ctx *, const char *public_id, struct file *out);
/* The same by its address in a text; none, or somebody else's, is no mistake. */
MUST bool file_in_text(struct ctx *, const char *text, struct file *out, bool *found);
MUST bool file_attach(struct ctx *, const struct file *, const struct message *);
char *file_attachment(struct ctx *, const struct file *); /* what messages show of it: JSON */
struct file_in;
/* As file_get, for those who signed in: its owner, staff, the other side of the owner's conversations; else "file.missing". */
bool file_read(struct ctx *, const void *in, void *out);

struct file_in {
	const char *file_id;
};
/* Whoever holds the id; a note's file is for staff, a room's for its members (room.h). out: struct file; "file.missing" */
bool file_get(struct ctx *, const void *in, void *out);
/* Where its bytes lie, into the arena. */
char *file_path(struct ctx *, const struct file *);

void file_tidy(struct ctx *); /* for the worker: what uploads that were cut off have left for a day */
/* For the worker, each in a transaction. Uploads that no message shows for a day are deleted; then what is deleted for an hour goes
   for good, row and bytes, up to 100 at once (*done: no more can go now). Not while a backup is made, which packs the files
   after the rows. */
bool file_lapse(struct ctx *, void *);
bool file_remove_deleted(struct ctx *, void *done);
#endif
