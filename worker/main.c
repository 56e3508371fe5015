/* deskbell-worker: migrate | demo | run | reports rebuild | search index | search rebuild | version */
#include "../lib/auth/auth.h"
#include "../lib/core/log.h"
#include "../lib/core/text.h"
#include "../lib/domain/assignment.h"
#include "../lib/domain/backup.h"
#include "../lib/domain/export.h"
#include "../lib/domain/file.h"
#include "../lib/domain/health.h"
#include "../lib/domain/password.h"
#include "../lib/domain/probe.h"
#include "../lib/domain/queue.h"
#include "../lib/domain/resumable.h"
#include "../lib/domain/sign_in.h"
#include "../lib/domain/webhook.h"
#include "../lib/http/perf.h"
#include "ai_try.h"
#include "assist.h"
#include "worker.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	AI_BUSY_MS = 2000,
	AI_IDLE_MS = 10000,
	QUEUE_MS = 500, /* always: who would have said that there is something to do may have died */
	QUEUE_AT_ONCE = 100,
	PRESENCE_MS = 10000,
	COMING_MS = 1000,
	REPUBLISH_MS = 1000,
	REPUBLISH_IDLE_MS = 10000,
	HOUSE_MS = 3600000,
	EXPORT_MS = 30000,
	BACKUP_MS = 250,
	BACKUP_IDLE_MS = 60000,
	REPORT_MS = 2000,
	REPORT_IDLE_MS = 10000,
	CHORES_MS = 60000,
	CONVERSATIONS_MS = 1000,
	CONVERSATIONS_IDLE_MS = 10000,
	FILE_ROUNDS = 50,
	BUSY_MS = 60000
};
static const char *const channels[] = { "deskbell:wake", "deskbell:rt" };

static volatile sig_atomic_t stop_asked, reopen_asked;

static void on_signal(int sig)
{
	if (sig == SIGHUP)
		reopen_asked = 1;
	else
		stop_asked = 1;
}

bool worker_open(struct worker *w)
{
	char why[512] = "";

	if (!settings_reload(&w->cfg, &w->settings_mem, why, sizeof(why)) ||
	    (w->texts = catalog_open(w->cfg.templates, why, sizeof(why))) == NULL) {
		log_error(NULL, "settings.bad", "%s", why);
		return false;
	}
	log_open("worker", w->cfg.log, LOG_INFO);
	w->keys = keyring_open(w->cfg.jwt_secret, w->cfg.var, why, sizeof(why));
	if (w->keys == NULL)
		log_warn(NULL, "keys.none", "%s", why);
	w->db = db_new(w->cfg.db_url);
	w->bus = bus_new(w->cfg.redis_url);
	w->heard = calloc(1, sizeof(*w->heard));
	w->deaf = true;
	return w->heard != NULL && counts_open(w);
}

void worker_close(struct worker *w)
{
	free(w->heard);
	counts_close(w);
	keyring_free(w->keys);
	db_free(w->db);
	bus_free(w->bus);
	catalog_close(w->texts);
	arena_free(&w->mem);
	arena_free(&w->settings_mem);
}

static void sooner(int64_t *at, int64_t latest)
{
	*at = *at < latest ? *at : latest;
}

/* The looks that were put off while nothing went on are not: the first thing that is said after a quiet time is not the last to be
   found. */
void worker_busy(struct worker *w)
{
	int64_t now = mono_ms();

	if (now >= w->busy_until) {
		sooner(&w->ai_at, now + AI_BUSY_MS);
		sooner(&w->republish_at, now + REPUBLISH_MS);
		sooner(&w->report_at, now + REPORT_MS);
		sooner(&w->conversations_at, now + CONVERSATIONS_MS);
	}
	w->busy_until = now + BUSY_MS;
}

/* -- sweeps -- */

static bool drain_queue(struct ctx *c, void *given)
{
	return queue_drain(c, QUEUE_AT_ONCE, given);
}

static void look_at_queue(struct worker *w)
{
	int64_t given = 0;

	if (job_run(w, drain_queue, &given, false) && given == QUEUE_AT_ONCE)
		w->queue_at = 0;
}

static bool sweep_presence(struct ctx *c, void *arg)
{
	int64_t gone;

	(void)arg;
	health_worker_lives(c);
	bus_go(c);
	return presence_sweep(c, &gone);
}

/* Rows and keys that nobody can use any longer. */
static bool keep_house(struct ctx *c, void *arg)
{
	static const char *const sets[] = { "deskbell:newest-id", "deskbell:newest-seq" };

	(void)arg;
	for (size_t i = 0; i < COUNT(sets); i++)
		bus_cmd(c, 4, (const char *[]){ "ZREMRANGEBYRANK", sets[i], "0", "-200001" },
			(size_t[]){ 15, strlen(sets[i]), 1, 7 });
	bus_go(c);
	return export_forget_old(c) && backup_forget_old(c) && sign_in_forget_expired(c) && password_forget_expired(c) &&
	       delivery_forget_old(c);
}

static bool tidy_files(struct ctx *c, void *arg)
{
	(void)arg;
	file_tidy(c);
	return true;
}

/* Files that were deleted, or that no message ever showed. */
static void remove_files(struct worker *w)
{
	bool done = false;

	if (!job_run(w, tidy_files, NULL, false) || !job_run(w, resumable_lapse, NULL, true) || !job_run(w, file_lapse, NULL, true))
		return;
	for (int i = 0; i < FILE_ROUNDS && !done; i++)
		if (!job_run(w, file_remove_deleted, &done, true))
			return;
}

static bool due(int64_t *at, int64_t now, int64_t again)
{
	if (now < *at)
		return false;
	*at = now + again;
	return true;
}

/* What nobody waits for takes a tenth of the time, however much there is: those who write must not be slowed by their own traces.
 */
static void in_its_share(struct worker *w, int64_t *at, bool (*look)(struct worker *))
{
	int64_t began = mono_ms();

	if (look(w))
		*at = mono_ms() + (mono_ms() - began) * 9;
}

static void run_due(struct worker *w)
{
	int64_t now = mono_ms();
	bool busy = now < w->busy_until;

	net_tick(w);
	ai_tick(w);
	tries_tick(w);
	assists_tick(w);
	counts_tick(w);
	if (due(&w->ai_at, now, busy ? AI_BUSY_MS : AI_IDLE_MS))
		ai_look(w);
	if (due(&w->queue_at, now, QUEUE_MS))
		look_at_queue(w);
	if (due(&w->republish_at, now, busy ? REPUBLISH_MS : REPUBLISH_IDLE_MS))
		republish_look(w);
	if (due(&w->presence_at, now, PRESENCE_MS)) {
		job_run(w, sweep_presence, NULL, false);
		provider_tell(w);
		w->coming = true; /* a wake may have been lost */
	}
	if (w->coming && due(&w->coming_at, now, COMING_MS))
		w->coming = coming_look(w);
	if (now >= w->hooks_at)
		hooks_look(w);
	if (now >= w->mails_at)
		mails_look(w);
	if (due(&w->export_at, now, EXPORT_MS) && export_look(w))
		w->export_at = 0;
	if (due(&w->backup_at, now, w->backup_pid != 0 ? BACKUP_MS : BACKUP_IDLE_MS)) {
		backup_look(w);
		w->backup_at = w->backup_pid != 0 ? now + BACKUP_MS : w->backup_at;
	}
	if (now >= w->thumbnails_at)
		thumbnails_look(w);
	if (due(&w->house_at, now, HOUSE_MS))
		job_run(w, keep_house, NULL, false);
	if (due(&w->rooms_at, now, HOUSE_MS))
		in_its_share(w, &w->rooms_at, rooms_look);
	if (w->backup_pid == 0 && due(&w->files_at, now, HOUSE_MS))
		remove_files(w);
	if (due(&w->report_at, now, busy ? REPORT_MS : REPORT_IDLE_MS))
		report_look(w);
	if (due(&w->chores_at, now, CHORES_MS))
		in_its_share(w, &w->chores_at, chores_look);
	if (due(&w->conversations_at, now, busy ? CONVERSATIONS_MS : CONVERSATIONS_IDLE_MS))
		in_its_share(w, &w->conversations_at, conversations_look);
	/* By itself: what has just been said does not wait behind what an import left. */
	if (due(&w->backlog_at, now, busy ? CONVERSATIONS_MS : CONVERSATIONS_IDLE_MS))
		in_its_share(w, &w->backlog_at, conversations_backlog);
}

static int64_t next_due(const struct worker *w)
{
	const int64_t times[] = { w->ai_at,       w->queue_at,   w->republish_at,     w->presence_at, w->house_at,
				  w->report_at,   w->chores_at,  w->conversations_at, w->backlog_at,  ai_next(w),
				  counts_next(w), tries_next(w), assists_next(w) };
	int64_t next = times[0];

	for (size_t i = 1; i < COUNT(times); i++)
		next = times[i] < next ? times[i] : next;
	next = next < w->export_at ? next : w->export_at;
	next = next < w->backup_at ? next : w->backup_at;
	next = next < w->rooms_at ? next : w->rooms_at;
	next = w->coming && w->coming_at < next ? w->coming_at : next;
	next = next < w->mails_at ? next : w->mails_at;
	next = next < w->thumbnails_at ? next : w->thumbnails_at;
	return next < w->hooks_at ? next : w->hooks_at;
}

/* -- what is heard -- */

/* The self-test asks whether somebody listens here. */
static bool answer_probe(struct ctx *c, void *id)
{
	probe_answer(c, *(const int64_t *)id);
	return bus_go(c);
}

static void on_wake(struct worker *w, const char *text, size_t n)
{
	char word[64] = "", what[16] = "";
	long long id = 0;

	memcpy(word, text, n < sizeof(word) - 1 ? n : sizeof(word) - 1);
	if (sscanf(word, "%15s %lld", what, &id) < 1)
		return;
	if (strcmp(what, "ai") == 0 && id > 0)
		ai_asked(w, id);
	else if (strcmp(what, "queue") == 0)
		w->queue_at = 0;
	else if (strcmp(what, "counts") == 0)
		counts_ask(w, id);
	else if (strcmp(what, "coming") == 0)
		w->coming = true;
	else if (strcmp(what, "chores") == 0)
		w->chores_at = 0;
	else if (strcmp(what, "webhook") == 0)
		w->hooks_at = 0;
	else if (strcmp(what, "mail") == 0)
		w->mails_at = 0;
	else if (strcmp(what, "export") == 0)
		w->export_at = 0;
	else if (strcmp(what, "backup") == 0)
		w->backup_at = 0;
	else if (strcmp(what, "thumbnail") == 0)
		w->thumbnails_at = 0;
	else if (strcmp(what, "probe") == 0)
		job_run(w, answer_probe, &(int64_t){ id }, false);
	else if (strcmp(what, "ai_try") == 0)
		tries_ask(w, id);
	else if (strcmp(what, "assist") == 0 && id > 0)
		assists_ask(w, id);
	else if (strcmp(what, "cancel") == 0)
		ai_cancel(w, id);
}

static void listen(struct worker *w)
{
	const char *channel, *data;
	size_t n;
	bool lost, again = false;
	int64_t wait = next_due(w) - mono_ms();

	/* At most half a second: signals are looked at between waits. */
	wait = wait < 0 ? 0 : wait > 500 ? 500 : wait;
	if (net_busy(w)) {
		net_wait(w, bus_sub_fd(w->sub), wait);
		wait = 0;
	}
	for (; bus_next(w->sub, wait, &channel, &data, &n, &lost); wait = 0) {
		if (strcmp(channel, channels[0]) == 0)
			on_wake(w, data, n);
		else
			republish_note(w, data, n);
		worker_busy(w);
		again = again || lost;
	}
	if (!again && !lost)
		return;
	w->deaf = true;
	w->ai_at = w->queue_at = w->republish_at = w->hooks_at = w->mails_at = w->export_at = w->backup_at = w->thumbnails_at = 0;
	counts_ask(w, -1); /* what was told meanwhile, nobody may have heard */
	worker_busy(w);
}

/* After SIGHUP. The connections stay; the arena keeps the old texts, which a running reply may show. */
static void renew(struct worker *w)
{
	struct settings fresh;
	char why[512] = "";

	log_reopen();
	if (settings_reload(&fresh, &w->settings_mem, why, sizeof(why))) {
		w->cfg = fresh;
		provider_renew(w);
	} else {
		log_error(NULL, "settings.bad", "%s; the old ones stay", why);
	}
}

static int run(void)
{
	struct worker *w = calloc(1, sizeof(*w));
	struct sigaction act = { .sa_handler = on_signal };

	if (w == NULL || !worker_open(w))
		return EXIT_FAILURE;
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGHUP, &act, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	w->perf = perf_new(NULL, "worker", w->cfg.run);
	w->sub = bus_subscribe(w->cfg.redis_url, channels, COUNT(channels));
	log_info(NULL, "worker.start", "ready");
	while (!stop_asked) {
		if (reopen_asked) {
			reopen_asked = 0;
			renew(w);
		}
		run_due(w);
		listen(w);
	}
	ai_stop(w);
	tries_stop(w);
	assists_stop(w);
	backup_stop(w);
	thumbnails_stop(w);
	hooks_stop(w);
	mails_stop(w);
	provider_stop(w);
	net_stop(w);
	bus_unsubscribe(w->sub);
	perf_free(w->perf);
	worker_close(w);
	free(w);
	return EXIT_SUCCESS;
}

static int migrate(const char *dir)
{
	struct settings cfg;
	struct arena mem = { 0 };
	char why[512] = "";
	bool good = settings_read(&cfg, &mem, why, sizeof(why)) && db_migrate(cfg.db_url, dir, why, sizeof(why));

	if (good && !articles_index_waiting(cfg.db_url))
		fprintf(stderr, "migrate: articles are left to the worker to index\n");
	arena_free(&mem);
	if (!good)
		fprintf(stderr, "migrate: %s\n", why);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "run", *dir = getenv("DESKBELL_SQL");

	dir = dir != NULL && *dir != '\0' ? dir : "sql";
	if (strcmp(what, "migrate") == 0)
		return migrate(dir);
	if (strcmp(what, "demo") == 0)
		return demo_load(dir);
	if (strcmp(what, "run") == 0)
		return run();
	if (strcmp(what, "reports") == 0 && argc > 2 && strcmp(argv[2], "rebuild") == 0)
		return report_rebuild(argc > 3 ? argv[3] : NULL, argc > 4 ? argv[4] : NULL);
	if (strcmp(what, "search") == 0 && argc > 2 && (strcmp(argv[2], "index") == 0 || strcmp(argv[2], "rebuild") == 0))
		return search_build(strcmp(argv[2], "rebuild") == 0);
	if (strcmp(what, "articles") == 0 && argc > 2 && strcmp(argv[2], "rebuild") == 0)
		return articles_rebuild();
	if (strcmp(what, "backup") == 0 && argc == 3)
		return backup_run(argv[2]);
	if (strcmp(what, "version") == 0)
		return puts(DESKBELL_VERSION) >= 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	fprintf(stderr, "usage: deskbell-worker [run | migrate | demo | reports rebuild [FROM [TO]] | search index | search "
			"rebuild | articles rebuild | backup FILE | version]\n");
	return EXIT_FAILURE;
}
