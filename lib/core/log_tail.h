/* log_tail.h: the last lines of log files. */
#ifndef LOG_TAIL_H
#define LOG_TAIL_H
#include "core.h"

/* The last `most` bytes of a file, from the beginning of a line; "" when there is none. */
char *log_tail(struct arena *, const char *path, size_t most);
/* The *.log files of a directory: const char * paths, by name. */
struct list log_files(struct arena *, const char *dir);
#endif
