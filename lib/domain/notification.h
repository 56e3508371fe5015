/* notification.h: what a member of staff is told of: mentions, assignments, customers who write. And the devices that ring. */
#ifndef NOTIFICATION_H
#define NOTIFICATION_H
#include "conversation.h"

enum notification_type { NOTIFY_MESSAGE, NOTIFY_MENTION, NOTIFY_ASSIGNMENT, NOTIFY__MAX };
extern const char *const notification_type_names[];
struct notification {
	int64_t id, user_id;
	int type; /* enum notification_type */
	int64_t conversation_id;
	const char *name; /* whom it is about */
	int64_t created_at, read_at;
	const char *message; /* the sentence people read, in the caller's language; filled after reading */
};
/* Within the transaction of what it tells; queues EVENT_NOTIFICATION. Nothing when a user would be told of its own doing. */
MUST bool notify(struct ctx *, int64_t user_id, enum notification_type, const struct conversation *, const char *name);
/* The newest of the caller's that were not read. */
MUST bool notification_unread(struct ctx *, int64_t limit, struct list *out);
bool notifications_forget(struct ctx *); /* those older than 90 days, some at a time: for the worker */

/* -- operations -- */
struct notification_list_in {
	int unread; /* 1 = unread alone */
	struct page_in page;
};
struct notification_list_out {
	struct list notifications; /* struct notification, newest first */
	int64_t unread;
	struct page_meta meta;
};
bool notification_list(struct ctx *, const void *in, void *out);
struct notification_id_in {
	int64_t id;
};
bool notification_read(struct ctx *, const void *in, void *out); /* out: struct notification; "notification.missing" */
struct notification_read_out {
	int64_t read;
};
bool notification_read_all(struct ctx *, const void *in, void *out); /* out: struct notification_read_out */

struct mobile_summary {
	int64_t my_open, my_pending;          /* conversations of the caller */
	int64_t team_unassigned, team_urgent; /* open and pending ones in the caller's scope */
	struct list notifications;            /* struct notification: the newest 20 unread ones */
};
bool mobile_summary_get(struct ctx *, const void *in, void *out);

enum platform { PLATFORM_IOS, PLATFORM_ANDROID, PLATFORM__MAX };
extern const char *const platform_names[];
struct push_token {
	int64_t id;
	const char *device_token;
	int64_t user_id;
	int platform;
	bool enabled;
	int64_t created_at, updated_at;
};
enum { PUSH_HAS_ENABLED = 1 };
struct push_token_in {
	const char *device_token;
	uint64_t has;
	int platform;
	bool enabled;
};
bool push_token_put(struct ctx *, const void *in, void *out);    /* out: struct push_token; a known one becomes the caller's */
bool push_token_delete(struct ctx *, const void *in, void *out); /* the caller's own; "push_token.missing" */
#endif
