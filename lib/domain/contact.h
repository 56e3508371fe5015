/* contact.h: customers as staff keep them: rows of users with role 0. console.md section 4. */
#ifndef CONTACT_H
#define CONTACT_H
#include "page.h"
#include "user.h"

enum { CONTACT_TALKS = 50, CONTACT_EXPORT_ROWS = 10000 };
struct contact_row {
	int64_t id;
	const char *public_id, *identifier; /* identifier: the site's own name for it, else the public id */
	const char *name, *email, *phone, *avatar_url;
	const char *custom_attributes, *tags; /* JSON texts: an object, a list of strings */
	int64_t conversations, last_activity_at, created_at, updated_at;
	struct list talks; /* struct contact_talk; filled by contact_get and the writes */
};
struct contact_talk { /* a conversation in a contact's history */
	int64_t id;
	int status, agent_type;
	const char *channel;
	int64_t last_message_at, created_at, assignee_id;
	const char *assignee_name, *assignee_avatar;
	struct person assignee;
	const struct person *assignee_ref; /* NULL = none */
};

enum contact_sort { CONTACTS_BY_ACTIVITY, CONTACTS_BY_NAME, CONTACTS_BY_CREATION, CONTACTS_BY_CONVERSATIONS, CONTACTS_BY__MAX };
extern const char *const contact_sort_names[], *const contact_order_names[]; /* last_activity_at …; asc, desc */
struct contact_list_in {
	struct page_in page;
	const char *search, *tag;
	int sort, order; /* 1 + the enum's value; 0: by activity; names upwards, the rest downwards */
};
struct contact_list_out {
	struct list contacts; /* struct contact_row */
	struct page_meta meta;
};
bool contact_list(struct ctx *, const void *in, void *out); /* phone numbers masked for those without contacts:write (DESIGN 5) */
/* The part of the list from offset on, with the count of all. */
MUST bool contact_slice(struct ctx *, const struct contact_list_in *, int64_t offset, int64_t limit, struct list *rows,
			int64_t *total);
/* For export: the next at most `limit` live ones above this id, by id. */
MUST bool contact_range(struct ctx *, int64_t after, int64_t limit, struct list *rows);

enum {
	CONTACT_HAS_NAME = USER_HAS_NAME,
	CONTACT_HAS_EMAIL = USER_HAS_EMAIL,
	CONTACT_HAS_PHONE = USER_HAS_PHONE,
	CONTACT_HAS_IDENTIFIER = 8,
	CONTACT_HAS_AVATAR = USER_HAS_AVATAR,
	CONTACT_HAS_ATTRIBUTES = 32,
	CONTACT_HAS_TAGS = 64
};
struct contact_write_in {
	int64_t id;            /* update only */
	const char *public_id; /* of a new one; NULL = a random one */
	uint64_t has;
	const char *name, *email, *phone, *identifier, *avatar_url, *custom_attributes, *tags; /* "" clears */
};
struct contact_id_in {
	int64_t id;
};
struct contact_merge_in {
	int64_t id, from;
};
/* out: struct contact_row */
bool contact_get(struct ctx *, const void *in, void *out);
bool contact_create(struct ctx *, const void *in, void *out);
bool contact_update(struct ctx *, const void *in, void *out);
bool contact_merge(struct ctx *, const void *in, void *out); /* what `from` had is now this one's; `from` is gone: 404 */
/* out: nothing */
bool contact_delete(struct ctx *, const void *in, void *out); /* leaves the lists; its conversations stay */
bool contact_erase(struct ctx *, const void *in, void *out);  /* personal data and what it wrote go for good; counts stay */

/* -- for the other writers of a customer's row -- */
MUST bool contact_index(struct ctx *, int64_t id); /* after a change: what it is found by */
/* Some of the rows that plain SQL wrote; *done: none is left. */
MUST bool contact_index_waiting(struct ctx *, bool *done);
/* Who has this public id, or took the place of who had it, under its row lock: it cannot be merged
   away before what is added to it is there. */
MUST bool contact_hold(struct ctx *, const char *public_id, int64_t *id, bool *found);
MUST bool contact_hold_id(struct ctx *, int64_t of, int64_t *id, bool *found); /* the same by its number; staff are not found */
/* A visitor says who he is; NULL changes nothing. No change to those who sign in. */
MUST bool phone_check(struct ctx *, const char *phone); /* none, or one that can be dialled; else "contact.bad_phone" */
MUST bool contact_told(struct ctx *, int64_t id, const char *name, const char *email, const char *phone);
void contact_count_changed(struct ctx *); /* one left the lists */
#endif
