/* setup.h: the first account of an installed server. */
#ifndef SETUP_H
#define SETUP_H
#include "user.h"

/* No member of staff was ever there, so nobody could make one. */
MUST bool setup_needed(struct ctx *, bool *needed);

struct setup_in {
	const char *email, *full_name, *password;
};
/* Makes the first admin; out: struct user. E_FORBIDDEN "setup.done" from then on, also for whoever asks at the same moment. */
bool setup_admin(struct ctx *, const void *in, void *out);
#endif
