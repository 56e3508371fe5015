/* dial.h: a short talk with a server of this machine, bounded in time: for the self-test. */
#ifndef DIAL_H
#define DIAL_H
#include "core.h"

int dial_unix(const char *path, int64_t until);              /* until: mono ms. -1 = nobody is there */
int dial_tcp(const char *host, int64_t port, int64_t until); /* host: an address */
/* Says it all and takes what comes up to the first empty line, as text; "" when nothing came in time. Closes. */
void dial_ask(int fd, const char *said, char *answer, size_t cap, int64_t until);
int dial_status(const char *answer); /* of "HTTP/1.1 101 …": 101; 0 = that is no HTTP */
#endif
