/* webhook.h: who is told over HTTP what happened, and the outbox it goes through. Delivered at least once, signed. */
#ifndef WEBHOOK_H
#define WEBHOOK_H
#include "page.h"

enum webhook_event {
	HOOK_CONVERSATION_CREATED,
	HOOK_CONVERSATION_UPDATED,
	HOOK_CONVERSATION_RESOLVED,
	HOOK_MESSAGE_CREATED,
	HOOK_RATING_CREATED,
	HOOK_PING, /* asked for by hand; no webhook lists it */
	HOOK__MAX
};
extern const char *const webhook_event_names[]; /* those that a webhook may list come first; NULL-ended */
enum delivery_status { DELIVERY_PENDING, DELIVERY_DELIVERED, DELIVERY_FAILED };
extern const char *const delivery_status_names[];
enum { WEBHOOKS_MAX = 50, WEBHOOK_ATTEMPTS = 7, WEBHOOK_CLAIM_MS = 30000, DELIVERIES_COUNTED = 10000 };

struct webhook {
	int64_t id;
	const char *url;
	int64_t events; /* bits of enum webhook_event */
	const char *secret;
	bool enabled;
	int64_t created_at, updated_at;
};
struct delivery {
	int64_t id, webhook_id;
	int event;                         /* enum webhook_event */
	const char *detail;                /* conversation.updated: what changed; message.created: "private" for a note */
	int64_t conversation_id, seq;      /* 0 = none */
	int status;                        /* enum delivery_status */
	int64_t attempts, response_status; /* 0 = no answer */
	int64_t response_ms;
	const char *error; /* "" = none */
	int64_t created_at, next_at, claimed_until, finished_at;
};

/* -- for staff -- */
enum { WEBHOOK_HAS_URL = 1, WEBHOOK_HAS_EVENTS = 2, WEBHOOK_HAS_SECRET = 4, WEBHOOK_HAS_ENABLED = 8 };
struct webhook_write_in {
	int64_t id; /* update only */
	uint64_t has;
	const char *url, *secret;
	int64_t events;
	bool enabled;
};
struct webhook_id_in {
	int64_t id;
};
struct webhook_list_in {
	struct page_in page;
};
struct webhook_list_out {
	struct list webhooks; /* struct webhook */
	struct page_meta meta;
};
bool webhook_list(struct ctx *, const void *in, void *out);
bool webhook_get(struct ctx *, const void *in, void *out);           /* out: struct webhook */
bool webhook_create(struct ctx *, const void *in, void *out);        /* out: struct webhook; without a secret it gets one */
bool webhook_update(struct ctx *, const void *in, void *out);        /* out: struct webhook */
bool webhook_delete(struct ctx *, const void *in, void *out);        /* what waits for it is not sent any more */
bool webhook_rotate_secret(struct ctx *, const void *in, void *out); /* out: struct webhook */
bool webhook_test(struct ctx *, const void *in, void *out);          /* queues a ping; out: struct delivery */

struct delivery_list_in {
	int64_t webhook_id;
	int status; /* 1 + enum delivery_status; 0 = any */
	struct page_in page;
};
struct delivery_list_out {
	struct list deliveries; /* struct delivery, newest first */
	struct page_meta meta;  /* counts up to DELIVERIES_COUNTED */
};
struct delivery_in {
	int64_t webhook_id, id;
};
bool delivery_list(struct ctx *, const void *in, void *out);
bool delivery_retry(struct ctx *, const void *in, void *out); /* at once, with the same id; out: struct delivery */

/* -- the outbox -- */
/* ctx.before_commit of every program: what c->events tell is written down for the webhooks that want it, in the transaction itself.
   A locked conversation's row says what nobody wants (WEBHOOKS_UNHEARD), so that costs no turn to the database. */
bool webhook_outbox(struct ctx *);
/* A column: the bits of what no enabled webhook wants. */
#define WEBHOOKS_UNHEARD "(SELECT ~CAST(s.value AS SIGNED) & 31 FROM site s WHERE s.name = 'webhooks')"

/* The same as this machine's processes last read it, which costs nothing: false when that is over a second ago or a webhook was
   changed here since. (Other machines may hear of a changed webhook a second late.) */
bool webhook_unheard(const struct ctx *, int64_t *bits);
void webhook_unheard_at(struct ctx *, int64_t bits, int64_t asked); /* it was read; mono_ms() of before */

struct webhook_due {
	struct webhook webhook;
	int64_t next_at;
};
MUST bool webhook_due(struct ctx *, struct list *out); /* struct webhook_due: enabled ones that something waits for */
/* Up to limit deliveries of one webhook are this worker's for WEBHOOK_CLAIM_MS. Within a transaction. */
MUST bool delivery_claim(struct ctx *, int64_t webhook_id, int64_t limit, struct list *out);
struct delivery_result {
	bool delivered, hopeless; /* hopeless: what it tells is no more; not tried again */
	int64_t response_status, response_ms;
	const char *error;
};
/* What came of it; nothing when the claim was lost meanwhile. *next_at: when it is tried again, 0 = not. */
MUST bool delivery_finish(struct ctx *, const struct delivery *, const struct delivery_result *, int64_t *next_at);
MUST bool delivery_release(struct ctx *, const struct delivery *);
MUST bool delivery_forget_old(struct ctx *); /* after 30 days, some at a time */

/* -- pure -- */
/* NULL, or the key of what is wrong with it. */
const char *webhook_url_fault(const char *url, bool private_ok);
int64_t webhook_pause_ms(int64_t attempts); /* after so many failures; -1 = given up */
#endif
