/* accept.h: whether a site takes a file: one acceptance, however its bytes came. DESIGN 9. */
#ifndef ACCEPT_H
#define ACCEPT_H
#include "upload.h"

/* After what could not be written: logged, and E_FULL "file.full" when there is no room, else E_UNAVAILABLE "file.storage". */
bool storage_failed(struct ctx *, const char *path);
/* Before its bytes come: "file.too_large", "file.empty" or "file.type", by what is said of it alone. */
MUST bool upload_announced(struct ctx *, const char *filename, int64_t size);
/* When they are all there: not empty, and the content is what the name promises and the site takes, and ClamAV, where there is one,
   finds nothing in it; sets u->type. E_UNAVAILABLE "file.unscanned": later perhaps. */
MUST bool upload_accept(struct ctx *, struct upload *);
#endif
