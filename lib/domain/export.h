/* export.h: messages as a file: asked for, written by the worker in parts, downloaded until it expires. */
#ifndef EXPORT_H
#define EXPORT_H
#include "message_admin.h"

enum export_format { EXPORT_JSON, EXPORT_CSV };
extern const char *const export_format_names[];
enum export_status { EXPORT_UNDER_WAY, EXPORT_COMPLETE, EXPORT_FAILED };
extern const char *const export_status_names[]; /* processing, completed, failed */
struct export
{
	int64_t id;
	const char *public_id;
	int64_t user_id;
	int format, status;
	struct message_filter filter;
	int64_t cursor, upto, written, messages, created_at, finished_at, expires_at;
	const char *owner;        /* its name; by export_list() */
	const char *download_url; /* set by the contract, as is how much of it is done, 0 to 1 */
	double progress;
};
struct export_in {
	struct message_filter filter;
	int format;
};
bool export_create(struct ctx *, const void *in, void *out); /* out: struct export; a mistake in the filter is told at once */
struct export_id_in {
	const char *public_id;
};
/* One's own, or an admin's look. "export.missing" when there is none or it has expired. out: struct export */
bool export_get(struct ctx *, const void *in, void *out);
struct export_list_in {
	struct page_in page;
};
struct export_list {
	struct list exports; /* struct export, the newest first: one's own, of an admin all */
	struct page_meta meta;
};
bool export_list(struct ctx *, const void *in, void *out);
struct export_gone {
	const char *public_id;
	bool deleted;
};
bool export_delete(struct ctx *, const void *in, void *out); /* struct export_id_in; struct export_gone; one under way ends */
char *export_path(struct ctx *, const struct export *);

/* -- for the worker -- */
MUST bool export_next(struct ctx *, struct export *, bool *found); /* the oldest that is under way */
/* The messages of its next part, in its owner's scope: struct leg_message by id; *to: the last id looked at. */
MUST bool export_part(struct ctx *, const struct export *, struct list *messages, int64_t *to);
MUST bool export_note(struct ctx *, const struct export *); /* cursor, written, messages, status; in a transaction */
bool export_forget_old(struct ctx *);                       /* rows and files that have expired */
#endif
