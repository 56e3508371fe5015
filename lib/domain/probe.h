/* probe.h: the self-test: each part is tried for real, timed, and what is broken is named, with what to do about it. */
#ifndef PROBE_H
#define PROBE_H
#include "../core/core.h"

enum probe_state { PROBE_OK, PROBE_WARN, PROBE_FAIL };
extern const char *const probe_state_names[];
struct probe_step {
	const char *name;            /* "database" … */
	int state;                   /* enum probe_state */
	double ms;                   /* how long it took */
	const char *title, *message; /* for people: what is tried, what was found and what to do */
};
struct probe {
	int state; /* the worst */
	double ms;
	struct list steps; /* struct probe_step */
};
void probe_run(struct ctx *, struct probe *); /* each step has two seconds at most */

/* Between the files of the self-test. */
struct finding {
	int state;
	const char *key; /* of the sentence, with its holes */
	const char *holes[2];
};
struct probing { /* what earlier steps found, for those that need it */
	bool database, redis;
	int64_t skew_ms;
};
typedef struct finding probe_fn(struct ctx *, struct probing *);
probe_fn probe_web, probe_websocket, probe_relay, probe_redis, probe_worker, probe_antivirus;
int probe_answer(struct ctx *, int64_t id); /* the worker's answer to "probe ID"; the caller does bus_go() */
#endif
