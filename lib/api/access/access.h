/* access.h: credentials that several contracts share: a Bearer access token, and what it may do. DESIGN 5. */
#ifndef ACCESS_H
#define ACCESS_H
#include "../../domain/user.h"
#include "../../http/http.h"

/* The three hooks of a contract whose people come with a Bearer token: a JWT, or an opaque one with X-User-ID, which must be its
   user's wherever it stands. No token is nobody, a bad one is 401. */
bool bearer_who(struct ctx *, const struct request *);
bool bearer_who_check(struct ctx *, const struct request *);
bool bearer_may(const struct ctx *, unsigned flags, uint32_t permission);
/* The same for a token that came otherwise (a WebSocket frame): fills c->who, and *user. One Redis round trip. */
MUST bool access_by_token(struct ctx *, const char *token, struct user *);
/* The same for a contract whose staff must have an authenticated WebSocket (DESIGN 5): its connection_token, good while that socket
   is open and for as long behind it as the relay keeps it, or another token while its user has such a socket; or a link (link.h).
 */
bool connected_who(struct ctx *, const struct request *);
bool connected_who_check(struct ctx *, const struct request *);
bool maybe_connected_who(struct ctx *, const struct request *); /* another token is good without, too; the same check */
/* What the relay's auth answers carry. */
char *connection_token(struct ctx *, int64_t user_id, const char *family, const char *socket);
/* For a socket that was let in before: is this sign-in still good? */
MUST bool access_again(struct ctx *, int64_t user_id, const char *family, struct user *);
#endif
