/* socket.h: what api.fcgi knows of a socket: it is handed back in W with each request, so no process keeps it. */
#ifndef RT_SOCKET_H
#define RT_SOCKET_H
#include "render.h"

struct socket;
struct frame_row;
/* How one endpoint speaks: its frames in, and how things look on it. False of a function: the relay tries again. */
struct dialect {
	/* "/admin/ws", "console": its channels are named CONTRACT/…; an endpoint that ends in a slash is all below it */
	const char *endpoint, *contract;
	const struct frame_row *frames; /* frames.h; "resume" is among them. "auth" is the same for all */
	const struct spec *user;        /* of struct user: who has signed in */
	const struct spec *resumed;     /* of struct resumed */
	bool (*open)(struct ctx *, struct socket *, const struct request *,
		     struct buf *blocks);                                 /* with what its first request said */
	bool (*grant)(struct ctx *, struct socket *, struct buf *blocks); /* J and P of who it is */
	/* NULL: nothing to do. came: it has signed in; listens: its channels deliver now (after put_continue, put_hold). */
	void (*came)(struct ctx *, const struct socket *);
	bool (*listens)(struct ctx *, struct socket *);
	bool (*closed)(struct ctx *, struct socket *);
	/* Members of an error's data, from c->err; malformed: the frame itself is not what it should be. */
	void (*put_error)(struct ctx *, struct buf *, bool malformed);
	void (*put_message)(struct ctx *, struct buf *frame, const struct conversation *, const struct message *);
	bool strangers;        /* who has not signed in may speak too, and a bad token does not end the socket */
	bool staff_only;       /* others are turned away */
	bool of_one_user;      /* of the one its path names */
	bool connection_token; /* told when it has signed in */
	bool reloads;          /* told to reload (put_resync) when its scope changed or events were lost */
	bool by_number;        /* clients name conversations by number, not by session */
	bool without_notes;    /* it never shows them, to staff neither */
};
extern const struct dialect chat_dialect, console_dialect, kefu_dialect;

enum { SOCKET_ROOMS = 32 };
struct socket {
	const char *name;              /* DESKBELL_SOCKET */
	const char *frame;             /* DESKBELL_FRAME */
	const struct dialect *dialect; /* NULL: an endpoint that nobody serves */
	int64_t user_id;               /* signed in; 0 = not */
	const char *family;
	int64_t joined;              /* a visitor's conversation; 0 = none */
	int64_t viewing;             /* the conversation that a console shows; 0 = none */
	int64_t rooms[SOCKET_ROOMS]; /* that a user hears (rooms.h) */
	size_t rooms_n;
	const char *grants; /* a mark of what staff were granted last: another one means another scope */
	const char *lang;
	const char *below; /* of an endpoint that ends in a slash: the rest of the path, decoded; NULL = malformed */
};
void socket_read(struct ctx *, const struct request *, struct socket *);
void put_who(struct buf *, const struct socket *); /* W */

/* Is the sign-in of this socket still good? Fills c->who. *ended: no, and X is in the blocks. False: the relay tries again. */
MUST bool socket_recall(struct ctx *, const struct socket *, struct buf *blocks, bool *ended);
MUST bool socket_may_post(struct ctx *, const char *session_id); /* E_RATE when it sends too much */
/* "Is typing" is forgotten when it comes too often, twice for each message that may be sent: it is told to many, and nothing is
 * lost. */
bool socket_may_tell(struct ctx *, const struct socket *);
MUST bool socket_online(struct ctx *, int64_t user_id); /* a member of staff is there: shown online when it was offline */
/* Frames of conversations a member of staff may see now: J and P. Sets s->grants. */
MUST bool put_staff_channels(struct ctx *, struct socket *, struct buf *blocks);
/* It counts as open before anybody is told so: its connection_token is good at once. From then on the relay keeps it (P). */
void socket_counts(struct ctx *, const struct socket *);
void put_pong(struct ctx *, struct buf *blocks); /* the answer to ping */
/* What was stored goes back in the answer too: the relay forwards it at once, and drops the published copy as old. */
void put_events(struct ctx *, struct buf *blocks);

/* After a hold: send what was missed. body is what the resume said in C. */
struct resumed {
	int64_t count, last_id;
};
enum { RESUME_BYTES = 128 << 10 }; /* about so much of what was missed in one answer, then a continuation */
void put_continue(struct buf *blocks, const char *continuation, size_t n); /* C; nothing to catch up on: "" */
void put_hold(struct buf *blocks, const char *continuation, size_t n);     /* H and C */
MUST bool resume_continue(struct ctx *, const struct socket *, const char *body, struct buf *blocks);
char *resume_visitor(struct arena *, int64_t stream, const char *session_id, int64_t after_seq);
char *resume_staff(struct arena *, int64_t last_id, const char *positions_json);
void put_resync(struct buf *blocks, const char *reason); /* reload by HTTP: what was missed is not sent */

/* viewing.c: which conversation a console shows (0 = none), for the others that show it too. Publishes. */
void viewing_change(struct ctx *, struct socket *, const struct conversation *to, struct buf *blocks);
/* After L *: it goes on showing its conversation if that is still its to see. */
MUST bool viewing_again(struct ctx *, struct socket *, struct buf *blocks);
#endif
