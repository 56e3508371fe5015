/* Backups: a process of its own dumps the tables at one moment, then packs them with the files. Files are never changed, are there
   before the rows that name them and are not removed meanwhile, so what is packed behind the dump has all that the dump names. */
#include "../lib/domain/backup.h"
#include "../lib/core/log.h"
#include "../lib/db/url.h"
#include "worker.h"
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { FILES_CAME = 1 };

struct work {
	struct backup b;
	bool found;
	const char *path;
};

static bool next(struct ctx *c, void *arg)
{
	struct work *k = arg;

	if (!backup_next(c, &k->b, &k->found) || !k->found)
		return c->err.code == E_OK;
	k->path = backup_path(c, &k->b);
	return true;
}

static bool note(struct ctx *c, void *arg)
{
	struct work *k = arg;
	struct stat st = { 0 };

	if (k->b.status == BACKUP_COMPLETE && (stat(k->path, &st) != 0 || st.st_size == 0))
		k->b.status = BACKUP_FAILED;
	k->b.size = (int64_t)st.st_size;
	k->b.finished_at = k->b.status > BACKUP_RUNNING ? c->now : 0;
	return backup_note(c, &k->b);
}

static void start(struct worker *w, struct work *k)
{
	const char *argv[] = { "deskbell-worker", "backup", k->path, NULL };
	pid_t pid;

	if (posix_spawn(&pid, "/proc/self/exe", NULL, NULL, (char *const *)(uintptr_t)argv, environ) != 0) {
		log_error(NULL, "backup.start", "%s", strerror(errno));
		return;
	}
	w->backup_pid = pid;
	k->b.status = BACKUP_RUNNING;
}

void backup_look(struct worker *w)
{
	struct arena mem = { 0 };
	struct work k = { 0 };
	int status = 0;
	bool ended = w->backup_pid != 0 && waitpid(w->backup_pid, &status, WNOHANG) == w->backup_pid;

	if ((w->backup_pid == 0 || ended) && job_run_in(w, &mem, next, &k, false) && k.found) {
		if (ended)
			k.b.status = WIFEXITED(status) && WEXITSTATUS(status) == 0 ? BACKUP_COMPLETE : BACKUP_FAILED;
		else
			start(w, &k);
		if (ended && k.b.status == BACKUP_FAILED)
			log_error(NULL, "backup.failed", "%s: status %d", k.b.filename, status);
		job_run_in(w, &mem, note, &k, true);
	}
	if (ended)
		w->backup_pid = 0;
	arena_free(&mem);
}

void backup_stop(struct worker *w)
{
	if (w->backup_pid == 0)
		return;
	kill(w->backup_pid, SIGTERM);
	waitpid(w->backup_pid, NULL, 0);
}

/* -- the process -- */

/* Its exit status; -1 when it could not be started, or was ended. */
static int run(const char *const *argv)
{
	int status;
	pid_t pid;

	if (posix_spawnp(&pid, argv[0], NULL, NULL, (char *const *)(uintptr_t)argv, environ) != 0)
		return -1;
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* One transaction's view of all tables. The password goes by the environment: arguments are seen by others. */
static bool dump_tables(const struct settings *cfg, struct arena *mem, const char *to)
{
	struct db_url db;
	const char *argv[20], *const names[] = { "mariadb-dump", "mysqldump" };

	if (!db_url_parse(cfg->db_url, &db))
		return false;
	setenv("MYSQL_PWD", db.password, 1);
	for (size_t i = 0; i < COUNT(names); i++) {
		size_t n = 0;
		argv[n++] = names[i];
		argv[n++] = "--no-defaults";
		argv[n++] = "--single-transaction";
		argv[n++] = "--quick";
		argv[n++] = "--skip-lock-tables";
		argv[n++] = "--hex-blob";
		argv[n++] = "--default-character-set=utf8mb4";
		argv[n++] = arena_printf(mem, "--user=%s", db.user);
		argv[n++] =
			*db.socket != '\0' ? arena_printf(mem, "--socket=%s", db.socket) : arena_printf(mem, "--host=%s", db.host);
		if (*db.socket == '\0')
			argv[n++] = arena_printf(mem, "--port=%u", db.port);
		argv[n++] = arena_printf(mem, "--result-file=%s", to);
		argv[n++] = arena_strdup(mem, db.database);
		argv[n] = NULL;
		if (run(argv) == 0)
			return true;
	}
	log_error(NULL, "backup.dump", "neither mariadb-dump nor mysqldump could dump the tables");
	return false;
}

/* tables.sql and files/, without the exports, the backups and what is still being sent, which lie there too. tar ends with 1 when a
   folder has grown or a file was given its name while it was read, which is so whenever somebody sends one; with 2 when it failed.
 */
static bool pack(const struct settings *cfg, struct arena *mem, const char *dir, const char *to)
{
	char *files = arena_printf(mem, "%s/files", cfg->var), *part = arena_printf(mem, "%s.part", to);
	const char *argv[] = { "tar",
			       "--create",
			       "--gzip",
			       "--file",
			       part,
			       "--exclude=./files/export",
			       "--exclude=./files/backup",
			       "--exclude=./files/new",
			       "--exclude=./files/part",
			       "--warning=no-file-changed",
			       "--directory",
			       dir,
			       "tables.sql",
			       "--directory",
			       cfg->var,
			       "./files",
			       NULL };

	mkdir(files, 0700);
	int rc = run(argv);
	return (rc == 0 || rc == FILES_CAME) && rename(part, to) == 0;
}

int backup_run(const char *to)
{
	struct settings cfg;
	struct arena mem = { 0 };
	char why[512] = "", *slash;

	prctl(PR_SET_PDEATHSIG, SIGTERM); /* the next worker begins anew */
	if (to == NULL || (slash = strrchr(to, '/')) == NULL || !settings_read(&cfg, &mem, why, sizeof(why))) {
		fprintf(stderr, "backup: %s\n", why);
		return EXIT_FAILURE;
	}
	char *folder = arena_strndup(&mem, to, (size_t)(slash - to)), *dir = arena_printf(&mem, "%s.tmp", to);
	mkdir(arena_printf(&mem, "%s/files", cfg.var), 0700);
	mkdir(folder, 0700);
	mkdir(dir, 0700);
	char *tables = arena_printf(&mem, "%s/tables.sql", dir);
	bool good = dump_tables(&cfg, &mem, tables) && pack(&cfg, &mem, dir, to);
	unlink(tables);
	rmdir(dir);
	arena_free(&mem);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
