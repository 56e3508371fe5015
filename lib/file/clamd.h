/* clamd.h: a file shown to ClamAV's daemon, by its own protocol: zINSTREAM, the bytes in counted pieces, a verdict back. */
#ifndef CLAMD_H
#define CLAMD_H
#include "../core/core.h"

enum clamd_verdict { CLAMD_CLEAN, CLAMD_INFECTED, CLAMD_TOO_LARGE, CLAMD_AWAY }; /* too large for its own limit; no verdict */
enum { CLAMD_SAID = 256 };
/* All that fd still has to give. place: "/path" of a unix socket, or "host:port" ("[::1]:3310"). until: mono ms. said: what was
 * found, or why there is no verdict. */
enum clamd_verdict clamd_scan(const char *place, int fd, int64_t until, char said[static CLAMD_SAID]);
/* "ClamAV 1.4.1/27432/…", with the age of its signatures. */
MUST bool clamd_version(const char *place, int64_t until, char said[static CLAMD_SAID]);
#endif
