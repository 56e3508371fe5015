/* send_file.h: the bytes of a file as an answer, for the contracts that give files out. */
#ifndef SEND_FILE_H
#define SEND_FILE_H
#include "../../domain/file.h"
#include "../../http/http.h"

MUST bool send_file(struct ctx *, const struct file *, struct raw *out);
#endif
