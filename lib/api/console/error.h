/* error.h: the console's errors, for HTTP and for /admin/ws. */
#ifndef CONSOLE_ERROR_H
#define CONSOLE_ERROR_H
#include "../../core/buf.h"

const char *console_error_code(const struct err *); /* "VALIDATION_ERROR" … */
void console_put_error(struct ctx *, struct buf *); /* the members code, message and details, from c->err */
#endif
