/* audit.h: every state-changing staff action, in the form console.md documents. DESIGN 5. */
#ifndef AUDIT_H
#define AUDIT_H
#include "page.h"
#include "user.h"

/* Within the action's own transaction. action: "conversation:assign"; details: JSON text or NULL. Nothing when nobody of the staff
 * acts. */
MUST bool audit(struct ctx *, const char *action, int64_t resource_id, const char *details);
/* -- reading it -- */
struct audit_entry {
	int64_t id, user_id, resource_id, created_at;
	const char *action, *details, *ip_address, *user_agent;
	const char *user_name, *user_avatar;
	struct person user;
};
struct audit_list_in {
	int64_t user_id, resource_id; /* 0 = any */
	const char *action;           /* NULL = any */
	int64_t from, to;             /* from <= time < to; 0 = open */
	struct page_in page;
};
enum { AUDIT_REACH = 10000 }; /* rows that pages lead to and that are counted; filters lead further */
struct audit_list_out {
	struct list entries; /* struct audit_entry, newest first */
	struct page_meta meta;
};
bool audit_list(struct ctx *, const void *in, void *out);

/* Such details: {"title":"VIP"}. */
const char *audit_named(struct ctx *, const char *key, const char *value);
#endif
