/* The FastCGI loop of one worker, over libfcgi. */
#include "../core/log.h"
#include "program.h"
#include <fcgiapp.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DRAIN_MAX = 64 << 20 }; /* bytes */

static const char *param(const void *env, const char *name)
{
	const char *v = FCGX_GetParam(name, (char **)(uintptr_t)env);

	return v != NULL ? v : "";
}

/* accept() fails from now on, also if the signal came just before it was called; a request under way is finished. */
static void stop(int sig)
{
	int null = open("/dev/null", O_RDONLY);

	(void)sig;
	FCGX_ShutdownPending();
	if (null >= 0)
		dup2(null, STDIN_FILENO);
}

/* FCGX_Init() sets handlers of its own: ours come after it. */
static bool open_fcgi(FCGX_Request *f)
{
	struct sigaction term = { .sa_handler = stop }, ignore = { .sa_handler = SIG_IGN };

	if (FCGX_Init() != 0 || FCGX_InitRequest(f, STDIN_FILENO, 0) != 0)
		return false;
	sigaction(SIGTERM, &term, NULL);
	sigaction(SIGINT, &term, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
	sigaction(SIGXFSZ, &ignore, NULL); /* a file that may not grow is a full disk, not our end */
	sigaction(SIGUSR1, &ignore, NULL);
	sigaction(SIGHUP, &ignore, NULL);
	return true;
}

static long read_some(void *arg, char *out, size_t n)
{
	FCGX_Request *f = arg;

	return FCGX_GetStr(out, (int)n, f->in);
}

/* Closing with unread input would reset the peer. */
static void drain(FCGX_Request *f)
{
	char scratch[16384];

	for (int read = 0, got; read < DRAIN_MAX && (got = FCGX_GetStr(scratch, sizeof(scratch), f->in)) > 0; read += got)
		;
}

/* The whole body; its length alone when it is over the limit (serve() answers 413), or when it is a multipart's to be read. */
static struct body read_body(struct program *p, FCGX_Request *f)
{
	long long length = strtoll(param(f->envp, "CONTENT_LENGTH"), NULL, 10);
	struct body body = { .n = length > 0 ? (size_t)length : 0 };

	if (body_is_streamed(param(f->envp, "CONTENT_TYPE"))) {
		body.read = read_some;
		body.arg = f;
	} else if (length > 0 && length <= p->cfg.max_body) {
		char *data = arena_alloc(&p->mem, (size_t)length + 1);
		body.n = (size_t)FCGX_GetStr(data, (int)length, f->in);
		body.data = data;
	}
	return body;
}

static void answer(struct program *p, FCGX_Request *f)
{
	struct response r;
	struct buf head = { 0 };
	struct body body = read_body(p, f);

	program_request(p, param, f->envp, &body, &r);
	if (body.data == NULL && body.n > 0)
		drain(f);
	put_status_line(&head, &r);
	FCGX_PutStr(head.data, (int)head.len, f->out);
	if (r.body->len > 0)
		FCGX_PutStr(r.body->data, (int)r.body->len, f->out);
	buf_free(&head);
}

int fastcgi_worker(struct program *p)
{
	FCGX_Request f;

	if (!open_fcgi(&f)) {
		log_error(NULL, "fcgi.init", "cannot listen");
		return EXIT_FAILURE;
	}
	while (FCGX_Accept_r(&f) == 0) {
		FCGX_Detach(&f); /* no lingering close: the body is read whole, and the web server closes late */
		answer(p, &f);
		FCGX_Finish_r(&f);
		program_after(p);
	}
	program_close(p);
	return EXIT_SUCCESS;
}
