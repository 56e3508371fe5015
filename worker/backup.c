/* Backups: a process of its own dumps the tables at one moment, then packs them with the files. Files are never changed, are there
   before the rows that name them and are not removed meanwhile, so what is packed behind the dump has all that the dump names. */
#include "../lib/domain/backup.h"
#include "../lib/core/log.h"
#include "../lib/db/url.h"
#include "worker.h"
#include <errno.h>
#include <fcntl.h>
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

static char *folder_of(struct arena *mem, const char *to)
{
	return arena_printf(mem, "%s.tmp", to);
}

static char *tables_of(struct arena *mem, const char *to)
{
	return arena_printf(mem, "%s.tmp/tables.sql", to);
}

static char *part_of(struct arena *mem, const char *to)
{
	return arena_printf(mem, "%s.part", to);
}

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

/* What a process that failed, or was ended, has left, and what its exit status says. */
static int clear_up(const struct work *k, struct arena *mem, int status)
{
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : BACKUP_FAILED;

	if (code == EXIT_SUCCESS)
		return BACKUP_COMPLETE;
	log_error(NULL, "backup.failed", "%s: %s, status %d", k->b.filename, code == BACKUP_NO_ROOM ? "no room" : "failed", status);
	unlink(tables_of(mem, k->path));
	rmdir(folder_of(mem, k->path));
	unlink(part_of(mem, k->path));
	return code > BACKUP_FAILED && code <= BACKUP_NO_FILES ? code : BACKUP_FAILED;
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
			k.b.status = clear_up(&k, &mem, status);
		else
			start(w, &k);
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

/* tar and gzip say it in words, mariadb-dump by the number. */
static bool says_no_room(const char *line)
{
	static const int none[] = { ENOSPC, EDQUOT, EFBIG };
	char number[32];

	for (size_t i = 0; i < COUNT(none); i++) {
		snprintf(number, sizeof(number), "errno %d on", none[i]);
		if (strstr(line, number) != NULL || strstr(line, strerror(none[i])) != NULL)
			return true;
	}
	return false;
}

/* What it complains of goes on to the log. */
static bool complains_of_room(FILE *from)
{
	char line[1024];
	bool full = false;

	while (from != NULL && fgets(line, sizeof(line), from) != NULL) {
		full = full || says_no_room(line);
		fputs(line, stderr);
	}
	return full;
}

/* Its exit status; -1 when it could not be started, or was ended. *full: it said that there is no room. */
static int run(const char *const *argv, bool *full)
{
	posix_spawn_file_actions_t to_us;
	int ends[2], status;
	pid_t pid;

	*full = false;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	posix_spawn_file_actions_init(&to_us);
	posix_spawn_file_actions_adddup2(&to_us, ends[1], STDERR_FILENO);
	bool started = posix_spawnp(&pid, argv[0], &to_us, NULL, (char *const *)(uintptr_t)argv, environ) == 0;
	posix_spawn_file_actions_destroy(&to_us);
	close(ends[1]);
	FILE *said = fdopen(ends[0], "r");
	*full = started && complains_of_room(said);
	if (said != NULL)
		fclose(said);
	return started && waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Both answer with the process's exit status: why there is no backup, as enum backup_status has it.
   One transaction's view of all tables. The password goes by the environment: arguments are seen by others. */
static int dump_tables(const struct settings *cfg, struct arena *mem, const char *to)
{
	struct db_url db;
	const char *argv[20], *const names[] = { "mariadb-dump", "mysqldump" };
	bool full;

	if (!db_url_parse(cfg->db_url, &db))
		return BACKUP_NO_TABLES;
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
		if (run(argv, &full) == 0)
			return EXIT_SUCCESS;
		if (full)
			return BACKUP_NO_ROOM;
	}
	log_error(NULL, "backup.dump", "neither mariadb-dump nor mysqldump could dump the tables");
	return BACKUP_NO_TABLES;
}

/* tables.sql and files/, without the exports, the backups and what is still being sent, which lie there too. tar ends with 1 when a
   folder has grown or a file was given its name while it was read, which is so whenever somebody sends one; with 2 when it failed.
 */
static int pack(const struct settings *cfg, struct arena *mem, const char *dir, const char *to)
{
	char *files = arena_printf(mem, "%s/files", cfg->var), *part = part_of(mem, to);
	bool full;
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
	int rc = run(argv, &full);
	if ((rc == 0 || rc == FILES_CAME) && rename(part, to) == 0)
		return EXIT_SUCCESS;
	return full ? BACKUP_NO_ROOM : BACKUP_NO_FILES;
}

int backup_run(const char *to)
{
	struct settings cfg;
	struct arena mem = { 0 };
	char why[512] = "", *slash;

	prctl(PR_SET_PDEATHSIG, SIGTERM); /* the next worker begins anew */
	setenv("LC_ALL", "C", 1);         /* what is complained of is read */
	if (to == NULL || (slash = strrchr(to, '/')) == NULL || !settings_read(&cfg, &mem, why, sizeof(why))) {
		fprintf(stderr, "backup: %s\n", why);
		return EXIT_FAILURE;
	}
	char *folder = arena_strndup(&mem, to, (size_t)(slash - to)), *dir = folder_of(&mem, to), *tables = tables_of(&mem, to);
	mkdir(arena_printf(&mem, "%s/files", cfg.var), 0700);
	mkdir(folder, 0700);
	bool full = mkdir(dir, 0700) != 0 && (errno == ENOSPC || errno == EDQUOT);
	int status = full ? BACKUP_NO_ROOM : dump_tables(&cfg, &mem, tables);
	if (status == EXIT_SUCCESS)
		status = pack(&cfg, &mem, dir, to);
	unlink(tables);
	rmdir(dir);
	arena_free(&mem);
	return status;
}
