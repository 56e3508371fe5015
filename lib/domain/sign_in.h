/* sign_in.h: login, refresh with rotation, logout, and what an access token is worth now. DESIGN 5. */
#ifndef SIGN_IN_H
#define SIGN_IN_H
#include "../auth/auth.h"
#include "user.h"

struct login_in {
	const char *email, *password;
};
struct signed_in {
	const char *access_token, *token_type, *refresh_token;
	int64_t expires_in; /* s */
	struct user user;
};
bool login(struct ctx *, const void *in, void *out); /* out: struct signed_in. Wrong: E_UNAUTHENTICATED "login.wrong"; backs off */

/* Opaque tokens (kefu.md), stored hashed; a sign-in of its own each, which ends as any other. */
#define SESSION_TOKEN "sess_"
struct session_login_in {
	const char *name, *password; /* a staff member's public id or e-mail */
};
struct session_signed_in {
	const char *token;
	int64_t expires_in; /* s */
	struct user user;
};
bool session_login(struct ctx *, const void *in, void *out); /* staff alone; who was offline is online from then on */
MUST bool session_token_make(struct ctx *, int64_t user_id, const char **token);
/* Whose it is, for access_ask(); E_UNAUTHENTICATED when it is none, or no longer good. One Redis round trip. */
MUST bool session_token_read(struct ctx *, const char *token, const struct claims **out);

struct refresh_in {
	const char *refresh_token; /* NULL: the caller's access token counts */
};
/* Runs its own transaction: finding a token used twice must be remembered although the call fails. */
bool sign_in_refresh(struct ctx *, const void *in, void *out); /* out: struct signed_in */
bool sign_in_me(struct ctx *, const void *in, void *out);      /* out: struct user */
bool logout(struct ctx *, const void *in, void *out);          /* ends the caller's family */
void sign_in_forgive(struct ctx *, int64_t user_id);           /* earlier wrong tries at this account hold up nobody any longer */
/* All sign-ins of a user end, their sockets too (password or role changed, user deleted). In the caller's transaction. */
MUST bool sign_in_end_all(struct ctx *, int64_t user_id);
/* Rows of refresh tokens that expired a day ago go, some at a time. */
MUST bool sign_in_forget_expired(struct ctx *);

/* Is this token's sign-in still good, and who is it now? Queue before bus_go(), answer after: fills c->who. Claims NULL: nobody. */
struct access {
	const struct claims *claims;
	int family_slot, user_slot;
	int socket_slot, sockets_slot; /* of lib/api/access */
	bool socket_named;             /* the credential names its socket */
	bool linked;                   /* it is a link of lib/api/access, made for somebody who had a socket then */
	bool socket_needed;            /* another one needs an open socket of its user */
	struct user user;              /* filled by access_answer */
};
void access_ask(struct ctx *, const struct claims *, struct access *);
MUST bool access_answer(struct ctx *, struct access *);
void actor_from_user(struct ctx *, const struct user *, const char *family);
#endif
