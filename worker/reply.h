/* reply.h: one answer on its way: composed or heard, spoken piece by piece, stored once. Who gets one when: ai.c. */
#ifndef REPLY_H
#define REPLY_H
#include "provider.h"

struct reply {
	struct reply *next;
	struct arena mem; /* everything below lives here */
	int64_t id;       /* the conversation */
	struct ai_turn turn;
	struct ai_prompt prompt; /* of an answer that comes over the network */
	struct stream *stream;   /* NULL: it comes from here, or waits until one is free */
	bool heard;              /* to its end: what it took is counted with the turn */
	bool waits, whole;       /* whole: nothing is added to the text any more */
	struct ai_answer answer; /* once it is whole */
	const char *text;        /* so far; within the stream, or the answer's */
	size_t n, at;            /* bytes that may be streamed, and that were */
	int64_t chunk;
	int64_t due, piece_at; /* mono ms: to look again; not to speak before */
	int64_t asked_at, typed_at;
	int64_t calls; /* put to the provider so often */
	const char *stream_id;
	bool claimed;
	struct ai_use use;
};

/* A claimed question: who answers, and the visitor sees that somebody does. False: the database is away. */
bool reply_begin(struct worker *, struct reply *);
enum reply_state { REPLY_GOES_ON, REPLY_SAID }; /* SAID: everything is streamed, it may be stored */
enum reply_state reply_step(struct worker *, struct reply *, int64_t now);
int64_t reply_next(const struct reply *);           /* mono ms */
void reply_let_go(struct worker *, struct reply *); /* of its stream; what that took is counted */
/* It ends with this instead of an answer. */
void reply_settle(struct reply *, enum ai_kind, enum handover why);
/* -- jobs; arg: struct reply -- */
bool reply_hush(struct ctx *, void *reply); /* it ends without an answer: live clients forget what they saw */
/* The conversation's last words about it: the message takes the place of what was streamed. */
void reply_tell_end(struct ctx *, struct reply *, const struct message *);
#endif
