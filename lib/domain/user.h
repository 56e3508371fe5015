/* user.h: everybody: staff who sign in, customers who are written to. DESIGN 3, 5. */
#ifndef USER_H
#define USER_H
#include "../core/core.h"

enum role { ROLE_GUEST, ROLE_AGENT, ROLE_SUPERVISOR, ROLE_ADMIN, ROLE__MAX };
extern const char *const role_names[]; /* "guest", … NULL-ended; the order of enum role */
enum presence { PRESENCE_OFFLINE, PRESENCE_ONLINE, PRESENCE_AWAY, PRESENCE_BUSY, PRESENCE__MAX };
extern const char *const presence_names[];

/* console.md, "权限级别定义": bit n is permission_names[n]. */
enum permission {
	MAY_CONVERSATIONS_READ = 1 << 0,
	MAY_CONVERSATIONS_WRITE = 1 << 1,
	MAY_CONVERSATIONS_ASSIGN = 1 << 2,
	MAY_CONTACTS_READ = 1 << 3,
	MAY_CONTACTS_WRITE = 1 << 4,
	MAY_CONTACTS_DELETE = 1 << 5,
	MAY_REPORTS_READ = 1 << 6,
	MAY_REPORTS_EXPORT = 1 << 7,
	MAY_SETTINGS_READ = 1 << 8,
	MAY_SETTINGS_WRITE = 1 << 9,
	MAY_USERS_READ = 1 << 10,
	MAY_USERS_WRITE = 1 << 11,
	MAY_USERS_MANAGE = 1 << 12,
	MAY_INBOXES_READ = 1 << 13,
	MAY_INBOXES_WRITE = 1 << 14,
};
enum { PERMISSIONS = 15 };
extern const char *const permission_names[];
uint32_t role_permissions(enum role);
struct list permission_list(struct arena *, uint32_t bits); /* of const char * */

struct user {
	int64_t id;
	const char *public_id; /* "kefu_001", "guest_123" */
	int role;
	const char *login, *email, *full_name, *phone, *avatar_url, *identifier;
	int64_t permissions_add, permissions_drop;
	int status;
	int64_t max_sessions, active_sessions, conversations, last_active_at, created_at, updated_at;
	/* filled after reading */
	struct list permissions; /* const char *: effective */
	uint32_t permission_bits;
};
/* What a message or a conversation shows of a person. */
struct person {
	int64_t id;
	const char *name, *avatar_url;
};

char *phone_masked(struct arena *, const char *); /* "+86 138****8888"; NULL stays NULL */
static inline bool is_staff(const struct ctx *c)
{
	return c->who.role >= ROLE_AGENT;
}
/* By number; from Redis when it has it (30 min). Deleted users are "user.missing". */
MUST bool user_get(struct ctx *, int64_t id, struct user *out);
void user_ask(struct ctx *, int64_t id, int *slot);                       /* queue the cache read… */
MUST bool user_answer(struct ctx *, int64_t id, int slot, struct user *); /* …and take it, or read MySQL */
void user_forget(struct ctx *, int64_t id);                               /* after a change was committed: caches drop it */
bool public_id_ok(const char *);                                          /* what somebody may be called by others */
MUST bool public_id_new(struct ctx *, const char *);                      /* fit, and nobody's now or before; else "user_id" */
MUST bool user_active(struct ctx *, int64_t id);                          /* it did something, or something was said with it */
MUST bool user_by_public_id(struct ctx *, const char *public_id, struct user *out, bool *found);

/* -- operations -- */
struct user_list_in {
	const char *search;
	int role; /* 1 + enum role; 0 = any */
	int64_t limit, offset;
};
struct user_list_out {
	struct list users; /* struct user */
	int64_t total;
	bool has_more;
};
bool user_list(struct ctx *, const void *in, void *out);     /* staff */
bool customer_list(struct ctx *, const void *in, void *out); /* search: prefix of name, e-mail, phone, identifier, public id */

/* The first four mean the same in a contact's write (contact.h) and in one of either (directory.h, people.h). */
enum {
	USER_HAS_NAME = 1 << 0,
	USER_HAS_EMAIL = 1 << 1,
	USER_HAS_PHONE = 1 << 2,
	USER_HAS_AVATAR = 1 << 4,
	USER_HAS_ROLE = 1 << 8,
	USER_HAS_PASSWORD = 1 << 9,
	USER_HAS_STATUS = 1 << 10,
	USER_HAS_CAPACITY = 1 << 11,
	USER_HAS_PERMISSIONS = 1 << 12,
	USER_HAS_TEAMS = 1 << 13
};
struct user_write_in {
	int64_t id; /* update only */
	uint64_t has;
	const char *public_id, *email, *full_name, *password, *phone, *avatar_url;
	int role, status;
	int64_t max_sessions;
	struct list permissions; /* const char *: all that it may do; kept as differences to the role's defaults */
	struct list team_ids;    /* int64_t; for staff.h */
};
/* Staff. Only those below the caller, nothing that the caller lacks, and roles and permissions only by those who manage users: else
   E_FORBIDDEN. One's own role and permissions are others' to change. Nobody signed in (first run, tools) may do all. */
bool user_create(struct ctx *, const void *in, void *out); /* out: struct user. A taken e-mail: E_BAD_INPUT naming "email" */
MUST bool user_set_password(struct ctx *, int64_t id,
			    const char *password);         /* its sign-ins end; a weak one is a mistake in "password" */
bool user_update(struct ctx *, const void *in, void *out); /* out: struct user. Ends sessions when role or password change */
struct user_id_in {
	int64_t id;
};
bool user_delete(struct ctx *, const void *in, void *out); /* not oneself, not the last admin; open legs go back to the queue */
MUST bool user_erase(struct ctx *, int64_t id);            /* deletes it, and what it is called goes too, beside what it said */
struct user_status_in {
	int status;
};
bool user_set_status(struct ctx *, const void *in, void *out);                          /* own presence; out: struct user */
MUST bool user_set_status_of(struct ctx *, int64_t id, int presence, struct user *out); /* of staff; no right checked */
bool user_mark_seen(struct ctx *, int64_t id, enum presence if_offline); /* a staff socket opened: offline becomes if_offline */

/* A customer made on the fly: public_id NULL = a new random guest. *existed tells that the id was known before. */
MUST bool guest_ensure(struct ctx *, const char *public_id, const char *name, const char *email, int64_t *id, bool *existed);
#endif
