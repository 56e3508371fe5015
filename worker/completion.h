/* completion.h: what an OpenAI-compatible chat-completions endpoint answers, read as it comes. Pure. */
#ifndef COMPLETION_H
#define COMPLETION_H
#include "sse.h"

enum { COMPLETION_MAX = 65536 }; /* bytes of text: no message is as long */
struct completion {
	struct buf text;  /* what was said so far */
	int64_t thoughts; /* pieces of reasoning_content and the like: nobody is shown them, but somebody is at work */
	bool ended;       /* nothing more is to come: [DONE], or a finish_reason and the end of the bytes */
	bool finished;    /* a finish_reason was given */
	bool cut;         /* by the limit on tokens */
	bool filtered;    /* by the provider's filter: what is there is no answer */
	bool failed;
	int64_t tokens_in, tokens_out; /* 0 = not said */
	char error[400];               /* of what failed */
	/* its own */
	struct sse sse;
	struct buf whole; /* an answer in one piece: some ignore "stream" */
	enum { COMPLETION_NEW, COMPLETION_EVENTS, COMPLETION_WHOLE } as;
	struct arena *scratch;
};
/* scratch: reset after each piece; many may share one. */
void completion_begin(struct completion *, struct arena *scratch);
/* More bytes. False: nothing more is wanted: it has ended, or failed. */
bool completion_feed(struct completion *, const char *, size_t);
/* The bytes have ended: properly, or because the connection broke. Afterwards it has ended or failed. */
void completion_end(struct completion *, bool properly);
void completion_fail(struct completion *, const char *why); /* the first reason stays */
void completion_free(struct completion *);
#endif
