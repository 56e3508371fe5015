/* provider.h: answers from a chat-completions endpoint, streamed, many at once. */
#ifndef PROVIDER_H
#define PROVIDER_H
#include "../lib/domain/ai_prompt.h"
#include "completion.h"
#include "net.h"

struct stream {
	struct net_call call; /* first: a call is its stream */
	struct provider *provider;
	int64_t wait_ms, timeout_ms;
	bool own, private_ok, refused; /* own: its address is an inbox's; refused: it leads where it may not */
	bool tls;
	struct completion answer;
	struct buf body;
	struct curl_slist *headers;
	char error[CURL_ERROR_SIZE];
	int64_t began, word_at, ended_at; /* mono ms: word_at: when it was last at work */
	size_t words;
	bool fresh; /* something came since stream_look() */
	bool over;  /* nothing more comes */
	bool timed_out;
	bool judged;      /* the breaker knows */
	int64_t retry_ms; /* it is busy and said for how long; 0 = not so */
};
enum provider_state { PROVIDER_READY, PROVIDER_FULL, PROVIDER_RESTS, PROVIDER_FAILING };
enum provider_state provider_state(struct worker *, const struct ai_setup *); /* READY: open one now */
int64_t provider_rests_until(struct worker *, const struct ai_setup *);       /* mono ms: it asked not to be called before */
struct stream *stream_open(struct worker *, const struct ai_setup *, const struct ai_prompt *);
/* What it took until now; false: nothing, as far as can be told. */
bool stream_usage(const struct stream *, struct ai_usage *);

enum stream_state { STREAM_RUNS, STREAM_ENDED, STREAM_FAILED };
enum stream_state stream_look(struct worker *, struct stream *, int64_t now);
void stream_halt(struct worker *, struct stream *); /* ask for no more; what came stays readable */
void stream_close(struct worker *, struct stream *);
#endif
