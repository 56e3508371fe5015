/* codecs.h: how chat shows ids and states. */
#ifndef CHAT_CODECS_H
#define CHAT_CODECS_H
#include "chat.h"

extern const struct codec as_active;  /* bool: "active" / "completed" */
extern const struct codec as_before;  /* int64_t: as_msg_id, or "latest" = INT64_MAX */
extern const struct codec as_answers; /* struct list of struct answer: an object of texts */
#endif
