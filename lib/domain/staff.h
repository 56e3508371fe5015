/* staff.h: the people who sign in, with what they belong to: accounts as the back office manages them. */
#ifndef STAFF_H
#define STAFF_H
#include "page.h"
#include "user.h"

struct staff {
	struct user user;
	struct list teams; /* struct team_ref of team.h */
};
struct staff_list_in {
	const char *search; /* in name, e-mail, public id */
	int role, status;   /* 1 + the enum's value; 0 = any */
	int64_t team_id;    /* 0 = any */
	struct page_in page;
};
struct staff_list_out {
	struct list users; /* struct staff, by number */
	struct page_meta meta;
};
bool staff_list(struct ctx *, const void *in, void *out);
bool staff_get(struct ctx *, const void *in, void *out); /* in: struct user_id_in; out: struct staff; "user.missing" */
/* As user_create and user_update of user.h, and the teams. in: struct user_write_in; out: struct staff */
bool staff_create(struct ctx *, const void *in, void *out);
bool staff_update(struct ctx *, const void *in, void *out);
#endif
