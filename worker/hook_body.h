/* hook_body.h: what a webhook is told, as JSON: rendered at delivery, so that an attempt shows what is so by then. */
#ifndef HOOK_BODY_H
#define HOOK_BODY_H
#include "../lib/core/buf.h"
#include "../lib/domain/webhook.h"

/* False after fail(). *gone: what it tells is no more. */
MUST bool hook_body(struct ctx *, const struct delivery *, struct buf *out, bool *gone);
#endif
