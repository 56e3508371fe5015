/* The parent of the workers: web servers respawn only what they started themselves, so this does. */
#include "../core/log.h"
#include "../core/text.h"
#include "program.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { QUICK_MS = 1000, BACKOFF_MIN_MS = 100, BACKOFF_MAX_MS = 2000, DRAIN_MS = 10000, WORKERS_MAX = 256, OLD_MAX = 1024 };

struct child {
	pid_t pid; /* 0 = none */
	int64_t started;
};
struct supervisor {
	struct child now[WORKERS_MAX], old[OLD_MAX]; /* old: draining after SIGHUP */
	int64_t workers, backoff, next_start;
	sigset_t signals;
	const struct supervised *what;
	pid_t self;
};

static void spawn(struct supervisor *s, struct child *child)
{
	pid_t pid = fork();

	if (pid < 0) {
		log_error(NULL, "fork", "%s", strerror(errno));
		s->next_start = mono_ms() + s->backoff;
		return;
	}
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM); /* never outlive the supervisor */
		if (getppid() != s->self)
			_exit(EXIT_FAILURE);
		sigprocmask(SIG_UNBLOCK, &s->signals, NULL);
		exit(s->what->work(s->what->arg));
	}
	*child = (struct child){ pid, mono_ms() };
}

static void spawn_missing(struct supervisor *s)
{
	for (int64_t i = 0; i < s->workers && mono_ms() >= s->next_start; i++)
		if (s->now[i].pid == 0)
			spawn(s, &s->now[i]);
}

static bool forget(struct child *children, int n, pid_t pid, int64_t *started)
{
	for (int i = 0; i < n; i++)
		if (children[i].pid == pid) {
			*started = children[i].started;
			children[i] = (struct child){ 0 };
			return true;
		}
	return false;
}

/* A worker that dies young again and again is started ever more slowly. */
static void reap(struct supervisor *s, bool stopping)
{
	int64_t started;
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (forget(s->old, OLD_MAX, pid, &started) || !forget(s->now, WORKERS_MAX, pid, &started) || stopping)
			continue;
		log_warn(NULL, "worker.died", "pid %ld, %s %d", (long)pid, WIFSIGNALED(status) ? "signal" : "status",
			 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
		if (mono_ms() - started >= QUICK_MS) {
			s->backoff = BACKOFF_MIN_MS;
			continue;
		}
		s->next_start = mono_ms() + s->backoff;
		s->backoff = s->backoff * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : s->backoff * 2;
	}
}

static int signal_all(const struct child *children, int n, int sig)
{
	int alive = 0;

	for (int i = 0; i < n; i++)
		if (children[i].pid != 0) {
			kill(children[i].pid, sig);
			alive++;
		}
	return alive;
}

/* New workers read settings and logs anew; the old ones finish what they have. */
static void renew(struct supervisor *s)
{
	log_reopen();
	if (!s->what->reload(s->what->arg, &s->workers))
		return;
	signal_all(s->now, WORKERS_MAX, SIGTERM);
	for (int i = 0, free = 0; i < WORKERS_MAX; i++) {
		if (s->now[i].pid == 0)
			continue;
		while (free < OLD_MAX && s->old[free].pid != 0) /* one of an earlier SIGHUP may still have a long request */
			free++;
		if (free < OLD_MAX)
			s->old[free] = s->now[i];
	}
	memset(s->now, 0, sizeof(s->now));
	s->next_start = 0;
	s->backoff = BACKOFF_MIN_MS;
}

static int wait_signal(const struct supervisor *s, int64_t ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };
	int sig = sigtimedwait(&s->signals, NULL, &t);

	return sig > 0 ? sig : 0;
}

static int drain(struct supervisor *s)
{
	int64_t until = mono_ms() + DRAIN_MS;

	signal_all(s->old, OLD_MAX, SIGTERM);
	while (signal_all(s->now, WORKERS_MAX, SIGTERM) + signal_all(s->old, OLD_MAX, 0) > 0 && mono_ms() < until) {
		wait_signal(s, 200);
		reap(s, true);
	}
	signal_all(s->now, WORKERS_MAX, SIGKILL);
	signal_all(s->old, OLD_MAX, SIGKILL);
	return EXIT_SUCCESS;
}

int supervise(int fd, const struct supervised *what)
{
	if (dup2(fd, STDIN_FILENO) < 0) /* libfcgi listens on 0 */
		return EXIT_FAILURE;
	struct supervisor *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return EXIT_FAILURE;
	*s = (struct supervisor){ .workers = what->workers, .backoff = BACKOFF_MIN_MS, .what = what, .self = getpid() };
	sigemptyset(&s->signals);
	const int watched[] = { SIGTERM, SIGINT, SIGHUP, SIGCHLD };
	for (size_t i = 0; i < COUNT(watched); i++)
		sigaddset(&s->signals, watched[i]);
	sigprocmask(SIG_BLOCK, &s->signals, NULL);
	for (;;) {
		spawn_missing(s);
		int sig = wait_signal(s, 500);
		reap(s, false);
		if (sig == SIGTERM || sig == SIGINT)
			break;
		if (sig == SIGHUP)
			renew(s);
	}
	int rc = drain(s);
	free(s);
	return rc;
}
