/* render.h: events as blocks of relay/PROTOCOL.md, for the files of lib/api/realtime. */
#ifndef RENDER_H
#define RENDER_H
#include "realtime.h"

void render_event(struct ctx *, struct buf *blocks, const struct event *); /* E … T … . , K or R; nothing for EVENT_WAKE */
void render_frame(struct buf *frame, const char *type, const struct spec *, const void *data); /* {"type":…,"data":…} */
void put_block_frame(struct buf *blocks, const struct buf *frame);                             /* F */
/* Names of channels (no white space). Kept here, because granting and publishing must agree. */
char *channel_conversation(struct arena *, int64_t id);
char *channel_user(struct arena *, int64_t id); /* conversations of one agent */
char *channel_team(struct arena *, int64_t id);
char *channel_family(struct arena *, const char *family); /* the sockets of one sign-in */
char *channel_person(struct arena *, int64_t id);         /* all sockets of one user: to look again at what it may see */
extern const char channel_all[], channel_unassigned[], channel_staff[];
#endif
