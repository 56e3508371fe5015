/* provider.h: answers from a chat-completions endpoint, streamed, many at once. */
#ifndef PROVIDER_H
#define PROVIDER_H
#include "../lib/domain/ai_prompt.h"
#include "completion.h"
#include "net.h"

struct stream {
	struct net_call call; /* first: a call is its stream */
	struct completion answer;
	struct buf body;
	struct curl_slist *headers;
	char error[CURL_ERROR_SIZE];
	int64_t began, word_at, ended_at; /* mono ms: word_at: when it was last at work */
	size_t words;
	bool fresh; /* something came since stream_look() */
	bool over;  /* nothing more comes */
	bool timed_out;
	bool judged; /* the breaker knows */
};
enum provider_state { PROVIDER_READY, PROVIDER_FULL, PROVIDER_FAILING };
enum provider_state provider_state(struct worker *); /* READY: open one now */
struct stream *stream_open(struct worker *, const struct ai_prompt *);

enum stream_state { STREAM_RUNS, STREAM_ENDED, STREAM_FAILED };
enum stream_state stream_look(struct worker *, struct stream *, int64_t now);
void stream_halt(struct worker *, struct stream *); /* ask for no more; what came stays readable */
void stream_close(struct worker *, struct stream *);
#endif
