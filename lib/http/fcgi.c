/* The FastCGI loop of one worker, over libfcgi. */
#include "../core/log.h"
#include "program.h"
#include "serve.h"
#include <errno.h>
#include <fastcgi.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DRAIN_MAX = 64 << 20, RECORD_MAX = 0xfff8, RECORDS = 16 }; /* bytes, bytes, records of one write */
enum { APART_MAX = 32, STALLED_S = 5 };

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
	int first = n > 0 ? FCGX_GetChar(f->in) : -1;

	if (first < 0)
		return 0;
	/* What has come, not more: FCGX_GetStr() waits until it has all that it may take. */
	size_t more = (size_t)(f->in->stop - f->in->rdNext);
	out[0] = (char)first;
	return 1 + FCGX_GetStr(out + 1, (int)(more < n - 1 ? more : n - 1), f->in);
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

/* An answer on its way: few records and one write, where the library's stream writes 8 KB at a time and wakes the web server for
 * each. */
struct answer_out {
	const FCGX_Request *to;
	FCGI_Header heads[RECORDS];
	struct iovec parts[2 * RECORDS];
	int records;
	bool gone; /* the web server: nobody is there to be told */
};

static void flush(struct answer_out *o)
{
	struct iovec *part = o->parts;

	for (int n = 2 * o->records; n > 0 && !o->gone;) {
		ssize_t wrote = writev(o->to->ipcFd, part, n);
		o->gone = wrote < 0 && errno != EINTR;
		for (; n > 0 && wrote >= 0 && (size_t)wrote >= part->iov_len; part++, n--)
			wrote -= (ssize_t)part->iov_len;
		if (n > 0 && wrote > 0) {
			part->iov_base = (char *)part->iov_base + wrote;
			part->iov_len -= (size_t)wrote;
		}
	}
	o->records = 0;
}

static void put_record(struct answer_out *o, int type, const void *data, size_t n)
{
	if (o->records == RECORDS)
		flush(o);
	FCGI_Header *head = &o->heads[o->records];
	*head = (FCGI_Header){ .version = FCGI_VERSION_1,
			       .type = (unsigned char)type,
			       .requestIdB1 = (unsigned char)(o->to->requestId >> 8),
			       .requestIdB0 = (unsigned char)o->to->requestId,
			       .contentLengthB1 = (unsigned char)(n >> 8),
			       .contentLengthB0 = (unsigned char)n };
	o->parts[2 * o->records] = (struct iovec){ head, sizeof(*head) };
	o->parts[2 * o->records + 1] = (struct iovec){ (void *)(uintptr_t)data, n };
	o->records++;
}

static void put_stdout(struct answer_out *o, const char *data, size_t n)
{
	for (size_t at = 0, part; at < n; at += part) {
		part = n - at < RECORD_MAX ? n - at : RECORD_MAX;
		put_record(o, FCGI_STDOUT, data + at, part);
	}
}

static void answer(struct program *p, FCGX_Request *f, bool no_room)
{
	static const FCGI_EndRequestBody complete = { .protocolStatus = FCGI_REQUEST_COMPLETE };
	struct response r;
	struct buf head = { 0 };
	struct body body = read_body(p, f);
	struct answer_out out = { .to = f };

	body.no_room = no_room;
	program_request(p, param, f->envp, &body, &r);
	if (body.data == NULL && body.n > 0)
		drain(f);
	put_status_line(&head, &r);
	put_stdout(&out, head.data, head.len);
	put_stdout(&out, r.body->data, r.body->len);
	put_record(&out, FCGI_STDOUT, NULL, 0); /* the end of it */
	put_record(&out, FCGI_END_REQUEST, &complete, sizeof(complete));
	flush(&out);
	buf_free(&head);
	FCGX_Free(f, !f->keepConnection || out.gone);
}

/* -- what may take as long as others like: bodies that the web server passes on as they come (tus), files that ClamAV looks at.
   Each has a process of its own, and the worker is free. Whatever ends it, what came of a tus body stays. -- */

static bool takes_long(const struct program *p, FCGX_Request *f)
{
	const char *type = param(f->envp, "CONTENT_TYPE");
	bool scanned = *p->cfg.clamav != '\0' && strncasecmp(type, "multipart/", 10) == 0;

	return (scanned || strncasecmp(type, tus_type, strlen(tus_type)) == 0) &&
	       strtoll(param(f->envp, "CONTENT_LENGTH"), NULL, 10) > 0;
}

static void answer_apart(struct program *p, FCGX_Request *f, pid_t worker)
{
	struct sigaction end = { .sa_handler = SIG_DFL };
	struct timeval stalled = { .tv_sec = STALLED_S };
	int null = open("/dev/null", O_RDONLY);

	sigaction(SIGTERM, &end, NULL);
	sigaction(SIGINT, &end, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != worker)
		_exit(EXIT_FAILURE);
	if (null >= 0)
		dup2(null, STDIN_FILENO); /* the listening socket is the worker's */
	setsockopt(f->ipcFd, SOL_SOCKET, SO_RCVTIMEO, &stalled, sizeof(stalled));
	program_apart(p);
	answer(p, f, false);
	program_after(p);
	_exit(EXIT_SUCCESS);
}

/* False: there are too many of them, or no process can be made. */
static bool hand_over(struct program *p, FCGX_Request *f, int *apart)
{
	pid_t worker = getpid(), pid = -1;

	while (*apart > 0 && waitpid(-1, NULL, WNOHANG) > 0)
		--*apart;
	if (*apart < APART_MAX)
		pid = fork();
	if (pid == 0)
		answer_apart(p, f, worker);
	if (pid < 0) {
		log_warn(NULL, "fcgi.no_room", "%d bodies are coming: %s", *apart,
			 *apart < APART_MAX ? strerror(errno) : "no more");
		return false;
	}
	++*apart;
	FCGX_Free(f, 1);
	return true;
}

int fastcgi_worker(struct program *p)
{
	FCGX_Request f;
	int apart = 0;

	if (!open_fcgi(&f)) {
		log_error(NULL, "fcgi.init", "cannot listen");
		return EXIT_FAILURE;
	}
	while (FCGX_Accept_r(&f) == 0) {
		FCGX_Detach(&f); /* no lingering close: the body is read whole, and the web server closes late */
		bool slow = takes_long(p, &f);
		if (slow && hand_over(p, &f, &apart))
			continue;
		answer(p, &f, slow);
		program_after(p);
	}
	program_close(p);
	return EXIT_SUCCESS;
}
