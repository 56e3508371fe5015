/* log.h: one JSON line per entry on stderr (or DESKBELL_LOG, reopened on SIGHUP). */
#ifndef LOG_H
#define LOG_H
#include "core.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
/* component: "api", "relay", "worker"; path NULL or "" means stderr. Process-wide, set by main(). */
void log_open(const char *component, const char *path, enum log_level least);
void log_reopen(void); /* async-signal-unsafe: call from the loop after SIGHUP */
/* c may be NULL outside a request; with it the line carries request_id, user id and address. key is stable ("db.failed"). */
void log_line(const struct ctx *, enum log_level, const char *key, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
#define log_debug(c, key, ...) log_line(c, LOG_DEBUG, key, __VA_ARGS__)
#define log_info(c, key, ...) log_line(c, LOG_INFO, key, __VA_ARGS__)
#define log_warn(c, key, ...) log_line(c, LOG_WARN, key, __VA_ARGS__)
#define log_error(c, key, ...) log_line(c, LOG_ERROR, key, __VA_ARGS__)
#endif
