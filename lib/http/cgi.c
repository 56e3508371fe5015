/* Plain CGI: the cheapest hosting starts a program a request. */
#include "program.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *env_text(const char *name)
{
	const char *v = getenv(name);

	return v != NULL ? v : "";
}

/* Called as /cgi-bin/api.fcgi/health, without rewrite rules: the API's path is what stands behind the program's own. */
static const char *path_behind_script(const char *uri)
{
	const char *script = env_text("SCRIPT_NAME");
	size_t n = strlen(script);

	return *env_text("PATH_INFO") == '/' && n > 0 && strncmp(uri, script, n) == 0 && uri[n] == '/' ? uri + n : uri;
}

static const char *param(const void *env, const char *name)
{
	(void)env;
	return strcmp(name, "REQUEST_URI") == 0 ? path_behind_script(env_text(name)) : env_text(name);
}

static long read_stdin(void *arg, char *out, size_t n)
{
	(void)arg;
	return (long)fread(out, 1, n, stdin);
}

int plain_cgi(struct program *p)
{
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	long long length = strtoll(param(NULL, "CONTENT_LENGTH"), NULL, 10);
	struct response r;
	struct buf head = { 0 };
	struct body body = { .n = length > 0 ? (size_t)length : 0 };

	if (body_is_streamed(param(NULL, "CONTENT_TYPE"))) {
		body.read = read_stdin;
	} else if (length > 0 && length <= p->cfg.max_body) {
		char *data = arena_alloc(&p->mem, (size_t)length + 1);
		body.n = fread(data, 1, (size_t)length, stdin);
		body.data = data;
	}
	program_request(p, param, NULL, &body, &r);
	put_status_line(&head, &r);
	fwrite(head.data, 1, head.len, stdout);
	if (r.body->len > 0 && strcmp(param(NULL, "REQUEST_METHOD"), "HEAD") != 0) /* FastCGI's servers leave it out themselves */
		fwrite(r.body->data, 1, r.body->len, stdout);
	buf_free(&head);
	bool sent = fflush(stdout) == 0;
	if (p->left_over)
		close(STDOUT_FILENO); /* the web server has it all */
	program_after(p);
	program_close(p);
	return sent ? EXIT_SUCCESS : EXIT_FAILURE;
}
