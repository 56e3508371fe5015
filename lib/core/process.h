/* process.h: what the system says of a process. */
#ifndef PROCESS_H
#define PROCESS_H
#include "core.h"

int64_t process_resident(int64_t pid);           /* bytes in memory; 0 = there is none, or it is not told */
int64_t process_family(int64_t pid, int64_t *n); /* the same of it and its children together, shared pages each time; n of them */
#endif
