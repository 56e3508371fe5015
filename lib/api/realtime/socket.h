/* socket.h: what api.fcgi knows of a socket: it is handed back in W with each request, so no process keeps it. */
#ifndef RT_SOCKET_H
#define RT_SOCKET_H
#include "render.h"

struct socket;
/* How one endpoint speaks: its frames in, and how a message looks on it. */
struct dialect {
	/* "/admin/ws", "console": its channels are named CONTRACT/…; an endpoint that ends in a slash is all below it */
	const char *endpoint, *contract;
	bool (*open)(struct ctx *, struct socket *, const struct request *,
		     struct buf *blocks); /* with what its first request said */
	/* The message is parsed; answers go into blocks. False: the relay tries again. */
	bool (*frame)(struct ctx *, struct socket *, const struct json *message, struct buf *blocks);
	bool (*listens)(struct ctx *,
			struct socket *); /* its channels deliver now (after put_continue, put_hold); NULL: nothing to do */
	bool (*recheck)(struct ctx *, struct socket *, bool lost, struct buf *blocks); /* lost: events may have been missed */
	bool (*closed)(struct ctx *, struct socket *);                                 /* NULL: nothing to do */
	void (*put_message)(struct ctx *, struct buf *frame, const struct conversation *, const struct message *);
	const struct spec *resumed; /* of struct resumed */
	bool by_number;             /* clients name conversations by number, not by session */
	bool without_notes;         /* it never shows them, to staff neither */
};
extern const struct dialect chat_dialect, console_dialect, kefu_dialect;

struct socket {
	const char *name;              /* DESKBELL_SOCKET */
	const char *frame;             /* DESKBELL_FRAME */
	const struct dialect *dialect; /* NULL: an endpoint that nobody serves */
	int64_t user_id;               /* signed in; 0 = not */
	const char *family;
	int64_t joined;     /* a visitor's conversation; 0 = none */
	int64_t viewing;    /* the conversation that a console shows; 0 = none */
	const char *grants; /* a mark of what staff were granted last: another one means another scope */
	const char *lang;
	const char *below; /* of an endpoint that ends in a slash: the rest of the path, decoded; NULL = malformed */
};
void socket_read(struct ctx *, const struct request *, struct socket *);
void put_who(struct buf *, const struct socket *); /* W */

/* Is the sign-in of this socket still good? Fills c->who. *ended: no, and X is in the blocks. False: the relay tries again. */
MUST bool socket_recall(struct ctx *, const struct socket *, struct buf *blocks, bool *ended);
MUST bool socket_may_post(struct ctx *, const char *session_id); /* E_RATE when it sends too much */
MUST bool socket_online(struct ctx *, int64_t user_id);          /* a member of staff is there: shown online when it was offline */
/* Frames of conversations a member of staff may see now: J and P. Sets s->grants. */
MUST bool put_staff_channels(struct ctx *, struct socket *, struct buf *blocks);
/* It counts as open before anybody is told so: its connection_token is good at once. From then on the relay keeps it (P). */
void socket_counts(struct ctx *, const struct socket *);
void put_pong(struct ctx *, struct buf *blocks);                               /* the answer to ping */
void put_error_frame(struct ctx *, struct buf *blocks, const char *client_id); /* from c->err, which is cleared */
/* What was stored goes back in the answer too: the relay forwards it at once, and drops the published copy as old. */
void put_events(struct ctx *, struct buf *blocks);

/* After a hold: send what was missed. body is what the resume said in C. */
struct resumed {
	int64_t count, last_id;
};
void put_continue(struct buf *blocks, const char *continuation, size_t n); /* C; nothing to catch up on: "" */
void put_hold(struct buf *blocks, const char *continuation, size_t n);     /* H and C */
MUST bool resume_continue(struct ctx *, const struct socket *, const char *body, struct buf *blocks);
char *resume_visitor(struct arena *, int64_t stream, const char *session_id, int64_t after_seq);
char *resume_staff(struct arena *, int64_t last_id, const char *positions_json);
void put_resync(struct buf *blocks, const char *reason); /* reload by HTTP: what was missed is not sent */

/* viewing.c: which conversation a console shows (0 = none), for the others that show it too. Publishes. */
void viewing_change(struct ctx *, struct socket *, const struct conversation *to, struct buf *blocks);
#endif
