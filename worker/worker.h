/* worker.h: the background process: AI replies, the queue, presence, re-publishing. One thread, one loop; it holds no request. */
#ifndef WORKER_H
#define WORKER_H
#include "../lib/bus/bus.h"
#include "../lib/core/settings.h"
#include "../lib/db/db.h"
#include "../lib/domain/ai.h"

enum { SEEN_MAX = 65536 }; /* ids of messages whose publication was seen; a power of two */
struct reply;              /* an AI reply that is being streamed */
struct worker {
	struct settings cfg;
	struct arena settings_mem, mem; /* mem: one job's */
	struct catalog *texts;
	struct db *db;
	struct bus *bus;
	struct bus_sub *sub;
	struct reply *replies;
	int64_t replies_n;
	/* mono ms: when to look next */
	int64_t ai_at, queue_at, presence_at, republish_at, house_at, busy_until;
	/* re-publishing */
	int64_t seen[SEEN_MAX], watermark;
	bool stopping;
};
bool worker_open(struct worker *);
void worker_close(struct worker *);

/* One job outside HTTP: a fresh context; in a transaction (tried again after deadlocks) when writes is true; its events are
   published after COMMIT. False: it failed, logged; the next sweep tries again. */
typedef bool job_fn(struct ctx *, void *arg);
bool job_run(struct worker *, job_fn *, void *arg, bool writes);
void job_context(struct worker *, struct ctx *);

void ai_look(struct worker *);          /* take up questions that wait */
void ai_tick(struct worker *);          /* next words of running replies */
int64_t ai_next(const struct worker *); /* mono ms of the next word; INT64_MAX = none */
void ai_cancel(struct worker *, int64_t conversation_id);
void ai_stop(struct worker *); /* forget running replies and give their claims back */

void republish_note(struct worker *, const char *payload, size_t n); /* what went over deskbell:rt */
void republish_look(struct worker *);
int demo_load(const char *dir);
#endif
