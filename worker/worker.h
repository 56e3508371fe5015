/* worker.h: the background process: AI replies, the queue, presence, re-publishing. One thread, one loop; it holds no request. */
#ifndef WORKER_H
#define WORKER_H
#include "../lib/bus/bus.h"
#include "../lib/core/settings.h"
#include "../lib/db/db.h"
#include "../lib/domain/ai.h"
#include "../lib/domain/room.h"
#include "heard.h"

struct assisting;
struct counting; /* the numbers of the console */
struct hooks;    /* deliveries under way */
struct mails;    /* mails under way */
struct making;   /* a thumbnail under way */
struct net;      /* HTTP calls under way */
struct provider; /* answers over the network */
struct reply;    /* a question that is being answered */
struct try;      /* a provider that is tried out */
struct worker {
	struct settings cfg;
	struct arena settings_mem, mem; /* mem: one job's */
	struct catalog *texts;
	struct db *db;
	struct bus *bus;
	struct bus_sub *sub;
	struct perf *perf; /* NULL but in `run` */
	const char *lang;  /* the site's; NULL = not read yet */
	struct err err;    /* why the last job failed */
	struct reply *replies;
	struct assisting *assists; /* what staff asked for */
	int64_t replies_n;
	/* mono ms: when to look next */
	int64_t ai_at, queue_at, presence_at, republish_at, house_at, files_at, rooms_at, chores_at, report_at, conversations_at,
		backlog_at, repair_at, busy_until;
	int64_t terms_quick, terms_sure; /* message ids: searchable up to here; so for good */
	bool terms_begun;
	bool coming; /* somebody may have to be told of */
	int64_t coming_at;
	int64_t hooks_at, mails_at, export_at, backup_at, thumbnails_at;
	struct room_purge purge;
	int backup_pid;        /* of the process that makes one; 0 = none */
	struct making *making; /* NULL until there is one */
	struct heard *heard;
	struct counting *counting;
	struct net *net; /* NULL until there is a call */
	struct provider *providers;
	struct try *tries;
	struct keyring *keys; /* NULL: none can be had; no inbox has a key then */
	struct hooks *hooks;  /* NULL until there is one */
	struct mails *mails;  /* NULL until there is one */
	bool deaf;            /* the subscription was lost: what was heard before says nothing */
};
bool worker_open(struct worker *);
void worker_close(struct worker *);
void worker_busy(struct worker *); /* something happens: look more often for a minute */

/* One job outside HTTP: a fresh context; in a transaction (tried again after deadlocks) when writes is true; its events are
   published after COMMIT. False: it failed, logged, w->err says why; the next sweep tries again. */
typedef bool job_fn(struct ctx *, void *arg);
bool job_run(struct worker *, job_fn *, void *arg, bool writes);
/* The same; what the job allocates stays in this arena. */
bool job_run_in(struct worker *, struct arena *, job_fn *, void *arg, bool writes);

void ai_look(struct worker *);                           /* take up questions that wait */
void ai_asked(struct worker *, int64_t conversation_id); /* this one has a new question */
void ai_tick(struct worker *);                           /* next words of running replies */
int64_t ai_next(const struct worker *);                  /* mono ms of the next word; INT64_MAX = none */
void ai_cancel(struct worker *, int64_t conversation_id);
void ai_stop(struct worker *); /* forget running replies and give their claims back */

void provider_tell(struct worker *);  /* how it is, to those who ask for the system's health */
void provider_renew(struct worker *); /* its settings may have changed */
void provider_stop(struct worker *);

bool counts_open(struct worker *);
void counts_close(struct worker *);
void counts_ask(struct worker *, int64_t user_id); /* something changed; user_id > 0: this one has come, -1: tell everybody again */
void counts_tick(struct worker *);
int64_t counts_next(const struct worker *); /* mono ms; INT64_MAX = nothing to count */

void republish_note(struct worker *, const char *payload, size_t n); /* what went over deskbell:rt */
void republish_look(struct worker *);
bool chores_look(struct worker *);           /* true: more is left */
bool coming_look(struct worker *);           /* who came or went in a crowd is told; true: more is left */
bool rooms_look(struct worker *);            /* what rooms no longer show goes; true: more is left */
bool conversations_look(struct worker *);    /* counts, and what has just been said; true: more is left */
bool conversations_backlog(struct worker *); /* search: the sure walk; true: more is left */

bool net_busy(const struct worker *);                    /* HTTP calls are under way… */
void net_tick(struct worker *);                          /* …and go on */
void net_wait(struct worker *, int also_fd, int64_t ms); /* for an answer, or for something to read there */
void net_stop(struct worker *);

void hooks_look(struct worker *); /* take up deliveries that are due */
void hooks_stop(struct worker *);
void mails_look(struct worker *); /* write what is due, send what waits */
void mails_stop(struct worker *);
void thumbnails_look(struct worker *); /* take up the next picture, see whether one is done */
void thumbnails_stop(struct worker *);
bool export_look(struct worker *); /* the next part of an export; true: there may be more */
void backup_look(struct worker *); /* begin one that was asked for, see whether it has ended */
void backup_stop(struct worker *);
int backup_run(const char *to); /* the process */
int demo_load(const char *dir);
void report_look(struct worker *); /* one day's figures, if any are due */
int search_build(bool anew);       /* what was said, in bulk; anew: from the first message */
int articles_rebuild(void);
bool articles_index_waiting(const char *db_url);      /* those that have no passages yet; false: some are left */
int report_rebuild(const char *from, const char *to); /* "2024-01-31" each; NULL = all there is */
#endif
