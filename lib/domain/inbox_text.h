/* inbox_text.h: an inbox's lists as lines of text and back, and what is wrong with them. */
#ifndef INBOX_TEXT_H
#define INBOX_TEXT_H
#include "inbox.h"

/* What a person sent, checked: E_BAD_INPUT naming the field. The text goes into the row. */
MUST bool inbox_pack_origins(struct ctx *, const struct list *, const char **out);
MUST bool inbox_pack_hours(struct ctx *, const struct business_hours *, const char **out);
MUST bool inbox_pack_fields(struct ctx *, const struct list *, const char **out);
void inbox_unpack(struct ctx *, struct inbox *); /* fills what is derived */
struct list inbox_lines(struct arena *, const char *text);
bool text_plain(const char *, bool lines); /* no control characters; new lines as well if lines */
#endif
