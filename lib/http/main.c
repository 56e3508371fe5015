/* What the programs of cgi-bin do: describe themselves, serve one CGI request, or prefork FastCGI workers. */
#include "../core/log.h"
#include "../core/recent.h"
#include "perf.h"
#include "program.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 4096 };    /* a short one shows as 500s at the web server when all workers are busy */
enum { REMEMBERED = 1024 }; /* things that the workers remember together, of a KiB each */

static int work(const void *app)
{
	struct program p;

	return program_open(&p, app) ? fastcgi_worker(&p) : EXIT_FAILURE;
}

static bool for_files(const struct app *app)
{
	return strcmp(app->name, "files") == 0;
}

static int64_t workers_of(const struct app *app, const struct settings *cfg)
{
	return for_files(app) ? cfg->files_workers : cfg->workers;
}

/* In the supervisor: the workers that it starts from now on inherit the environment. */
static bool reload(const void *app, int64_t *workers)
{
	struct settings cfg;
	struct arena mem = { 0 };
	char why[512] = "";
	bool good = settings_reload(&cfg, &mem, why, sizeof(why));

	if (good) {
		*workers = workers_of(app, &cfg);
		log_open(((const struct app *)app)->name, cfg.log, LOG_INFO);
	} else {
		log_error(NULL, "settings.bad", "%s; the old ones stay", why);
	}
	arena_free(&mem);
	return good;
}

static int listen_unix(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || strlen(path) >= sizeof(a.sun_path)) {
		log_error(NULL, "listen", "%s: path too long, or no socket", path);
		return -1;
	}
	memcpy(a.sun_path, path, strlen(path) + 1);
	unlink(path); /* left by one that was killed */
	/* 0666: the web server runs as another user; who may come near is decided by the directory. */
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 || chmod(path, 0666) != 0 || listen(fd, BACKLOG) != 0) {
		log_error(NULL, "listen", "%s: %s", path, strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}

static bool stdin_listens(void)
{
	int listening = 0;
	socklen_t n = sizeof(listening);

	return getsockopt(STDIN_FILENO, SOL_SOCKET, SO_ACCEPTCONN, &listening, &n) == 0 && listening;
}

static int print_description(const struct app *app)
{
	struct buf b = { 0 };

	describe(app, &b);
	puts(buf_text(&b));
	buf_free(&b);
	return EXIT_SUCCESS;
}

static int print_routes(const struct app *app)
{
	const struct route *r;

	for (size_t i = 0; i < app->n; i++)
		for (size_t j = 0; (r = contract_route(app->contracts[i], j)) != NULL; j++)
			printf("%s %s %s\n", app->contracts[i]->name, r->method, r->path);
	return EXIT_SUCCESS;
}

static int print_error_pages(const struct app *app, const char *dir)
{
	struct program p;
	bool good = program_open(&p, app) && write_error_pages(&p, dir);

	program_close(&p);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

int program_main(const struct app *app, int argc, char **argv)
{
	struct settings cfg;
	struct arena mem = { 0 };
	char why[512] = "";
	struct program p;

	if (argc > 1 && strcmp(argv[1], "--describe") == 0)
		return print_description(app);
	if (argc > 1 && strcmp(argv[1], "--routes") == 0)
		return print_routes(app);
	if (argc > 2 && strcmp(argv[1], "--error-pages") == 0)
		return print_error_pages(app, argv[2]);
	if (argc > 1) {
		fprintf(stderr, "usage: %s [--describe | --routes | --error-pages DIR]\n", argv[0]);
		return EXIT_FAILURE;
	}
	if (!stdin_listens() && getenv("GATEWAY_INTERFACE") != NULL)
		return program_open(&p, app) ? plain_cgi(&p) : EXIT_FAILURE;
	if (!settings_reload(&cfg, &mem, why, sizeof(why))) {
		fprintf(stderr, "%s\n", why);
		return EXIT_FAILURE;
	}
	log_open(app->name, cfg.log, LOG_INFO);
	struct app counted = *app;
	counted.perf = perf_new(app, app->name, cfg.run);
	counted.recent = for_files(app) ? NULL : recent_new(REMEMBERED);
	int fd = stdin_listens() ? STDIN_FILENO : listen_unix(for_files(app) ? cfg.files_socket : cfg.api_socket);
	int rc = fd < 0 ? EXIT_FAILURE : supervise(fd, &(struct supervised){ workers_of(app, &cfg), work, reload, &counted });
	perf_free(counted.perf);
	recent_free(counted.recent);
	arena_free(&mem);
	return rc;
}
