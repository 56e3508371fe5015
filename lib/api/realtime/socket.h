/* socket.h: what api.fcgi knows of a socket: it is handed back in W with each request, so no process keeps it. */
#ifndef RT_SOCKET_H
#define RT_SOCKET_H
#include "render.h"

struct socket {
	const char *name;     /* DESKBELL_SOCKET */
	const char *frame;    /* DESKBELL_FRAME */
	const char *endpoint; /* "/ws" */
	int64_t user_id;      /* signed in; 0 = not */
	const char *family;
	int64_t joined; /* a visitor's conversation; 0 = none */
	const char *lang;
};
void socket_read(struct ctx *, const struct request *, struct socket *);
void put_who(struct buf *, const struct socket *); /* W */

/* The frames of /ws (chat.md). The message is parsed; answers go into blocks. False: the relay tries again. */
MUST bool chat_frame(struct ctx *, struct socket *, const struct json *message, struct buf *blocks);
MUST bool chat_recheck(struct ctx *, struct socket *, struct buf *blocks);
/* After a hold: send what was missed. body is what the resume said in C. */
void put_hold(struct buf *blocks, const char *continuation, size_t n); /* H and C */
MUST bool resume_continue(struct ctx *, const struct socket *, const char *body, struct buf *blocks);
char *resume_visitor(struct arena *, int64_t stream, const char *session_id, int64_t after_seq);
char *resume_staff(struct arena *, int64_t last_id, const char *positions_json);
/* Frames of conversations a member of staff may see now. */
MUST bool put_staff_channels(struct ctx *, const struct socket *, struct buf *blocks); /* J and P */
void put_error_frame(struct ctx *, struct buf *blocks, const char *client_id);         /* from c->err, which is cleared */
#endif
