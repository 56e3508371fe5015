/* mail.h: e-mail to customers who have left: what staff answered and they have not read after a while. Written down in the database
   first, sent by the worker. Without DESKBELL_SMTP_URL nothing of it happens. DESIGN 1, 12. */
#ifndef MAIL_H
#define MAIL_H
#include "conversation.h"

enum { MAIL_CLAIM_MS = 120000, MAIL_MESSAGES = 20 };
struct mail {
	int64_t id, conversation_id, attempts, created_at, claimed_until;
	int64_t good_until;                          /* ms: not sent later; 0 = good whenever it comes */
	const char *address, *name, *subject, *body; /* body: plain text, lines end in \n; claimed: NULL = its key is gone */
	bool sealed; /* body is kept encrypted, for its address: who reads the database cannot use it */
};

/* One more to be sent: address, name, subject, body, good_until, sealed; conversation_id = 0 when it is about none. In the caller's
 * transaction. */
MUST bool mail_add(struct ctx *, const struct mail *);

/* Beside a member of staff's answer, in its transaction: the customer is to be written to when it stays unread for
   DESKBELL_MAIL_AFTER_MS. Another answer meanwhile begins that time again. */
MUST bool mail_answered(struct ctx *, const struct conversation *locked);
/* One conversation whose time has come: a mail with what is unread is written down, unless it was read meanwhile or nobody's
   address is known. Within a transaction. *found: there was one; *next_at: when the next one's time comes, 0 = none waits. */
MUST bool mail_write_next(struct ctx *, bool *found, int64_t *next_at);

/* Up to limit mails are this worker's for MAIL_CLAIM_MS. Within a transaction. *next_at as above. */
MUST bool mail_claim(struct ctx *, int64_t limit, struct list *out, int64_t *next_at); /* struct mail */
struct mail_result {
	bool sent, hopeless; /* hopeless: the address is none; not tried again */
	const char *error;
};
/* Sent or given up it is no more. Nothing when the claim was lost meanwhile. */
MUST bool mail_finish(struct ctx *, const struct mail *, const struct mail_result *);
MUST bool mail_release(struct ctx *, const struct mail *);
MUST bool mail_forget(struct ctx *, int64_t conversation_id); /* its contact is erased: nothing of it is sent any more */
int64_t mail_pause_ms(int64_t attempts);                      /* after so many failures; -1 = given up. Pure. */
#endif
