/* disk.h: what blobs and partial files have in common where they lie. */
#ifndef DISK_H
#define DISK_H
#include "../core/core.h"

MUST bool disk_folder(const char *path); /* it is there now */
/* How much went out: less than all of it, and errno, when it failed. */
MUST size_t disk_write(int fd, const void *, size_t);
#endif
