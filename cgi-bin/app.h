/* app.h: what the programs of this folder have in common: the contracts, and the domain's part in every request. */
#ifndef APP_H
#define APP_H
#include "../lib/http/http.h"

/* program_main() of the whole product under this name; realtime answers the relay, NULL = it is not asked. */
int app_main(const char *name, bool (*realtime)(struct ctx *, const struct request *, struct buf *), int argc, char **argv);
#endif
