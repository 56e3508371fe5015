/* people.h: customers and staff alike, by their public ids: lists, accounts, who is there. */
#ifndef PEOPLE_H
#define PEOPLE_H
#include "page.h"
#include "user.h"

enum person_kind { PERSON_CUSTOMER, PERSON_STAFF };
struct people_in {
	int kind; /* 1 + enum person_kind; 0 = both: staff first */
	const char *search;
	struct page_in page;
};
struct people {
	struct list users; /* struct user */
	struct page_meta meta;
};
bool people_list(struct ctx *, const void *in, void *out); /* phone numbers masked for those without contacts:write */

struct person_in {
	const char *public_id;
};
/* Oneself; others for staff who may read contacts. out: struct user */
bool person_get(struct ctx *, const void *in, void *out);
struct person_write_in {
	const char *public_id, *name, *email, *phone, *password;
	int kind;     /* enum person_kind; new ones alone */
	uint64_t has; /* USER_HAS_NAME, _EMAIL, _PHONE */
};
bool person_update(struct ctx *, const void *in, void *out); /* out: struct user */
struct registered {
	struct user user;
	const char *token; /* an opaque session token of a new customer; NULL for staff */
};
/* A customer registers itself (unless DESKBELL_SELF_REGISTRATION is off), or staff make somebody. */
bool person_register(struct ctx *, const void *in, void *out);

/* -- presence by HTTP: in: struct person_in, a member of staff, who must be the caller -- */
bool person_heartbeat(struct ctx *, const void *in, void *out); /* out: struct heartbeat */
struct heartbeat {
	int64_t at;
};
bool person_logout(struct ctx *, const void *in, void *out); /* its sign-in ends, and it is offline */

/* -- who is there: staff who are not offline, customers with an open socket of their own -- */
struct people_online {
	struct list users; /* struct user: staff, then the newest customers, at most ONLINE_SHOWN of them */
	int64_t total;
};
enum { ONLINE_SHOWN = 100 };
bool people_online(struct ctx *, const void *in, void *out);
/* A socket of somebody opened, or closed: true when it is the first, or was the last, and only once. Asks Redis; false when that is
   away. socket: the relay's name of it. */
bool person_came(struct ctx *, int64_t id, bool staff, const char *socket);
bool person_left(struct ctx *, int64_t id, const char *socket);
#endif
