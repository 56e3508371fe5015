/* send_file.h: the bytes of a file as an answer, for the contracts that give files out. */
#ifndef SEND_FILE_H
#define SEND_FILE_H
#include "../../domain/file.h"
#include "../../http/http.h"

/* Where no web server takes X-Sendfile (DESKBELL_SENDFILE=off), the bytes go through this process: FILE_THROUGH_US at most. */
MUST bool send_through_us(struct ctx *, const char *path, struct raw *);
MUST bool send_file(struct ctx *, const struct file *, struct raw *out);
/* What lists show of a picture: 202 while it is not made yet, "file.missing" where there is none. */
MUST bool send_thumbnail(struct ctx *, const struct file *, struct raw *out);
#endif
