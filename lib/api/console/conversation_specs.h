/* conversation_specs.h: how the console shows conversations and messages, for the files whose answers hold them. */
#ifndef CONVERSATION_SPECS_H
#define CONVERSATION_SPECS_H
#include "../../domain/message.h"
#include "console.h"

extern const char *const console_sender_names[]; /* enum sender: the customer is "contact" */
extern const struct spec console_message, console_conversation, console_label_of;
extern const struct spec console_conversation_live; /* without the phone number, which not all who hear of it may see */
#define ONE_CONVERSATION "/api/v1/conversations/:conversation_id"
#define CONVERSATION_ID(T, member)                                                                                                 \
	FIELD(T, member, "conversation_id", as_int, .flags = FROM_PATH | REQUIRED, .min = 1, .max = INT64_MAX)
#endif
