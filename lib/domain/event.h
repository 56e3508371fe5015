/* event.h: what happened, to be told after COMMIT. The domain queues; lib/api/realtime renders and publishes. */
#ifndef EVENT_H
#define EVENT_H
#include "../core/core.h"

enum event_kind {
	EVENT_MESSAGE,      /* a stored message: with EVENT_ROOM_MESSAGE the only kind that is promised */
	EVENT_ROOM_MESSAGE, /* the same in a room */
	EVENT_ROOM_DELETED, /* a message of a room was taken back */
	EVENT_STATUS,       /* a conversation changed; what says how */
	EVENT_TYPING,
	EVENT_READ,
	EVENT_AI_STREAM,
	EVENT_AI_FAILED,     /* no answer came, a person takes over; what = the error\'s key, text = what people read */
	EVENT_AGENT_STATUS,  /* an agent's presence changed */
	EVENT_USER_PRESENCE, /* somebody opened a first socket of its own, or closed the last; user_name = its public id, flag =
				there */
	EVENT_END_SESSION,   /* a sign-in ended: its sockets close */
	EVENT_RECHECK,       /* what a user may see has changed */
	EVENT_VIEWING,       /* who has a conversation open in the console now */
	EVENT_COUNTS,        /* the numbers of one member of staff */
	EVENT_NOTIFICATION,  /* for one user: a mention, an assignment */
	EVENT_WAKE,          /* the worker has something to do; what = "ai", "queue", "cancel", "counts", "thumbnail" … */
	EVENT__MAX
};
struct conversation;
struct live_counts;
struct message;
struct notification;
struct room;
struct room_message;
struct event {
	struct event *next;
	enum event_kind kind;
	const char *what;                        /* EVENT_STATUS: created assigned switched queued status priority rated updated */
	const char *note;                        /* catalogue key of the sentence people read ("status.taken_over"), or NULL */
	const struct conversation *conversation; /* as it is now */
	int64_t before_assignee, before_team;    /* EVENT_STATUS: those who saw it before */
	const struct message *message;
	const struct room *room; /* of the kinds of rooms; what they say */
	const struct room_message *said;
	const struct notification *notification; /* EVENT_NOTIFICATION */
	const struct live_counts *counts;        /* EVENT_COUNTS */
	struct list viewers;                     /* EVENT_VIEWING: struct person */
	int64_t user_id;                         /* who typed, read, changed presence; whom it is for */
	const char *user_name;
	int sender_type;              /* enum sender */
	bool among_staff;             /* typing: a note, which is not the customer's to know */
	bool flag;                    /* typing: is typing; ai_stream: complete (with id 0: broken off) */
	int64_t number;               /* ai_stream: chunk; read: seq; presence: enum presence */
	int64_t id;                   /* read: message id; ai_stream: message id when complete */
	const char *text, *full_text; /* ai_stream: new piece, so far; end session: family */
	const char *stream_id;        /* ai_stream */
	bool noted;                   /* the outbox of webhooks has it */
	bool again;                   /* a message that may have been told before */
	const char *except;           /* typing, viewing: not needed by its own sender; a socket name, or NULL */
};
/* A zeroed event of this kind at the end of c->events. */
struct event *event_queue(struct ctx *, enum event_kind);
/* For what runs several transactions in one context: undo what was queued since the mark when one is rolled back. */
struct event_mark {
	struct event *first, **end;
};
struct event_mark event_mark(const struct ctx *);
void event_undo(struct ctx *, struct event_mark);
void event_wake(struct ctx *, const char *what, int64_t id);
#endif
