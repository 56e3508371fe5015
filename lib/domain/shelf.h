/* shelf.h: the files that a person keeps in the portal, and the links by which they are shared. UI.md, portal. */
#ifndef SHELF_H
#define SHELF_H
#include "file.h"
#include "page.h"

#define FILE_KEPT "portal" /* the category of files that stay until their owner deletes them */
enum shelf_kind { SHELF_IMAGE, SHELF_PDF, SHELF_TEXT, SHELF_DOCUMENT, SHELF_OTHER };
enum shelf_order { SHELF_NEWEST, SHELF_OLDEST, SHELF_NAME, SHELF_NAME_DOWN, SHELF_LARGEST, SHELF_SMALLEST };
extern const char *const shelf_kind_names[], *const shelf_order_names[];

struct shelf_file {
	struct file file;
	int64_t shares;            /* links that are open now */
	const char *url;           /* its bytes, for an hour, without credentials */
	const char *thumbnail_url; /* of a picture, the same way; NULL where none is to be shown */
	int64_t deleted_at;
};
struct shelf_list_in {
	const char *search; /* a part of the name */
	int kind;           /* 1 + enum shelf_kind; 0 = any */
	int order;
	struct page_in page;
};
struct shelf_list_out {
	struct list files; /* struct shelf_file */
	struct page_meta meta;
	int64_t used, quota; /* bytes */
};
bool shelf_list(struct ctx *, const void *in, void *out);
struct shelf_file_in {
	const char *file_id;
	const char *name; /* of a change */
};
bool shelf_get(struct ctx *, const void *in, void *out);     /* out: struct shelf_file; "file.missing" */
bool shelf_rename(struct ctx *, const void *in, void *out);  /* its ending stays */
bool shelf_delete(struct ctx *, const void *in, void *out);  /* no out; its links end */
bool shelf_restore(struct ctx *, const void *in, void *out); /* within the hour before its bytes go; out: struct shelf_file */
void shelf_give_url(struct ctx *, struct shelf_file *);
/* Is there room for so many bytes more? "file.quota" */
MUST bool shelf_has_room(struct ctx *, int64_t size);

/* -- links -- */
struct share {
	int64_t id;
	const char *token, *file_id;
	bool has_password;
	int64_t opened, expires_at, created_at;
};
struct share_in {
	const char *file_id, *token, *password;
	int64_t hours;
};
struct share_list_out {
	struct list shares; /* struct share: those that are open, newest first */
};
bool share_create(struct ctx *, const void *in, void *out); /* out: struct share */
bool share_list(struct ctx *, const void *in, void *out);
bool share_end(struct ctx *, const void *in, void *out); /* no out; "share.missing" */

/* For anybody who holds the token. Of one with a password the file is not told before it is given. */
struct shared {
	struct share share;
	struct shelf_file file;
};
bool share_look(struct ctx *, const void *in, void *out); /* out: struct shared; "share.missing" */
bool share_open(struct ctx *, const void *in, void *out); /* the same, with file.url; "share.password" */
struct opened_in {
	const char *ticket;
};
bool shelf_opened(struct ctx *, const void *in, void *out); /* out: struct file; E_NOT_FOUND "share.missing" */
#endif
