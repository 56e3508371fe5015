/* chat.h: the chat contract (contracts/chat.md): visitors, the AI, admin lists; port 8000. */
#ifndef CHAT_H
#define CHAT_H
#include "../../http/http.h"

extern const struct contract chat_contract;

/* Shared with the WebSocket side of the same contract. */
extern const struct spec chat_message, chat_session, chat_conversation, chat_user, chat_person;
extern const struct codec as_msg_id; /* int64_t: "msg_12"; 0 is null; a bare number is read too */
void chat_error(struct ctx *, struct buf *, int status);
const char *chat_error_code(const struct err *); /* "VALIDATION_ERROR" … */
#endif
