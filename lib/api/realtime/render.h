/* render.h: events as blocks of relay/PROTOCOL.md, for the files of lib/api/realtime. */
#ifndef RENDER_H
#define RENDER_H
#include "../../domain/message.h"
#include "realtime.h"

void render_event(struct ctx *, struct buf *blocks, const struct event *); /* E … T … . , K or R; nothing for EVENT_WAKE */
void render_frame(struct buf *frame, const char *type, const struct spec *, const void *data); /* {"type":…,"data":…} */
void put_block_frame(struct buf *blocks, const struct buf *frame);                             /* F */
/* Names of channels (no white space). Kept here, because granting and publishing must agree. */
char *channel_conversation(struct arena *, int64_t id);
char *channel_family(struct arena *, const char *family); /* the sockets of one sign-in */
char *channel_person(struct arena *, int64_t id);         /* all sockets of one user: to look again at what it may see */
char *channel_viewing(struct arena *, int64_t id);        /* consoles that show this conversation */
/* Channels of staff, CONTRACT/…: all (supervisors), open (unassigned), u/AGENT, t/TEAM, staff, p/USER (for one alone). */
void put_scope(struct buf *to, const char *contract, int64_t assignee, int64_t team);
void put_staff(struct buf *to, const char *contract, const struct conversation *); /* all, and the scope it is in */

/* The frames of one contract, written as T blocks inside an event's E. */
void put_target(struct buf *blocks, const struct buf *frame, struct buf *to); /* T; `to` is empty afterwards */
void render_console(struct ctx *, struct buf *blocks, const struct event *);
/* message:new */
void console_put_message(struct ctx *, struct buf *frame, const struct conversation *, const struct message *);
void console_put_viewing(struct buf *frame, const struct event *); /* conversation:viewing */
/* message */
void chat_put_message(struct ctx *, struct buf *frame, const struct conversation *, const struct message *);
void kefu_put_message(struct ctx *, struct buf *frame, const struct conversation *, const struct message *);
void render_kefu(struct ctx *, struct buf *blocks, const struct event *);

/* ai_stream, ai:stream */
void chat_put_stream(struct buf *frame, const struct event *);
void console_put_stream(struct buf *frame, const struct event *);
/* An answer under way: kept with each piece, forgotten with the last (EVENT_AI_STREAM), found by who comes in between; e: as the
   last piece, with all that was said. One command each. */
void partial_keep(struct ctx *, const struct event *);
bool partial_find(struct ctx *, int64_t conversation_id, struct event *e);
#endif
