/* audit.h: every state-changing staff action, in the form console.md documents. DESIGN 5. */
#ifndef AUDIT_H
#define AUDIT_H
#include "../core/core.h"

/* Within the action's own transaction. action: "conversation:assign"; details: JSON text or NULL. Nothing when nobody of the staff
 * acts. */
MUST bool audit(struct ctx *, const char *action, int64_t resource_id, const char *details);
/* Such details: {"title":"VIP"}. */
const char *audit_named(struct ctx *, const char *key, const char *value);
#endif
