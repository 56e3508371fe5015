/* site.h: facts of the installation. */
#ifndef SITE_H
#define SITE_H
#include "../core/core.h"

bool site_has_demo(struct ctx *);                   /* demo data was loaded; false as well when it cannot be told */
MUST bool site_is_empty(struct ctx *, bool *empty); /* nobody has an account yet */
#endif
