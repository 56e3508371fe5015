/* servers.h: a private MariaDB or Redis in a temporary folder, on unix sockets, for tests in C. */
#ifndef SERVERS_H
#define SERVERS_H
#include "../../lib/core/text.h"
#include "../../lib/db/db.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

struct servers {
	char dir[64], db_url[256], redis_url[256];
	pid_t mariadb, redis;
};

static inline bool servers_dir(struct servers *s)
{
	if (*s->dir != '\0')
		return true;
	snprintf(s->dir, sizeof(s->dir), "/tmp/dbu.XXXXXX");
	return mkdtemp(s->dir) != NULL;
}

static inline pid_t servers_spawn(const char *const *argv)
{
	pid_t pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	return pid;
}

static inline bool servers_listens(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	bool good = fd >= 0 && connect(fd, (const struct sockaddr *)&at, sizeof(at)) == 0;
	if (fd >= 0)
		close(fd);
	return good;
}

/* The socket's file is there a moment before anybody listens on it. */
static inline bool servers_wait(const char *path)
{
	for (int64_t until = mono_ms() + 60000; mono_ms() < until; poll(NULL, 0, 20))
		if (servers_listens(path))
			return true;
	return false;
}

static inline bool servers_start_mariadb(struct servers *s)
{
	char data[128], sock[128];

	snprintf(data, sizeof(data), "--datadir=%s/db", s->dir);
	snprintf(sock, sizeof(sock), "--socket=%s/db.sock", s->dir);
	const char *const argv[] = { "mariadbd",
				     "--no-defaults",
				     "--user=root",
				     data,
				     sock,
				     "--skip-networking",
				     "--skip-grant-tables",
				     "--innodb-buffer-pool-size=16M",
				     "--performance-schema=OFF",
				     NULL };
	s->mariadb = servers_spawn(argv);
	snprintf(sock, sizeof(sock), "%s/db.sock", s->dir);
	return servers_wait(sock);
}

static inline bool servers_mariadb(struct servers *s)
{
	char command[512];

	*s = (struct servers){ .dir = "" };
	if (!servers_dir(s))
		return false;
	snprintf(command, sizeof(command),
		 "mariadb-install-db --no-defaults --user=root --datadir=%s/db --auth-root-authentication-method=normal "
		 "--skip-test-db >/dev/null 2>&1",
		 s->dir);
	snprintf(s->db_url, sizeof(s->db_url), "mysql://root@/deskbell?socket=%s/db.sock", s->dir);
	return system(command) == 0 && servers_start_mariadb(s);
}

static inline bool servers_start_redis(struct servers *s)
{
	char sock[128];

	snprintf(sock, sizeof(sock), "%s/redis.sock", s->dir);
	unlink(sock);
	const char *const argv[] = {
		"redis-server", "--port", "0", "--unixsocket", sock, "--save", "", "--appendonly", "no", NULL
	};
	s->redis = servers_spawn(argv);
	snprintf(s->redis_url, sizeof(s->redis_url), "unix://%s", sock);
	return servers_wait(sock);
}

static inline void servers_end(pid_t *pid, int sig)
{
	if (*pid <= 0)
		return;
	kill(*pid, sig);
	waitpid(*pid, NULL, 0);
	*pid = 0;
}

static inline void servers_stop(struct servers *s)
{
	char command[128];

	servers_end(&s->mariadb, SIGTERM);
	servers_end(&s->redis, SIGTERM);
	if (*s->dir == '\0')
		return;
	snprintf(command, sizeof(command), "rm -rf '%s'", s->dir);
	if (system(command) != 0)
		fprintf(stderr, "%s stays\n", s->dir);
	*s->dir = '\0';
}
#endif
