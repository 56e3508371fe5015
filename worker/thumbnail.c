/* Thumbnails: one picture at a time is decoded by a process of its own (thumbnail/main.c). Who takes a picture has a minute: when
   this process dies, another one takes it up. */
#include "../lib/domain/thumbnail.h"
#include "../lib/core/log.h"
#include "../lib/core/text.h"
#include "../lib/file/blob.h"
#include "worker.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BUSY_MS = 20, IDLE_MS = 30000, AWAY_MS = 5000, PATIENCE_MS = 40000, PATH = 4096 };
enum { MADE, BROKEN }; /* how it ends */
struct making {
	struct thumbnail_task task;
	pid_t pid; /* 0 = none */
	int64_t began;
	char to[PATH], from[PATH];
};

static bool take(struct ctx *c, void *arg)
{
	struct making *m = arg;

	if (!thumbnail_take(c, &m->task))
		return false;
	if (*m->task.sha256 == '\0')
		return true;
	snprintf(m->from, sizeof(m->from), "%s", file_path(c, &(struct file){ .sha256 = m->task.sha256 }));
	const char *to = blob_aside(c->mem, arena_printf(c->mem, "%s/files", c->cfg->var));
	snprintf(m->to, sizeof(m->to), "%s", to != NULL ? to : ""); /* where nothing can be written, start() says so */
	return true;
}

/* The program beside this one. */
static void program(char out[static PATH])
{
	ssize_t n = readlink("/proc/self/exe", out, PATH - 32);

	out[n > 0 ? n : 0] = '\0';
	char *slash = strrchr(out, '/');
	snprintf(slash != NULL ? slash + 1 : out, 32, "deskbell-thumbnail");
}

static void start(struct making *m)
{
	char path[PATH], *argv[] = { (char[]){ "deskbell-thumbnail" }, NULL }, *nothing[] = { NULL };
	posix_spawn_file_actions_t files;

	program(path);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, m->from, O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, m->to, O_CREAT | O_EXCL | O_WRONLY, 0640);
	posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	int failed = posix_spawn(&m->pid, path, &files, NULL, argv, nothing);
	posix_spawn_file_actions_destroy(&files);
	m->began = mono_ms();
	if (failed == 0)
		return;
	m->pid = 0;
	log_error(NULL, "thumbnail.start", "%s: %s", path,
		  strerror(failed)); /* also where the picture is gone; it is tried again */
	unlink(m->to);
}

/* A picture that kills its process is tried again: it may have been the machine. */
static void end(struct worker *w, struct making *m, int status)
{
	m->pid = 0;
	m->task.from = m->to;
	m->task.made = WIFEXITED(status) && WEXITSTATUS(status) == MADE;
	if (m->task.made || (WIFEXITED(status) && WEXITSTATUS(status) == BROKEN))
		job_run(w, thumbnail_note, &m->task, true);
	else
		log_warn(NULL, "thumbnail.failed", "%s: status %d", m->task.sha256, status);
	unlink(m->to); /* it is in its place, or of no use */
}

static void watch(struct worker *w, struct making *m)
{
	int status = 0;
	pid_t gone = waitpid(m->pid, &status, WNOHANG);

	if (gone == m->pid || (gone < 0 && errno == ECHILD))
		end(w, m, status);
	else if (mono_ms() - m->began > PATIENCE_MS)
		kill(m->pid, SIGKILL);
}

void thumbnails_look(struct worker *w)
{
	if (w->making == NULL && (w->making = calloc(1, sizeof(*w->making))) == NULL)
		return;
	struct making *m = w->making;
	if (m->pid != 0)
		watch(w, m);
	if (m->pid == 0) {
		if (!job_run(w, take, m, true)) {
			w->thumbnails_at = mono_ms() + AWAY_MS;
			return;
		}
		if (*m->task.sha256 != '\0')
			start(m);
	}
	w->thumbnails_at = mono_ms() + (m->pid != 0 ? BUSY_MS : *m->task.sha256 != '\0' ? 0 : IDLE_MS);
}

void thumbnails_stop(struct worker *w)
{
	struct making *m = w->making;

	if (m != NULL && m->pid != 0) {
		kill(m->pid, SIGKILL);
		waitpid(m->pid, NULL, 0);
		unlink(m->to);
	}
	free(m);
	w->making = NULL;
}
