/* password.h: a forgotten password: a link by mail, good once and for half an hour, to choose a new one. Only where the installer
   has set up mail and said what the site's address is. */
#ifndef PASSWORD_H
#define PASSWORD_H
#include "../core/core.h"

enum { PASSWORD_LINK_MS = 30 * 60 * 1000, PASSWORD_AGAIN_MS = 60 * 1000 };
bool password_links(const struct ctx *); /* can they be sent here? */

struct password_forgotten_in {
	const char *email;
};
/* Writes the mail if that is somebody's sign-in, and says nothing either way; no second one within PASSWORD_AGAIN_MS. The link
   before is good no more. E_NOT_FOUND "password.no_mail" where links cannot be sent. */
bool password_forgotten(struct ctx *, const void *in, void *out);

struct password_choose_in {
	const char *token, *password;
};
/* All sign-ins of that account end. E_BAD_INPUT of "token" when the link is not, or no longer, good. */
bool password_choose(struct ctx *, const void *in, void *out);
MUST bool password_forget_expired(struct ctx *);
#endif
