/* direct.h: people written to by their names (kefu.md): a message goes to the open conversation of the two, which is made if there
   is none. Conversations, messages and assignment are those of the other headers; nothing is decided here twice. */
#ifndef DIRECT_H
#define DIRECT_H
#include "message.h"

struct direct_post_in {
	const char *to;                                       /* a public id: staff write to customers, customers to staff */
	const char *content, *client_id, *metadata, *file_id; /* file_id: an upload of one's own that this message shows */
	int type;
};
bool direct_post(struct ctx *, const void *in, void *out); /* out: struct message with from and to */

enum { DIRECT_TALKS = 300 }; /* what was said with somebody is that of so many conversations, of the newest activity */
struct direct_history_in {
	const char *user_id; /* the customer; for customers the member of staff, or oneself: all */
	struct page_in page;
};
struct direct_history {
	struct list messages; /* struct message with from and to */
	struct page_meta meta;
};
/* In the caller's scope, oldest first, without notes. */
bool direct_history(struct ctx *, const void *in, void *out);
struct direct_latest_in {
	int64_t count;
};
bool direct_latest(struct ctx *, const void *in, void *out); /* of all, newest first; out: struct direct_history */

struct direct_session_in {
	const char *user_id; /* NULL: oneself, or somebody new */
	const char *session_type, *name;
};
/* The open conversation of that customer, or a new one. Out: struct conversation. Who cannot show that it is that user gets a
   session id that names the conversation and is no key to it. */
bool direct_session_open(struct ctx *, const void *in, void *out);
struct direct_session_id_in {
	const char *session_id; /* the key, or such a name */
};
bool direct_session_get(struct ctx *, const void *in, void *out); /* out: struct conversation */
struct direct_sessions_in {
	const char *user_id; /* NULL: of everybody, the open ones */
	int state;           /* 0 any, 1 active, 2 completed */
	struct page_in page;
};
struct direct_sessions {
	struct list sessions; /* struct conversation */
	struct page_meta meta;
};
bool direct_sessions_of(struct ctx *, const void *in, void *out);
bool direct_sessions_active(struct ctx *, const void *in, void *out);

/* The user of a public id; E_NOT_FOUND. Customers find themselves and staff alone: else E_FORBIDDEN. */
MUST bool direct_find_user(struct ctx *, const char *public_id, struct user *out);
#endif
