/* link.h: a path that one member of staff may GET without a header, for some minutes: so a browser saves what is too large for a
   page's memory. Its ticket is of one path, one sign-in and one time, and ends with that sign-in. */
#ifndef LINK_H
#define LINK_H
#include "../../auth/auth.h"
#include "../../http/http.h"

struct link {
	const char *url; /* path?link=TICKET */
	int64_t expires_at;
};
void link_make(struct ctx *, const char *path, struct link *); /* for c->who */
/* Does the request come by a link? *claims NULL: by none. E_UNAUTHENTICATED when it is altered, old or another path's. */
MUST bool link_read(struct ctx *, const struct request *, const struct claims **);
#endif
