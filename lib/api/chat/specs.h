/* specs.h: the field tables of the chat contract. */
#ifndef CHAT_SPECS_H
#define CHAT_SPECS_H
#include "codecs.h"

extern const struct spec chat_session_create_in, chat_session_in, chat_session_update_in, chat_switch_in, chat_read_in,
	chat_read_out, chat_rating_in, chat_rating, chat_inbox_in, chat_inbox, chat_availability_in;
extern const struct spec chat_post_in, chat_list_in, chat_messages;
extern const struct spec chat_file_in, chat_file_post_in;
bool chat_file_send(struct ctx *, const void *in, void *out); /* RAW: a file's bytes */
bool chat_thumbnail_send(struct ctx *, const void *in, void *out);
bool chat_metrics(struct ctx *, const void *in, void *out); /* RAW: Prometheus' text */
extern const struct spec chat_conversations_in, chat_conversations, chat_customers_in, chat_customers, chat_users_in, chat_users,
	chat_user_create_in, chat_user_update_in, chat_user_id_in;
extern const struct spec chat_dashboard, chat_availability;
#endif
