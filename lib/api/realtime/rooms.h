/* rooms.h: rooms on /ws, for the files of lib/api/realtime. */
#ifndef RT_ROOMS_H
#define RT_ROOMS_H
#include "../../domain/room.h"
#include "frames.h"

char *channel_room(struct arena *, int64_t id);
void render_room(struct ctx *, struct buf *blocks, const struct event *); /* of the kinds of rooms */
MUST bool room_fill(struct ctx *, int64_t stream, int64_t after, int64_t upto, int64_t limit, struct buf *blocks, int64_t *known);
/* Rows of frames. */
bool on_room_join(struct frame *);
bool on_room_leave(struct frame *);
bool on_room_message(struct frame *);
/* The rooms that it heard, as far as it still may. */
MUST bool rooms_again(struct ctx *, struct socket *, struct buf *blocks);
MUST bool room_continue(struct ctx *, const char *body, struct buf *blocks); /* what on_room_join said in C */
#endif
