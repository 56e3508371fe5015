/* directory.h: staff and customers alike, by their public ids: each operation is the account's (user.h) or the contact's
 * (contact.h).
 */
#ifndef DIRECTORY_H
#define DIRECTORY_H
#include "page.h"
#include "user.h"

enum entry_type { ENTRY_STAFF, ENTRY_CUSTOMER, ENTRY_TYPE__MAX };
extern const char *const entry_type_names[]; /* kefu, kehu */

struct directory_list_in {
	struct page_in page;
	int type;   /* 1 + enum entry_type; 0 = any */
	int status; /* 1 + enum presence; 0 = any */
};
struct directory_entry {
	struct user user; /* status: of a customer by what it did lately */
	int type;
};
struct directory_list_out {
	struct list entries; /* struct directory_entry, the newest first */
	struct page_meta meta;
};
/* Phone numbers are masked for those who may not change contacts. */
bool directory_list(struct ctx *, const void *in, void *out);

struct directory_in {
	const char *public_id;
	bool erase; /* of directory_delete */
};
bool directory_get(struct ctx *, const void *in, void *out); /* out: struct directory_entry; "user.missing" */

struct directory_write_in {
	const char *public_id, *name, *email, *phone, *avatar_url, *password;
	int type;             /* of a new one */
	int64_t max_sessions; /* staff alone */
	uint64_t has;         /* of a change: USER_HAS_NAME, _EMAIL, _PHONE, _AVATAR, _CAPACITY */
};
/* out: struct directory_entry. A new agent needs a password; a taken id or address is a mistake in that field. */
bool directory_create(struct ctx *, const void *in, void *out);
bool directory_update(struct ctx *, const void *in, void *out);
MUST bool directory_change(struct ctx *, const struct user *, const struct directory_write_in *); /* the row alone, found before */
struct directory_gone {
	const char *public_id;
	bool deleted;
};
bool directory_delete(struct ctx *, const void *in, void *out); /* struct directory_in; out: struct directory_gone */
struct directory_rights_in {
	const char *public_id;
	struct list permissions; /* const char * */
	int role;
	uint64_t has; /* USER_HAS_ROLE */
};
bool directory_set_rights(struct ctx *, const void *in, void *out); /* of staff; out: struct directory_entry */
struct directory_status_in {
	const char *public_id;
	int status;
};
bool directory_set_status(struct ctx *, const void *in,
			  void *out); /* of staff: one's own, or by an admin; out: struct directory_entry */
#endif
