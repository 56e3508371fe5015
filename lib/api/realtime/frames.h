/* frames.h: what comes in by a socket. One dispatcher; each contract has a table of its frames and says in its dialect how it
 * differs. */
#ifndef RT_FRAMES_H
#define RT_FRAMES_H
#include "socket.h"

struct frame {
	struct ctx *c;
	struct socket *s;
	const struct json *message, *data; /* data: its member of that name, or itself; both NULL: the socket is just opening */
	struct buf *out;
};
struct frame_row {
	const char *type;    /* NULL ends the table */
	uint32_t permission; /* of staff; 0 = none is needed */
	bool (*take)(struct frame *);
};

/* One message, from who may send it, to the row of its type. False, here and in rows: the relay tries again. */
MUST bool frame_take(struct ctx *, struct socket *, const struct json *message, struct buf *blocks);
/* Who the token says it is from now on, with the channels of that; *in: it is. Else that is answered. */
MUST bool frame_sign_in(struct frame *, const char *token, bool *in);
/* What it may see has changed, or (lost) may have been missed. */
MUST bool frame_recheck(struct ctx *, struct socket *, bool lost, struct buf *blocks);

bool frame_error(struct frame *);     /* answers c->err, which is cleared; true */
bool frame_malformed(struct frame *); /* the same for what a frame itself lacks */
MUST bool frame_read(struct frame *, const struct spec *, void *in);
void frame_put(struct frame *, struct buf *text); /* F; frees the text */

/* Rows that all contracts share. */
bool frame_ping(struct frame *);
struct resume_in {
	int64_t last_id;
	const char *session_id, *positions;
};
enum { POSITIONS_BYTES = 60000 };
bool frame_resume(struct frame *, const struct resume_in *); /* by where the page stands in each conversation */
#endif
